/** The resolver's sessions, asked anything at all by several connections over one directory. [RS3-RS15] */
import fc from 'fast-check';
import { createDirectory } from '../resolver/directory.ts';
import { createMemoryStorage } from '../resolver/memory-storage.ts';
import { deliveredSignalSchema, refusalSchema, requestSchemas } from '../resolver/protocol.ts';
import { createSession, type SessionAnswer } from '../resolver/session.ts';
import { DEFAULT_SETTINGS } from '../resolver/settings.ts';
import { keyOf, nodeIdOf, registrationIdOf } from '../resolver/testing.ts';
import { createManualClock } from '../src/core/testing/manual-clock.ts';
import { createTestRandom } from '../src/core/testing/test-random.ts';
import * as v from 'valibot';
import type { Target } from './target.ts';

const field = {
  key: fc.nat({ max: 3 }).map(keyOf),
  nodeId: fc.nat({ max: 3 }).map(nodeIdOf),
  to: fc.nat({ max: 3 }).map(nodeIdOf),
  registrationId: fc.nat({ max: 3 }).map(registrationIdOf),
  max: fc.integer({ min: 1, max: 9 }),
  signal: fc.string({ minLength: 1, maxLength: 8 }),
};
const names = [...Object.keys(requestSchemas), 'constructor', '__proto__', 'disconnect', ''];
const request = fc.oneof(
  { weight: 4, arbitrary: fc.record(field, { requiredKeys: [] }) },
  { weight: 1, arbitrary: fc.anything({ maxDepth: 2 }) },
);
const asked = fc.record({
  connection: fc.nat({ max: 2 }),
  name: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...names) },
    { weight: 1, arbitrary: fc.anything({ maxDepth: 1 }) },
  ),
  request,
  surplus: fc.array(fc.anything({ maxDepth: 1 }), { maxLength: 1 }),
  /** An ID that the resolver gave out takes the place of the one that was drawn. */
  usesGiven: fc.boolean(),
  laterMs: fc.constantFrom(0, 0, 1, 1_000, 700_000),
});

export const requests: readonly Target[] = [
  {
    name: 'requests',
    claim:
      'each request is answered once, kept or with a closed reason; signals are of their schema; the resolver has no fault',
    runs: 100_000,
    property: () =>
      fc.asyncProperty(fc.array(asked, { minLength: 1, maxLength: 12 }), async (all) => {
        const clock = createManualClock();
        const random = createTestRandom('requests');
        const directory = createDirectory(
          { storage: createMemoryStorage({ clock, random }), random },
          () => DEFAULT_SETTINGS,
        );
        const faults: unknown[] = [];
        const given: string[] = [];
        const sessions = ['a', 'b', 'c'].map((holder) =>
          createSession({
            clock,
            directory,
            holder,
            deliver: (_, signal) => v.parse(deliveredSignalSchema, signal),
            onOffended: () => undefined,
            onFault: (fault) => faults.push(fault),
          }),
        );
        for (const { connection, name, request, surplus, usesGiven, laterMs } of all) {
          clock.advance(laterMs);
          const registrationId = given.at(-1);
          const asks =
            usesGiven && registrationId && typeof request === 'object' && request !== null
              ? { ...request, registrationId }
              : request;
          const answers: SessionAnswer[] = [];
          sessions[connection]!.receive(name, [asks, ...surplus, (answer: SessionAnswer) => answers.push(answer)]);
          for (let turn = 0; turn < 20 && answers.length === 0; turn++) await Promise.resolve();
          const [answer] = answers;
          if (answer === undefined || answers.length > 1) throw new Error(`${answers.length} answers`);
          if (!answer.ok && !v.is(refusalSchema, answer)) throw new Error(JSON.stringify(answer));
          if (answer.ok && name === 'Register') given.push((answer.value as { registrationId: string }).registrationId);
        }
        if (faults.length > 0) throw faults[0];
      }),
  },
];
