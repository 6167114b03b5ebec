/**
 * Pulls what others hold and this node has not seen. A digest says what its sender holds; the ranges that are missing here
 * are asked for, one request at a time from each neighbour and nothing from two at once. [CU4-CU7]
 * Pure but for the clock's reading: says what should be asked, of whom; sends nothing.
 */
import { contains, union, without, type Range, type Ranges } from '../base/ranges.ts';
import type { NodeId } from '../base/ids.ts';
import { MAX_DIGEST_ENTRIES, type Holding } from '../wire/records.ts';

/** Envelopes asked for at a time: several frames' worth, little enough to be verified while the next are on their way. */
export const MAX_PULLED = 256;
/** Who sends nothing of what was asked for so long, or for twice as long as answers take, has failed. */
export const PULL_TIMEOUT_MS = 3_000;
/** Others are asked for it then; and after this it again, for nobody else may hold it. */
export const REST_MS = 10_000;
/** Of who still sends after this, the rest is asked of others first: what drips must not keep them from giving. */
export const MAX_PULL_MS = 12_000;
/** Who failed so often is not believed for a while. */
export const MAX_FAILURES = 3;
export const DISBELIEF_MS = 60_000;
/** What one neighbour is believed to hold: as much as two digests name. Beyond it what it told first is forgotten. */
export const MAX_TOLD = 2 * MAX_DIGEST_ENTRIES;

export interface Request<Neighbour> {
  readonly neighbour: Neighbour;
  readonly wanted: readonly Holding[];
}

export interface Repair<Neighbour> {
  /** What a neighbour says it holds: all of it, instead of what it said before, or some of it, beside that. */
  offer(neighbour: Neighbour, holdings: readonly Holding[], isAll: boolean, nowMs: number): void;
  /** The neighbour brought an envelope that was news. */
  brought(neighbour: Neighbour, origin: NodeId, sequence: number, nowMs: number): void;
  lose(neighbour: Neighbour): void;
  /** Requests to be sent now. */
  due(nowMs: number): Request<Neighbour>[];
  /** Whether the neighbour said that it holds this. */
  holds(neighbour: Neighbour, origin: NodeId, sequence: number): boolean;
}

interface Partner {
  /** What it said it holds, what it told first in front. */
  told: Map<NodeId, Ranges>;
  /** What of that is still to be asked for. */
  offers: Map<NodeId, Ranges>;
  /** Asked for and not come. */
  asked: Map<NodeId, Range[]>;
  deadline: number;
  /** Until then others are not asked for it. */
  askedUntil: number;
  /** Until then nothing is asked of it. */
  restsUntil: number;
  failures: number;
  disbelievedUntil: number;
}

export interface RepairObserver {
  /** What of the ranges has not been taken here. */
  missing(origin: NodeId, ranges: Ranges): Range[];
  /** Somebody said it holds what it did not give in time. */
  onBroken(): void;
  /** When a neighbour's answer is late. */
  lateMs(): number;
}

export function createRepair<Neighbour>({ missing, onBroken, lateMs }: RepairObserver): Repair<Neighbour> {
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
        restsUntil: -Infinity,
        failures: 0,
        disbelievedUntil: -Infinity,
      };
      partners.set(neighbour, partner);
    }
    return partner;
  }

  const timeoutMs = (): number => Math.max(PULL_TIMEOUT_MS, 2 * lateMs());

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
      // It may have let go of these since: what else it holds comes first the next time.
      for (const origin of partner.asked.keys()) moveToEnd(partner.offers, origin);
      release(partner);
      onBroken();
      partner.failures += 1;
      partner.restsUntil = nowMs + REST_MS;
      if (partner.failures >= MAX_FAILURES) {
        partner.failures = 0;
        partner.disbelievedUntil = nowMs + DISBELIEF_MS;
        partner.offers.clear();
        partner.told.clear();
      }
    }
  }

  /** What is told without end must not be kept without end. */
  function forgetFirstTold({ told, offers }: Partner): void {
    let number = 0;
    for (const ranges of told.values()) number += ranges.length;
    for (const [origin, ranges] of told) {
      if (number <= MAX_TOLD) return;
      number -= ranges.length;
      told.delete(origin);
      offers.delete(origin);
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
    offer(neighbour, holdings, isAll, nowMs) {
      const partner = partnerOf(neighbour);
      if (nowMs < partner.disbelievedUntil) return;
      isAtRest = false;
      const { told, offers } = partner;
      if (isAll) {
        told.clear();
        offers.clear();
      }
      for (const { origin, ranges } of holdings) {
        offers.set(origin, union(offers.get(origin) ?? [], ranges));
        told.set(origin, union(told.get(origin) ?? [], ranges));
        moveToEnd(told, origin);
      }
      forgetFirstTold(partner);
    },
    brought(neighbour, origin, sequence, nowMs) {
      const partner = partners.get(neighbour);
      if (!partner || !contains(partner.asked.get(origin) ?? [], sequence)) return;
      partner.deadline = nowMs + timeoutMs();
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
        moveToEnd(partners, neighbour);
      }
      for (const [neighbour, partner] of partners) {
        if (partner.asked.size > 0 || nowMs < partner.restsUntil) continue;
        const chosen = choose(partner);
        if (chosen.size === 0) continue;
        partner.asked = chosen;
        partner.deadline = nowMs + timeoutMs();
        partner.askedUntil = nowMs + MAX_PULL_MS;
        requests.push({ neighbour, wanted: [...chosen].map(([origin, ranges]) => ({ origin, ranges })) });
      }
      isAtRest = [...partners.values()].every(({ asked, offers }) => asked.size === 0 && offers.size === 0);
      return requests;
    },
    holds: (neighbour, origin, sequence) => contains(partners.get(neighbour)?.told.get(origin) ?? [], sequence),
  };
}

function moveToEnd<Key, Value>(map: Map<Key, Value>, key: Key): void {
  const value = map.get(key);
  if (value === undefined) return;
  map.delete(key);
  map.set(key, value);
}
