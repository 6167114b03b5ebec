import { describe, expect, it } from 'vitest';
import { cloggedPaths } from './scenarios/clogged-paths.ts';
import { everyoneSpeaks } from './scenarios/everyone-speaks.ts';
import { kill30, kill50 } from './scenarios/kill.ts';
import { lateJoiner } from './scenarios/late-joiner.ts';
import { oneSidedCut } from './scenarios/one-sided-cut.ts';
import { oneSpeaker } from './scenarios/one-speaker.ts';
import { partitionLong } from './scenarios/partition-heals.ts';
import { resolverOutage } from './scenarios/resolver-outage.ts';
import { silentDroppers } from './scenarios/silent-droppers.ts';
import { sleepers } from './scenarios/sleepers.ts';
import { expectedRun, RUN_TIMEOUT_MS } from './testing/expected-run.ts';

const SMALL = 40;

describe('a small mesh', () => {
  it.each(
    [
      ['[SM13]', sleepers] as const,
      ['[SM14]', oneSidedCut] as const,
      ['[SM15]', cloggedPaths] as const,
      ['[SM16]', silentDroppers] as const,
      ['[SM18]', kill30] as const,
      ['[SM18]', kill50] as const,
      ['[SM20]', everyoneSpeaks] as const,
      ['[SM20]', oneSpeaker] as const,
      ['[SM21]', lateJoiner] as const,
    ].map(([rule, scenario]) => [rule, scenario.name, scenario] as const),
  )(
    '%s keeps what is promised, whatever happens to it (%s)',
    (_rule, _name, scenario) => {
      const { promises } = expectedRun(scenario, 1, SMALL);
      expect(promises.length).toBeGreaterThan(0);
    },
    RUN_TIMEOUT_MS,
  );

  it(
    '[SM11] is one again after twenty minutes in two halves, and everybody has what was said in either',
    () => {
      const { figures } = expectedRun(partitionLong, 1, 20);
      expect(Object.keys(figures)).toEqual(['msToFirstLink', 'msToOneMesh', 'msToEverything']);
    },
    RUN_TIMEOUT_MS,
  );

  it(
    '[SM19] stays one through an hour without the resolver, and lets newcomers in again',
    () => {
      const report = expectedRun(resolverOutage, 1, 20);
      expect(report.messages).toBe(740);
      expect(report.figures).toEqual({ splitsMax: 0 });
    },
    RUN_TIMEOUT_MS,
  );
});
