import { describe, expect, it } from 'vitest';
import { expectedRun, NODES_UNDER_FAULTS, RUN_TIMEOUT_MS } from './testing/expected-run.ts';
import { churn } from './scenarios/churn.ts';
import { partitionHeals } from './scenarios/partition-heals.ts';

/** One seed each: they take longest of all. `npm run sim:seeds` plays both over twenty, and three with 200 nodes. */
const SEED = 1;

describe(`${NODES_UNDER_FAULTS} nodes under faults`, () => {
  it(
    '[SM10] churn: one mesh, at least 99.9 % of the deliveries, none twice',
    () => {
      const report = expectedRun(churn, SEED, NODES_UNDER_FAULTS);
      expect(report.messages).toBe(300);
      expect(report.expected).toBeGreaterThan(300 * 0.8 * NODES_UNDER_FAULTS);
      expect(report.delivered / report.expected).toBeGreaterThanOrEqual(0.999);
    },
    RUN_TIMEOUT_MS,
  );

  it(
    '[SM11] a cut heals: one mesh, everything said meanwhile is everywhere exactly once',
    () => {
      const report = expectedRun(partitionHeals, SEED, NODES_UNDER_FAULTS);
      expect(report.expected).toBe(320 * NODES_UNDER_FAULTS);
      expect(report.delivered).toBe(report.expected);
    },
    RUN_TIMEOUT_MS,
  );
});
