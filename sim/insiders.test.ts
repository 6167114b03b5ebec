/** Members of a mesh in which most relay nothing find those who do. */
import { expect, it } from 'vitest';
import { runScenario } from './run.ts';
import { hostileInsiders } from './scenarios/hostile-insiders.ts';
import { RUN_TIMEOUT_MS } from './testing/expected-run.ts';

const NODES = 100;

it(
  '[SM26, NB12, TP14] what members say reaches them, though four insiders for each link to them and relay nothing',
  () => {
    const host = { wallNowMs: () => 0, cpuNowMs: () => 0, peakRssBytes: () => 0 };
    const { report, breaches } = runScenario({ scenario: hostileInsiders, nodes: NODES, seed: 1 }, host);
    expect(breaches).toEqual([]);
    expect(report.promises.map(({ figure }) => figure)).toEqual(['reach', 'promptAfterRecovery', 'msToRecovery']);
    expect(report.promises.filter(({ kept }) => !kept)).toEqual([]);
    expect(report).toMatchObject({ duplicates: 0, timersLeft: 0 });
  },
  RUN_TIMEOUT_MS,
);
