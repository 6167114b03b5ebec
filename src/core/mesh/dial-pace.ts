/**
 * How fast a node dials: one after the other, and the slower the longer its links take to make. [TP13]
 * What makes a link slow is mostly the machine, or the many nodes that share it, and several connections at once take as
 * much longer together; a pause lets those who have none yet come first. Knows no node.
 */

/** A dial that has brought nothing by then is no longer waited for, unless links were longer in coming. */
export const LEAD_MS = 1_000;
/** Where everybody was lost, most of those who are dialled are gone too. */
export const BEREFT_LEAD_MS = 250;
/** Lead of the next dial, and pause after a link: in times of what the last link took. */
const LEAD_TIMES = 2;
const PAUSE_TIMES = 8;
/** Neither lasts longer, whatever a link took. */
export const MAX_WAIT_MS = 8_000;

/** What a dial is for: the first link of all, a link where all were lost, or one link more. */
export type Need = 'First' | 'Bereft' | 'More';

export interface DialPace {
  /** Milliseconds until one more may be dialled with so many under way; 0 for now. */
  waitMs(need: Need, underWay: number, nowMs: number): number;
  onDialled(nowMs: number): void;
  /** A link that was dialled stands. It took as long as since the latest dial, which mostly was the only one. */
  onLinked(nowMs: number): void;
}

export function createDialPace(): DialPace {
  let leadMs = LEAD_MS;
  let dialledAt = -Infinity;
  let pausedUntil = -Infinity;
  return {
    waitMs(need, underWay, nowMs) {
      const lead = need === 'Bereft' ? BEREFT_LEAD_MS : leadMs;
      const leadUntil = underWay > 0 ? dialledAt + lead : -Infinity;
      return Math.max(0, leadUntil - nowMs, need === 'More' ? pausedUntil - nowMs : 0);
    },
    onDialled(nowMs) {
      dialledAt = nowMs;
    },
    onLinked(nowMs) {
      const tookMs = nowMs - dialledAt;
      leadMs = Math.min(MAX_WAIT_MS, Math.max(LEAD_MS, LEAD_TIMES * tookMs));
      pausedUntil = nowMs + Math.min(MAX_WAIT_MS, PAUSE_TIMES * tookMs);
    },
  };
}
