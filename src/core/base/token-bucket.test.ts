import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTokenBucket, createTokenBuckets } from './token-bucket.ts';

describe('token bucket', () => {
  it('gives a burst at once, then what a second brings', () => {
    const bucket = createTokenBucket({ perSecond: 2, burst: 3 });
    expect([0, 0, 0, 0].map((now) => bucket.take(now))).toEqual([true, true, true, false]);
    expect(bucket.waitMs(0)).toBe(500);
    expect(bucket.take(499)).toBe(false);
    expect(bucket.take(500)).toBe(true);
    expect(bucket.take(500)).toBe(false);
  });

  it('takes nothing when there is not enough', () => {
    const bucket = createTokenBucket({ perSecond: 1, burst: 10 });
    expect(bucket.take(0, 11)).toBe(false);
    expect(bucket.take(0, 10)).toBe(true);
    expect(bucket.take(0, 1)).toBe(false);
  });

  it('is never fuller than its burst, however long it rests', () => {
    const bucket = createTokenBucket({ perSecond: 1_000, burst: 2 });
    expect(bucket.take(0)).toBe(true);
    expect([1e9, 1e9, 1e9].map((now) => bucket.take(now))).toEqual([true, true, false]);
  });

  it('never lets more through than burst and rate allow, and waiting as told suffices', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 1, max: 5 })), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(steps, (list) => {
        const bucket = createTokenBucket({ perSecond: 3, burst: 5 });
        let now = 0;
        let taken = 0;
        for (const [passedMs, amount] of list) {
          now += passedMs;
          if (bucket.take(now, amount)) taken += amount;
          else {
            // Rounding of the level must not make somebody wait twice.
            now += bucket.waitMs(now, amount) + 1e-6;
            expect(bucket.take(now, amount)).toBe(true);
            taken += amount;
          }
          expect(taken).toBeLessThanOrEqual(5 + (3 * now) / 1000 + 1e-6);
        }
      }),
      { seed: 1, numRuns: 1000 },
    );
  });
});

describe('token buckets of several owners', () => {
  it('each has its own, full when it begins', () => {
    const buckets = createTokenBuckets<{ name: string }>({ perSecond: 1, burst: 2 });
    const [alice, bob] = [{ name: 'alice' }, { name: 'bob' }];
    expect([1, 2, 3].map(() => buckets.take(alice, 0))).toEqual([true, true, false]);
    expect(buckets.take(bob, 0)).toBe(true);
    expect(buckets.take(alice, 1_000)).toBe(true);
  });
});
