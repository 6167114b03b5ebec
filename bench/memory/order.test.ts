import { describe, expect, it } from 'vitest';
import { readMemoryOrder } from './order.ts';

describe('the arguments of bench memory', () => {
  it('say how many messages, and for whom the report is', () => {
    expect(readMemoryOrder([])).toEqual({ ok: true, value: { messages: 50_000, json: false } });
    expect(readMemoryOrder(['--messages', '100000', '--json'])).toEqual({
      ok: true,
      value: { messages: 100_000, json: true },
    });
  });

  it.each(['0', '100001', '-1', '1e3', 'many', ''])('refuse %j messages in one line', (messages) => {
    expect(readMemoryOrder([`--messages=${messages}`])).toEqual({
      ok: false,
      reason: `--messages is a whole number from 1 to 100000, not "${messages}"`,
    });
  });

  it('refuse what nobody knows', () => {
    expect(readMemoryOrder(['--n', '8'])).toMatchObject({ ok: false });
  });
});
