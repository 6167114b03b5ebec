/** Somebody guesses while the members talk: nobody gets in, nobody is kept out, and each member takes part in few guesses. */
import { expect, it } from 'vitest';
import { runScenario } from './run.ts';
import { guessers } from './scenarios/guessers.ts';
import { RUN_TIMEOUT_MS } from './testing/expected-run.ts';

const FEW = 4;

it(
  '[SM25, PF8] 500 attempts for each member cost it no more than its budget, and keep no newcomer out for good',
  () => {
    const host = { wallNowMs: () => 0, cpuNowMs: () => 0, peakRssBytes: () => 0 };
    const { report, breaches } = runScenario({ scenario: guessers, nodes: FEW, seed: 1 }, host);
    expect(breaches).toEqual([]);
    expect(report).toMatchObject({ splits: 0, duplicates: 0, timersLeft: 0 });
    expect(report.promises.map(({ figure }) => figure)).toEqual(
      expect.arrayContaining(['reach', 'attemptsPerMember', 'guessesPerMemberMinute', 'msToAdmission']),
    );
    expect(report.promises.filter(({ kept }) => !kept)).toEqual([]);
    // They were guessing all the time.
    expect(report.figures.guessesPerMemberMinute).toBeGreaterThan(6);
  },
  RUN_TIMEOUT_MS,
);
