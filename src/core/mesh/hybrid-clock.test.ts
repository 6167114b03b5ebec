import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareStamps, isCredible, MAX_SKEW_MS, MAX_COUNTER, type Stamp } from '../base/stamp.ts';
import { createManualClock } from '../testing/manual-clock.ts';
import { createHybridClock } from './hybrid-clock.ts';

const NOW = 1_704_067_200_000;

/** A hybrid clock over a wall clock that the test sets. */
function setUp() {
  const wall = { now: NOW };
  const hybrid = createHybridClock({ ...createManualClock(), wallNow: () => wall.now });
  return { wall, hybrid };
}

describe('a hybrid clock', () => {
  it('[ST1] shows the wall clock as long as that goes on, and counts within a millisecond', () => {
    const { wall, hybrid } = setUp();
    expect([hybrid.stamp(), hybrid.stamp()]).toEqual([
      { wallMs: NOW, counter: 0 },
      { wallMs: NOW, counter: 1 },
    ]);
    wall.now += 1.7;
    expect(hybrid.stamp()).toEqual({ wallMs: NOW + 1, counter: 0 });
  });

  it('[ST1] never goes back, whatever the wall clock does', () => {
    const { wall, hybrid } = setUp();
    const before = hybrid.stamp();
    for (const now of [NOW - 3_600_000, 0, -1]) {
      wall.now = now;
      expect(compareStamps(hybrid.stamp(), before)).toBeGreaterThan(0);
    }
    expect(hybrid.stamp()).toEqual({ wallMs: NOW, counter: 4 });
  });

  it('[ST1] stands above what it followed, and takes no notice of what is behind it', () => {
    const { hybrid } = setUp();
    hybrid.follow({ wallMs: NOW + 5_000, counter: 7 });
    hybrid.follow({ wallMs: NOW + 4_000, counter: 9 });
    expect(hybrid.stamp()).toEqual({ wallMs: NOW + 5_000, counter: 8 });
  });

  it('[ST1] goes on with the next millisecond when the counter is used up', () => {
    const { hybrid } = setUp();
    hybrid.follow({ wallMs: NOW + 5_000, counter: MAX_COUNTER });
    expect(hybrid.stamp()).toEqual({ wallMs: NOW + 5_001, counter: 0 });
  });

  it('[ST2] a clock years ahead does not move it', () => {
    const { hybrid } = setUp();
    expect(hybrid.follow({ wallMs: NOW + MAX_SKEW_MS + 1, counter: 0 })).toBe(false);
    expect(hybrid.follow({ wallMs: 8.64e15, counter: MAX_COUNTER })).toBe(false);
    expect(hybrid.stamp()).toEqual({ wallMs: NOW, counter: 0 });
    expect(hybrid.follow({ wallMs: NOW + MAX_SKEW_MS, counter: 0 })).toBe(true);
    expect(hybrid.stamp()).toEqual({ wallMs: NOW + MAX_SKEW_MS, counter: 1 });
  });

  it('[ST1, ST2] whatever comes in, each stamp is above those before it and above all that were believed', () => {
    const heard = fc.record({ aheadMs: fc.integer({ min: -3e10, max: 3e10 }), counter: fc.nat(MAX_COUNTER) });
    const step = fc.oneof(heard, fc.record({ jumpMs: fc.integer({ min: -1e9, max: 1e9 }) }), fc.constant('stamp'));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { wall, hybrid } = setUp();
        let highest: Stamp = { wallMs: 0, counter: 0 };
        for (const one of steps) {
          if (typeof one === 'string') {
            const stamp = hybrid.stamp();
            expect(compareStamps(stamp, highest)).toBeGreaterThan(0);
            highest = stamp;
          } else if ('jumpMs' in one) {
            wall.now += one.jumpMs;
          } else {
            const stamp = { wallMs: wall.now + one.aheadMs, counter: one.counter };
            hybrid.follow(stamp);
            if (isCredible(stamp, wall.now) && compareStamps(stamp, highest) > 0) highest = stamp;
          }
        }
      }),
      { seed: 3, numRuns: 500 },
    );
  });
});
