/**
 * How many times as long as usual to wait before a node is suspected, told of and held lost. Where those who live answer
 * a suspicion late, the machine or the network is busy with something else than their death, and every suspicion makes
 * it busier; so the first few teach everybody who hears them. [PR6]
 */

export const CAUTIOUS_FOR_MS = 60_000;
/** 2.5 s times this is as long as any neighbour is waited for. */
export const MAX_CAUTION = 8;

export interface Caution {
  /** A suspected node has answered, but late. */
  raise(nowMs: number): void;
  /** From 1 to MAX_CAUTION: the late answers of the last minute; one alone is chance. */
  factor(nowMs: number): number;
}

export function createCaution(): Caution {
  const lateAnswersAt: number[] = [];
  return {
    raise(nowMs) {
      lateAnswersAt.push(nowMs);
      if (lateAnswersAt.length > MAX_CAUTION) lateAnswersAt.shift();
    },
    factor(nowMs) {
      while (lateAnswersAt.length > 0 && nowMs - lateAnswersAt[0]! >= CAUTIOUS_FOR_MS) lateAnswersAt.shift();
      return Math.max(1, lateAnswersAt.length);
    },
  };
}
