/** The first minute, over rooms in memory: what is offered, what is refused, and that nothing typed is lost. */
import { enterAsAlice, expect, test } from './ui/preview-server.ts';

test.describe('the join screen', () => {
  test('[UI2] offers a fresh mesh and a passphrase that can be read, copied and made anew', async ({ page, show }) => {
    await show();
    await expect(page.getByRole('textbox', { name: 'Mesh' })).toHaveValue('amber-otter-k3f9');
    const password = page.getByRole('textbox', { name: 'Password' });
    await expect(password).toHaveValue('tinsel-gravity-marble-oboe');
    await expect(password).toHaveAttribute('type', 'text');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy' }).click();
    await expect(page.getByText('Copied.')).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('tinsel-gravity-marble-oboe');
    await expect(page.getByRole('button', { name: 'Make another' })).toBeVisible();
  });

  test('[UI2] fills in the mesh of a link and asks for its password', async ({ page, show }) => {
    await show('#ops-room/bridge');
    await expect(page.getByRole('textbox', { name: 'Mesh' })).toHaveValue('ops-room/bridge');
    const password = page.getByRole('textbox', { name: 'Password' });
    await expect(password).toHaveValue('');
    await expect(password).toHaveAttribute('type', 'password');
    await password.fill('secret');
    await page.getByRole('button', { name: 'Show' }).click();
    await expect(password).toHaveAttribute('type', 'text');
    await page.getByRole('button', { name: 'Hide' }).click();
    await expect(password).toHaveAttribute('type', 'password');
    await expect(password).toHaveValue('secret');
  });

  test('[UI2] takes another link that is opened in the same tab', async ({ page, show, previewUrl }) => {
    await show();
    await page.goto(`${previewUrl}#ops-room/chat`);
    await expect(page.getByRole('textbox', { name: 'Mesh' })).toHaveValue('ops-room');
    await expect(page.getByRole('textbox', { name: 'Password' })).toHaveValue('');
  });

  test('[UI1, UI2] keeps what was typed when the passphrase comes late', async ({ page, show }) => {
    await show('?words=late');
    await page.getByRole('textbox', { name: 'Password' }).fill('my own');
    await page.evaluate(() => preview.deliverPassphrase());
    await page.getByRole('textbox', { name: 'Nickname' }).fill('alice');
    await expect(page.getByRole('textbox', { name: 'Password' })).toHaveValue('my own');
  });

  test('[UI3] says so when no passphrase can be made', async ({ page, show }) => {
    await show('?words=none');
    await expect(page.getByRole('alert').filter({ hasText: 'choose a password of your own' })).toBeVisible();
  });

  test('[UI1, UI3] puts a sentence beside each bad field and loses nothing', async ({ page, show }) => {
    await show();
    const nickname = page.getByRole('textbox', { name: 'Nickname' });
    const mesh = page.getByRole('textbox', { name: 'Mesh' });
    const password = page.getByRole('textbox', { name: 'Password' });
    await nickname.fill('x'.repeat(41));
    await mesh.fill('two words');
    await password.fill('');
    await page.getByRole('button', { name: 'Join' }).click();
    await expect(nickname).toBeFocused();
    await expect(nickname).toHaveAccessibleDescription(/at most 40 characters/);
    await expect(mesh).toHaveAccessibleDescription(/use letters, digits/);
    await expect(password).toHaveAccessibleDescription(/Give the password/);
    await expect(mesh).toHaveAttribute('aria-invalid', 'true');
    await expect(nickname).toHaveValue('x'.repeat(41));
    await expect(mesh).toHaveValue('two words');

    await nickname.fill('alice');
    await expect(nickname).toHaveAttribute('aria-invalid', 'false');
    await page.getByRole('button', { name: 'Join' }).click();
    await expect(mesh).toBeFocused();
    expect(await page.evaluate(() => preview.requests.length)).toBe(0);
  });

  test('[UI1, UI3] tells why joining failed and keeps the fields', async ({ page, show }) => {
    await show('?fail=KeysUnavailable');
    await page.getByRole('textbox', { name: 'Nickname' }).fill('alice');
    await page.getByRole('button', { name: 'Join' }).click();
    await expect(page.getByRole('alert').filter({ hasText: 'could not make the keys' })).toBeVisible();
    await expect(page.getByRole('textbox', { name: 'Nickname' })).toHaveValue('alice');
    await expect(page.getByRole('textbox', { name: 'Password' })).toHaveValue('tinsel-gravity-marble-oboe');
  });

  test('[UI3] puts a refused password beside its field', async ({ page, show }) => {
    await show('?fail=PasswordTooLong');
    await page.getByRole('button', { name: 'Join' }).click();
    const password = page.getByRole('textbox', { name: 'Password' });
    await expect(password).toHaveAccessibleDescription(/too long/);
    await expect(password).toBeFocused();
  });

  for (const [code, sentence] of [
    ['InsecureContext', /not opened over a secure connection/],
    ['WebRtcMissing', /has no WebRTC/],
  ] as const) {
    test(`[UI3] tells ${code} before anything is tried`, async ({ page, show }) => {
      await show(`?missing=${code}`);
      await expect(page.getByRole('alert').filter({ hasText: sentence })).toBeVisible();
      await page.getByRole('button', { name: 'Join' }).click();
      await expect(page.getByRole('alert').filter({ hasText: sentence })).toBeVisible();
      expect(await page.evaluate(() => preview.requests.length)).toBe(0);
    });
  }

  for (const [stage, words] of [
    ['stretching', 'Strengthening the password…'],
    ['connecting', 'Looking for others…'],
  ] as const) {
    test(`[UI3] shows that it is ${stage}, and takes no second order meanwhile`, async ({ page, show }) => {
      await show(`?hold=${stage}`);
      await page.getByRole('button', { name: 'Join' }).click();
      await expect(page.getByRole('progressbar', { name: words })).toBeVisible();
      await expect(page.getByRole('button', { name: 'Join' })).toBeDisabled();
      await page.getByRole('textbox', { name: 'Mesh' }).press('Enter');
      expect(await page.evaluate(() => preview.requests.length)).toBe(1);
    });
  }

  test('[UI6] puts the mesh into the address bar and the password nowhere', async ({ page, show }) => {
    await show();
    const entries = await page.evaluate(() => history.length);
    await page.getByRole('textbox', { name: 'Mesh' }).fill('net.p2p://Ops-Room/bridge');
    await enterAsAlice(page);
    expect(new URL(page.url()).hash).toBe('#ops-room/bridge');
    expect(await page.evaluate(() => history.length)).toBe(entries);
    await page.getByRole('button', { name: 'Share' }).click();
    await expect(page.getByRole('textbox', { name: 'Link' })).toHaveValue(/#ops-room\/bridge$/);
    await expect(page.getByRole('img', { name: 'QR code to scan' })).toBeVisible();
    await expect(page.getByRole('dialog')).not.toContainText('gravity');
    expect(page.url()).not.toContain('gravity');
  });
});

test.describe('leaving and coming back', () => {
  test('[UI1, UI4] q leaves, and the fields stay except the password', async ({ page, show }) => {
    await show();
    await enterAsAlice(page);
    await page.getByRole('textbox', { name: 'Message' }).fill('q');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('textbox', { name: 'Nickname' })).toHaveValue('alice');
    await expect(page.getByRole('textbox', { name: 'Mesh' })).toHaveValue('amber-otter-k3f9');
    const password = page.getByRole('textbox', { name: 'Password' });
    await expect(password).toHaveValue('');
    await expect(password).toBeFocused();
  });

  test('[UI1] gives a composed text back on returning', async ({ page, show }) => {
    await show();
    await enterAsAlice(page);
    await page.getByRole('textbox', { name: 'Message' }).fill('half a thought');
    await page.getByRole('button', { name: 'Leave' }).click();
    await enterAsAlice(page);
    await expect(page.getByRole('textbox', { name: 'Message' })).toHaveValue('half a thought');
  });

  test('[UI1] asks before another mesh in the address bar takes the room’s place', async ({
    page,
    show,
    previewUrl,
  }) => {
    await show();
    await enterAsAlice(page);
    await page.goto(`${previewUrl}#other-room/chat`);
    await page.getByRole('button', { name: 'Stay here' }).click();
    expect(new URL(page.url()).hash).toBe('#amber-otter-k3f9/chat');
    await page.goto(`${previewUrl}#other-room/chat`);
    await page.getByRole('button', { name: 'Go there' }).click();
    await expect(page.getByRole('textbox', { name: 'Mesh' })).toHaveValue('other-room');
  });
});

test.describe('the room', () => {
  test('[UI4] Enter sends, Shift and Enter begins a line', async ({ page, show }) => {
    await show('?scene=empty');
    await enterAsAlice(page);
    const box = page.getByRole('textbox', { name: 'Message' });
    await box.pressSequentially('first');
    await page.keyboard.press('Shift+Enter');
    await box.pressSequentially('second');
    await expect(box).toHaveValue('first\nsecond');
    await page.keyboard.press('Enter');
    await expect(box).toHaveValue('');
    await expect(box).toBeFocused();
    const log = page.getByRole('log', { name: 'Messages' });
    await expect(log.getByText('[alice] first second')).toBeVisible();
    await expect(log.getByText('Nobody has received this')).toBeVisible();
  });

  test('[UI1, UI4] keeps a message that is too long, with the sentence', async ({ page, show }) => {
    await show();
    await enterAsAlice(page);
    const box = page.getByRole('textbox', { name: 'Message' });
    await box.fill('x'.repeat(4097));
    await page.getByRole('button', { name: 'Send' }).click();
    await expect(box).toHaveValue('x'.repeat(4097));
    await expect(box).toHaveAccessibleDescription(/too long: at most 4,096 bytes/);
    await box.fill('shorter');
    await expect(box).not.toHaveAccessibleDescription(/too long/);
  });

  test('[UI1] keeps the composed text while the resolver comes and goes', async ({ page, show }) => {
    await show('?scene=unreachable');
    await enterAsAlice(page);
    await page.getByRole('textbox', { name: 'Message' }).fill('hold this');
    const banner = page.getByText('The resolver cannot be reached; trying again.');
    await expect(banner).toBeVisible();
    await page.evaluate(() => preview.room!.setStatus({ resolver: 'Reachable' }));
    await expect(banner).toBeHidden();
    await expect(page.getByRole('textbox', { name: 'Message' })).toHaveValue('hold this');
  });

  test('[UI5] tells nobody, another password and no connection apart', async ({ page, show }) => {
    const status = page.getByRole('status');
    await show('?scene=empty');
    await enterAsAlice(page);
    await expect(status).toHaveText('Offline · 0 neighbours · 1 member · nobody else is here yet');
    await page.evaluate(() => preview.room!.setStatus({ alone: 'AnotherPassword' }));
    await expect(status).toHaveText('Offline · 0 neighbours · 1 member · passwords differ');
    await expect(page.getByRole('heading', { name: 'Somebody here uses another password' })).toBeVisible();
    await expect(page.getByText('nobody else is here')).toBeHidden();
    await page.evaluate(() => preview.room!.setStatus({ alone: 'ConnectionImpossible' }));
    await expect(status).toContainText('no connection gets through');
    await page.evaluate(() => preview.room!.setStatus({ online: true, neighbours: 1, members: 2 }));
    await expect(status).toHaveText('Online · 1 neighbour · 2 members');
    await expect(page.getByRole('heading', { name: 'Somebody is here' })).toBeHidden();
  });

  test('[UI7] shows what mallory writes as text and folds what would flood the screen', async ({ page, show }) => {
    await show('?scene=hostile');
    await enterAsAlice(page);
    const log = page.getByRole('log', { name: 'Messages' });
    await expect(log.getByText('<img src=x onerror=alert(1)><b>bold</b>')).toBeVisible();
    expect(await log.locator('img, b, script').count()).toBe(0);
    const heights = await log.locator('.bubble').evaluateAll((bubbles) => bubbles.map((one) => one.clientHeight));
    expect(Math.max(...heights)).toBeLessThan(400);
    await log.getByRole('button', { name: 'Show all of it' }).last().click();
    await expect(log.getByRole('button', { name: 'Show less' })).toBeVisible();
  });

  test('[UI7] follows the newest line only from the end of the log', async ({ page, show }) => {
    await show('?scene=busy');
    await enterAsAlice(page);
    const log = page.getByRole('log', { name: 'Messages' });
    const fromEnd = () => log.evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight);
    await expect.poll(fromEnd).toBeLessThan(2);
    await page.evaluate(() => preview.room!.submit('at the end'));
    await expect(log.getByText('at the end')).toBeInViewport();
    await expect.poll(fromEnd).toBeLessThan(2);

    await log.evaluate((box) => box.scrollTo(0, 0));
    await expect(page.getByRole('button', { name: 'Jump to latest' })).toBeVisible();
    await page.evaluate(() => preview.room!.submit('out of sight'));
    await expect(log.getByText('out of sight')).toBeAttached();
    expect(await log.evaluate((box) => box.scrollTop)).toBe(0);
    await page.getByRole('button', { name: 'Jump to latest' }).click();
    await expect(log.getByText('out of sight')).toBeInViewport();
  });

  test('[UI8] folds eight arrivals into one line that opens', async ({ page, show }) => {
    await show('?scene=busy');
    await enterAsAlice(page);
    const summary = page.getByText('bob, carol and 6 others joined');
    await summary.click();
    await expect(page.getByText('heidi joined')).toBeVisible();
  });

  test('[UI7] says that a namesake is here and marks the member', async ({ page, show }) => {
    await show('?scene=namesake');
    await enterAsAlice(page);
    await expect(page.getByRole('log', { name: 'Messages' })).toContainText('Another alice is here');
    const members = page.getByRole('list', { name: 'Members' });
    await expect(members.getByRole('listitem')).toHaveCount(2);
    await expect(members.getByRole('listitem').first()).toContainText('you');
    await expect(members.getByRole('listitem').last()).toContainText('same name as you');
  });

  test('[UI10] asks before it uses a new version', async ({ page, show }) => {
    await show('?update');
    await enterAsAlice(page);
    await expect(page.getByText('A new version is ready.')).toBeVisible();
    expect(await page.evaluate(() => preview.updatesApplied)).toBe(0);
    await page.getByRole('button', { name: 'Reload' }).click();
    expect(await page.evaluate(() => preview.updatesApplied)).toBe(1);
  });
});
