/** A short share of every target, always the same inputs; `npm run fuzz` draws others, and many more. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TARGETS } from './index.ts';

const SHARE = 1 / 400;

describe('fuzzing', () => {
  it.each(TARGETS.map((target) => [target.name, target] as const))(
    '%s: what it claims holds',
    async (_, { property, runs }) => {
      await fc.assert(property() as fc.IAsyncProperty<unknown[]>, { seed: 1, numRuns: Math.ceil(runs * SHARE) });
    },
    120_000,
  );

  it('reads ten million inputs with parsers, a hundred thousand handshakes, a million schedules', () => {
    const runsOf = (...names: string[]): number =>
      TARGETS.filter(({ name }) => names.includes(name)).reduce((sum, { runs }) => sum + runs, 0);
    expect(
      runsOf('legal-frames', 'frames', 'envelopes', 'descriptions', 'signals', 'typed', 'requests'),
    ).toBeGreaterThanOrEqual(1e7);
    expect(runsOf('handshakes')).toBeGreaterThanOrEqual(1e5);
    expect(runsOf('schedules')).toBeGreaterThanOrEqual(1e6);
  });
});
