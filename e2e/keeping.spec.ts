/** What a tab keeps when it is reloaded, over rooms in memory: the nickname and what was composed; never the password. */
import type { Page } from '@playwright/test';
import { enterAsAlice, expect, test } from './ui/preview-server.ts';

const line = (page: Page) => page.getByRole('textbox', { name: 'Message' });

/** What the browser asked before the page went, answered so that it goes. */
function questionsOf(page: Page): string[] {
  const asked: string[] = [];
  page.on('dialog', (dialog) => {
    asked.push(dialog.type());
    void dialog.accept();
  });
  return asked;
}

/** Joins again with nothing typed but the password. */
async function joinAgain(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: 'Password' }).fill('gravity well');
  await page.getByRole('button', { name: 'Join' }).click();
  await expect(page.getByRole('log', { name: 'Messages' })).toContainText('alice is ready');
}

test('[UI1] nickname and composed text are there again after a reload, the password is not', async ({ page, show }) => {
  await show();
  await enterAsAlice(page);
  await line(page).fill('half a thought\nand more');
  const asked = questionsOf(page);
  await page.reload();
  expect(asked).toEqual(['beforeunload']);
  await expect(page.getByRole('textbox', { name: 'Nickname' })).toHaveValue('alice');
  await expect(page.getByRole('textbox', { name: 'Mesh' })).toHaveValue('amber-otter-k3f9');
  await expect(page.getByRole('textbox', { name: 'Password' })).toHaveValue('');
  expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }))).not.toContain('gravity');
  await joinAgain(page);
  await expect(line(page)).toHaveValue('half a thought\nand more');
});

test('[UI1] each room has its own composed text, and what was sent is forgotten', async ({
  page,
  show,
  previewUrl,
}) => {
  await show();
  await enterAsAlice(page);
  await line(page).fill('for the otters');
  await page.getByRole('button', { name: 'Leave' }).click();
  await page.goto(`${previewUrl}#ops-room/chat`);
  await joinAgain(page);
  await expect(line(page)).toHaveValue('');
  await line(page).fill('sent to ops');
  await line(page).press('Enter');
  await page.getByRole('button', { name: 'Leave' }).click();
  await page.reload();
  await joinAgain(page);
  await expect(line(page)).toHaveValue('');
  await page.getByRole('button', { name: 'Leave' }).click();
  await page.goto(`${previewUrl}#amber-otter-k3f9/chat`);
  await joinAgain(page);
  await expect(line(page)).toHaveValue('for the otters');
});

test('[UI1] a message that was refused is there again after a reload', async ({ page, show }) => {
  await show();
  await enterAsAlice(page);
  await line(page).fill('x'.repeat(4097));
  await line(page).press('Enter');
  await expect(line(page)).toHaveAccessibleDescription(/too long/);
  await page.reload();
  await joinAgain(page);
  await expect(line(page)).toHaveValue('x'.repeat(4097));
});

test('[UI1] nothing is asked on going when nothing is composed, nor outside a room', async ({ page, show }) => {
  await show();
  const asked = questionsOf(page);
  await page.getByRole('textbox', { name: 'Nickname' }).fill('alice');
  await page.reload();
  await enterAsAlice(page);
  await line(page).fill('sent');
  await line(page).press('Enter');
  await line(page).fill(' \n');
  await page.reload();
  await enterAsAlice(page);
  await line(page).fill('composed');
  await page.getByRole('button', { name: 'Leave' }).click();
  await page.reload();
  expect(asked).toEqual([]);
});

test('[UI1] where the browser refuses to store, everything works as long as the page lives', async ({ page, show }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, 'sessionStorage', {
      get: () => {
        throw new DOMException('refused', 'SecurityError');
      },
    });
  });
  await show();
  await enterAsAlice(page);
  await line(page).fill('half a thought');
  await page.getByRole('button', { name: 'Leave' }).click();
  await joinAgain(page);
  await expect(line(page)).toHaveValue('half a thought');
});

test('[UI10] a new version says that reloading leaves the room, to who is in one', async ({ page, show }) => {
  await show('?update');
  const toast = page.getByText('A new version is ready.');
  await expect(toast).toBeVisible();
  await expect(toast).not.toContainText('leaves the room');
  await enterAsAlice(page);
  await expect(toast).toContainText('Reloading leaves the room.');
});
