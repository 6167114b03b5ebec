/**
 * How fast a node dials: one after the other, the slower the longer its links take to make, and in a rush only until it
 * has a few. [TP13]
 * What makes a link slow is mostly the machine, or the many nodes that share it, and several connections at once take as
 * much longer together; a pause lets those who have none yet come first. Knows no node.
 */

/** A dial that has brought nothing by then is no longer waited for, unless links were longer in coming. */
export const LEAD_MS = 1_000;
/** Where everybody was lost, most of those who are dialled are gone too. */
export const BEREFT_LEAD_MS = 250;
/** Lead of the next dial, and pause after a link: in times of what the last link took. */
const LEAD_TIMES = 2;
const PAUSE_TIMES = 4;
/** Neither lasts longer, whatever a link took. */
export const MAX_WAIT_MS = 8_000;
/** A mesh in which each has dialled so many at random is whole: more can wait until the rush is over. */
export const FEW = 2;
/** A rush is over when there was none for this time, and up to half as much again, so that not all dial at once then. */
export const RUSH_MS = 8_000;
/** So long after the first link it is no rush, but how this mesh is. */
export const MAX_RUSH_MS = 60_000;

export interface DialPace {
  /** Milliseconds until one more may be dialled with so many neighbours, and dials under way; 0 for now. */
  waitMs(degree: number, underWay: number, nowMs: number): number;
  /** Newcomers come, or answers are late: others are busy, and so may be the machine that they share with this node. */
  onRush(nowMs: number): void;
  isRush(nowMs: number): boolean;
  onDialled(nowMs: number): void;
  /** A dial has brought nothing in all the time it had. */
  onTimedOut(nowMs: number): void;
  /** A link stands. If this end dialled it, it took as long as since the latest dial, which mostly was the only one. */
  onLinked(isDialled: boolean, nowMs: number): void;
}

/** `chance` is from 0 to 1: how late of all nodes this one takes a rush for over. */
export function createDialPace(chance: number): DialPace {
  let leadMs = LEAD_MS;
  let dialledAt = -Infinity;
  let pausedUntil = -Infinity;
  let firstLinkedAt = Infinity;
  let rushUntil = -Infinity;
  return {
    waitMs(degree, underWay, nowMs) {
      const lead = degree === 0 && firstLinkedAt <= nowMs ? BEREFT_LEAD_MS : leadMs;
      const dueAt = Math.max(
        underWay > 0 ? dialledAt + lead : nowMs,
        degree > 0 ? pausedUntil : nowMs,
        degree + underWay >= FEW && degree > 0 ? rushUntil : nowMs,
      );
      return Math.max(0, dueAt - nowMs);
    },
    onRush(nowMs) {
      rushUntil = Math.min(nowMs + RUSH_MS * (1 + chance / 2), firstLinkedAt + MAX_RUSH_MS);
    },
    isRush: (nowMs) => nowMs < rushUntil,
    onDialled(nowMs) {
      dialledAt = nowMs;
    },
    onTimedOut(nowMs) {
      pausedUntil = nowMs + leadMs;
      leadMs = Math.min(MAX_WAIT_MS, LEAD_TIMES * leadMs);
    },
    onLinked(isDialled, nowMs) {
      firstLinkedAt = Math.min(firstLinkedAt, nowMs);
      if (!isDialled) return;
      const tookMs = nowMs - dialledAt;
      leadMs = Math.min(MAX_WAIT_MS, Math.max(LEAD_MS, LEAD_TIMES * tookMs));
      pausedUntil = nowMs + Math.min(MAX_WAIT_MS, PAUSE_TIMES * tookMs);
    },
  };
}
