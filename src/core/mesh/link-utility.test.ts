import { describe, expect, it } from 'vitest';
import { UTILITY_WINDOW } from '../wire/records.ts';
import { createLinkUtility, MAX_UTILITY, MIN_SAMPLES, TELL_AFTER_MS, type LinkUtility } from './link-utility.ts';

function fed(count: number, isNew: (index: number) => boolean): LinkUtility {
  const utility = createLinkUtility(0);
  for (let index = 0; index < count; index++) utility.received(isNew(index));
  return utility;
}

describe('utility of a link', () => {
  it('[NB9] follows the arithmetic of the original: 31/32 of before, and 128 for what is new', () => {
    // u = ⌊31u/32⌋, + 128 when new, by hand: 0, 128, 252, 372, then 360 (32 copies make it an opinion).
    const utility = fed(MIN_SAMPLES - 4, () => false);
    for (const isNew of [true, true, true, false]) utility.received(isNew);
    expect(utility.value()).toBe(360);
  });

  it('[NB9] tends to 4,096 times the share of first copies', () => {
    expect(fed(5_000, () => true).value()).toBeGreaterThan(MAX_UTILITY - 32);
    expect(fed(5_000, () => true).value()).toBeLessThanOrEqual(MAX_UTILITY);
    expect(Math.abs(fed(5_000, (index) => index % 4 === 0).value()! - MAX_UTILITY / 4)).toBeLessThan(80);
    expect(fed(5_000, () => false).value()).toBe(0);
  });

  it('[NB9] is none below 32 copies, received or told of', () => {
    expect(fed(MIN_SAMPLES - 1, () => true).value()).toBeUndefined();
    const utility = fed(MIN_SAMPLES - 8, () => true);
    for (let copy = 0; copy < 8; copy++) utility.sent();
    expect(utility.accept({ useful: 0, total: 7 })).toBe(true);
    expect(utility.value()).toBeUndefined();
    expect(utility.accept({ useful: 1, total: 1 })).toBe(true);
    expect(utility.value()).toBeDefined();
  });

  it('[NB9] is the same opinion at both ends, whoever received what was new', () => {
    const [alice, bob] = [createLinkUtility(0), createLinkUtility(0)];
    // Alice's messages are all news to bob, and bob has none.
    for (let copy = 0; copy < 320; copy++) {
      alice.sent();
      bob.received(true);
      const report = bob.due(0);
      if (report) expect(alice.accept(report)).toBe(true);
    }
    expect(alice.value()).toBe(bob.value());
    expect(alice.value()).toBeGreaterThan(MAX_UTILITY / 2);
  });

  it('[NB10] is told after 32 copies, counted from zero each time', () => {
    const utility = fed(UTILITY_WINDOW - 1, (index) => index < 5);
    expect(utility.due(0)).toBeUndefined();
    utility.received(true);
    expect(utility.due(0)).toEqual({ useful: 6, total: 32 });
    expect(utility.due(0)).toBeUndefined();
  });

  it('[NB10, LN3] 16 copies are told with a frame that leaves anyway', () => {
    const utility = fed(UTILITY_WINDOW / 2 - 1, () => true);
    expect(utility.due(0, true)).toBeUndefined();
    utility.received(true);
    expect(utility.due(0)).toBeUndefined();
    expect(utility.due(0, true)).toEqual({ useful: 16, total: 16 });
  });

  it('[NB10] is told after 30 s if there was a copy at all', () => {
    const utility = createLinkUtility(1_000);
    expect(utility.due(10 * TELL_AFTER_MS)).toBeUndefined();
    const other = createLinkUtility(1_000);
    other.received(false);
    expect(other.due(1_000 + TELL_AFTER_MS - 1)).toBeUndefined();
    expect(other.due(1_000 + TELL_AFTER_MS)).toEqual({ useful: 0, total: 1 });
    other.received(true);
    expect(other.due(1_000 + TELL_AFTER_MS)).toBeUndefined();
    expect(other.due(1_000 + 2 * TELL_AFTER_MS)).toEqual({ useful: 1, total: 1 });
  });

  it('[NB10] no more can be told of than was sent, and none of it twice', () => {
    const utility = createLinkUtility(0);
    expect(utility.accept({ useful: 0, total: 1 })).toBe(false);
    for (let copy = 0; copy < 40; copy++) utility.sent();
    expect(utility.accept({ useful: 2, total: 1 })).toBe(false);
    expect(utility.accept({ useful: 0, total: UTILITY_WINDOW + 1 })).toBe(false);
    expect(utility.accept({ useful: 32, total: 32 })).toBe(true);
    expect(utility.accept({ useful: 0, total: 9 })).toBe(false);
    expect(utility.accept({ useful: 0, total: 8 })).toBe(true);
  });
});
