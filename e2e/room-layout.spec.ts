/** The room with whatever people write: nothing is pushed off a phone's screen, direction follows the text, tabs differ. */
import type { Locator, Page } from '@playwright/test';
import { enterAsAlice, expect, test } from './ui/preview-server.ts';

const PHONE = { width: 390, height: 844 };
/** The same phone while its keyboard is up. */
const KEYBOARD_UP = { width: 390, height: 420 };
/** Words that have no place to break. */
const LINK = `https://example.org/${'orders/'.repeat(40)}`;

async function expectWithinScreen(page: Page, thing: Locator): Promise<void> {
  const box = (await thing.boundingBox())!;
  const { width, height } = page.viewportSize()!;
  expect(box.x).toBeGreaterThanOrEqual(0);
  expect(box.y).toBeGreaterThanOrEqual(0);
  expect(box.x + box.width).toBeLessThanOrEqual(width);
  expect(box.y + box.height).toBeLessThanOrEqual(height);
}

/** Lets another member say something. */
const hear = (page: Page, nickname: string, text: string): Promise<void> =>
  page.evaluate(
    ([name, line]) => {
      const room = preview.room!;
      const author = {
        ...room.members[0]!,
        nodeId: name as (typeof room.members)[0]['nodeId'],
        nickname: name,
        self: false,
      };
      const id = `heard ${room.timeline.length}`;
      room.grow({ kind: 'message', id, at: Date.now(), author, text: line });
    },
    [nickname, text] as const,
  );

for (const viewport of [PHONE, KEYBOARD_UP]) {
  test.describe(`a screen of ${viewport.width} by ${viewport.height}`, () => {
    test.use({ viewport });

    test('[UI9] a long word in the box leaves Send in its place', async ({ page, show }) => {
      await show('?scene=empty');
      await enterAsAlice(page);
      const send = page.getByRole('button', { name: 'Send' });
      const box = page.getByRole('textbox', { name: 'Message' });
      for (const text of ['short', 'W'.repeat(200), LINK, 'line\n'.repeat(30)]) {
        await box.fill(text);
        await expectWithinScreen(page, send);
        await expectWithinScreen(page, box);
      }
    });

    test('[UI1, UI3] the sentence beside a message that is too long is seen whole', async ({ page, show }) => {
      await show('?scene=empty');
      await enterAsAlice(page);
      await page.getByRole('textbox', { name: 'Message' }).fill('W'.repeat(4097));
      await page.getByRole('button', { name: 'Send' }).click();
      const sentence = page.getByRole('alert').filter({ hasText: 'too long' });
      await expect(sentence).toBeInViewport({ ratio: 1 });
      const words = await sentence.evaluate((one) => {
        const range = document.createRange();
        range.selectNodeContents(one);
        const { left, right } = range.getBoundingClientRect();
        return { left, right };
      });
      expect(words.left).toBeGreaterThanOrEqual(0);
      expect(words.right).toBeLessThanOrEqual(viewport.width);
      await expectWithinScreen(page, page.getByRole('button', { name: 'Send' }));
    });

    for (const scene of ['empty', 'password', 'impossible'] as const) {
      test(`[UI5] the log has room beside the panel of who is alone: ${scene}`, async ({ page, show }) => {
        await show(`?scene=${scene}`);
        await enterAsAlice(page);
        await page.getByRole('textbox', { name: 'Message' }).fill('Is anybody there?');
        await page.keyboard.press('Enter');
        const log = page.getByRole('log', { name: 'Messages' });
        expect((await log.boundingBox())!.height).toBeGreaterThanOrEqual(96);
        await expect(log.getByText('Is anybody there?')).toBeInViewport({ ratio: 1 });
        await expect(page.getByRole('button', { name: 'Look again' })).toBeInViewport({ ratio: 1 });
      });
    }
  });
}

test.describe('names and words of any kind', () => {
  test.use({ viewport: PHONE });

  test('[UI7] a wide nickname is cut, and its message and time stay on the screen', async ({ page, show }) => {
    await show('?scene=empty');
    await enterAsAlice(page);
    const wide = 'W'.repeat(40);
    await hear(page, wide, 'What I have to say is longer than one line of a phone, and it ends with these words.');
    await hear(page, 'bob', LINK);
    const message = page.locator('.message').filter({ hasText: wide });
    await expectWithinScreen(page, message.locator('.bubble'));
    await expectWithinScreen(page, message.locator('time'));
    await expectWithinScreen(page, message.locator('.author'));
    await expectWithinScreen(page, page.locator('.bubble').filter({ hasText: LINK }));
  });

  test('[UI7] a link that fills the line begins on the first one', async ({ page, show }) => {
    await show('?scene=empty');
    await enterAsAlice(page);
    await hear(page, 'bob', LINK);
    const gap = await page.locator('.bubble .text').evaluate((text) => {
      const [firstLine] = text.getClientRects();
      return firstLine!.top - text.parentElement!.getBoundingClientRect().top;
    });
    expect(gap).toBeLessThan(8);
  });

  test('[UI7] the direction of a message is that of its text, whoever wrote it', async ({ page, show }) => {
    await show('?scene=empty');
    await enterAsAlice(page);
    const directions = {
      'Good morning, everybody.': 'ltr',
      'בוקר טוב לכולם': 'rtl',
      'صباح الخير': 'rtl',
      '42': 'ltr',
    };
    for (const nickname of ['אביגיל', 'bob']) {
      for (const [text, direction] of Object.entries(directions)) {
        await hear(page, nickname, text);
        const line = page.getByText(`[${nickname}] ${text}`, { exact: true }).last();
        await expect(line).toBeVisible();
        await expect(line).toHaveCSS('direction', direction);
      }
    }
  });

  test('[UI7] what one sends is scrolled to from anywhere in the log', async ({ page, show }) => {
    await show('?scene=busy');
    await enterAsAlice(page);
    const log = page.getByRole('log', { name: 'Messages' });
    await log.evaluate((box) => box.scrollTo(0, 0));
    await expect(page.getByRole('button', { name: 'Jump to latest' })).toBeVisible();
    await page.getByRole('textbox', { name: 'Message' }).fill('here is mine');
    await page.getByRole('button', { name: 'Send' }).click();
    await expect(log.getByText('here is mine')).toBeInViewport({ ratio: 1 });
    await expect(page.getByRole('button', { name: 'Jump to latest' })).toBeHidden();
    // And it follows from there on.
    await hear(page, 'bob', 'and here is the answer');
    await expect(log.getByText('and here is the answer')).toBeInViewport({ ratio: 1 });
  });
});

test('[UI4] the title of the tab names the mesh first, and nothing after leaving', async ({ page, show }) => {
  await show('?scene=empty');
  await expect(page).toHaveTitle(/^Peer Channel/);
  await enterAsAlice(page);
  await expect(page).toHaveTitle('amber-otter-k3f9 · Peer Channel');
  await page.getByRole('button', { name: 'Leave' }).click();
  await expect(page.getByRole('button', { name: 'Join' })).toBeVisible();
  await expect(page).toHaveTitle('Peer Channel');
  await page.getByRole('textbox', { name: 'Mesh' }).fill('ops-room/bridge');
  await enterAsAlice(page);
  await expect(page).toHaveTitle('ops-room/bridge · Peer Channel');
});

test('[UI5] whoever is alone with another password is told so in short, and what to do once', async ({
  page,
  show,
}) => {
  await show('?scene=password');
  await enterAsAlice(page);
  await expect(page.getByRole('status')).toHaveText('Offline · 0 neighbours · 1 member · passwords differ');
  await expect(page.getByRole('log').getByText('Somebody here uses another password', { exact: true })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Somebody here uses another password' })).toContainText('spaces count');
  await expect(page.getByText('spaces count')).toHaveCount(1);
});

test('[UI10] asking about a new version leaves notices, members, the newest lines and the ways out free', async ({
  page,
  show,
}) => {
  const free = {
    empty: ['Share', 'Leave', 'Invite people', 'Look again', 'Send'],
    unreachable: ['Share', 'Leave', 'All 11', 'Send'],
  };
  for (const [scene, names] of Object.entries(free)) {
    for (const viewport of [PHONE, KEYBOARD_UP]) {
      await page.setViewportSize(viewport);
      await show(`?scene=${scene}&update`);
      await page.getByRole('button', { name: 'Reload' }).click({ trial: true });
      await enterAsAlice(page);
      await expectWithinScreen(page, page.getByRole('button', { name: 'Reload' }));
      const toast = (await page.locator('.toast').boundingBox())!;
      const others = [...names.map((name) => page.getByRole('button', { name })), page.locator('.banners')];
      for (const other of others) {
        const { y, height } = (await other.boundingBox())!;
        expect(y + height <= toast.y || y >= toast.y + toast.height, `${scene}: ${other.toString()}`).toBe(true);
      }
    }
  }
});
