/** How many have what one said, in real tabs: when all are there, when one is killed, when one leaves, when nobody is. */
import { expect, test } from './fixtures.ts';
import { enter, expectTogether, type Person } from './support/people.ts';
import { killTabs, renderProcessesOf } from './support/render-process.ts';

const room = { mesh: 'reached-story', password: 'tinsel gravity marble oboe' };
/** After 25 s of silence (NB5): that ICE has failed ends no link (LT14). */
const GIVEN_UP_WITHIN_MS = 30_000;
const REACHED_WITHIN_MS = 5_000;

// Four tabs that come one after the other, beside another story.
test.setTimeout(120_000);

/** The marks beside what this person said, from top to bottom. */
async function expectMarks({ log }: Person, ...marks: readonly string[]): Promise<void> {
  await expect(log.getByRole('button', { name: /^Reached/ })).toHaveText(marks, { timeout: REACHED_WITHIN_MS });
}

test('[BR12, CH12, RC1, RC3, UI12] three tabs: each is told that both others have what it said', async ({
  openPage,
}) => {
  const alice = await enter(await openPage(), { nickname: 'alice', ...room });
  const bob = await enter(await openPage(), { nickname: 'bob', ...room });
  const carol = await enter(await openPage(), { nickname: 'carol', ...room });
  const all = [alice, bob, carol];
  await expectTogether(all);
  await alice.say('who has the keys?');
  await expectMarks(alice, 'Reached all 2');
  await bob.say('I have');
  await expectMarks(bob, 'Reached all 2');
  await alice.say('thank you');
  await alice.say('see you there');
  await expectMarks(alice, 'Reached all 2', 'Reached all 2');
  // What others said is nobody's business but theirs.
  await expectMarks(carol);
});

test('[BR12, CH12, RC3, OB1] a tab that was killed, one that left, and nobody at all', async ({ openProfile }) => {
  const profile = await openProfile();
  const arrive = async (nickname: string): Promise<Person> => {
    const page = await profile.newPage();
    await page.goto('/');
    return enter(page, { nickname, ...room });
  };
  const [alice, bob, carol] = [await arrive('alice'), await arrive('bob'), await arrive('carol')];
  await expectTogether([alice, bob, carol]);

  await killTabs([carol.page], await renderProcessesOf([alice.page, bob.page, carol.page]));
  // Nobody has missed carol yet, so it is one of those it is said to; and it stays one.
  await alice.say('carol cannot hear this');
  await expectMarks(alice, 'Reached 1 of 2');
  await expectTogether([alice, bob]);
  await alice.say('bob can');
  await expectMarks(alice, 'Reached 1 of 2', 'Reached');

  await bob.line.fill('q');
  await bob.line.press('Enter');
  // Carol counts as a neighbour until the heartbeat gives it up.
  await expect(alice.status).toHaveText(/^Offline/, { timeout: GIVEN_UP_WITHIN_MS });
  await alice.say('anybody?');
  await expect(alice.log.getByText('Nobody has received this yet')).toBeVisible();
  await expectMarks(alice, 'Reached 1 of 2', 'Reached');
  const dave = await arrive('dave');
  await expect(dave.message('alice', 'anybody?')).toHaveCount(1);
  await expect(alice.log).not.toContainText('Nobody has received');
  // Who comes within the minute reads what was said before, and is one more of each.
  await expectMarks(alice, 'Reached 2 of 3', 'Reached all 2', 'Reached');
});
