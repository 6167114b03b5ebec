/** The process of a tab is killed while others talk. */
import { expect, test } from './fixtures.ts';
import { gather } from './support/crowd.ts';
import { expectHeard, messagesOf } from './support/people.ts';
import { killTabs, renderProcessesOf } from './support/render-process.ts';

const room = { mesh: 'killed-tab-story', password: 'tinsel gravity marble oboe' };
const TABS = 10;
const TOGETHER_WITHIN_MS = 90_000;
const BURST_MESSAGES = 200;
/** Said before the tab is killed: by then the burst is under way on every link. */
const SAID_BEFORE = 60;
const SUSPECTED_WITHIN_MS = 3_000;
/** From the first who missed it to the last who shows it. */
const GONE_WITHIN_MS = 5_000;

test.setTimeout(240_000);

test('[BR10, FL1, NB5, PR5, PR6] a tab killed during a burst: nothing is lost or doubled among the living, and it is missed soon', async ({
  openProfile,
}) => {
  const all = await gather(await openProfile(), TABS, room, { timeoutMs: TOGETHER_WITHIN_MS });
  const speaker = all[0]!;
  // Somebody who passes on what the speaker says.
  const victim = all.find(({ trace }) => trace.nodeId !== undefined && speaker.trace.linked.has(trace.nodeId))!;
  const living = all.filter((person) => person !== victim);
  const victimId = victim.trace.nodeId!;

  const processes = await renderProcessesOf(all.map(({ page }) => page));

  let underWay: () => void = () => undefined;
  const isUnderWay = new Promise<void>((resolve) => (underWay = resolve));
  const burst = (async () => {
    for (let i = 0; i < BURST_MESSAGES; i++) {
      if (i === SAID_BEFORE) underWay();
      await speaker.line.fill(`burst ${i}`);
      await speaker.line.press('Enter');
    }
    return performance.now();
  })();
  await isUnderWay;
  const { killedAt } = await killTabs([victim.page], processes);
  const saidAt = await burst;
  expect(saidAt, 'the tab was killed during the burst').toBeGreaterThan(killedAt);

  const expected = Array.from({ length: BURST_MESSAGES }, (_, i) => `[${speaker.nickname}] burst ${i}`).sort();
  await expectHeard(speaker, 'that was all', living);
  for (const person of living) await expect.poll(() => messagesOf(person, /^\[peer-0\] burst \d+$/)).toEqual(expected);

  for (const { members, log } of living) {
    await expect(members).toHaveCount(living.length);
    await expect(log.getByText(`${victim.nickname} lost the connection`)).toHaveCount(1);
  }
  /** When each of the living told it of the victim, in ms since it was killed. */
  const toldAfterMs = (name: string, tellers = living): number[] =>
    tellers
      .flatMap(({ trace }) => trace.facts.filter((fact) => fact.name === name && fact.node === victimId))
      .map(({ at }) => Math.round(at - killedAt));
  const suspected = toldAfterMs('link: suspected');
  // The speaker's tab is kept busy by the typing, and hears late what the victim had sent.
  const suspectedByListeners = toldAfterMs(
    'link: suspected',
    living.filter((person) => person !== speaker),
  );
  const gone = toldAfterMs('mesh: memberDisappeared');
  test
    .info()
    .annotations.push(
      { type: 'suspectedAfterMs', description: suspected.join(' ') },
      { type: 'suspectedByListenersAfterMs', description: suspectedByListeners.join(' ') },
      { type: 'goneAfterMs', description: gone.join(' ') },
    );
  expect(gone).toHaveLength(living.length);
  expect(suspectedByListeners.length).toBeGreaterThan(0);
  expect(Math.max(...suspectedByListeners)).toBeLessThanOrEqual(SUSPECTED_WITHIN_MS);
  expect(Math.max(...gone) - Math.min(...suspected)).toBeLessThanOrEqual(GONE_WITHIN_MS);
});
