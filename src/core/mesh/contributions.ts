/**
 * What each link brings of what others say: a neighbour that brings nothing of it, while the others do, does not relay.
 * [NB12, NB13]
 * Goes by deeds: what this node says and hears of the neighbours themselves does not count, nor do the announcements of who
 * announced what it then did not give. Knows numbers only; who is let go for it is siege.ts's.
 */
import { dropOldest } from '../base/drop-oldest.ts';
import type { NodeId } from '../base/ids.ts';
import type { Neighbour } from './neighbours.ts';

/**
 * A link is barren that brought nothing while so many envelopes came over others, of so many origins: on one tree half of all
 * nodes are leaves, which have nothing to bring, but hardly anybody is one on the trees of eight.
 */
export const BARREN_AFTER = { envelopes: 24, origins: 8 } as const;
/** While besieged, when most that is new here is barren and time is short. */
export const BARREN_AFTER_BESIEGED = { envelopes: 12, origins: 5 } as const;
/**
 * One neighbour alone could make up all that the others do not bring. So this share must come by others than the one that
 * brings most; but for a link that never brought anything where so few are proven that one may be all there is.
 */
export const CORROBORATED_SHARE = 1 / 3;
export const CORROBORATED_WITHIN = 2 * BARREN_AFTER.envelopes;
export const FEW_PROVEN = 4;
/** A link learns its ways first. */
export const COUNTED_AFTER_MS = 4_000;
export const COUNTED_AFTER_BESIEGED_MS = 2_000;
/** So many barren ones at once do not happen to a node among honest ones, where one link in a thousand is barren for a while. */
export const BESIEGED_BY = 2;
export const BESIEGED_FOR_MS = 60_000;

/** Remembered of those who brought something. */
export const MAX_GIVERS = 64;

type Linked = Pick<Neighbour, 'nodeId' | 'openedAt' | 'isSuspect'>;

export interface Contributions {
  /** An envelope was accepted that came by the flood, not by a pull; `from` brought it first, nobody when it is the own. */
  taken(origin: NodeId, from: Linked | undefined, neighbours: readonly Linked[], nowMs: number): void;
  /** The neighbour brought, or announced, what was here already. */
  takenAgain(neighbour: Linked): void;
  /** It announced what it did not give when asked. */
  broken(neighbour: Linked): void;
  /** It was the first to bring something of others. */
  hasGiven(neighbour: Linked): boolean;
  /** Those that were, linked or not, the latest last. */
  readonly givers: ReadonlySet<NodeId>;
  isBarren(neighbour: Linked): boolean;
  /** For how many envelopes it has brought nothing. */
  barrenFor(neighbour: Linked): number;
  isBesieged(nowMs: number): boolean;
  /** When something of others last came. */
  readonly takenAt: number;
}

interface Count {
  /** Since it last brought something. */
  envelopes: number;
  readonly origins: Set<NodeId>;
  /** Of the latest, as many as `recent`, how many who brought. */
  readonly bringers: Map<Linked, number>;
  recent: number;
  hasGiven: boolean;
  /** It has brought or announced something, and given what it announced. */
  isProven: boolean;
  isBarren: boolean;
  /** What it announces counts for nothing until it gives something. */
  isDoubted: boolean;
}

export function createContributions(): Contributions {
  const counts = new WeakMap<Linked, Count>();
  const givers = new Set<NodeId>();
  let besiegedUntil = -Infinity;
  let takenAt = -Infinity;

  function countOf(neighbour: Linked): Count {
    let count = counts.get(neighbour);
    if (!count) {
      count = {
        envelopes: 0,
        origins: new Set(),
        bringers: new Map(),
        recent: 0,
        hasGiven: false,
        isProven: false,
        isBarren: false,
        isDoubted: false,
      };
      counts.set(neighbour, count);
    }
    return count;
  }

  function remember(nodeId: NodeId): void {
    givers.delete(nodeId);
    givers.add(nodeId);
    dropOldest(givers, MAX_GIVERS);
  }

  function contributed(count: Count): void {
    count.envelopes = 0;
    count.origins.clear();
    count.bringers.clear();
    count.recent = 0;
    count.isBarren = false;
    count.isProven = true;
  }

  const isBesieged = (nowMs: number): boolean => nowMs < besiegedUntil;

  function missed(count: Count, origin: NodeId, from: Linked, areFewProven: boolean, nowMs: number): void {
    const after = isBesieged(nowMs) ? BARREN_AFTER_BESIEGED : BARREN_AFTER;
    count.envelopes += 1;
    if (count.origins.size < BARREN_AFTER.origins) count.origins.add(origin);
    if (count.recent === CORROBORATED_WITHIN) {
      count.recent = 0;
      count.bringers.clear();
    }
    count.recent += 1;
    count.bringers.set(from, (count.bringers.get(from) ?? 0) + 1);
    const isEnough = count.envelopes >= after.envelopes && count.origins.size >= after.origins;
    count.isBarren ||=
      isEnough && ((!count.isProven && areFewProven) || (count.recent >= after.envelopes && isCorroborated(count)));
  }

  function isCorroborated({ recent, bringers }: Count): boolean {
    return recent - Math.max(...bringers.values()) >= CORROBORATED_SHARE * recent;
  }

  return {
    taken(origin, from, neighbours, nowMs) {
      // What a neighbour says comes from itself.
      if (!from || neighbours.some(({ nodeId }) => nodeId === origin)) return;
      takenAt = nowMs;
      const settledMs = isBesieged(nowMs) ? COUNTED_AFTER_BESIEGED_MS : COUNTED_AFTER_MS;
      const areFewProven = neighbours.filter((neighbour) => countOf(neighbour).isProven).length < FEW_PROVEN;
      let barren = 0;
      for (const neighbour of neighbours) {
        // Who is silent altogether may have died, with many others at once: the heartbeat's business.
        if (neighbour.isSuspect) continue;
        const count = countOf(neighbour);
        if (neighbour === from) {
          if (!count.hasGiven) remember(from.nodeId);
          count.hasGiven = true;
          count.isDoubted = false;
          contributed(count);
        } else if (nowMs - neighbour.openedAt >= settledMs) missed(count, origin, from, areFewProven, nowMs);
        if (count.isBarren) barren += 1;
      }
      if (barren >= BESIEGED_BY) besiegedUntil = nowMs + BESIEGED_FOR_MS;
    },
    takenAgain(neighbour) {
      const count = countOf(neighbour);
      if (!count.isDoubted) contributed(count);
    },
    broken(neighbour) {
      const count = countOf(neighbour);
      count.isDoubted = true;
      count.isProven = false;
    },
    hasGiven: (neighbour) => countOf(neighbour).hasGiven,
    isBarren: (neighbour) => countOf(neighbour).isBarren,
    barrenFor: (neighbour) => countOf(neighbour).envelopes,
    givers,
    isBesieged,
    get takenAt() {
      return takenAt;
    },
  };
}
