import { describe, expect, it } from 'vitest';
import { largest, mean, percentile, rounded } from './percentile.ts';

describe('percentiles', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);

  it('are values of the sample, by nearest rank', () => {
    expect(percentile(hundred, 50)).toBe(50);
    expect(percentile(hundred, 95)).toBe(95);
    expect(percentile(hundred, 100)).toBe(100);
    expect(percentile([3, 1, 2], 50)).toBe(2);
    expect(percentile([3, 1, 2], 95)).toBe(3);
    expect(percentile([7], 1)).toBe(7);
  });

  it('sort numbers as numbers and leave the sample as it is', () => {
    const sample = [10, 9, 100];
    expect(percentile(sample, 50)).toBe(10);
    expect(sample).toEqual([10, 9, 100]);
  });

  it('are zero where nothing was measured', () => {
    expect(percentile([], 95)).toBe(0);
    expect(mean([])).toBe(0);
    expect(largest([])).toBe(0);
  });

  it('stand beside means and rounding', () => {
    expect(mean([1, 2, 6])).toBe(3);
    expect(largest([1, 9, 4])).toBe(9);
    expect(rounded(1.23456, 2)).toBe(1.23);
  });
});
