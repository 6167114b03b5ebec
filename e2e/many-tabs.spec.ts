/** A room that is full of tabs, all on one machine. */
import type { BrowserContext } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { connectionCountOf, countConnections } from './support/connections.ts';
import { expectHeard, pressJoin, type Person } from './support/people.ts';

const room = { mesh: 'many-tabs-story', password: 'tinsel gravity marble oboe' };
/** No tab may ever hold more connections at once. [TP1] */
const MAX_CONNECTIONS = 10;

// Each tab stretches the password for itself: about a second of one processor.
test.setTimeout(240_000);
const TOGETHER_WITHIN_MS = 120_000;

async function everybodySpeaksOnce(profile: BrowserContext, tabs: number): Promise<void> {
  await countConnections(profile);
  const persons: Person[] = [];
  for (let i = 0; i < tabs; i++) {
    const page = await profile.newPage();
    await page.goto('/');
    persons.push(await pressJoin(page, { nickname: `peer-${i}`, ...room }));
  }
  for (const { status } of persons) {
    await expect(status).toHaveText(new RegExp(`^Online · .* · ${tabs} members$`), { timeout: TOGETHER_WITHIN_MS });
  }

  for (const [i, person] of persons.entries()) await person.say(`message ${i}`);
  const expected = persons.map((person, i) => `[${person.nickname}] message ${i}`).sort();
  for (const { log } of persons) await expect(log.getByText(/^\[peer-\d+\] message/)).toHaveCount(tabs);
  // Whatever was on its way twice has come by the time that this later word is everywhere.
  await expectHeard(persons[0]!, 'that was all', persons);
  for (const { log } of persons) {
    expect((await log.getByText(/^\[peer-\d+\] message/).allTextContents()).sort()).toEqual(expected);
  }

  const counts = await Promise.all(persons.map(({ page }) => connectionCountOf(page)));
  const peak = Math.max(...counts.map((count) => count.peak));
  test.info().annotations.push({ type: 'connectionsPeak', description: String(peak) });
  expect(Math.min(...counts.map((count) => count.open))).toBeGreaterThan(0);
  expect(peak).toBeLessThanOrEqual(MAX_CONNECTIONS);
}

test('[TP1, FL1] each of 12 tabs gets each message exactly once, over at most 10 connections', async ({
  openProfile,
}) => {
  await everybodySpeaksOnce(await openProfile(), 12);
});

test('[BR6, TP1, FL1] each of 24 tabs gets each message exactly once, over at most 10 connections @long', async ({
  openProfile,
}) => {
  await everybodySpeaksOnce(await openProfile(), 24);
});
