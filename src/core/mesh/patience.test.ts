import { describe, expect, it } from 'vitest';
import { createPatience, MAX_PING_AFTER_MS, MAX_SUSPECT_AFTER_MS, pingAfterMs, SUSPECT_AFTER_MS } from './patience.ts';

function answerAfter(...roundTripsMs: number[]) {
  const patience = createPatience();
  let now = 0;
  for (const ms of roundTripsMs) {
    patience.asked(now);
    patience.answered((now += ms));
  }
  return patience;
}

describe('patience with a neighbour', () => {
  it('[NB5] is 2.5 s where answers are prompt, or none was asked for', () => {
    expect(createPatience().suspectAfterMs(0, 1)).toBe(SUSPECT_AFTER_MS);
    expect(answerAfter(5, 300, 20, 100).suspectAfterMs(0, 1)).toBe(SUSPECT_AFTER_MS);
  });

  it('[NB5] follows late answers, up to a bound', () => {
    expect(answerAfter(500).suspectAfterMs(0, 1)).toBe(2_500);
    expect(answerAfter(1_000, 2_000).suspectAfterMs(0, 1)).toBe(2_000 + 1_125 + 1_000);
    expect(answerAfter(60_000).suspectAfterMs(0, 1)).toBe(MAX_SUSPECT_AFTER_MS);
  });

  it('[NB4, NB5] where all others answer late, it is asked later, and has as much longer', () => {
    expect([0, 1_000, 3_000, 60_000].map(pingAfterMs)).toEqual([1_300, 1_300, 3_000, MAX_PING_AFTER_MS]);
    expect(createPatience().suspectAfterMs(500, 1)).toBe(SUSPECT_AFTER_MS);
    expect(answerAfter(20, 20, 20, 20).suspectAfterMs(3_000, 1)).toBe(3_000 + 700 + 3_000);
    expect(createPatience().suspectAfterMs(60_000, 1)).toBe(MAX_SUSPECT_AFTER_MS);
  });

  it('[NB5] is short again once answers are', () => {
    expect(answerAfter(2_000, 4_000, 250).suspectAfterMs(0, 1)).toBe(2_000 + 1_250 + 4 * 250);
    expect(answerAfter(2_000, 4_000, 250, 250, 250, 250).suspectAfterMs(0, 1)).toBe(SUSPECT_AFTER_MS);
  });

  it('[NB5] counts from the first question that an answer may be to', () => {
    const patience = createPatience();
    patience.asked(0);
    patience.asked(1_000);
    patience.answered(1_100);
    expect(patience.suspectAfterMs(0, 1)).toBe(2_000 + 1_100);
  });

  it('[NB5, PR6] one answer that is a second late is 0.7 s of patience more, but no slow round trip', () => {
    const patience = answerAfter(50, 50, 50, 1_050);
    expect(patience.suspectAfterMs(0, 1)).toBe(2_000 + 175 + 1_000);
    expect(patience.roundTripMs()).toBe(175);
    expect(createPatience().roundTripMs()).toBeUndefined();
  });

  it('[NB5, PR6] where one is cautious, it is as many times 2.5 s', () => {
    expect([1, 3, 8].map((caution) => createPatience().suspectAfterMs(0, caution))).toEqual([2_500, 7_500, 20_000]);
    expect(answerAfter(1_000, 2_000).suspectAfterMs(0, 2)).toBe(5_000);
  });

  it('[NB5] takes nothing from an answer that nobody asked for', () => {
    const patience = createPatience();
    patience.answered(60_000);
    expect(patience.suspectAfterMs(0, 1)).toBe(SUSPECT_AFTER_MS);
  });
});
