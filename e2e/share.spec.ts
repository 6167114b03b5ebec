/** The invitation, over rooms in memory: the link, the password beside it, and in it only on request. */
import type { Page } from '@playwright/test';
import { enterAsAlice, expect, test } from './ui/preview-server.ts';

/** With signs that a link has to encode. */
const PASSWORD = 'gravity & well_';
const ENCODED = 'gravity%20%26%20well%5F';

async function invite(page: Page): Promise<void> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Join' }).click();
  await page.getByRole('button', { name: 'Share' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
}

const clipboard = (page: Page): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
const qrCode = (page: Page): Promise<string | null> =>
  page.getByRole('img', { name: 'QR code' }).locator('path').getAttribute('d');

test('[UI6] the password of the room can be seen and copied again while in it', async ({ page, show }) => {
  await show();
  await invite(page);
  const password = page.getByRole('textbox', { name: 'Password of this room' });
  await expect(password).toBeHidden();
  await page.getByRole('button', { name: 'Copy password' }).click();
  await expect(page.getByText('Password copied.')).toBeVisible();
  expect(await clipboard(page)).toBe(PASSWORD);
  await expect(password).toBeHidden();
  await page.getByRole('button', { name: 'Show password' }).click();
  await expect(password).toHaveValue(PASSWORD);
  await page.getByRole('button', { name: 'Hide password' }).click();
  await expect(password).toBeHidden();
});

test('[UI6] where copying is refused the password is shown and selected', async ({ page, show }) => {
  await page.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
  await show();
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Join' }).click();
  await page.getByRole('button', { name: 'Share' }).click();
  await page.getByRole('button', { name: 'Copy password' }).click();
  await expect(page.getByText('The text is selected')).toBeVisible();
  expect(await page.evaluate(() => getSelection()!.toString())).toBe(PASSWORD);
});

test('[UI6] the password is in no link unless asked for, with a warning, each time anew', async ({ page, show }) => {
  await show();
  await invite(page);
  const link = page.getByRole('textbox', { name: 'Link' });
  const choice = page.getByRole('checkbox', { name: 'Put the password in the link' });
  await expect(choice).not.toBeChecked();
  await expect(choice).toHaveAccessibleDescription(/whoever sees the link gets in, and links stay in histories/);
  const bare = `${new URL(page.url()).origin}${new URL(page.url()).pathname}#amber-otter-k3f9/chat`;
  await expect(link).toHaveValue(bare);
  const bareCode = await qrCode(page);

  await choice.check();
  await expect(link).toHaveValue(`${bare}?password=${ENCODED}`);
  expect(await qrCode(page)).not.toBe(bareCode);
  await expect(page.getByRole('dialog')).toContainText('Whoever has this link can come in.');
  await page.getByRole('button', { name: 'Copy link' }).click();
  await expect(page.getByText('Copied.')).toBeVisible();
  expect(await clipboard(page)).toBe(`${bare}?password=${ENCODED}`);
  expect(page.url()).toBe(bare);

  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Share' }).click();
  await expect(choice).not.toBeChecked();
  await expect(link).toHaveValue(bare);
  expect(await qrCode(page)).toBe(bareCode);
});

test('[UI6] the share sheet gets the link that is shown', async ({ page, show }) => {
  await page.addInitScript(() => {
    const shared: string[] = [];
    Object.assign(window, { shared });
    Object.defineProperty(navigator, 'share', { value: async ({ url }: ShareData) => void shared.push(url!) });
  });
  await show();
  await invite(page);
  await page.getByRole('button', { name: 'Other apps…' }).click();
  await page.getByRole('checkbox', { name: 'Put the password in the link' }).check();
  await page.getByRole('button', { name: 'Other apps…' }).click();
  const shared = await page.evaluate(() => (window as unknown as { shared: string[] }).shared);
  expect(shared.map((url) => new URL(url).hash)).toEqual([
    '#amber-otter-k3f9/chat',
    `#amber-otter-k3f9/chat?password=${ENCODED}`,
  ]);
});

test('[UI6] a password that makes the link too long for a QR code leaves the link', async ({ page, show }) => {
  await show();
  await page.getByRole('textbox', { name: 'Password' }).fill('ä'.repeat(512));
  await page.getByRole('button', { name: 'Join' }).click();
  await page.getByRole('button', { name: 'Share' }).click();
  await page.getByRole('checkbox', { name: 'Put the password in the link' }).check();
  await expect(page.getByText('too long for a QR code')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Link' })).toHaveValue(/(%C3%A4){512}$/);
});

test('[UI2, UI6, AD5] a link with a password fills both fields in and leaves the address bar at once', async ({
  page,
  show,
}) => {
  await show(`#ops-room/chat?password=${ENCODED}`);
  await expect(page.getByRole('textbox', { name: 'Mesh' })).toHaveValue('ops-room');
  const password = page.getByRole('textbox', { name: 'Password' });
  await expect(password).toHaveValue(PASSWORD);
  await expect(password).toHaveAttribute('type', 'password');
  expect(new URL(page.url()).hash).toBe('#ops-room/chat');
  expect(await page.evaluate(() => history.length)).toBe(2);
  await page.getByRole('button', { name: 'Join' }).click();
  await expect(page.getByRole('log', { name: 'Messages' })).toBeVisible();
  expect(await page.evaluate(() => preview.requests.map((request) => request.password))).toEqual([PASSWORD]);
  expect(new URL(page.url()).hash).toBe('#ops-room/chat');
});

test('[UI2, UI6, AD5] so does one that is opened in a tab that is here already', async ({ page, show, previewUrl }) => {
  await show();
  await page.goto(`${previewUrl}#ops-room/chat?password=${ENCODED}`);
  await expect(page.getByRole('textbox', { name: 'Password' })).toHaveValue(PASSWORD);
  await expect(page.getByRole('textbox', { name: 'Mesh' })).toHaveValue('ops-room');
  expect(new URL(page.url()).hash).toBe('#ops-room/chat');
});

for (const parameters of ['password=%C3', 'x=1&password=secret', 'password=secret&x=1', '?password=secret']) {
  test(`[UI6, AD5] a link that is no good leaves no password in the address bar: ${parameters}`, async ({
    page,
    show,
  }) => {
    await show(`#ops-room/chat?${parameters}`);
    await expect(page.getByRole('textbox', { name: 'Password' })).toHaveValue('');
    expect(new URL(page.url()).hash).toBe('#ops-room/chat');
  });
}

test('[UI6] who has left has forgotten the password', async ({ page, show }) => {
  await show();
  await enterAsAlice(page);
  await page.getByRole('button', { name: 'Leave' }).click();
  await expect(page.getByRole('textbox', { name: 'Password' })).toHaveValue('');
  await page.getByRole('textbox', { name: 'Mesh' }).fill('elsewhere');
  await page.getByRole('textbox', { name: 'Mesh' }).fill('amber-otter-k3f9');
  await expect(page.getByRole('textbox', { name: 'Password' })).toHaveValue('');
});
