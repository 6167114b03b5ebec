/** Linked to nobody, over rooms in memory: what is told where the resolver cannot be asked, and looking again. */
import { enterAsAlice, expect, test } from './ui/preview-server.ts';

test('[UI5, CH9] without the resolver nobody is said to be absent, and nobody is to be invited', async ({
  page,
  show,
}) => {
  await show('?scene=cutOff');
  await enterAsAlice(page);
  await expect(page.getByRole('status')).toHaveText('Offline · 0 neighbours · 1 member · no way to look for others');
  await expect(page.getByRole('heading', { name: 'Others cannot be looked for just now' })).toBeVisible();
  await expect(
    page.getByText('The resolver cannot be reached; trying again. Until it is, nobody can find you.'),
  ).toBeVisible();
  for (const untrue of ['Nobody else is here', 'stay reachable', 'Invite people', 'Look again'])
    await expect(page.getByText(untrue)).toBeHidden();
});

test('[UI5, CH9] looking again is told, and keeps the place of the keyboard', async ({ page, show }) => {
  await show('?scene=empty');
  await enterAsAlice(page);
  await page.getByRole('button', { name: 'Look again' }).press('Enter');
  await expect(page.getByRole('status')).toContainText('looking for others');
  await expect(page.getByRole('heading', { name: 'Looking for others…' })).toBeFocused();
});
