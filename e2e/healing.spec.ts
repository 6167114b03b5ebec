/** Two halves of one mesh that never heard of each other, until both ask the same resolver. */
import { expect, startResolver, test } from './fixtures.ts';
import { gather, type Traced } from './support/crowd.ts';
import { openCrossing } from './support/crossing.ts';
import { expectHeard, expectTogether, messagesOf } from './support/people.ts';

const room = { mesh: 'healing-story', password: 'tinsel gravity marble oboe' };
/** Each has five neighbours: enough not to look for others but in the slow round for strangers. [TP4, TP7] */
const HALF = 6;
/** A node looks for strangers every 10 to 30 s; two rounds of that, and time to tell everybody. [TP7] */
const HEALED_WITHIN_MS = 75_000;

test.setTimeout(240_000);

test('[BR9, TP7, CU2, PR3] two halves become one mesh by themselves, and what was said in either is everywhere once', async ({
  resolver,
  openProfile,
}) => {
  const elsewhere = await startResolver();
  const crossing = await openCrossing(elsewhere.port);
  try {
    const profile = await openProfile();
    const here = await gather(profile, HALF, room, { timeoutMs: 60_000 });
    const there = await gather(profile, HALF, room, { url: crossing.url, first: HALF, timeoutMs: 60_000 });
    const everybody = [...here, ...there];
    const said = [...(await sayEach(here, 'while apart')), ...(await sayEach(there, 'while apart'))];
    await expectTogether(here);

    crossing.leadTo(resolver.port);
    await elsewhere.stop();
    const reachableAt = performance.now();
    said.push(...(await sayEach(everybody, 'not knowing yet')));
    await expectTogether(everybody, HEALED_WITHIN_MS);
    const healedAfterMs = Math.round(performance.now() - reachableAt);
    test.info().annotations.push({ type: 'healedAfterMs', description: String(healedAfterMs) });
    await expectHeard(there[0]!, 'now we are one', everybody);
    for (const person of everybody) {
      await expect.poll(() => messagesOf(person, /^\[peer-\d+\] (while apart|not knowing yet)/)).toEqual(said.sort());
    }
    for (const { log } of everybody) await expect(log).not.toContainText('lost the connection');
  } finally {
    await crossing.close();
    await elsewhere.stop();
  }
});

/** Each says it. Returns the lines as they will stand in every log. */
async function sayEach(persons: readonly Traced[], text: string): Promise<string[]> {
  for (const person of persons) await person.say(text);
  return persons.map(({ nickname }) => `[${nickname}] ${text}`);
}
