import { describe, expect, it } from 'vitest';
import { BEREFT_LEAD_MS, createDialPace, FEW, LEAD_MS, MAX_RUSH_MS, MAX_WAIT_MS, RUSH_MS } from './dial-pace.ts';

/** A pace whose first link, dialled at 0, took that long. */
function linkedAfter(tookMs: number) {
  const pace = createDialPace(0);
  pace.onDialled(0);
  pace.onLinked(true, tookMs);
  return pace;
}

describe('the pace of dials', () => {
  it('[TP13] the first is dialled at once, the next when that has failed or brought nothing for a second', () => {
    const pace = createDialPace(0);
    expect(pace.waitMs(0, 0, 500)).toBe(0);
    pace.onDialled(500);
    expect(pace.waitMs(0, 1, 500)).toBe(LEAD_MS);
    expect(pace.waitMs(0, 1, 500 + LEAD_MS - 1)).toBe(1);
    expect(pace.waitMs(0, 1, 500 + LEAD_MS)).toBe(0);
    expect(pace.waitMs(0, 0, 501)).toBe(0);
  });

  it('[TP13] a link is followed by a pause of four times what it took', () => {
    const pace = linkedAfter(100);
    expect(pace.waitMs(1, 0, 100)).toBe(400);
    expect(pace.waitMs(1, 0, 500)).toBe(0);
  });

  it('[TP13] one that somebody else dialled by none', () => {
    const pace = createDialPace(0);
    pace.onDialled(0);
    pace.onLinked(false, 100);
    expect(pace.waitMs(1, 0, 100)).toBe(0);
  });

  it('[TP13] where links take long, the next dial is waited for twice as long', () => {
    const pace = linkedAfter(900);
    pace.onDialled(20_000);
    expect(pace.waitMs(1, 1, 20_000)).toBe(1_800);
    pace.onLinked(true, 20_100);
    pace.onDialled(50_000);
    expect(pace.waitMs(1, 1, 50_000)).toBe(LEAD_MS);
  });

  it('[TP13] no wait is longer than eight seconds', () => {
    const pace = linkedAfter(60_000);
    expect(pace.waitMs(1, 0, 60_000)).toBe(MAX_WAIT_MS);
    pace.onDialled(100_000);
    expect(pace.waitMs(1, 1, 100_000)).toBe(MAX_WAIT_MS);
  });

  it('[TP13] who lost everybody neither pauses nor waits long', () => {
    const pace = linkedAfter(500);
    expect(pace.waitMs(0, 0, 500)).toBe(0);
    pace.onDialled(500);
    expect(pace.waitMs(0, 1, 500)).toBe(BEREFT_LEAD_MS);
  });

  it('[TP13] dials that time out are ever longer apart, until a link is made', () => {
    const pace = linkedAfter(0);
    const waits = Array.from({ length: 5 }, () => {
      pace.onTimedOut(1_000);
      return pace.waitMs(1, 0, 1_000);
    });
    expect(waits).toEqual([1_000, 2_000, 4_000, MAX_WAIT_MS, MAX_WAIT_MS]);
    expect(pace.waitMs(0, 0, 1_000)).toBe(0);
    pace.onDialled(20_000);
    pace.onLinked(true, 20_000);
    pace.onTimedOut(20_000);
    expect(pace.waitMs(1, 0, 20_000)).toBe(LEAD_MS);
  });

  it('[TP13] in a rush it dials until it has two, and more only when the rush is over', () => {
    const pace = linkedAfter(0);
    pace.onRush(1_000);
    expect(FEW).toBe(2);
    expect([pace.isRush(1_000), pace.isRush(1_000 + RUSH_MS)]).toEqual([true, false]);
    expect(pace.waitMs(1, 0, 1_000)).toBe(0);
    expect(pace.waitMs(1, 1, 1_000)).toBe(RUSH_MS);
    expect(pace.waitMs(2, 0, 1_000)).toBe(RUSH_MS);
    pace.onRush(5_000);
    expect(pace.waitMs(2, 0, 5_000)).toBe(RUSH_MS);
    expect(pace.waitMs(2, 0, 5_000 + RUSH_MS)).toBe(0);
  });

  it('[TP13] the last node takes a rush for over half as late again', () => {
    const pace = createDialPace(1);
    pace.onRush(0);
    expect([pace.isRush(1.5 * RUSH_MS - 1), pace.isRush(1.5 * RUSH_MS)]).toEqual([true, false]);
  });

  it('[TP13] mallory, who makes up newcomers for ever, keeps nobody at two for more than a minute', () => {
    const pace = linkedAfter(0);
    for (let at = 0; at < MAX_RUSH_MS; at += 100) pace.onRush(at);
    expect(pace.waitMs(2, 0, MAX_RUSH_MS - 1)).toBe(1);
    pace.onRush(MAX_RUSH_MS);
    expect(pace.waitMs(2, 0, MAX_RUSH_MS)).toBe(0);
  });
});
