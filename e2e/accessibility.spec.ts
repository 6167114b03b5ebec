/** Both screens and the dialog under axe, in both themes and both sizes; the keyboard; the size of targets. */
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from '@playwright/test';
import { enterAsAlice, expect, test } from './ui/preview-server.ts';

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const phone = { width: 390, height: 844 };
const desktop = { width: 1280, height: 800 };
/** The ways in which every screen is looked at; a page changes from one to the next where it stands. */
const looks = (['light', 'dark'] as const).flatMap((colorScheme) =>
  [phone, desktop].map((size) => ({ colorScheme, size })),
);

async function inEveryLook(page: Page, look: (name: string) => Promise<void>): Promise<void> {
  for (const { colorScheme, size } of looks) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize(size);
    await look(`${colorScheme}, ${size.width} px wide`);
  }
}

async function expectNoViolations(page: Page): Promise<void> {
  await page.addScriptTag({ path: axePath });
  await inEveryLook(page, async (name) => {
    const { violations } = await page.evaluate(() =>
      (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
    );
    expect(
      violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' ')}`),
      name,
    ).toEqual([]);
  });
}

test('[UI9] the join screen passes axe, with and without errors', async ({ page, show }) => {
  await show();
  await expectNoViolations(page);
  await page.getByRole('textbox', { name: 'Mesh' }).fill('two words');
  await page.getByRole('textbox', { name: 'Password' }).fill('');
  await page.getByRole('button', { name: 'Join' }).click();
  await expect(page.getByRole('textbox', { name: 'Mesh' })).toBeFocused();
  await expectNoViolations(page);
});

for (const scene of ['busy', 'empty', 'password', 'unreachable', 'namesake', 'waiting', 'judged', 'asked']) {
  test(`[UI9] the room passes axe: ${scene}`, async ({ page, show }) => {
    await show(`?scene=${scene}&update`);
    await enterAsAlice(page);
    await expectNoViolations(page);
  });
}

test('[UI9] the invitation passes axe', async ({ page, show }) => {
  await show();
  await enterAsAlice(page);
  await page.getByRole('button', { name: 'Share' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectNoViolations(page);
});

test('[UI9, UI14] what is known of a member passes axe', async ({ page, show }) => {
  await show('?scene=judged');
  await enterAsAlice(page);
  await page.getByRole('button', { name: /^bob another key/ }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectNoViolations(page);
});

test('[UI9, UI14, IK9] the pictures to compare pass axe', async ({ page, show }) => {
  await show('?scene=asked');
  await enterAsAlice(page);
  await page.getByRole('button', { name: 'Compare' }).click();
  await expect(page.getByRole('listitem')).not.toHaveCount(0);
  await expectNoViolations(page);
});

test('[UI9, UI14] the list of members is one stop of the keyboard, and a dialog gives the place back', async ({
  page,
  show,
}) => {
  await show('?scene=judged');
  await enterAsAlice(page);
  const rows = page.getByRole('list', { name: 'Members' }).getByRole('button');
  await page.getByRole('button', { name: 'Leave' }).focus();
  await page.keyboard.press('Tab');
  await expect(rows.first()).toBeFocused();
  for (const [key, row] of [
    ['ArrowUp', 0],
    ['ArrowDown', 1],
    ['End', 5],
    ['ArrowDown', 5],
    ['Home', 0],
    ['ArrowDown', 1],
  ] as const) {
    await page.keyboard.press(key);
    await expect(rows.nth(row), key).toBeFocused();
  }
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: /^bob/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(rows.nth(1)).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await expect(page.getByRole('button', { name: 'Leave' })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(rows.nth(1)).toBeFocused();
});

test('[UI9] nothing is wider than the screen, and targets are at least 44 px', async ({ page, show }) => {
  await show('?scene=busy');
  const measure = () =>
    inEveryLook(page, async (name) => {
      const measured = await page.evaluate(() => {
        const boxes = [...document.querySelectorAll('button, input, textarea, summary')]
          // A box to tick is pressed by its label.
          .map((one) => ({
            name: one.textContent || one.id,
            box: (one.closest('label') ?? one).getBoundingClientRect(),
          }))
          .filter(({ box }) => box.width > 0);
        return {
          overflow: document.documentElement.scrollWidth - innerWidth,
          small: boxes.filter(({ box }) => box.height < 44 || box.width < 44).map(({ name }) => name),
        };
      });
      expect(measured, name).toEqual({ overflow: 0, small: [] });
    });
  await measure();
  await enterAsAlice(page);
  await measure();
});

test('[UI9] the list of members is there on a phone before and after it is opened', async ({ page, show }) => {
  await page.setViewportSize(phone);
  await show('?scene=busy');
  await enterAsAlice(page);
  const members = page.getByRole('list', { name: 'Members' });
  await expect(members.getByRole('listitem')).toHaveCount(11);
  await expect(members.getByText('judy')).not.toBeInViewport();
  await page.getByRole('button', { name: 'All 11' }).click();
  await expect(members.getByText('judy')).toBeInViewport();
});

test('[UI9] joins, writes, shares and leaves by keyboard alone', async ({ page, show }) => {
  await show('?scene=empty');
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await press('Tab');
  await expect(page.getByRole('textbox', { name: 'Nickname' })).toBeFocused();
  await page.keyboard.type('alice');
  await press('Tab');
  await expect(page.getByRole('textbox', { name: 'Mesh' })).toBeFocused();
  await press('Enter');
  const box = page.getByRole('textbox', { name: 'Message' });
  await expect(box).toBeFocused();
  await page.keyboard.type('hello');
  await press('Enter');
  await expect(page.getByRole('log', { name: 'Messages' })).toContainText('[alice] hello');

  await page.getByRole('button', { name: 'Share' }).focus();
  await press('Enter');
  await expect(page.getByRole('dialog', { name: 'Invite people' })).toBeVisible();
  await press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page.getByRole('button', { name: 'Share' })).toBeFocused();
  await press('Tab');
  await expect(page.getByRole('button', { name: 'Leave' })).toBeFocused();
  const ring = await page.getByRole('button', { name: 'Leave' }).evaluate((one) => getComputedStyle(one).outlineStyle);
  expect(ring).toBe('solid');
  await press('Enter');
  await expect(page.getByRole('button', { name: 'Join' })).toBeVisible();
});
