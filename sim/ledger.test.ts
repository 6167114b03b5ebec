import { describe, expect, it } from 'vitest';
import { createLedger } from './ledger.ts';

const living = (index: number, openedAtMs = 0) => ({ index, openedAtMs, isLiving: true });
const gone = (index: number) => ({ index, openedAtMs: 0, isLiving: false });

describe('ledger', () => {
  it('[SM7] expects a message at everybody who was open from its sending to the end, the speaker included', () => {
    const ledger = createLedger();
    const payload = ledger.write(0, 1000);
    const attendances = [living(0), living(1), living(2, 1000), living(3, 1001), gone(4)];
    for (const at of [0, 1, 3, 4]) expect(ledger.read(payload, 0, attendances[at]!, 1100)).toBe(true);
    expect(ledger.totals(attendances)).toMatchObject({ expected: 3, delivered: 2, duplicates: 0 });
    expect(ledger.carried).toBe(3);
    expect(ledger.missing(attendances, 10)).toEqual([
      'message 0 of node 0, sent at 1000 ms, never reached node 2 (open since 1000 ms)',
    ]);
  });

  it('[SM7] counts every delivery beyond the first as a duplicate, at nodes of any number', () => {
    const ledger = createLedger();
    const payload = ledger.write(7, 0);
    for (let i = 0; i < 300; i++) ledger.read(payload, 7, living(1000), 10);
    expect(ledger.duplicates).toBe(299);
    expect(ledger.totals([living(1000)])).toMatchObject({ expected: 1, delivered: 1, duplicates: 299 });
  });

  it('[SM8] knows a delivery that nobody sent, or that bears another name', () => {
    const ledger = createLedger();
    const payload = ledger.write(0, 0);
    expect(ledger.read(payload, 1, living(2), 10)).toBe(false);
    expect(ledger.read(payload.subarray(1), 0, living(2), 10)).toBe(false);
    const unknown = payload.slice();
    unknown[3] = 9;
    expect(ledger.read(unknown, 0, living(2), 10)).toBe(false);
    expect(ledger.totals([living(2)])).toMatchObject({ delivered: 0 });
  });

  it('[SM18] tells of a span what was delivered in time, and when the last late delivery happened', () => {
    const ledger = createLedger();
    const attendances = [living(0), living(1), living(2, 5_000), gone(3)];
    const before = ledger.write(0, 500);
    const first = ledger.write(0, 1_000);
    const second = ledger.write(1, 2_000);
    ledger.read(before, 0, living(1), 90_000);
    for (const payload of [first, second])
      ledger.read(payload, payload === first ? 0 : 1, living(payload === first ? 0 : 1), 2_000);
    ledger.read(first, 0, living(1), 1_100);
    ledger.read(first, 0, living(2), 7_000);
    ledger.read(second, 1, living(0), 9_000);
    const span = { fromMs: 1_000, untilMs: 3_000 };
    expect(ledger.span(span, attendances, 500)).toEqual({
      expected: 4,
      delivered: 3,
      timely: 1,
      lastLateAtMs: undefined,
    });
    ledger.read(second, 1, living(2), 2_400);
    expect(ledger.span(span, attendances, 500)).toEqual({ expected: 4, delivered: 4, timely: 2, lastLateAtMs: 9_000 });
    expect(ledger.span({ fromMs: 1_000, untilMs: 2_000 }, [living(1)], 500).lastLateAtMs).toBe(0);
  });

  it('tells the latency of deliveries to others', () => {
    const ledger = createLedger();
    for (let i = 1; i <= 100; i++) {
      const payload = ledger.write(0, 0);
      ledger.read(payload, 0, living(0), 0);
      ledger.read(payload, 0, living(1), i);
      // Who came later caught up, which is no latency.
      ledger.read(payload, 0, living(2, 50), 60_000);
    }
    expect(ledger.totals([living(0), living(1)])).toMatchObject({
      latencyMsP50: 51,
      latencyMsP95: 96,
      latencyMsP99: 100,
    });
  });
});
