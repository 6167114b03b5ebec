import { describe, expect, it } from 'vitest';
import { CAUTIOUS_FOR_MS, createCaution, MAX_CAUTION } from './caution.ts';

describe('caution', () => {
  it('[PR6] is as many times as usual as there were late answers in the last minute; one is none', () => {
    const caution = createCaution();
    expect(caution.factor(0)).toBe(1);
    caution.raise(0);
    expect(caution.factor(0)).toBe(1);
    caution.raise(10_000);
    caution.raise(20_000);
    expect(caution.factor(CAUTIOUS_FOR_MS - 1)).toBe(3);
    expect(caution.factor(CAUTIOUS_FOR_MS)).toBe(2);
    expect(caution.factor(20_000 + CAUTIOUS_FOR_MS)).toBe(1);
  });

  it('[PR6] is eight times at most, however many answer late', () => {
    const caution = createCaution();
    for (let at = 0; at < 1_000; at++) caution.raise(at);
    expect(caution.factor(1_000)).toBe(MAX_CAUTION);
    expect(caution.factor(999 + CAUTIOUS_FOR_MS)).toBe(1);
  });
});
