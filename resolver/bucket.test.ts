import { describe, expect, it } from 'vitest';
import { createBucket } from './bucket.ts';

describe('token bucket', () => {
  it('[RS15] gives the burst at once and the rate afterwards', () => {
    const bucket = createBucket({ burst: 3, perSecond: 2 }, 0);
    expect([1, 2, 3, 4].map(() => bucket.take(1, 0))).toEqual([true, true, true, false]);
    expect(bucket.take(1, 499)).toBe(false);
    expect(bucket.take(1, 500)).toBe(true);
    expect(bucket.take(1, 500)).toBe(false);
  });

  it('never holds more than the burst, and takes nothing when it has too little', () => {
    const bucket = createBucket({ burst: 3, perSecond: 2 }, 0);
    expect(bucket.take(4, 1e9)).toBe(false);
    expect(bucket.take(3, 1e9)).toBe(true);
    expect(bucket.take(1, 1e9)).toBe(false);
  });

  it('is not filled by a clock that goes back', () => {
    const bucket = createBucket({ burst: 1, perSecond: 1 }, 1000);
    expect(bucket.take(1, 1000)).toBe(true);
    expect(bucket.take(1, 0)).toBe(false);
  });
});
