import { describe, expect, it } from 'vitest';
import { readCompareOrder } from './order.ts';

describe('the arguments of bench compare', () => {
  it('say how many tabs, and for whom the report is', () => {
    expect(readCompareOrder([])).toEqual({ ok: true, value: { n: 8, restMs: 12_000, json: false } });
    expect(readCompareOrder(['--n', '32', '--rest-ms', '0', '--json'])).toEqual({
      ok: true,
      value: { n: 32, restMs: 0, json: true },
    });
  });

  it.each([['--n=1'], ['--rest-ms=60001'], ['--rest-ms=soon'], ['--n=many'], ['--subject', 'trystero'], ['32']])(
    'refuse %j',
    (...argv) => {
      expect(readCompareOrder(argv)).toMatchObject({ ok: false, reason: expect.stringMatching(/./) });
    },
  );
});
