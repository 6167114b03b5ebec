/** How many have an own message, over rooms in memory: where it stands, how it changes, who is told what it means. */
import type { Locator, Page } from '@playwright/test';
import { enterAsAlice, expect, test } from './ui/preview-server.ts';

const logOf = (page: Page): Locator => page.getByRole('log', { name: 'Messages' });
const marksOf = (page: Page): Locator => logOf(page).getByRole('button', { name: /^Reached/ });
const LONG = 'I will be at the north gate in ten minutes; could somebody bring the long cable, please?';

const reach = (page: Page, text: string, nodes: number, of: number): Promise<void> =>
  page.evaluate(([said, having, all]) => preview.room!.reach(said, having, all), [text, nodes, of] as const);

async function say(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill(text);
  await page.getByRole('textbox', { name: 'Message' }).press('Enter');
}

/** Places and sizes of all bubbles. */
const bubblesOf = (page: Page): Promise<readonly object[]> =>
  page
    .locator('.bubble')
    .evaluateAll((bubbles) => bubbles.map((one) => one.getBoundingClientRect().toJSON() as object));

for (const viewport of [
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
]) {
  test(`[UI12] it comes, changes and goes without moving anything, ${viewport.width} wide`, async ({ page, show }) => {
    await page.setViewportSize(viewport);
    await show('?scene=namesake');
    await enterAsAlice(page);
    for (const text of ['On my way.', LONG, 'ok']) await say(page, text);
    await expect(logOf(page).getByText('ok', { exact: true })).toBeInViewport();
    const before = await bubblesOf(page);
    expect(before).toHaveLength(3);
    for (const [nodes, of] of [
      [1, 9],
      [7, 9],
      [9, 9],
      [98, 128],
    ] as const) {
      for (const text of ['On my way.', LONG]) await reach(page, text, nodes, of);
      await expect(marksOf(page)).toHaveText([nodes < of ? `Reached ${nodes} of ${of}` : `Reached all ${of}`]);
      expect(await bubblesOf(page)).toEqual(before);
    }
    await reach(page, 'ok', 7, 9);
    await expect(marksOf(page)).toHaveText(['Reached 98 of 128', 'Reached 7 of 9']);
    expect(await bubblesOf(page)).toEqual(before);
    for (const mark of await marksOf(page).all()) {
      const { x, width } = (await mark.boundingBox())!;
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x + width).toBeLessThanOrEqual(viewport.width);
    }
  });
}

test('[UI12] it is no news to a screen reader, which finds it behind the message', async ({ page, show }) => {
  await show('?scene=reached');
  await enterAsAlice(page);
  // The log is live, and tells of what comes into it; the mark within is not.
  await expect(marksOf(page)).toHaveCount(2);
  for (const mark of await marksOf(page).all()) await expect(mark).toHaveAttribute('aria-live', 'off');
  await expect(page.locator('.message').filter({ hasText: 'bring the long cable' })).toHaveText(
    /please\?\s*Reached 7 of 10\s*$/,
  );
});

test('[UI12] what it means is opened by keyboard, from the line one writes on', async ({ page, show }) => {
  await show('?scene=reached');
  await enterAsAlice(page);
  await page.getByRole('textbox', { name: 'Message' }).focus();
  await page.keyboard.press('Shift+Tab');
  const mark = page.getByRole('button', { name: 'Reached 7 of 10' });
  await expect(mark).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(mark).toHaveAttribute('aria-expanded', 'true');
  await expect(logOf(page).getByText('7 of the 10 others here have it so far.')).toBeVisible();
  // Whom nothing is missing is not stopped at: a log has many of them.
  await page.keyboard.press('Shift+Tab');
  await expect(logOf(page)).toBeFocused();
  // It stays open, and keeps the keyboard, when the last of them has it.
  await mark.focus();
  await reach(
    page,
    'Thanks. I will be at the north gate in ten minutes; could somebody bring the long cable, please?',
    10,
    10,
  );
  const all = page.getByRole('button', { name: 'Reached all 10' }).last();
  await expect(all).toBeFocused();
  await expect(logOf(page).getByText('All others here have it.')).toBeVisible();
});
