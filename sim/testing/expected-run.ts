/** For tests only: plays a scenario and expects what holds for every one of them. */
import { expect } from 'vitest';
import { runScenario, type RunHost, type RunRequest } from '../run.ts';
import type { RunReport } from '../report.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { broken, repeatCommand } from '../verdict.ts';

/** The meshes that must hold in every test run; and those that also bear faults, for these take five times as long. */
export const NODES = 200;
export const NODES_UNDER_FAULTS = 100;
/** For runs that are only compared with each other. */
export const FEW_NODES = 16;
/** The profile's bounds; a settled mesh of this size has every node between them. */
const LOW = 4;
const CAP = 10;
/** A run takes some ten seconds of one processor; this is for a machine that has little to spare. */
export const RUN_TIMEOUT_MS = 300_000;

const host: RunHost = {
  wallNowMs: () => performance.now(),
  cpuNowMs: () => 0,
  peakRssBytes: () => process.memoryUsage.rss(),
};

/** The scenario keeps what it promises, whatever shape its mesh has. */
export function expectedOutcome(request: RunRequest): RunReport {
  const outcome = runScenario(request, host);
  expect(broken(outcome), repeatCommand(request)).toEqual([]);
  expect(outcome.report).toMatchObject({ duplicates: 0, timersLeft: 0, breaches: 0 });
  return outcome.report;
}

export function expectedRun(
  scenario: Scenario,
  seed: number,
  nodes = NODES,
  options: Pick<RunRequest, 'copiesFrames'> = {},
): RunReport {
  const report = expectedOutcome({ ...options, scenario, nodes, seed });
  expect(report.splits).toBe(0);
  expect(report.degreeMin).toBeGreaterThanOrEqual(LOW);
  expect(report.degreeMax).toBeLessThanOrEqual(CAP);
  return report;
}
