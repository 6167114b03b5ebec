/** Somebody guesses while the members talk: nobody gets in, nobody is kept out, and each member takes part in few guesses. */
import { expect, it } from 'vitest';
import { guessers } from './scenarios/guessers.ts';
import { expectedOutcome, RUN_TIMEOUT_MS } from './testing/expected-run.ts';

const FEW = 4;

it(
  '[SM25, PF8] 500 attempts for each member cost it no more than its budget, and keep no newcomer out for good',
  () => {
    const report = expectedOutcome({ scenario: guessers, nodes: FEW, seed: 1 });
    expect(report.splits).toBe(0);
    expect(report.promises.map(({ figure }) => figure)).toEqual(
      expect.arrayContaining(['reach', 'attemptsPerMember', 'guessesPerMemberMinute', 'msToAdmission']),
    );
    // They were guessing all the time.
    expect(report.figures.guessesPerMemberMinute).toBeGreaterThan(6);
  },
  RUN_TIMEOUT_MS,
);
