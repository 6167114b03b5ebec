/**
 * How long a neighbour may be silent before it is suspect. On a machine that is busy every answer is late, and to take
 * that for death costs a replacement, a flood and more lateness; so the patience follows the answers. [NB5]
 * Knows times only.
 */

/** Of a neighbour that answers promptly: a second, at least, after it was asked. A dead one is suspected within 3 s. */
export const SUSPECT_AFTER_MS = 2_500;
/** However late its answers. */
export const MAX_SUSPECT_AFTER_MS = 20_000;
/**
 * A neighbour that has been told nothing for so long is told that this node lives, at the next tick: many at once, and nodes
 * not at the same time.
 */
export const PING_AFTER_MS = 1_300;
/** Or, where answers are late anyway, for as long as they take, and not again meanwhile: more frames would make them later. */
export const MAX_PING_AFTER_MS = 5_000;
/** Who has not been heard for so much longer is asked whether it lives: a host may keep timers back, but not answers. */
export const ASK_LATER_MS = 700;
/** Answers that are late by so much show a machine or a line that is busy: what can wait had better. */
export const BUSY_MS = 1_000;
/** Deadlines are checked this often; all of them are seconds. */
export const TICK_MS = 500;

export interface Patience {
  /** Smoothed; undefined before the first answer. */
  roundTripMs(): number | undefined;
  /** When an answer is late: the smoothed round trip and four deviations; undefined before the first answer. */
  lateMs(): number | undefined;
  /** `othersLateMs`: when answers of the others are late, so may be this one's. `caution`: times as long as usual. */
  suspectAfterMs(othersLateMs: number, caution: number): number;
  asked(nowMs: number): void;
  answered(nowMs: number): void;
}

export function pingAfterMs(othersLateMs: number): number {
  return Math.min(MAX_PING_AFTER_MS, Math.max(PING_AFTER_MS, othersLateMs));
}

/**
 * Smoothed round trip and its deviation, as TCP keeps them for its own patience (RFC 6298); but answers are asked for
 * seldom, so each that is prompt again halves what late ones left behind.
 */
export function createPatience(): Patience {
  let askedAt: number | undefined;
  let roundTripMs: number | undefined;
  let deviationMs = 0;

  function lateMs(): number | undefined {
    return roundTripMs === undefined ? undefined : roundTripMs + 4 * deviationMs;
  }

  return {
    roundTripMs: () => roundTripMs,
    lateMs,
    suspectAfterMs(othersLateMs, caution) {
      const late = pingAfterMs(othersLateMs) + ASK_LATER_MS + Math.max(othersLateMs, lateMs() ?? 0);
      return Math.min(MAX_SUSPECT_AFTER_MS, Math.max(caution * SUSPECT_AFTER_MS, late));
    },
    asked(nowMs) {
      // Which of several questions is answered cannot be told: the first, or it would seem prompt.
      askedAt ??= nowMs;
    },
    answered(nowMs) {
      if (askedAt === undefined) return;
      const sampleMs = nowMs - askedAt;
      askedAt = undefined;
      roundTripMs ??= sampleMs;
      const laterMs = sampleMs - roundTripMs;
      deviationMs += laterMs > 0 ? (laterMs - deviationMs) / 4 : -deviationMs / 2;
      roundTripMs += laterMs > 0 ? laterMs / 8 : laterMs / 2;
    },
  };
}
