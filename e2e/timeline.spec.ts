/** The log over rooms in memory: what comes in above moves nothing and is told, what waits for somebody is marked. */
import type { Locator, Page } from '@playwright/test';
import { enterAsAlice, expect, test } from './ui/preview-server.ts';

const logOf = (page: Page): Locator => page.getByRole('log', { name: 'Messages' });

/** Messages of bob come in, in their order, the first of them at this place of the timeline. */
const comeIn = (page: Page, at: number, ...texts: string[]): Promise<void> =>
  page.evaluate(
    ([place, lines]) => {
      const room = preview.room!;
      const author = { ...room.members[0]!, nodeId: 'b0b' as (typeof room.members)[0]['nodeId'], self: false };
      lines.forEach((text, index) => {
        const id = `came in ${room.timeline.length}`;
        room.grow({ kind: 'message', id, at: Date.now() - 60_000, author, text }, place + index);
      });
    },
    [at, texts] as const,
  );

/** How far the message stands below the upper edge of the log. */
async function placeOf(page: Page, text: string): Promise<number> {
  const [log, message] = [await logOf(page).boundingBox(), await page.getByText(text).boundingBox()];
  return message!.y - log!.y;
}

async function enterBusyRoom(page: Page, show: (query?: string) => Promise<void>): Promise<void> {
  await show('?scene=busy');
  await enterAsAlice(page);
  await page.evaluate(() => {
    const room = preview.room!;
    const author = room.members[1]!;
    for (let index = 0; index < 60; index++)
      room.grow({ kind: 'message', id: `more ${index}`, at: Date.now(), author, text: `number ${index} of sixty` });
  });
  await expect(page.getByText('number 59 of sixty')).toBeInViewport();
}

for (const anchoring of ['auto', 'none']) {
  test(`[UI11] what comes in above moves nothing where one reads, overflow-anchor ${anchoring}`, async ({
    page,
    show,
  }) => {
    await enterBusyRoom(page, show);
    await page.addStyleTag({ content: `[role='log'] { overflow-anchor: ${anchoring} !important; }` });
    await page.getByText('number 20 of sixty').evaluate((row) => row.scrollIntoView());
    await expect(page.getByRole('button', { name: 'Jump to latest' })).toBeVisible();
    const before = await placeOf(page, 'number 21 of sixty');
    await comeIn(page, 5, 'one', 'two\nof two lines', 'three');
    await expect(page.getByRole('button', { name: '3 earlier messages came in' })).toBeVisible();
    await comeIn(page, 30, 'four');
    await expect(page.getByRole('button', { name: '4 earlier messages came in' })).toBeVisible();
    // What comes below is neither told so nor moves anything.
    await comeIn(page, 90, 'further down');
    await comeIn(page, 101, 'at the end');
    // Scrolled are whole pixels, and lines are not as high as that.
    expect(Math.abs((await placeOf(page, 'number 21 of sixty')) - before)).toBeLessThanOrEqual(2);
    await expect(page.getByRole('button', { name: '4 earlier messages came in' })).toBeVisible();
  });
}

test('[UI7] who is at the end stays there, however fast messages come', async ({ page, show }) => {
  await enterBusyRoom(page, show);
  // One between any two pictures: that the log was scrolled is told when the next message stands there already.
  await page.evaluate(async () => {
    const room = preview.room!;
    for (let index = 0; index < 20; index++) {
      await new Promise(requestAnimationFrame);
      await new Promise((shown) => setTimeout(shown));
      const author = room.members[1 + (index % 2)]!;
      room.grow({ kind: 'message', id: `fast ${index}`, at: Date.now(), author, text: `fast ${index}` });
    }
  });
  await expect(page.getByText('fast 19')).toBeInViewport({ ratio: 1 });
  await expect(page.getByRole('button', { name: 'Jump to latest' })).toBeHidden();
});

test('[UI11] the first of what came in above can be gone to, by keyboard too', async ({ page, show }) => {
  await enterBusyRoom(page, show);
  await comeIn(page, 20, 'said long before', 'and after that');
  const told = page.getByRole('button', { name: '2 earlier messages came in' });
  await told.press('Enter');
  await expect(logOf(page).getByText('said long before')).toBeInViewport({ ratio: 1 });
  await expect(logOf(page).getByText('and after that')).toBeInViewport({ ratio: 1 });
  await expect(told).toBeHidden();
  await expect(logOf(page)).toBeFocused();
  await page.getByRole('button', { name: 'Jump to latest' }).click();
  await expect(page.getByText('number 59 of sixty')).toBeInViewport();
});

test('[UI11] at the end, what comes in above in sight is seen and not told, and what is scrolled to is told no more', async ({
  page,
  show,
}) => {
  await enterBusyRoom(page, show);
  const count = await page.evaluate(() => preview.room!.timeline.length);
  await comeIn(page, count - 1, 'just above the last');
  await expect(logOf(page).getByText('just above the last')).toBeInViewport();
  await expect(page.getByText('number 59 of sixty')).toBeInViewport({ ratio: 1 });
  await expect(page.getByText(/earlier message/)).toBeHidden();
  await comeIn(page, 20, 'said long before');
  await expect(page.getByRole('button', { name: '1 earlier message came in' })).toBeVisible();
  await expect(page.getByText('number 59 of sixty')).toBeInViewport({ ratio: 1 });
  await logOf(page)
    .getByText('said long before')
    .evaluate((row) => row.scrollIntoView());
  await expect(page.getByText(/earlier message/)).toBeHidden();
});

test('[UI11] history that comes before anything was said is no news from above', async ({ page, show }) => {
  await show('?scene=empty');
  await enterAsAlice(page);
  await comeIn(page, 1, ...Array.from({ length: 40 }, (_, index) => `history ${index}`));
  await expect(page.getByText('history 39')).toBeInViewport({ ratio: 1 });
  await expect(page.getByText(/earlier message/)).toBeHidden();
});

test('[UI4] what waits for somebody is marked, once below several, until it goes', async ({ page, show }) => {
  await show('?scene=waiting');
  await enterAsAlice(page);
  const mark = logOf(page).getByText(/Nobody has received/);
  await expect(mark).toHaveText(['Nobody has received these 3 yet']);
  await page.evaluate(() => preview.room!.deliver());
  await expect(mark).toHaveCount(0);
  await page.getByRole('textbox', { name: 'Message' }).fill('one more');
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(mark).toHaveText(['Nobody has received this yet']);
});

test('[UI1] going away is asked about while something waits for somebody', async ({ page, show }) => {
  await show('?scene=waiting');
  await enterAsAlice(page);
  // A browser asks only where the person has done something.
  await logOf(page).click();
  const asked: string[] = [];
  page.on('dialog', (dialog) => {
    asked.push(dialog.type());
    void dialog.accept();
  });
  await page.reload();
  expect(asked).toEqual(['beforeunload']);
});

test('[UI1] and not once it has gone', async ({ page, show }) => {
  await show('?scene=waiting');
  await enterAsAlice(page);
  await logOf(page).click();
  await page.evaluate(() => preview.room!.deliver());
  const asked: string[] = [];
  page.on('dialog', (dialog) => {
    asked.push(dialog.type());
    void dialog.accept();
  });
  await page.reload();
  expect(asked).toEqual([]);
});
