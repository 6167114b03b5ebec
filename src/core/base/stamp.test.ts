import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NodeId } from './ids.ts';
import { comparePlaces, isCredible, MAX_SKEW_MS, type Place } from './stamp.ts';

const NOW = 1_704_067_200_000;
const place = (wallMs: number, counter = 0, origin = 'a', sequence = 1, index = 0): Place => ({
  stamp: { wallMs, counter },
  origin: origin as NodeId,
  sequence,
  index,
});
const anyPlace = fc
  .tuple(fc.nat(3), fc.nat(3), fc.constantFrom('a', 'b', 'c'), fc.nat(3), fc.nat(3))
  .map((fields) => place(...fields));

describe('stamps', () => {
  it('[ST3] messages stand by stamp, then origin, then sequence, then their place in the envelope', () => {
    const inOrder = [
      place(1, 9, 'c', 9, 9),
      place(2, 0, 'c', 9, 9),
      place(2, 1, 'a', 9, 9),
      place(2, 1, 'b', 1, 9),
      place(2, 1, 'b', 2, 0),
      place(2, 1, 'b', 2, 1),
    ];
    expect([...inOrder].reverse().sort(comparePlaces)).toEqual(inOrder);
  });

  it('[ST3] the order is total: of two different messages one is first, and no three go round', () => {
    fc.assert(
      fc.property(anyPlace, anyPlace, anyPlace, (a, b, c) => {
        expect(Math.sign(comparePlaces(a, b))).toBe(0 - Math.sign(comparePlaces(b, a)));
        expect(comparePlaces(a, b) === 0).toBe(JSON.stringify(a) === JSON.stringify(b));
        if (comparePlaces(a, b) <= 0 && comparePlaces(b, c) <= 0) expect(comparePlaces(a, c)).toBeLessThanOrEqual(0);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  it('[ST2] thirty days ahead or behind are believed, more is not', () => {
    const believed = (wallMs: number): boolean => isCredible({ wallMs, counter: 0 }, NOW);
    expect([NOW, NOW + MAX_SKEW_MS, NOW - MAX_SKEW_MS].map(believed)).toEqual([true, true, true]);
    expect([NOW + MAX_SKEW_MS + 1, NOW - MAX_SKEW_MS - 1, 0].map(believed)).toEqual([false, false, false]);
  });
});
