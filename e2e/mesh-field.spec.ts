/** Which mesh the form and the address bar name, over rooms in memory, and which password belongs to it. */
import type { Page } from '@playwright/test';
import { enterAsAlice, expect, test } from './ui/preview-server.ts';

const mesh = (page: Page) => page.getByRole('textbox', { name: 'Mesh' });
const password = (page: Page) => page.getByRole('textbox', { name: 'Password' });

for (const typed of ['ops-room', '#ops-room/chat', 'net.p2p://ops-room/chat', 'ops room', '']) {
  test(`[UI2] takes the offer back where another mesh is named, and gives it again: ${typed}`, async ({
    page,
    show,
  }) => {
    await show();
    await expect(page.getByRole('heading', { name: 'Open a room' })).toBeVisible();
    await mesh(page).fill(typed);
    await expect(password(page)).toHaveValue('');
    await expect(password(page)).toHaveAttribute('type', 'password');
    await expect(password(page)).toHaveAccessibleDescription(/The one the others use/);
    await expect(mesh(page)).not.toHaveAccessibleDescription(/fresh/);
    await expect(page.getByRole('heading', { level: 2 })).toHaveText(
      typed.includes('#') ? 'You are invited' : 'Join a room',
    );

    await mesh(page).fill('Amber-Otter-K3F9');
    await expect(password(page)).toHaveValue('tinsel-gravity-marble-oboe');
    await expect(password(page)).toHaveAttribute('type', 'text');
    await expect(password(page)).toHaveAccessibleDescription(/Made for you/);
    await expect(page.getByRole('heading', { level: 2 })).toHaveText('Open a room');
  });
}

test('[UI1, UI2] leaves a passphrase that was edited where it is, whatever mesh is named', async ({ page, show }) => {
  await show();
  await password(page).press('End');
  await password(page).pressSequentially('!');
  await mesh(page).fill('#ops-room');
  await expect(password(page)).toHaveValue('tinsel-gravity-marble-oboe!');
});

test('[UI2] keeps a passphrase that was asked for while the name is made up, but not for a link', async ({
  page,
  show,
}) => {
  await show();
  await mesh(page).fill('our');
  await page.getByRole('button', { name: 'Make one for me' }).click();
  await mesh(page).press('End');
  await mesh(page).pressSequentially('-club');
  await expect(password(page)).toHaveValue('tinsel-gravity-marble-oboe');
  await mesh(page).fill('#ops-room');
  await expect(password(page)).toHaveValue('');
});

test('[UI2] brings a late passphrase back with the name it was made for, and nowhere else', async ({ page, show }) => {
  await show('?words=late');
  await mesh(page).fill('ops-room');
  await page.evaluate(() => preview.deliverPassphrase());
  await page.getByRole('textbox', { name: 'Nickname' }).fill('alice');
  await expect(password(page)).toHaveValue('');
  await mesh(page).fill('amber-otter-k3f9');
  await expect(password(page)).toHaveValue('tinsel-gravity-marble-oboe');
});

test('[UI2, AD5] takes the password of a pasted link, and shows the mesh alone', async ({ page, show }) => {
  await show();
  await mesh(page).fill(`${new URL(page.url()).origin}/#ops-room/chat?password=rain%20%26%20tea`);
  await expect(password(page)).toHaveValue('rain & tea');
  await expect(password(page)).toHaveAttribute('type', 'password');
  await expect(page.getByRole('heading', { level: 2 })).toHaveText('You are invited');
  await mesh(page).press('Tab');
  await expect(mesh(page)).toHaveValue('ops-room');
  await expect(password(page)).toHaveValue('rain & tea');
  await page.getByRole('button', { name: 'Join' }).click();
  expect(await page.evaluate(() => preview.requests)).toMatchObject([
    { password: 'rain & tea', address: { meshId: 'ops-room', path: '/chat' } },
  ]);
  expect(page.url()).toMatch(/#ops-room\/chat$/);
});

test('[UI2, AD5] takes the password of a link typed key by key, and takes it back with the link', async ({
  page,
  show,
}) => {
  await show();
  await mesh(page).fill('');
  await mesh(page).pressSequentially('#ops-room?password=rain');
  await expect(password(page)).toHaveValue('rain');
  await mesh(page).fill('elsewhere');
  await expect(password(page)).toHaveValue('');
});

test('[UI3] refuses a link to another site, with what can be done', async ({ page, show }) => {
  await show();
  await mesh(page).fill('https://other.example/#their-room/chat?password=theirs');
  await expect(password(page)).toHaveValue('');
  await password(page).fill('mine');
  await page.getByRole('button', { name: 'Join' }).click();
  await expect(mesh(page)).toBeFocused();
  await expect(mesh(page)).toHaveAccessibleDescription(/belongs to another site: open it there/);
  expect(await page.evaluate(() => preview.requests.length)).toBe(0);
});

test('[UI2, UI3] shows what the address bar names as a person would type it, also when it is no mesh', async ({
  page,
  show,
}) => {
  await show('#a b');
  await expect(mesh(page)).toHaveValue('a b');
  await password(page).fill('x');
  await page.getByRole('button', { name: 'Join' }).click();
  await expect(mesh(page)).toHaveAccessibleDescription(/use letters, digits/);
});

test('[UI6] names the room in the address bar again when going back took it out', async ({
  page,
  show,
  previewUrl,
}) => {
  await show();
  await page.goto(`${previewUrl}#ops-room/chat`);
  await enterAsAlice(page);
  await page.goBack();
  await expect.poll(() => page.url()).toBe(`${previewUrl}#ops-room/chat`);
  await expect(page.getByRole('button', { name: 'Stay here' })).toBeHidden();
  await expect(page.getByRole('log', { name: 'Messages' })).toBeVisible();
});
test('[UI2, UI6, AD5] goes to another room by a link with a password', async ({ page, show, previewUrl }) => {
  await show();
  await enterAsAlice(page);
  await page.goto(`${previewUrl}#other-room/chat?password=theirs`);
  await expect.poll(() => new URL(page.url()).hash).toBe('#other-room/chat');
  await page.getByRole('button', { name: 'Go there' }).click();
  await expect(mesh(page)).toHaveValue('other-room');
  await expect(password(page)).toHaveValue('theirs');
});
