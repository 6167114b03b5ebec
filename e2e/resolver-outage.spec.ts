/** The resolver goes away and comes back, and nobody who is talking has to care. */
import { expect, test } from './fixtures.ts';
import { enter, expectHeard, expectTogether } from './support/people.ts';

const room = { mesh: 'outage-story', password: 'tinsel gravity marble oboe' };

test('[BR4, RV2, RV3, RS19] three talk on without the resolver, and a fourth finds them when it is back', async ({
  resolver,
  openPage,
}) => {
  const alice = await enter(await openPage(), { nickname: 'alice', ...room });
  const bob = await enter(await openPage(), { nickname: 'bob', ...room });
  const carol = await enter(await openPage(), { nickname: 'carol', ...room });
  const three = [alice, bob, carol];
  await expectTogether(three);
  await alice.line.fill('half a thought');

  await resolver.stop();
  for (const { page } of three) await expect(page.getByText('The resolver cannot be reached')).toBeVisible();
  await expectTogether(three);
  await expect(alice.line).toHaveValue('half a thought');
  await expectHeard(bob, 'can you hear me?', three);
  await expectHeard(carol, 'yes, without anybody in the middle', three);
  await expect(alice.line).toHaveValue('half a thought');

  await resolver.start();
  const dave = await enter(await openPage(), { nickname: 'dave', ...room });
  await expectTogether([...three, dave]);
  for (const { page } of [...three, dave]) await expect(page.getByText('The resolver cannot be reached')).toBeHidden();
  await alice.line.press('Enter');
  for (const person of [...three, dave]) await expect(person.message('alice', 'half a thought')).toHaveCount(1);
  await expectHeard(dave, 'what did I miss?', [...three, dave]);
});

test('[CH9, RV3] alone in a room whose resolver goes and comes back', async ({ resolver, openPage }) => {
  const alice = await enter(await openPage(), { nickname: 'alice', ...room, mesh: 'alone-story' });
  await expect(alice.status).toContainText('nobody else is here yet');
  await resolver.stop();
  await expect(alice.status).toContainText('no way to look for others');
  await expect(alice.page.getByText('nobody else is here yet')).toBeHidden();
  await resolver.start();
  await expect(alice.status).toContainText('nobody else is here yet');
  await alice.page.getByRole('button', { name: 'Look again' }).click();
  await expect(alice.status).toContainText('nobody else is here yet');
});
