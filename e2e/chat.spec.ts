/** People in one mesh, each in a real tab of the app that the real resolver serves. */
import { expect, test } from './fixtures.ts';
import { enter, expectHeard, expectTogether, type Person } from './support/people.ts';

const room = { mesh: 'chat-story', password: 'tinsel gravity marble oboe' };

test('[BR1, CH4, UI5] two tabs of one browser and one of another are three peers that talk', async ({
  openProfile,
  openPage,
}) => {
  const profile = await openProfile();
  const [first, second] = [await profile.newPage(), await profile.newPage()];
  await first.goto('/');
  const alice = await enter(first, { nickname: 'alice', ...room });
  await expect(alice.status).toHaveText('Offline · 0 neighbours · 1 member · nobody else is here yet');
  await second.goto('/');
  const bob = await enter(second, { nickname: 'bob', ...room });
  const carol = await enter(await openPage(`/#${room.mesh}`), { nickname: 'carol', ...room });
  const all = [alice, bob, carol];

  await expectTogether(all);
  for (const { status } of all) await expect(status).toHaveText('Online · 2 neighbours · 3 members');
  await expect(alice.members).toHaveText([/^\s*alice\s*you/, /^\s*bob/, /^\s*carol/]);
  await expect(bob.members).toHaveText([/^\s*bob\s*you/, /^\s*alice/, /^\s*carol/]);
  await expect(carol.members).toHaveText([/^\s*carol\s*you/, /^\s*alice/, /^\s*bob/]);
  // The two of one browser share its storage, yet not their identity.
  expect(await carol.members.nth(1).textContent()).not.toBe(await carol.members.nth(2).textContent());

  await expectHeard(alice, 'from the first tab', all);
  await expectHeard(bob, 'from the second tab', all);
  await expectHeard(carol, 'from another browser', all);
  await expect(alice.log).not.toContainText('Nobody has received this');
});

test('[CH6, PR4] q and Enter leaves, and the others see who left', async ({ openPage }) => {
  const alice = await enter(await openPage(), { nickname: 'alice', ...room });
  const bob = await enter(await openPage(), { nickname: 'bob', ...room });
  const carol = await enter(await openPage(), { nickname: 'carol', ...room });
  await expectTogether([alice, bob, carol]);

  await bob.line.fill('q');
  await bob.line.press('Enter');
  await expect(bob.page.getByRole('button', { name: 'Join' })).toBeVisible();
  for (const { log } of [alice, carol]) await expect(log.getByText('bob left', { exact: true })).toBeVisible();
  await expectTogether([alice, carol]);
  await expect(alice.log).not.toContainText('lost the connection');
  await expectHeard(carol, 'still here', [alice, carol]);
});

test('[JN3, PR4] a tab that is closed leaves too', async ({ openPage }) => {
  const alice = await enter(await openPage(), { nickname: 'alice', ...room });
  const bob = await enter(await openPage(), { nickname: 'bob', ...room });
  await expectTogether([alice, bob]);
  await bob.page.close({ runBeforeUnload: true });
  await expect(alice.log.getByText('bob left', { exact: true })).toBeVisible();
  await expect(alice.members).toHaveCount(1);
});

test('[CH2] who gives no nickname is DefaultName', async ({ openPage }) => {
  const alice = await enter(await openPage(), { nickname: 'alice', ...room });
  const nobody = await enter(await openPage(), { nickname: '', ...room });
  await expectTogether([alice, nobody]);
  await expect(alice.members).toHaveText([/^\s*alice/, /^\s*DefaultName/]);
  await nobody.say('who am I?');
  await expect(alice.message('DefaultName', 'who am I?')).toHaveCount(1);
});

test('[CH5] two who gave no name hear each other, and who comes back finds their own words', async ({ openPage }) => {
  const alice = await enter(await openPage(), { nickname: '', ...room });
  const page = await openPage();
  const before = await enter(page, { nickname: '', ...room });
  await expectTogether([alice, before]);
  const texts = ['is anybody here?', 'I am'];
  const expectAll = async ({ message }: Person): Promise<void> => {
    for (const text of texts) await expect(message('DefaultName', text)).toHaveCount(1);
  };
  await alice.say(texts[0]!);
  await before.say(texts[1]!);
  for (const person of [alice, before]) await expectAll(person);
  await page.reload();
  const after = await enter(page, { nickname: '', ...room });
  await expectAll(after);
  await expect(after.log).not.toContainText('Another DefaultName');
});

test('[CH5, BR2] namesakes do not see what the other writes, and both are told; others see both', async ({
  openPage,
}) => {
  const alice = await enter(await openPage(), { nickname: 'alice', ...room });
  const bob = await enter(await openPage(), { nickname: 'bob', ...room });
  const other = await enter(await openPage(), { nickname: 'alice', ...room });
  await expectTogether([alice, bob, other]);
  for (const { log } of [alice, other]) await expect(log.getByText(/^Another alice is here \(/)).toHaveCount(1);
  await expect(bob.log).not.toContainText('Another alice');

  await expectHeard(alice, 'by the first', [alice, bob]);
  await expectHeard(other, 'by the other', [other, bob]);
  // What bob says comes after both of them, so by then the others would have been shown.
  await expectHeard(bob, 'I saw two', [alice, bob, other]);
  await expect(alice.log).not.toContainText('by the other');
  await expect(other.log).not.toContainText('by the first');
  // One name, two people: bob can tell them apart, and hears which of them came later.
  await expect(bob.log.getByText('another key:')).toHaveCount(1);
  const tags = await bob.log.locator('.message .tag').allTextContents();
  expect(new Set(tags).size).toBe(2);
});

test('[UI7] markup that somebody pastes is shown as the text it is', async ({ openPage }) => {
  const alice = await enter(await openPage(), { nickname: 'alice', ...room });
  const mallory = await enter(await openPage(), { nickname: '<b>mallory</b>', ...room });
  await expectTogether([alice, mallory]);
  const complaints: string[] = [];
  alice.page.on('dialog', (dialog) => {
    complaints.push(dialog.message());
    return dialog.dismiss();
  });
  const markup = '<img src="/nowhere.png" onerror="alert(1)"><b>bold</b><script>alert(2)</script>';

  // As copied from another page: formatted, and as text. The box takes the text.
  await mallory.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await mallory.page.bringToFront();
  await mallory.page.evaluate(async (text) => {
    const as = (type: string) => new Blob([text], { type });
    await navigator.clipboard.write([
      new ClipboardItem({ 'text/html': as('text/html'), 'text/plain': as('text/plain') }),
    ]);
  }, markup);
  await mallory.line.focus();
  await mallory.page.keyboard.press('Control+v');
  await expect(mallory.line).toHaveValue(markup);
  await mallory.line.press('Enter');

  for (const person of [mallory, alice]) {
    await expect(person.message('<b>mallory</b>', markup)).toBeVisible();
    expect(await person.log.locator('img, b, script').count()).toBe(0);
    expect(await person.page.getByRole('list', { name: 'Members' }).locator('b').count()).toBe(0);
  }
  expect(complaints).toEqual([]);
});
