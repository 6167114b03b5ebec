import { describe, expect, it } from 'vitest';
import { readTabsOrder } from './order.ts';

describe('the arguments of bench tabs', () => {
  it('say how many tabs, of which system, and for whom the report is', () => {
    const usual = { subject: 'peer-channel', restMs: 12_000 };
    expect(readTabsOrder([])).toEqual({ ok: true, value: { n: 8, ...usual, json: false } });
    expect(readTabsOrder(['--n', '64', '--json'])).toEqual({ ok: true, value: { n: 64, ...usual, json: true } });
    expect(readTabsOrder(['--n=2', '--subject', 'peer-channel', '--rest-ms=500'])).toEqual({
      ok: true,
      value: { n: 2, ...usual, restMs: 500, json: false },
    });
    expect(readTabsOrder(['--subject=trystero'])).toMatchObject({ ok: true, value: { subject: 'trystero' } });
  });

  it.each(['1', '0', '-8', '513', '8.5', 'many', '', '1e2'])('refuse %j tabs in one line', (n) => {
    const order = readTabsOrder([`--n=${n}`]);
    expect(order).toEqual({ ok: false, reason: `--n is a whole number from 2 to 512, not "${n}"` });
  });

  it('refuse a system and an option that nobody knows', () => {
    expect(readTabsOrder(['--subject', 'mallory'])).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/^--subject is one of/),
    });
    expect(readTabsOrder(['--tabs', '8'])).toMatchObject({ ok: false });
    expect(readTabsOrder(['8'])).toMatchObject({ ok: false });
  });
});
