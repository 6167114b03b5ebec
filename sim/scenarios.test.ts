import { describe, expect, it } from 'vitest';
import { expectedRun, FEW_NODES, NODES, RUN_TIMEOUT_MS } from './testing/expected-run.ts';
import type { RunReport } from './report.ts';
import { churn } from './scenarios/churn.ts';
import { joinStorm } from './scenarios/join-storm.ts';
import { steadyChat } from './scenarios/steady-chat.ts';

/** `npm run sim:seeds` plays these over twenty. */
const SEED = 1;

describe('200 nodes', () => {
  it(
    '[SM9] steady chat: one mesh, everybody gets every message exactly once',
    () => {
      const report = expectedRun(steadyChat, SEED);
      expect(report.expected).toBe(100 * NODES);
      expect(report.delivered).toBe(report.expected);
    },
    RUN_TIMEOUT_MS,
  );

  it(
    '[SM9] join storm: one mesh, everybody gets every message exactly once',
    () => {
      const report = expectedRun(joinStorm, SEED);
      expect(report.expected).toBe(100 * NODES);
      expect(report.delivered).toBe(report.expected);
    },
    RUN_TIMEOUT_MS,
  );
});

describe('a run', () => {
  /** Without what the machine contributes. */
  const virtualPart = ({ wallMs: _, cpuMs: __, peakRssBytes: ___, ...rest }: RunReport): object => rest;

  it(
    '[SM1] repeats to the last frame, and another seed is another run',
    () => {
      const first = expectedRun(churn, 5, FEW_NODES);
      expect(virtualPart(expectedRun(churn, 5, FEW_NODES))).toEqual(virtualPart(first));
      expect(expectedRun(churn, 6, FEW_NODES).framesSent).not.toBe(first.framesSent);
    },
    RUN_TIMEOUT_MS,
  );

  it(
    '[SM2] is the same when every receiver gets bytes of its own: nobody writes into a frame',
    () => {
      const shared = expectedRun(churn, 7, FEW_NODES, { copiesFrames: false });
      expect(virtualPart(expectedRun(churn, 7, FEW_NODES, { copiesFrames: true }))).toEqual(virtualPart(shared));
    },
    RUN_TIMEOUT_MS,
  );
});
