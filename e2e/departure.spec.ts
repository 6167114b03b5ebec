/** A tab that dies without a word. */
import { expect, test } from './fixtures.ts';
import { enter, expectHeard, expectTogether } from './support/people.ts';

const room = { mesh: 'departure-story', password: 'tinsel gravity marble oboe' };

/** The product's promise; WebRTC alone takes 11 to 17 s to notice. */
const GONE_WITHIN_MS = 10_000;

test('[BR5, NB5, PR5, PR6] a crashed tab is gone from the members within ten seconds', async ({ openPage }) => {
  const alice = await enter(await openPage(), { nickname: 'alice', ...room });
  const bob = await enter(await openPage(), { nickname: 'bob', ...room });
  const carol = await enter(await openPage(), { nickname: 'carol', ...room });
  await expectTogether([alice, bob, carol]);

  // Its renderer ends as if the machine had failed: no page event, no farewell on any link.
  const crashed = carol.page.waitForEvent('crash');
  const devTools = await carol.page.context().newCDPSession(carol.page);
  const command = devTools.send('Page.crash').then(
    () => undefined,
    () => undefined, // A crashed page answers nothing.
  );
  await crashed;
  const crashedAt = performance.now();
  await Promise.all([alice, bob].map(({ members }) => expect(members).toHaveCount(2, { timeout: GONE_WITHIN_MS })));
  test.info().annotations.push({ type: 'goneAfterMs', description: String(Math.round(performance.now() - crashedAt)) });
  for (const { log } of [alice, bob]) await expect(log.getByText('carol lost the connection')).toBeVisible();
  await expectTogether([alice, bob]);
  await expectHeard(alice, 'where is carol?', [alice, bob]);
  await carol.page.close();
  await command;
});
