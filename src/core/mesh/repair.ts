/**
 * Pulls what others hold and this node has not seen. A digest says what its sender holds; the ranges that are missing here
 * are asked for, one request at a time from each neighbour and nothing from two at once. [CU4-CU7]
 * Pure but for the clock's reading: says what should be asked, of whom; sends nothing.
 */
import { contains, without, type Range, type Ranges } from '../base/ranges.ts';
import type { NodeId } from '../base/ids.ts';
import type { Holding } from '../wire/records.ts';

/** Envelopes asked for at a time: several frames' worth, little enough to be verified while the next are on their way. */
export const MAX_PULLED = 256;
/** Who sends nothing of what was asked for so long has failed; what is missing is asked of others. */
export const PULL_TIMEOUT_MS = 3_000;
/** Of who still sends after this, the rest is asked of others first: what drips must not keep them from giving. */
export const MAX_PULL_MS = 12_000;
/** Who failed so often is not believed for a while. */
export const MAX_FAILURES = 3;
export const DISBELIEF_MS = 60_000;

export interface Request<Neighbour> {
  readonly neighbour: Neighbour;
  readonly wanted: readonly Holding[];
}

export interface Repair<Neighbour> {
  /** What a neighbour says it holds, instead of what it said before. */
  offer(neighbour: Neighbour, holdings: readonly Holding[], nowMs: number): void;
  /** The neighbour brought an envelope that was news. */
  brought(neighbour: Neighbour, origin: NodeId, sequence: number, nowMs: number): void;
  lose(neighbour: Neighbour): void;
  /** Requests to be sent now. */
  due(nowMs: number): Request<Neighbour>[];
  /** Whether the neighbour said that it holds this. */
  holds(neighbour: Neighbour, origin: NodeId, sequence: number): boolean;
}

interface Partner {
  /** What it said it holds. */
  told: Map<NodeId, Ranges>;
  /** What of that is still to be asked for. */
  offers: Map<NodeId, Ranges>;
  /** Asked for and not come. */
  asked: Map<NodeId, Range[]>;
  deadline: number;
  /** Until then others are not asked for it. */
  askedUntil: number;
  failures: number;
  disbelievedUntil: number;
}

/** `onBroken`: somebody said it holds what it did not give in time. */
export function createRepair<Neighbour>(
  missing: (origin: NodeId, ranges: Ranges) => Range[],
  onBroken: () => void,
): Repair<Neighbour> {
  const partners = new Map<Neighbour, Partner>();
  /** Nothing was asked for and nothing is on offer: asked after at every envelope, and nearly always so. */
  let isAtRest = true;

  function partnerOf(neighbour: Neighbour): Partner {
    let partner = partners.get(neighbour);
    if (!partner) {
      partner = {
        told: new Map(),
        offers: new Map(),
        asked: new Map(),
        deadline: Infinity,
        askedUntil: Infinity,
        failures: 0,
        disbelievedUntil: -Infinity,
      };
      partners.set(neighbour, partner);
    }
    return partner;
  }

  function release(partner: Partner): void {
    partner.asked.clear();
    partner.deadline = Infinity;
    partner.askedUntil = Infinity;
  }

  function settle(partner: Partner, nowMs: number): void {
    for (const [origin, ranges] of partner.asked) {
      const rest = missing(origin, ranges);
      if (rest.length > 0) partner.asked.set(origin, rest);
      else partner.asked.delete(origin);
    }
    if (partner.asked.size === 0) {
      release(partner);
    } else if (nowMs >= partner.deadline) {
      // It may have let go of them since; somebody else may hold them.
      for (const [origin, ranges] of partner.asked) {
        partner.offers.set(origin, without(partner.offers.get(origin) ?? [], ranges));
      }
      release(partner);
      onBroken();
      partner.failures += 1;
      if (partner.failures >= MAX_FAILURES) {
        partner.failures = 0;
        partner.disbelievedUntil = nowMs + DISBELIEF_MS;
        partner.offers.clear();
        partner.told.clear();
      }
    }
  }

  function choose(partner: Partner): Map<NodeId, Range[]> {
    const chosen = new Map<NodeId, Range[]>();
    let left = MAX_PULLED;
    for (const [origin, offered] of partner.offers) {
      if (left === 0) break;
      let wanted = missing(origin, offered);
      if (wanted.length === 0) {
        partner.offers.delete(origin);
        continue;
      }
      for (const other of partners.values()) wanted = without(wanted, other.asked.get(origin) ?? []);
      const ranges: Range[] = [];
      // The latest first: that is what people read.
      for (const { from, to } of wanted.reverse()) {
        if (left === 0) break;
        const start = Math.max(from, to - left + 1);
        ranges.unshift({ from: start, to });
        left -= to - start + 1;
      }
      if (ranges.length > 0) chosen.set(origin, ranges);
    }
    return chosen;
  }

  return {
    offer(neighbour, holdings, nowMs) {
      const partner = partnerOf(neighbour);
      if (nowMs < partner.disbelievedUntil) return;
      isAtRest = false;
      for (const { origin, ranges } of holdings) {
        partner.told.set(origin, ranges);
        partner.offers.set(origin, ranges);
      }
    },
    brought(neighbour, origin, sequence, nowMs) {
      const partner = partners.get(neighbour);
      if (!partner || !contains(partner.asked.get(origin) ?? [], sequence)) return;
      partner.deadline = nowMs + PULL_TIMEOUT_MS;
      partner.failures = 0;
    },
    lose: (neighbour) => void partners.delete(neighbour),
    due(nowMs) {
      const requests: Request<Neighbour>[] = [];
      if (isAtRest) return requests;
      for (const [neighbour, partner] of [...partners]) {
        settle(partner, nowMs);
        if (nowMs < partner.askedUntil) continue;
        release(partner);
        onBroken();
        // Its turn is after that of all others.
        partners.delete(neighbour);
        partners.set(neighbour, partner);
      }
      for (const [neighbour, partner] of partners) {
        if (partner.asked.size > 0) continue;
        const chosen = choose(partner);
        if (chosen.size === 0) continue;
        partner.asked = chosen;
        partner.deadline = nowMs + PULL_TIMEOUT_MS;
        partner.askedUntil = nowMs + MAX_PULL_MS;
        requests.push({ neighbour, wanted: [...chosen].map(([origin, ranges]) => ({ origin, ranges })) });
      }
      isAtRest = [...partners.values()].every(({ asked, offers }) => asked.size === 0 && offers.size === 0);
      return requests;
    },
    holds: (neighbour, origin, sequence) => contains(partners.get(neighbour)?.told.get(origin) ?? [], sequence),
  };
}
