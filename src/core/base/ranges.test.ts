import { describe, expect, it } from 'vitest';
import { addTo, contains, isCanonical, rangesOf, union, without, type Range } from './ranges.ts';

/** All sets of numbers below 9, as bits. */
const SETS = Array.from({ length: 512 }, (_, bits) => numbersOf(bits));

function numbersOf(bits: number): number[] {
  return Array.from({ length: 9 }, (_, value) => value).filter((value) => (bits >> value) & 1);
}

function numbersIn(ranges: readonly Range[]): number[] {
  return ranges.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i));
}

describe('ranges', () => {
  it('hold exactly what was added, in one form, whatever the order', () => {
    for (const numbers of SETS) {
      const ranges = rangesOf(numbers);
      expect(numbersIn(ranges)).toEqual(numbers);
      expect(isCanonical(ranges)).toBe(true);
      expect(rangesOf([...numbers].reverse())).toEqual(ranges);
      expect(rangesOf([...numbers, ...numbers])).toEqual(ranges);
      for (let value = 0; value < 10; value++) expect(contains(ranges, value)).toBe(numbers.includes(value));
    }
  });

  it('join to what either has, in one form', () => {
    for (const one of SETS.filter((_, i) => i % 3 === 0)) {
      for (const other of SETS.filter((_, i) => i % 5 === 0))
        expect(union(rangesOf(one), rangesOf(other))).toEqual(rangesOf([...one, ...other]));
    }
  });

  it('leave what the one has and the other lacks', () => {
    for (const wanted of SETS.filter((_, i) => i % 3 === 0)) {
      for (const held of SETS.filter((_, i) => i % 5 === 0)) {
        const rest = without(rangesOf(wanted), rangesOf(held));
        expect(numbersIn(rest)).toEqual(wanted.filter((value) => !held.includes(value)));
        expect(isCanonical(rest)).toBe(true);
      }
    }
  });

  it('close the lowest gap when there are too many', () => {
    const ranges = rangesOf([1, 3, 5]);
    addTo(ranges, 7, 3);
    expect(ranges).toEqual([
      { from: 1, to: 3 },
      { from: 5, to: 5 },
      { from: 7, to: 7 },
    ]);
  });

  it('take no touching, crossing or backward ranges for one set', () => {
    expect(isCanonical([{ from: 2, to: 1 }])).toBe(false);
    const after = (from: number): Range[] => [
      { from: 1, to: 2 },
      { from, to: 9 },
    ];
    expect(isCanonical(after(2))).toBe(false);
    expect(isCanonical(after(3))).toBe(false);
    expect(isCanonical(after(4))).toBe(true);
  });
});
