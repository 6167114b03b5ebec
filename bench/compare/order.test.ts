import { describe, expect, it } from 'vitest';
import { readCompareOrder } from './order.ts';

describe('the arguments of bench compare', () => {
  it('say how many tabs, and for whom the report is', () => {
    expect(readCompareOrder([])).toEqual({ ok: true, value: { n: 8, json: false } });
    expect(readCompareOrder(['--n', '32', '--json'])).toEqual({ ok: true, value: { n: 32, json: true } });
  });

  it.each([['--n=1'], ['--n=many'], ['--subject', 'trystero'], ['32']])('refuse %j', (...argv) => {
    expect(readCompareOrder(argv)).toMatchObject({ ok: false, reason: expect.stringMatching(/./) });
  });
});
