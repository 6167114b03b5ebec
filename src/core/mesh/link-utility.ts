/**
 * How useful one link is: the share of the copies on it that brought something new, to this end or to the other. [NB9, NB10]
 * PeerChannel's arithmetic. Both ends count what they receive and tell each other, so both hold the same opinion, and a
 * link that is the only way anywhere looks useful from at least one of them.
 * Knows numbers only.
 */
import { UTILITY_WINDOW } from '../wire/records.ts';

/** Where the utility tends to when every copy is new; decay and step give this ceiling: 4096 · 31/32 + 128. */
export const MAX_UTILITY = 4096;
const STEP = 128;
/** An opinion on fewer copies is none. */
export const MIN_SAMPLES = 32;
/** What was counted is told after this, however few copies it were. */
export const TELL_AFTER_MS = 30_000;

export interface UtilityReport {
  readonly useful: number;
  readonly total: number;
}

export interface LinkUtility {
  /** From 0 to MAX_UTILITY; undefined below MIN_SAMPLES copies. */
  value(): number | undefined;
  /** Copies that went out: the far end cannot have received more. */
  sent(): void;
  received(isNew: boolean): void;
  /** What the far end counted; false if it cannot be. */
  accept(report: UtilityReport): boolean;
  /** What is to be told now, sooner where it rides along; it is counted from zero after. */
  due(nowMs: number, rides?: boolean): UtilityReport | undefined;
}

export function createLinkUtility(openedAt: number): LinkUtility {
  let utility = 0;
  let samples = 0;
  /** Sent, and not told about yet. */
  let untold = 0;
  let useful = 0;
  let total = 0;
  let toldAt = openedAt;

  function count(isNew: boolean): void {
    utility = Math.floor((utility * 31) / 32) + (isNew ? STEP : 0);
    samples = Math.min(samples + 1, MIN_SAMPLES);
  }

  return {
    value: () => (samples < MIN_SAMPLES ? undefined : utility),
    sent() {
      untold += 1;
    },
    received(isNew) {
      count(isNew);
      total += 1;
      if (isNew) useful += 1;
    },
    accept(report) {
      if (report.total > UTILITY_WINDOW || report.useful > report.total || report.total > untold) return false;
      untold -= report.total;
      for (let copy = 0; copy < report.total; copy++) count(copy < report.useful);
      return true;
    },
    due(nowMs, rides = false) {
      const enough = rides ? UTILITY_WINDOW / 2 : UTILITY_WINDOW;
      if (total < enough && (total === 0 || nowMs - toldAt < TELL_AFTER_MS)) return undefined;
      const report = { useful, total };
      useful = total = 0;
      toldAt = nowMs;
      return report;
    },
  };
}
