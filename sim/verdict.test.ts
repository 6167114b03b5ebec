import { describe, expect, it } from 'vitest';
import { judge } from './judge.ts';
import type { RunFigures, RunReport } from './report.ts';
import type { RunOutcome } from './run.ts';
import { atLeast, atMost, below, EVERYTHING, FEW_HOPS, isMet } from './scenarios/demand.ts';
import { scenarios } from './scenarios/index.ts';
import { broken, repeatCommand } from './verdict.ts';

/** Of a run in which everything went well. */
const figures = {
  nodes: 1_000,
  expected: 10,
  delivered: 10,
  reach: 1,
  rmr: 0.1,
  lastHop: 10,
  latencyMsP99: 300,
  breaches: 0,
  splits: 0,
  figures: {
    reachBeforeRepair: 1,
    msToWhole: 5_000,
    historyReach: 1,
    splitsMax: 0,
    msToFirstLink: 100,
    msToOneMesh: 100,
    msToEverything: 100,
    attemptsPerMember: 500,
    guessesPerMemberMinute: 8,
    msToAdmission: 20_000,
    promptAfterRecovery: 1,
    msToRecovery: 10_000,
  },
} as unknown as RunFigures;

const named = (name: string) => scenarios.find((scenario) => scenario.name === name)!;
/** The promises of a scenario that a run with these figures breaks. */
function brokenPromises(name: string, changes: Partial<RunFigures> = {}, own: RunFigures['figures'] = {}): string[] {
  const run = { ...figures, ...changes, figures: { ...figures.figures, ...own } };
  return judge(named(name).demands, run)
    .filter(({ kept }) => !kept)
    .map(({ figure }) => figure);
}

describe('a demand', () => {
  it('[SM17] is met up to its bound and not beyond, and not by what was never measured', () => {
    expect([0.99, 1].map((value) => isMet(atLeast('reach', 1), value))).toEqual([false, true]);
    expect([12, 13].map((value) => isMet(atMost('lastHop', 12), value))).toEqual([true, false]);
    expect([0.999, 1].map((value) => isMet(below('rmr', 1), value))).toEqual([true, false]);
    for (const demand of [atLeast('x', -1), atMost('x', 1), below('x', 1)]) expect(isMet(demand, null)).toBe(false);
  });

  it('[SM17] is made of meshes of its sizes only', () => {
    expect(judge([FEW_HOPS], { ...figures, nodes: 1_001 })).toEqual([]);
    expect(judge([below('rmr', 1, { fromNodes: 1_000 })], { ...figures, nodes: 999 })).toEqual([]);
  });

  it('[SM17] of a figure that the scenario never noted is a promise broken', () => {
    expect(judge([atMost('msToNowhere', 1)], figures)).toMatchObject([{ value: null, kept: false }]);
  });
});

describe('what the scenarios promise of 1,000 nodes', () => {
  it('[SM17] is kept by a run in which everything went well', () => {
    for (const { name } of scenarios) expect(brokenPromises(name), name).toEqual([]);
  });

  it('[SM17] every scenario promises every delivery, churn all but a thousandth', () => {
    for (const { name } of scenarios) {
      expect(brokenPromises(name, { reach: name === 'churn' ? 0.9989 : 0.999999 }), name).toEqual(['reach']);
    }
  });

  it.each([
    ['[SM20] one-speaker', { rmr: 0.201 }, {}, 'rmr'],
    ['[SM20] steady-chat', { rmr: 1 }, {}, 'rmr'],
    ['[SM20] everyone-speaks', { rmr: 3 }, {}, 'rmr'],
    ['[SM20] steady-chat', { lastHop: 13 }, {}, 'lastHop'],
    ['[SM16] silent-droppers', { lastHop: 13 }, {}, 'lastHop'],
    ['[SM15] clogged-paths', { latencyMsP99: 1_001 }, {}, 'latencyMsP99'],
    ['[SM25] guessers', {}, { attemptsPerMember: 499 }, 'attemptsPerMember'],
    ['[SM25] guessers', {}, { guessesPerMemberMinute: 24.1 }, 'guessesPerMemberMinute'],
    ['[SM25] guessers', {}, { msToAdmission: 60_001 }, 'msToAdmission'],
    ['[SM26] hostile-insiders', {}, { promptAfterRecovery: 0.9989 }, 'promptAfterRecovery'],
    ['[SM26] hostile-insiders', {}, { msToRecovery: 30_001 }, 'msToRecovery'],
    ['[SM18] kill-30', {}, { reachBeforeRepair: 0.9989 }, 'reachBeforeRepair'],
    ['[SM18] kill-30', {}, { msToWhole: 30_001 }, 'msToWhole'],
    ['[SM18] kill-50', {}, { msToWhole: 60_001 }, 'msToWhole'],
    ['[SM18] kill-50', {}, { msToWhole: null }, 'msToWhole'],
    ['[SM11] partition-heals', {}, { msToFirstLink: 40_001 }, 'msToFirstLink'],
    ['[SM11] partition-heals', {}, { msToOneMesh: 10_001 }, 'msToOneMesh'],
    ['[SM11] partition-long', {}, { msToEverything: 10_001 }, 'msToEverything'],
    ['[SM19] resolver-outage', {}, { splitsMax: 1 }, 'splitsMax'],
    ['[SM21] late-joiner', {}, { historyReach: 0.999 }, 'historyReach'],
  ])('%s breaks its promise with %o %o', (title, changes, own, figure) => {
    expect(brokenPromises(title.split(' ')[1]!, changes, own)).toEqual([figure]);
  });
});

it('[SM20] a mesh that talks at leisure promises when small that what is said is soon there', () => {
  const late = (nodes: number, latencyMsP99: number): string[] =>
    judge(named('steady-chat').demands, { ...figures, nodes, latencyMsP99 })
      .filter(({ kept }) => !kept)
      .map(({ figure }) => figure);
  expect([late(100, 2_000), late(100, 2_001), late(300, 5_000), late(300, 5_001), late(301, 9_000)]).toEqual([
    [],
    ['latencyMsP99'],
    [],
    ['latencyMsP99'],
    [],
  ]);
});

describe('a verdict', () => {
  it('[SM12] names each promise broken, and what is missing', () => {
    const run = { ...figures, delivered: 9, reach: 0.9, lastHop: 14, figures: {} };
    const demands = [EVERYTHING, FEW_HOPS, atMost('msToWhole', 1)];
    const report = { ...run, promises: judge(demands, run) } as RunReport;
    expect(broken({ report, breaches: [], missing: ['message 0'] } satisfies RunOutcome)).toEqual([
      'reach is 0.9, promised is at least 1',
      '1 of 10 deliveries did not happen',
      'message 0',
      'lastHop is 14, promised is at most 12',
      'msToWhole is unknown: it never came about, promised is at most 1',
    ]);
  });

  it('[SM12] repeats a run with all that made it what it was', () => {
    const request = { scenario: named('churn'), nodes: 50, seed: 7 };
    expect(repeatCommand(request)).toBe('npm run sim -- --nodes 50 --seed 7 --scenario churn');
    expect(repeatCommand({ ...request, nodes: 10_000, listed: 0 })).toBe(
      'npm run sim:ten-thousand -- churn --listed 0 --nodes 10000 --seed 7',
    );
    expect(
      repeatCommand({ ...request, proof: 'real', listed: 5, dialLoss: 0.2, latency: { medianMs: 20, sigma: 1 } }),
    ).toBe(
      'npm run sim -- --nodes 50 --seed 7 --scenario churn --proof real --listed 5 --dial-loss 0.2 --latency 20,1',
    );
  });
});
