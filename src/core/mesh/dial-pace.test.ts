import { describe, expect, it } from 'vitest';
import { BEREFT_LEAD_MS, createDialPace, LEAD_MS, MAX_WAIT_MS } from './dial-pace.ts';

describe('the pace of dials', () => {
  it('[TP13] the first is dialled at once, the next when that has failed or brought nothing for a second', () => {
    const pace = createDialPace();
    expect(pace.waitMs('First', 0, 500)).toBe(0);
    pace.onDialled(500);
    expect(pace.waitMs('First', 1, 500)).toBe(LEAD_MS);
    expect(pace.waitMs('First', 1, 500 + LEAD_MS - 1)).toBe(1);
    expect(pace.waitMs('First', 1, 500 + LEAD_MS)).toBe(0);
    expect(pace.waitMs('First', 0, 501)).toBe(0);
  });

  it('[TP13] a link is followed by a pause of eight times what it took', () => {
    const pace = createDialPace();
    pace.onDialled(0);
    pace.onLinked(100);
    expect(pace.waitMs('More', 0, 100)).toBe(800);
    expect(pace.waitMs('More', 0, 900)).toBe(0);
  });

  it('[TP13] where links take long, the next dial is waited for twice as long', () => {
    const pace = createDialPace();
    pace.onDialled(0);
    pace.onLinked(900);
    pace.onDialled(20_000);
    expect(pace.waitMs('More', 1, 20_000)).toBe(1_800);
    pace.onLinked(20_100);
    pace.onDialled(50_000);
    expect(pace.waitMs('More', 1, 50_000)).toBe(LEAD_MS);
  });

  it('[TP13] no wait is longer than eight seconds', () => {
    const pace = createDialPace();
    pace.onDialled(0);
    pace.onLinked(60_000);
    expect(pace.waitMs('More', 0, 60_000)).toBe(MAX_WAIT_MS);
    pace.onDialled(100_000);
    expect(pace.waitMs('More', 1, 100_000)).toBe(MAX_WAIT_MS);
  });

  it('[TP13] who lost everybody neither pauses nor waits long', () => {
    const pace = createDialPace();
    pace.onDialled(0);
    pace.onLinked(500);
    expect(pace.waitMs('Bereft', 0, 500)).toBe(0);
    pace.onDialled(500);
    expect(pace.waitMs('Bereft', 1, 500)).toBe(BEREFT_LEAD_MS);
  });
});
