import { describe, expect, it } from 'vitest';
import { runScenario, type RunHost, type RunOutcome } from './run.ts';
import { churn } from './scenarios/churn.ts';
import { joinStorm } from './scenarios/join-storm.ts';
import { partitionHeals } from './scenarios/partition-heals.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { steadyChat } from './scenarios/steady-chat.ts';
import { broken } from './verdict.ts';

const NODES = 200;
const LOW = 4;
const CAP = 10;
/** On two busy cores a run takes a few seconds; this is for the machine that has none to spare. */
const TIMEOUT_MS = 120_000;

const host: RunHost = { wallNowMs: () => performance.now(), peakRssBytes: () => process.memoryUsage.rss() };

/** Plays a scenario and expects everything that holds for all of them. */
function play(scenario: Scenario, seed: number, nodes = NODES): RunOutcome['report'] {
  const request = { scenario, nodes, seed };
  const outcome = runScenario(request, host);
  expect(broken(request, outcome)).toEqual([]);
  expect(outcome.report).toMatchObject({ splits: 0, duplicates: 0, timersLeft: 0, breaches: 0 });
  expect(outcome.report.degreeMin).toBeGreaterThanOrEqual(LOW);
  expect(outcome.report.degreeMax).toBeLessThanOrEqual(CAP);
  return outcome.report;
}

describe('200 nodes', () => {
  it.each([1, 2, 3])(
    '[SM9] steady chat: everybody gets every message exactly once, seed %i',
    (seed) => {
      const report = play(steadyChat, seed);
      expect(report.expected).toBe(100 * NODES);
      expect(report.delivered).toBe(report.expected);
    },
    TIMEOUT_MS,
  );

  it.each([1, 2, 3])(
    '[SM9] join storm: one mesh, everybody gets every message exactly once, seed %i',
    (seed) => {
      const report = play(joinStorm, seed);
      expect(report.expected).toBe(100 * NODES);
      expect(report.delivered).toBe(report.expected);
    },
    TIMEOUT_MS,
  );

  it.each([1, 2])(
    '[SM10] churn: one mesh, at least 99.9 %% of the deliveries, none twice, seed %i',
    (seed) => {
      const report = play(churn, seed);
      expect(report.expected).toBeGreaterThan(300 * 0.8 * NODES);
      expect(report.delivered / report.expected).toBeGreaterThanOrEqual(0.999);
    },
    TIMEOUT_MS,
  );

  it.each([1, 2])(
    '[SM11] a cut heals: one mesh, everything said meanwhile is everywhere once, seed %i',
    (seed) => {
      const report = play(partitionHeals, seed);
      expect(report.expected).toBe(320 * NODES);
      expect(report.delivered).toBe(report.expected);
    },
    TIMEOUT_MS,
  );
});

describe('a run', () => {
  it(
    '[SM1] repeats to the last frame, and another seed is another run',
    () => {
      const strip = ({ wallMs: _, peakRssBytes: __, ...rest }: RunOutcome['report']) => rest;
      const first = strip(play(churn, 5, 40));
      expect(strip(play(churn, 5, 40))).toEqual(first);
      expect(strip(play(churn, 6, 40)).framesSent).not.toBe(first.framesSent);
    },
    TIMEOUT_MS,
  );
});
