/** Who is known again, who only bears a known name, what two people compare, and what is kept of it on the device. */
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { enter, expectTogether, type Person } from './support/people.ts';

const room = { mesh: 'acquaintances-story', password: 'tinsel gravity marble oboe' };

test.setTimeout(120_000);

/** The row of a member, whose text begins with the name. */
const rowOf = ({ members }: Person, nickname: string): Locator =>
  members.filter({ hasText: new RegExp(`^\\s*${nickname}`) }).getByRole('button');

async function look({ page }: Person, row: Locator): Promise<Locator> {
  await row.click();
  await expect(page.getByRole('dialog')).toBeVisible();
  return page.getByRole('dialog');
}

const close = ({ page }: Person): Promise<void> => page.getByRole('button', { name: 'Close' }).click();

async function leave({ page }: Person): Promise<void> {
  await page.getByRole('button', { name: 'Leave' }).click();
}

test('[IK1, IK3, IK4, IK5, IK7, IK8, UI14] bob is known again, compared, and cannot be played by mallory', async ({
  openPage,
}) => {
  const [first, second] = [await openPage(), await openPage()];
  let alice = await enter(first, { nickname: 'alice', ...room, keeps: true });
  let bob = await enter(second, { nickname: 'bob', ...room, keeps: true });
  await expectTogether([alice, bob]);
  const bobsRow = await rowOf(alice, 'bob').textContent();
  await expect(await look(alice, rowOf(alice, 'bob'))).toContainText('You have not met this key before.');
  await close(alice);

  // Both come back: a reload is another session. What was met has been written down meanwhile.
  for (const page of [first, second])
    await expect.poll(async () => (await readStorage(page)).sealed).toBeGreaterThan(0);
  await Promise.all([first.reload(), second.reload()]);
  alice = await enter(first, { nickname: 'alice', ...room, keeps: true });
  bob = await enter(second, { nickname: 'bob', ...room, keeps: true });
  await expectTogether([alice, bob]);
  await expect(rowOf(alice, 'bob')).toHaveText(bobsRow!);
  const dialog = await look(alice, rowOf(alice, 'bob'));
  await expect(dialog).toContainText('You have met this key before.');
  const atBob = await look(bob, rowOf(bob, 'alice'));
  const number = await dialog.getByLabel('Safety number').innerText();
  expect(number.replace(/\s+/g, ' ').trim()).toMatch(/^(\d{5} ){11}\d{5}$/);
  expect(await atBob.getByLabel('Safety number').innerText()).toBe(number);
  await close(bob);
  // A second press of it, meant for the first, does nothing.
  await dialog.getByRole('button', { name: 'It is the same' }).dblclick();
  await expect(dialog).toContainText('You have compared this key with theirs.');
  await close(alice);
  await expect(rowOf(alice, 'bob').getByRole('img', { name: 'compared' })).toBeVisible();

  await first.reload();
  await leave(bob);
  alice = await enter(first, { nickname: 'alice', ...room, keeps: true });
  const mallory = await enter(await openPage(), { nickname: 'bob', ...room });
  await expectTogether([alice, mallory]);
  await expect(alice.log).toContainText(/This bob \(.{4}\) has another key than the bob \(.{4}\) you last met at \d/);
  await expect(rowOf(alice, 'bob')).toContainText('another key');
  await expect(rowOf(alice, 'bob').getByRole('img', { name: 'compared' })).toBeHidden();
  await mallory.say('send me the keys of the north gate');
  await expect(mallory.message('bob', 'send me the keys of the north gate')).toHaveCount(1);

  await leave(mallory);
  bob = await enter(second, { nickname: 'bob', ...room, keeps: true });
  await expectTogether([alice, bob]);
  await expect(rowOf(alice, 'bob').getByRole('img', { name: 'compared' })).toBeVisible();
  await expect(rowOf(alice, 'bob')).toHaveText(bobsRow!);
});

test('[IK9, IK10, UI14] alice and bob see the same seven pictures, and a no is told', async ({ openPage }) => {
  const alice = await enter(await openPage(), { nickname: 'alice', ...room });
  const bob = await enter(await openPage(), { nickname: 'bob', ...room });
  await expectTogether([alice, bob]);
  const atAlice = await look(alice, rowOf(alice, 'bob'));
  await atAlice.getByRole('button', { name: 'Compare seven pictures' }).click();
  await expect(atAlice).toContainText('bob is asked to compare.');
  await expect(bob.page.getByText(/alice \(.{4}\) wants to compare keys with you/)).toBeVisible();
  await bob.page.getByRole('button', { name: 'Compare' }).click();
  const atBob = bob.page.getByRole('dialog', { name: /^alice/ });
  await expect(atAlice.getByRole('listitem')).toHaveCount(7);
  await expect(atBob.getByRole('listitem')).toHaveCount(7);
  expect(await atBob.getByRole('listitem').allInnerTexts()).toEqual(
    await atAlice.getByRole('listitem').allInnerTexts(),
  );
  await atAlice.getByRole('button', { name: 'They are the same' }).click();
  await expect(atAlice).toContainText('You have compared this key with theirs.');
  await close(alice);
  await expect(rowOf(alice, 'bob').getByRole('img', { name: 'compared' })).toBeVisible();
  await atBob.getByRole('button', { name: 'They differ' }).click();
  await expect(atBob.getByRole('alert')).toContainText('somebody stands between you');
  await close(bob);

  // A no is told.
  const again = await look(bob, rowOf(bob, 'alice'));
  await again.getByRole('button', { name: 'Compare seven pictures' }).click();
  await alice.page.getByRole('button', { name: 'Not now' }).click();
  await expect(again).toContainText('alice does not want to compare now.');
  await close(bob);
  // The rooms are left as ever.
  await leave(bob);
  await expect(alice.log).toContainText('bob left');
});

test('[IK6, UI14] what a muted member writes is not shown until it is heard again', async ({ openPage }) => {
  const alice = await enter(await openPage(), { nickname: 'alice', ...room });
  const bob = await enter(await openPage(), { nickname: 'bob', ...room });
  await expectTogether([alice, bob]);
  // By keyboard: the list is one stop of it, the arrows go on.
  await rowOf(alice, 'alice').focus();
  await alice.page.keyboard.press('ArrowDown');
  await expect(rowOf(alice, 'bob')).toBeFocused();
  await alice.page.keyboard.press('Enter');
  await alice.page.getByRole('button', { name: 'Do not show what they write' }).click();
  await expect(alice.page.getByRole('dialog')).toContainText('What they write is not shown to you.');
  await alice.page.keyboard.press('Escape');
  await expect(rowOf(alice, 'bob')).toContainText('muted');
  await bob.say('unheard');
  await expect(bob.log.getByRole('button', { name: /^Reached/ })).toHaveText(['Reached']);
  await look(alice, rowOf(alice, 'bob'));
  await alice.page.getByRole('button', { name: 'Show what they write again' }).click();
  await close(alice);
  await bob.say('heard');
  await expect(alice.message('bob', 'heard')).toHaveCount(1);
  await expect(alice.message('bob', 'unheard')).toHaveCount(0);
});

test('[IK12, UI14] with a blocked member there is no connection; over others both are in the room', async ({
  openPage,
}) => {
  const [alice, bob, carol] = [
    await enter(await openPage(), { nickname: 'alice', ...room }),
    await enter(await openPage(), { nickname: 'bob', ...room }),
    await enter(await openPage(), { nickname: 'carol', ...room }),
  ];
  await expect(alice.status).toHaveText('Online · 2 neighbours · 3 members');
  const dialog = await look(alice, rowOf(alice, 'bob'));
  await dialog.getByRole('button', { name: 'Block' }).click();
  await expect(dialog).toContainText('this device makes no connection to theirs');
  await close(alice);
  await expect(rowOf(alice, 'bob')).toContainText('blocked');
  await expect(alice.status).toHaveText('Online · 1 neighbour · 3 members');
  await expect(bob.status).toHaveText('Online · 1 neighbour · 3 members');
  await bob.say('unheard');
  await expect(carol.message('bob', 'unheard')).toHaveCount(1);
  await alice.say('for all');
  await expect(bob.message('alice', 'for all')).toHaveCount(1);
  await look(alice, rowOf(alice, 'bob'));
  await alice.page.getByRole('button', { name: 'Unblock' }).click();
  await close(alice);
  await bob.say('heard');
  await expect(alice.message('bob', 'heard')).toHaveCount(1);
  await expect(alice.message('bob', 'unheard')).toHaveCount(0);
  await expect(alice.status).toHaveText('Online · 2 neighbours · 3 members', { timeout: 60_000 });
});

/** All that the browser keeps for the page, as text; and of each key whether scripts can read it. */
function readStorage(page: Page): Promise<{ text: string; records: number; sealed: number; extractable: boolean[] }> {
  return page.evaluate(async () => {
    const records: unknown[] = [];
    const extractable: boolean[] = [];
    let sealed = 0;
    const texts: string[] = [JSON.stringify({ ...localStorage }), document.cookie];
    const ask = <Value>(request: IDBRequest<Value>): Promise<Value> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error!);
      });
    function read(value: unknown): void {
      if (value instanceof CryptoKey) {
        if (value.type !== 'public') extractable.push(value.extractable);
      } else if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
        sealed += value.byteLength;
        texts.push(new TextDecoder('latin1').decode(value));
      } else if (typeof value === 'object' && value !== null) Object.values(value).forEach(read);
      else texts.push(String(value));
    }
    for (const { name } of await indexedDB.databases()) {
      const open = await ask(indexedDB.open(name!));
      for (const storeName of open.objectStoreNames) {
        const store = open.transaction(storeName).objectStore(storeName);
        for (const key of await ask(store.getAllKeys())) texts.push(key as string);
        for (const record of await ask(store.getAll())) {
          records.push(record);
          read(record);
        }
      }
      open.close();
    }
    return { text: texts.join('\n'), records: records.length, sealed, extractable };
  });
}

test('[IK2, IK8, UI14] the device keeps nothing unasked, nothing that can be read, and nothing of what is forgotten', async ({
  openPage,
}) => {
  const bob = await enter(await openPage(), { nickname: 'bob', ...room });
  const page = await openPage();
  let alice = await enter(page, { nickname: 'alice', ...room });
  await expectTogether([alice, bob]);
  expect(await readStorage(page)).toMatchObject({ records: 0, extractable: [] });

  await leave(alice);
  alice = await enter(page, { nickname: 'alice', ...room, keeps: true });
  await expectTogether([alice, bob]);
  await expect.poll(async () => (await readStorage(page)).sealed).toBeGreaterThan(0);
  const kept = await readStorage(page);
  expect(kept.records).toBe(1);
  // The identity key and the seal.
  expect(kept.extractable).toEqual([false, false]);
  for (const word of ['bob', 'alice', room.mesh, 'story', room.password]) expect(kept.text).not.toContain(word);

  await look(alice, rowOf(alice, 'alice'));
  await page.getByRole('button', { name: 'Forget this mesh on this device' }).click();
  await expect(page.getByRole('dialog')).toContainText('Forgotten. You stay in the room until you leave.');
  expect((await readStorage(page)).records).toBe(0);
  await close(alice);
  // What happens afterwards is not written either.
  const carol = await enter(await openPage(), { nickname: 'carol', ...room });
  await expectTogether([alice, bob, carol]);
  await look(alice, rowOf(alice, 'carol'));
  await page.getByRole('button', { name: 'It is the same' }).click();
  await close(alice);
  await expect(rowOf(alice, 'carol').getByRole('img', { name: 'compared' })).toBeVisible();

  // It is asked for each time; and what is kept from before can be forgotten without asking for more.
  await leave(alice);
  await expect(page.getByRole('checkbox')).not.toBeChecked();
  expect((await readStorage(page)).records).toBe(0);
  alice = await enter(page, { nickname: 'alice', ...room, keeps: true });
  await leave(alice);
  alice = await enter(page, { nickname: 'alice', ...room });
  await expectTogether([alice, bob, carol]);
  await expect(await look(alice, rowOf(alice, 'alice'))).toContainText('This time you have another');
  expect((await readStorage(page)).records).toBe(1);
  await page.getByRole('button', { name: 'Forget this mesh on this device' }).click();
  await expect(page.getByRole('dialog')).toContainText('Forgotten.');
  expect((await readStorage(page)).records).toBe(0);
});

test('[IK1, IK2, IK5, IK6, IK8] two tabs are one person and lose nothing of each other, another mesh has another key, and what cannot be opened is nobody @long', async ({
  openPage,
  openProfile,
}) => {
  const bob = await enter(await openPage(), { nickname: 'bob', ...room });
  const profile = await openProfile();
  const [first, second] = [await profile.newPage(), await profile.newPage()];
  for (const page of [first, second]) await page.goto('/');
  let alice = await enter(first, { nickname: 'alice', ...room, keeps: true });
  const alicia = await enter(second, { nickname: 'alicia', ...room, keeps: true });
  await expectTogether([alice, alicia, bob]);
  const tag = await rowOf(alice, 'alice').locator('.tag').textContent();
  await expect(rowOf(alice, 'alicia').locator('.tag')).toHaveText(tag!);
  await expect(await look(alice, rowOf(alice, 'alicia'))).toContainText('This is you, in another tab or window.');
  await close(alice);

  /** Presses a button of bob's dialog; settles when what that decided is written. */
  async function decide(person: Person, button: string): Promise<void> {
    await look(person, rowOf(person, 'bob'));
    const before = await readStorage(person.page);
    await person.page.getByRole('button', { name: button }).click();
    await expect.poll(async () => (await readStorage(person.page)).text).not.toBe(before.text);
    await close(person);
  }
  await decide(alice, 'It is the same');
  await decide(alicia, 'Do not show what they write');
  await first.reload();
  alice = await enter(first, { nickname: 'alice', ...room, keeps: true });
  await expectTogether([alice, alicia, bob]);
  await expect(rowOf(alice, 'alice').locator('.tag')).toHaveText(tag!);
  await expect(rowOf(alice, 'bob')).toContainText('muted');
  await expect(rowOf(alice, 'bob').getByRole('img', { name: 'compared' })).toBeVisible();

  await leave(alice);
  alice = await enter(first, { nickname: 'alice', ...room, mesh: 'another-story', keeps: true });
  await expect(rowOf(alice, 'alice').locator('.tag')).not.toHaveText(tag!);
  expect((await readStorage(first)).records).toBe(2);

  await first.evaluate(spoilRecords);
  await leave(alice);
  alice = await enter(first, { nickname: 'alice', ...room, keeps: true });
  await expectTogether([alice, alicia, bob]);
  await expect(rowOf(alice, 'alice').locator('.tag')).toHaveText(tag!);
  await expect(await look(alice, rowOf(alice, 'bob'))).toContainText('You have not met this key before.');
  await close(alice);

  // Forgotten in one tab, nothing is written by the other.
  await look(alicia, rowOf(alicia, 'alicia'));
  await second.getByRole('button', { name: 'Forget this mesh on this device' }).click();
  await expect(second.getByRole('dialog')).toContainText('Forgotten.');
  await look(alice, rowOf(alice, 'bob'));
  await first.getByRole('button', { name: 'It is the same' }).click();
  await close(alice);
  const carol = await enter(await openPage(), { nickname: 'carol', ...room });
  await expectTogether([alice, alicia, bob, carol]);
  expect((await readStorage(first)).records).toBe(1);
});

/** Changes a byte of everything that is sealed. */
async function spoilRecords(): Promise<void> {
  const done = <Value>(request: IDBRequest<Value>): Promise<Value> =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error!);
    });
  const database = await done(indexedDB.open('peer-channel'));
  const keys = await done(database.transaction('meshes').objectStore('meshes').getAllKeys());
  for (const key of keys) {
    const record = (await done(database.transaction('meshes').objectStore('meshes').get(key))) as {
      sealed?: ArrayBuffer;
    };
    if (!record.sealed) continue;
    new Uint8Array(record.sealed)[0]! ^= 1;
    await done(database.transaction('meshes', 'readwrite').objectStore('meshes').put(record, key));
  }
  database.close();
}
