import { describe, expect, it } from 'vitest';
import { overheadOf, overheadTable } from './figures.ts';
import type { Arrival } from './run.ts';

const arrivals = (...all: readonly number[]): Arrival[] => all.map((ms) => ({ ms, steps: { open: ms / 2 } }));
const record = {
  online: arrivals(90.04, 300, 120),
  unrehearsed: arrivals(100, 310, 130),
  ahead: arrivals(50, 60, 70),
  bare: arrivals(30, 40, 500),
  relayed: arrivals(60, 61, 59),
};

describe('what a mesh adds to a bare connection', () => {
  it('is a ratio of medians, which one slow newcomer does not move', () => {
    expect(overheadOf(record)).toMatchObject({
      repetitions: 3,
      online: { msP50: 120, ms: [90, 300, 120], stepsP50: { open: 60 } },
      unrehearsed: { msP50: 130 },
      ahead: { msP50: 60 },
      bare: { msP50: 40 },
      relayed: { msP50: 60 },
      ratio: 3,
      ratioAhead: 1.5,
      ratioRelayed: 2,
    });
  });

  it('is shown to people with its spread and its way', () => {
    const table = overheadTable(overheadOf(record));
    expect(table).toContain('newcomer of a running mesh         120 ms p50 (90 to 300)\n  open 60\n');
    expect(table).toContain('proof not rehearsed                130 ms p50 (100 to 310)\n');
    expect(table).toContain('ratio to tab to tab                3\n');
  });
});
