/** Linked to nobody: what is told where the resolver cannot be asked, and looking again. */
import { expect, test } from './fixtures.ts';
import { enter } from './support/people.ts';
import { enterAsAlice, test as preview } from './ui/preview-server.ts';

preview(
  '[UI5, CH9] without the resolver nobody is said to be absent, and nobody is to be invited',
  async ({ page, show }) => {
    await show('?scene=cutOff');
    await enterAsAlice(page);
    await expect(page.getByRole('status')).toHaveText('Offline · 0 neighbours · 1 member · no way to look for others');
    await expect(page.getByRole('heading', { name: 'Others cannot be looked for just now' })).toBeVisible();
    await expect(
      page.getByText('The resolver cannot be reached; trying again. Until it is, nobody can find you.'),
    ).toBeVisible();
    for (const untrue of ['Nobody else is here', 'stay reachable', 'Invite people', 'Look again'])
      await expect(page.getByText(untrue)).toBeHidden();
  },
);

preview('[UI5, CH9] looking again is told, and keeps the place of the keyboard', async ({ page, show }) => {
  await show('?scene=empty');
  await enterAsAlice(page);
  await page.getByRole('button', { name: 'Look again' }).press('Enter');
  await expect(page.getByRole('status')).toContainText('looking for others');
  await expect(page.getByRole('heading', { name: 'Looking for others…' })).toBeFocused();
});

test('[CH9, RV3] alone in a room whose resolver goes and comes back', async ({ resolver, openPage }) => {
  const alice = await enter(await openPage(), { nickname: 'alice', mesh: 'alone-story', password: 'tinsel gravity' });
  await expect(alice.status).toContainText('nobody else is here yet');
  await resolver.stop();
  await expect(alice.status).toContainText('no way to look for others');
  await expect(alice.page.getByText('nobody else is here yet')).toBeHidden();
  await resolver.start();
  await expect(alice.status).toContainText('nobody else is here yet');
  await alice.page.getByRole('button', { name: 'Look again' }).click();
  await expect(alice.status).toContainText('nobody else is here yet');
});
