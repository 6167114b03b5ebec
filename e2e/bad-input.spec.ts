/** What cannot be taken is said beside its field, and stays in it. Against the whole app, up to the mesh. */
import type { WebSocket } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { enter, expectHeard, expectTogether, pressJoin } from './support/people.ts';

const room = { mesh: 'bad-input-story', password: 'tinsel gravity marble oboe' };

test('[UI1, UI3, AD3] a malformed mesh, no password and an endless nickname each get their sentence', async ({
  openPage,
}) => {
  const page = await openPage();
  const nickname = page.getByRole('textbox', { name: 'Nickname' });
  const mesh = page.getByRole('textbox', { name: 'Mesh' });
  const password = page.getByRole('textbox', { name: 'Password' });
  const join = page.getByRole('button', { name: 'Join' });
  // The passphrase that is offered comes late; it must have come before it can be taken away.
  await expect(password).not.toHaveValue('');

  await nickname.fill('n'.repeat(41));
  await mesh.fill('http://example.org/no-mesh-here');
  await password.fill('');
  await join.click();
  await expect(nickname).toHaveAccessibleDescription(/at most 40 characters/);
  await expect(mesh).toHaveAccessibleDescription(/leads to no mesh/);
  await expect(password).toHaveAccessibleDescription(/Give the password/);
  await expect(nickname).toHaveValue('n'.repeat(41));
  await expect(mesh).toHaveValue('http://example.org/no-mesh-here');

  for (const [text, sentence] of [
    ['two words', /use letters, digits/],
    ['%zz', /use letters, digits/],
    ['m'.repeat(65), /at most 64 characters/],
    ['', /Give the mesh a name/],
  ] as const) {
    await mesh.fill(text);
    await join.click();
    await expect(mesh).toHaveAccessibleDescription(sentence);
    await expect(mesh).toHaveValue(text);
  }

  // Once all is well the same fields let one in.
  await nickname.fill('alice');
  await mesh.fill('NET.P2P://Bad-Input-Story/Bridge');
  await password.fill(room.password);
  await join.click();
  await expect(page.getByRole('log', { name: 'Messages' })).toContainText('alice is ready');
  expect(new URL(page.url()).hash).toBe('#bad-input-story/bridge');
});

test('[JN1, UI1, UI3, PW4] a password that cannot be one is refused beside its field', async ({ openPage }) => {
  const page = await openPage(`/#${room.mesh}`);
  const password = page.getByRole('textbox', { name: 'Password' });
  await page.getByRole('textbox', { name: 'Nickname' }).fill('alice');
  for (const [text, sentence] of [
    ['p'.repeat(1025), /too long/],
    ['tab\u0007bell', /no keyboard enters/],
  ] as const) {
    await password.fill(text);
    await password.press('Enter');
    await expect(password).toHaveAccessibleDescription(sentence);
    await expect(password).toHaveValue(text);
    await expect(page.getByRole('textbox', { name: 'Nickname' })).toHaveValue('alice');
  }
});

test('[JN1, UI1, UI3] without the half of the app that joins, one is told to reload, and keeps the fields', async ({
  openProfile,
}) => {
  const profile = await openProfile({ serviceWorkers: 'block' });
  await profile.route('**/assets/join-*.js', (route) => route.abort());
  const page = await profile.newPage();
  const [missing] = await Promise.all([
    page.waitForEvent('requestfailed', (request) => request.url().includes('/assets/join-')),
    page.goto('/'),
  ]);
  await pressJoin(page, { nickname: 'alice', ...room });
  await expect(page.getByRole('alert').filter({ hasText: 'Reload the page once you are online.' })).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Nickname' })).toHaveValue('alice');
  await expect(page.getByRole('textbox', { name: 'Password' })).toHaveValue(room.password);
  await expect(page.getByRole('button', { name: 'Join' })).toBeEnabled();

  await profile.unroute('**/assets/join-*.js');
  await Promise.all([page.waitForResponse(missing.url()), page.reload()]);
  await enter(page, { nickname: 'alice', ...room });
});

test('[JN1, UI1, UI3] a browser that makes no keys is told as such, at once', async ({ openProfile }) => {
  const profile = await openProfile();
  await profile.addInitScript(() => {
    RTCPeerConnection.generateCertificate = () => Promise.reject(new DOMException('no entropy', 'NotReadableError'));
  });
  const page = await profile.newPage();
  await page.goto('/');
  await pressJoin(page, { nickname: 'alice', ...room });
  await expect(page.getByRole('alert').filter({ hasText: 'could not make the keys' })).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Password' })).toHaveValue(room.password);
  await expect(page.getByRole('button', { name: 'Join' })).toBeEnabled();
});

test('[UI1, CH7] a message that is too long stays, one at the limit goes', async ({ openPage }) => {
  const alice = await enter(await openPage(), { nickname: 'alice', ...room });
  const bob = await enter(await openPage(), { nickname: 'bob', ...room });
  await expectTogether([alice, bob]);
  // 4,096 bytes: the limit is in bytes, and an umlaut has two.
  const atLimit = 'ü'.repeat(2048);
  await alice.line.fill(`${atLimit}!`);
  await alice.line.press('Enter');
  await expect(alice.line).toHaveAccessibleDescription(/too long: at most 4,096 bytes/);
  await expect(alice.line).toHaveValue(`${atLimit}!`);
  await alice.line.press('Backspace');
  await expect(alice.line).not.toHaveAccessibleDescription(/too long/);
  await alice.line.press('Enter');
  for (const person of [alice, bob]) await expect(person.message('alice', atLimit)).toHaveCount(1);
  await expectHeard(alice, 'short again', [alice, bob]);
  await expect(bob.log).not.toContainText('!');
});

test('[JN4] when the password cannot be strengthened, what was made ahead is let go of', async ({ openPage }) => {
  const page = await openPage('/', { serviceWorkers: 'block' });
  await page.route('**/password-worker-*.js', (route) => route.abort());
  await page.evaluate(() => {
    const made: RTCPeerConnection[] = [];
    const Original = globalThis.RTCPeerConnection;
    globalThis.RTCPeerConnection = class extends Original {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        made.push(this);
      }
    };
    Object.assign(globalThis, { made });
  });
  const sockets: WebSocket[] = [];
  page.on('websocket', (socket) => sockets.push(socket));
  await pressJoin(page, { nickname: 'alice', ...room });
  await expect(page.getByText('The password could not be strengthened')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Password' })).toHaveValue(room.password);

  const states = () =>
    page.evaluate(() => (globalThis as unknown as { made: RTCPeerConnection[] }).made.map((one) => one.signalingState));
  await expect.poll(states).toEqual(['closed']);
  await expect.poll(() => sockets.length > 0 && sockets.every((socket) => socket.isClosed())).toBe(true);
});
