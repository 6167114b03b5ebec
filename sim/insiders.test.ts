/** Members of a mesh in which most relay nothing find those who do. */
import { expect, it } from 'vitest';
import { hostileInsiders } from './scenarios/hostile-insiders.ts';
import { expectedOutcome, RUN_TIMEOUT_MS } from './testing/expected-run.ts';

const NODES = 100;

it(
  '[SM26, NB12, TP14] what members say reaches them, though four insiders for each link to them and relay nothing',
  () => {
    const { promises } = expectedOutcome({ scenario: hostileInsiders, nodes: NODES, seed: 1 });
    expect(promises.map(({ figure }) => figure)).toEqual(['reach', 'promptAfterRecovery', 'msToRecovery']);
  },
  RUN_TIMEOUT_MS,
);
