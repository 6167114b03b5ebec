/** The process of a tab is suspended for a while, as on a phone whose screen is dark, and goes on. */
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from './fixtures.ts';
import { gather } from './support/crowd.ts';
import { renderProcessesOf, suspend } from './support/render-process.ts';

const room = { mesh: 'suspended-story', password: 'tinsel gravity marble oboe' };
const TABS = 3;
const SUSPENDED_MS = 20_000;
const RESUMED_WITHIN_MS = 5_000;

test('[LT14, NB5, NB8, CU5] a tab that is suspended for twenty seconds goes on over the links it had, and has what was said meanwhile @long', async ({
  openProfile,
}) => {
  const all = await gather(await openProfile(), TABS, room);
  const [sleeper, ...others] = [all[0]!, all[1]!, all[2]!];
  const processes = await renderProcessesOf(all.map(({ page }) => page));

  const suspendedAt = performance.now();
  const resume = suspend(processes.get(sleeper.page)!);
  try {
    await others[0].say('meanwhile');
    await expect(others[1].message(others[0].nickname, 'meanwhile')).toHaveCount(1);
    await pause(SUSPENDED_MS);
  } finally {
    resume();
  }
  await expect(sleeper.message(others[0].nickname, 'meanwhile')).toHaveCount(1, { timeout: RESUMED_WITHIN_MS });
  await sleeper.say('I am back');
  for (const other of others) await expect(other.message(sleeper.nickname, 'I am back')).toHaveCount(1);

  const since = all.flatMap(({ trace }) => trace.facts.filter(({ at }) => at >= suspendedAt).map(({ name }) => name));
  // Both missed it and heard it again; nobody closed a link or made another.
  expect(since.filter((name) => name === 'link: suspected').length).toBeGreaterThanOrEqual(2);
  expect(since.filter((name) => ['link: closed', 'link: opened', 'mesh: dialling'].includes(name))).toEqual([]);
});
