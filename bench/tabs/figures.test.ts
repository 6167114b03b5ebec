import { describe, expect, it } from 'vitest';
import type { TabReport } from '../page/contract.ts';
import { figuresOf, tableOf, wireBetween, type RunRecord } from './figures.ts';

const heard = (latenciesMs: number[], lastAt = 0, duplicates = 0) => ({ latenciesMs, lastAt, duplicates });
const tab = (connectionsOpen: number, rush: number[], talk: number[], burst: number, lastAt: number): TabReport => ({
  connectionsOpen,
  connectionsPeak: connectionsOpen + 1,
  heard: {
    rush: heard(rush),
    talk: heard(talk),
    burst: heard(
      Array.from({ length: burst }, () => 5),
      lastAt,
    ),
  },
});

/** alice, bob and carol each say one thing, and another; alice then ten. */
const run: RunRecord = {
  onlineMs: [300, 100, 200],
  cameToRest: true,
  reports: [tab(2, [7, 8], [1, 2], 0, 0), tab(1, [9, 10], [3, 4], 10, 1_020), tab(2, [11, 12], [5, 6], 10, 1_040)],
  burstAt: 1_000,
  burstMessages: 10,
  burstWire: { framesSent: 30, bytesSent: 5_000, copiesSent: 25 },
};

describe('the figures of a run', () => {
  it('have exactly the names of the report', () => {
    expect(Object.keys(figuresOf(run)).join(' ')).toBe(
      'n joined connectionsMean connectionsMax onlineMsP50 onlineMsMax rushLatencyMsP50 rushLatencyMsP95 cameToRest ' +
        'latencyMsP50 latencyMsP95 reach duplicates deliveriesPerSecond payloadCopies framesPerDelivery bytesPerDelivery',
    );
  });

  it('follow from what the tabs saw', () => {
    expect(figuresOf(run)).toEqual({
      n: 3,
      joined: 3,
      connectionsMean: 1.67,
      connectionsMax: 3,
      onlineMsP50: 200,
      onlineMsMax: 300,
      rushLatencyMsP50: 9,
      rushLatencyMsP95: 12,
      cameToRest: true,
      latencyMsP50: 3,
      latencyMsP95: 6,
      reach: 1,
      duplicates: 0,
      // Twenty in the 40 ms until the last one.
      deliveriesPerSecond: 500,
      payloadCopies: 1.25,
      framesPerDelivery: 1.5,
      bytesPerDelivery: 250,
    });
  });

  it('count whoever did not come, and what was not delivered, against the run', () => {
    const torn: RunRecord = {
      ...run,
      onlineMs: [300, 100, undefined],
      reports: [tab(1, [2], [1], 0, 0), tab(1, [], [3], 10, 1_020), tab(0, [], [], 0, 0)],
    };
    expect(figuresOf(torn)).toMatchObject({ n: 3, joined: 2, onlineMsMax: 300, reach: 13 / 32 });
  });

  it('say of a latency when it is one of connections that never came to rest', () => {
    expect(tableOf('peer-channel', figuresOf({ ...run, cameToRest: false }))).toContain('6 ms p95, never at rest\n');
    expect(tableOf('peer-channel', figuresOf(run))).toContain('6 ms p95\n');
  });

  it('add duplicates of all phases', () => {
    const twice: TabReport = {
      ...run.reports[0]!,
      heard: { rush: heard([1], 0, 1), talk: heard([1], 0, 2), burst: heard([], 0, 3) },
    };
    expect(figuresOf({ ...run, reports: [twice, twice] }).duplicates).toBe(12);
  });

  it('are zero, not nothing, where nobody heard anything', () => {
    const mute = figuresOf({
      ...run,
      onlineMs: [undefined, undefined],
      reports: [tab(0, [], [], 0, 0), tab(0, [], [], 0, 0)],
    });
    expect(Object.values(mute).every((value) => Number.isFinite(Number(value)))).toBe(true);
    expect(mute).toMatchObject({ joined: 0, reach: 0, deliveriesPerSecond: 0, framesPerDelivery: 0 });
  });

  it('are shown to people line by line', () => {
    expect(tableOf('peer-channel', figuresOf(run))).toContain('reach                100 %, 0 duplicates\n');
  });

  it('count what was sent between two countings by tabs that answered both times', () => {
    const sent = (framesSent: number) => ({ framesSent, bytesSent: framesSent * 100, copiesSent: framesSent * 2 });
    const before = [sent(1), sent(2), undefined, sent(4)];
    const after = [sent(5), undefined, sent(9), sent(6)];
    expect(wireBetween(before, after)).toEqual(sent(6));
  });
});
