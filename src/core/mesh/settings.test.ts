import { describe, expect, it } from 'vitest';
import { completeSettings, DEFAULT_SETTINGS } from './settings.ts';

describe('settings of a mesh', () => {
  it('[TP1] are 4, 6, 8 and 10 unless said otherwise', () => {
    expect(completeSettings()).toEqual({
      low: 4,
      target: 6,
      high: 8,
      cap: 10,
      maxEnvelopeBytes: 65_536,
      isListed: true,
    });
  });

  it('[TP1] take the profile 2/3/7 of the original', () => {
    expect(completeSettings({ low: 2, target: 3, high: 7 })).toEqual({
      ...DEFAULT_SETTINGS,
      low: 2,
      target: 3,
      high: 7,
    });
  });

  it.each([{ low: 0 }, { low: 7 }, { target: 9 }, { high: 5 }, { high: 11 }, { cap: 7 }, { low: NaN }])(
    '[TP1] refuse a profile that contradicts itself: %o',
    (given) => {
      expect(() => completeSettings(given)).toThrow('1 <= low <= target <= high <= cap');
    },
  );

  it.each([16 * 1024 - 1, 64 * 1024 + 1])('[EN5] refuse envelopes of at most %i bytes', (maxEnvelopeBytes) => {
    expect(() => completeSettings({ maxEnvelopeBytes })).toThrow('maxEnvelopeBytes');
  });

  it('[EN5] take envelopes of at most 16 KiB', () => {
    expect(completeSettings({ maxEnvelopeBytes: 16 * 1024 }).maxEnvelopeBytes).toBe(16_384);
  });
});
