/** After one visit the app is there without a network. */
import { expect, test } from './fixtures.ts';
import { enter } from './support/people.ts';

test('[UI10] starts with the cable pulled and the server gone, after one visit', async ({ resolver, openProfile }) => {
  const profile = await openProfile();
  const visit = await profile.newPage();
  await visit.goto('/');
  await expect(visit.getByRole('textbox', { name: 'Nickname' })).toBeVisible();
  // Active means installed, and installed means that everything is kept.
  await visit.evaluate(() => navigator.serviceWorker.ready.then(({ active }) => active!.scriptURL));
  await visit.close();

  await resolver.stop();
  await profile.setOffline(true);
  const page = await profile.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto('/#kept-room');
  await expect(page.getByRole('textbox', { name: 'Nickname' })).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Mesh' })).toHaveValue('kept-room');
  await page.reload();
  await expect(page.getByRole('textbox', { name: 'Mesh' })).toHaveValue('kept-room');

  // Not the screen alone: the core and the worker are there too, and the room says what is missing.
  const alice = await enter(page, { nickname: 'alice', mesh: 'kept-room', password: 'any' });
  await expect(alice.status).toHaveText(/^Offline/);
  await expect(page.getByText('The resolver cannot be reached')).toBeVisible();
  expect(complaints).toEqual([]);

  // So is the word list: a fresh passphrase needs no network either.
  const fresh = await profile.newPage();
  await fresh.goto('/');
  await expect(fresh.getByRole('textbox', { name: 'Password' })).toHaveValue(/^[a-z]+(-[a-z]+)*$/);
});
