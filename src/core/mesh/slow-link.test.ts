import { describe, expect, it } from 'vitest';
import { CLEARANCE_MS, createSlowLink, RECOVERED_BYTES, SLOW_AFTER_MS, SLOW_BACKLOG_BYTES } from './slow-link.ts';

const TICK_MS = 500;
const BACKLOG = 2 * SLOW_BACKLOG_BYTES;

/** A link with a backlog that stays as large while so much leaves it each second; tells when it was found too slow. */
function watch(bytesPerSecond: number, durationMs: number, backlog = BACKLOG) {
  const link = createSlowLink();
  const tooSlowAt: number[] = [];
  let slowSince: number | undefined;
  for (let now = 0; now <= durationMs; now += TICK_MS) {
    if (link.check(backlog, (bytesPerSecond * now) / 1000, now)) tooSlowAt.push(now);
    if (link.isSlow()) slowSince ??= now;
  }
  return { link, tooSlowAt, slowSince };
}

describe('a slow link', () => {
  it('[NB11] is one whose backlog lasts for two seconds', () => {
    expect(watch(0, 10_000).slowSince).toBe(SLOW_AFTER_MS);
    expect(watch(0, 60_000, SLOW_BACKLOG_BYTES)).toMatchObject({ slowSince: undefined, tooSlowAt: [] });
    const link = createSlowLink();
    for (let now = 0; now <= 60_000; now += TICK_MS) link.check(now % 2_000 < 1_500 ? BACKLOG : 0, 0, now);
    expect(link.isSlow()).toBe(false);
  });

  it('[NB11] is slow until little is left', () => {
    const { link } = watch(0, SLOW_AFTER_MS);
    expect(link.check(RECOVERED_BYTES + 1, 0, SLOW_AFTER_MS + TICK_MS)).toBe(false);
    expect(link.isSlow()).toBe(true);
    link.check(RECOVERED_BYTES, 0, SLOW_AFTER_MS + 2 * TICK_MS);
    expect(link.isSlow()).toBe(false);
  });

  it('[NB11] is too slow when not even half of the backlog has left in ten seconds, and not before', () => {
    const half = BACKLOG / 2 / (CLEARANCE_MS / 1000);
    expect(watch(half * 0.9, 60_000).tooSlowAt[0]).toBe(SLOW_AFTER_MS + CLEARANCE_MS);
    expect(watch(half * 1.1, 120_000)).toMatchObject({ tooSlowAt: [], slowSince: SLOW_AFTER_MS });
  });

  it('[NB11] is judged anew every ten seconds if it is kept', () => {
    expect(watch(0, 40_000).tooSlowAt).toEqual([12_000, 22_000, 32_000]);
  });
});
