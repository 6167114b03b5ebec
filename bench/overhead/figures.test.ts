import { describe, expect, it } from 'vitest';
import { overheadOf, overheadTable } from './figures.ts';

const record = { meshMs: [90.04, 300, 120], bareMs: [30, 40, 500], relayedMs: [60, 61, 59] };

describe('what a mesh adds to a bare connection', () => {
  it('is a ratio of medians, which one slow newcomer does not move', () => {
    expect(overheadOf(record)).toEqual({
      repetitions: 3,
      onlineMsP50: 120,
      bareMsP50: 40,
      relayedMsP50: 60,
      ratio: 3,
      ratioRelayed: 2,
      onlineMs: [90, 300, 120],
      bareMs: [30, 40, 500],
      relayedMs: [60, 61, 59],
    });
  });

  it('is shown to people with its spread', () => {
    const table = overheadTable(overheadOf(record));
    expect(table).toContain('newcomer of a running mesh         120 ms p50 (90 to 300)\n');
    expect(table).toContain('ratio to tab to tab                3\n');
  });
});
