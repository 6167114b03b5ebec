/** Which mesh the form and the address bar name, over rooms in memory, and which password belongs to it. */
import { enterAsAlice, expect, test } from './ui/preview-server.ts';

for (const typed of ['ops-room', '#ops-room/chat', 'net.p2p://ops-room/chat', 'ops room', '']) {
  test(`[UI2] takes the offer back where another mesh is named, and gives it again: ${typed}`, async ({
    page,
    show,
  }) => {
    await show();
    const mesh = page.getByRole('textbox', { name: 'Mesh' });
    const password = page.getByRole('textbox', { name: 'Password' });
    await expect(page.getByRole('heading', { name: 'Open a room' })).toBeVisible();
    await mesh.fill(typed);
    await expect(password).toHaveValue('');
    await expect(password).toHaveAttribute('type', 'password');
    await expect(password).toHaveAccessibleDescription(/The one the others use/);
    await expect(mesh).not.toHaveAccessibleDescription(/fresh/);
    await expect(page.getByRole('heading', { level: 2 })).toHaveText(
      typed.includes('#') ? 'You are invited' : 'Join a room',
    );

    await mesh.fill('Amber-Otter-K3F9');
    await expect(password).toHaveValue('tinsel-gravity-marble-oboe');
    await expect(password).toHaveAttribute('type', 'text');
    await expect(password).toHaveAccessibleDescription(/Made for you/);
    await expect(page.getByRole('heading', { level: 2 })).toHaveText('Open a room');
  });
}

test('[UI1, UI2] leaves a passphrase that was edited where it is, whatever mesh is named', async ({ page, show }) => {
  await show();
  const password = page.getByRole('textbox', { name: 'Password' });
  await password.press('End');
  await password.pressSequentially('!');
  await page.getByRole('textbox', { name: 'Mesh' }).fill('#ops-room');
  await expect(password).toHaveValue('tinsel-gravity-marble-oboe!');
});

test('[UI2] keeps a passphrase that was asked for while the name is made up, but not for a link', async ({
  page,
  show,
}) => {
  await show();
  const mesh = page.getByRole('textbox', { name: 'Mesh' });
  const password = page.getByRole('textbox', { name: 'Password' });
  await mesh.fill('our');
  await page.getByRole('button', { name: 'Make one for me' }).click();
  await mesh.press('End');
  await mesh.pressSequentially('-club');
  await expect(password).toHaveValue('tinsel-gravity-marble-oboe');
  await mesh.fill('#ops-room');
  await expect(password).toHaveValue('');
});

test('[UI2] brings a late passphrase back with the name it was made for, and nowhere else', async ({ page, show }) => {
  await show('?words=late');
  const mesh = page.getByRole('textbox', { name: 'Mesh' });
  await mesh.fill('ops-room');
  await page.evaluate(() => preview.deliverPassphrase());
  await page.getByRole('textbox', { name: 'Nickname' }).fill('alice');
  await expect(page.getByRole('textbox', { name: 'Password' })).toHaveValue('');
  await mesh.fill('amber-otter-k3f9');
  await expect(page.getByRole('textbox', { name: 'Password' })).toHaveValue('tinsel-gravity-marble-oboe');
});

test('[UI2, AD5] takes the password of a pasted link, and shows the mesh alone', async ({ page, show }) => {
  await show();
  const mesh = page.getByRole('textbox', { name: 'Mesh' });
  const password = page.getByRole('textbox', { name: 'Password' });
  await mesh.fill(`${new URL(page.url()).origin}/#ops-room/chat?password=rain%20%26%20tea`);
  await expect(password).toHaveValue('rain & tea');
  await expect(password).toHaveAttribute('type', 'password');
  await expect(page.getByRole('heading', { level: 2 })).toHaveText('You are invited');
  await mesh.press('Tab');
  await expect(mesh).toHaveValue('ops-room');
  await expect(password).toHaveValue('rain & tea');
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
  const mesh = page.getByRole('textbox', { name: 'Mesh' });
  const password = page.getByRole('textbox', { name: 'Password' });
  await mesh.fill('');
  await mesh.pressSequentially('#ops-room?password=rain');
  await expect(password).toHaveValue('rain');
  await mesh.fill('elsewhere');
  await expect(password).toHaveValue('');
});

test('[UI3] refuses a link to another site, with what can be done', async ({ page, show }) => {
  await show();
  const mesh = page.getByRole('textbox', { name: 'Mesh' });
  await mesh.fill('https://other.example/#their-room/chat?password=theirs');
  await expect(page.getByRole('textbox', { name: 'Password' })).toHaveValue('');
  await page.getByRole('textbox', { name: 'Password' }).fill('mine');
  await page.getByRole('button', { name: 'Join' }).click();
  await expect(mesh).toBeFocused();
  await expect(mesh).toHaveAccessibleDescription(/belongs to another site: open it there/);
  expect(await page.evaluate(() => preview.requests.length)).toBe(0);
});

test('[UI2, UI3] shows what the address bar names as a person would type it, also when it is no mesh', async ({
  page,
  show,
}) => {
  await show('#a b');
  await expect(page.getByRole('textbox', { name: 'Mesh' })).toHaveValue('a b');
  await page.getByRole('textbox', { name: 'Password' }).fill('x');
  await page.getByRole('button', { name: 'Join' }).click();
  await expect(page.getByRole('textbox', { name: 'Mesh' })).toHaveAccessibleDescription(/use letters, digits/);
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
  await expect(page.getByRole('textbox', { name: 'Mesh' })).toHaveValue('other-room');
  await expect(page.getByRole('textbox', { name: 'Password' })).toHaveValue('theirs');
});
