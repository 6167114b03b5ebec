/**
 * How long a neighbour may be silent before it is suspect. On a machine that is busy every answer is late, and to take
 * that for death costs a replacement, a flood and more lateness; so the patience follows the answers. [NB5]
 * Knows times only.
 */

/**
 * Of a neighbour that answers promptly. Looked at in every tick of half a second, so a dead one is suspected within 3 s,
 * and no sooner than a second and a half after it was asked.
 */
export const SUSPECT_AFTER_MS = 2_500;
/** However late its answers. */
export const MAX_SUSPECT_AFTER_MS = 10_000;
/** Of the silence, what passes before it is asked, and until that is looked at. */
const BEFORE_ANSWER_MS = 1_500;

export interface Patience {
  suspectAfterMs(): number;
  asked(nowMs: number): void;
  answered(nowMs: number): void;
}

/** Smoothed round trip and its deviation, as TCP keeps them for its own patience (RFC 6298). */
export function createPatience(): Patience {
  let askedAt: number | undefined;
  let roundTripMs: number | undefined;
  let deviationMs = 0;

  return {
    suspectAfterMs() {
      const late = roundTripMs === undefined ? 0 : BEFORE_ANSWER_MS + roundTripMs + 4 * deviationMs;
      return Math.min(MAX_SUSPECT_AFTER_MS, Math.max(SUSPECT_AFTER_MS, late));
    },
    asked(nowMs) {
      // Which of several questions is answered cannot be told: the first, or it would seem prompt.
      askedAt ??= nowMs;
    },
    answered(nowMs) {
      if (askedAt === undefined) return;
      const sampleMs = nowMs - askedAt;
      askedAt = undefined;
      if (roundTripMs === undefined) {
        roundTripMs = sampleMs;
        deviationMs = sampleMs / 2;
        return;
      }
      deviationMs += (Math.abs(roundTripMs - sampleMs) - deviationMs) / 4;
      roundTripMs += (sampleMs - roundTripMs) / 8;
    },
  };
}
