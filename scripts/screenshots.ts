/**
 * Makes the pictures of the README from a real room: `npm start`, then `npx tsx scripts/screenshots.ts [url] [folder]`.
 * Four people in browser profiles of their own talk over the mesh; alice's screen is the one that is taken.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { CHROMIUM_ARGUMENTS, findChromium } from './chromium.mjs';

const [url = 'http://localhost:8080', folder = 'docs/screenshots'] = process.argv.slice(2);

const desktop: BrowserContextOptions = { viewport: { width: 1280, height: 800 }, colorScheme: 'light' };
const phone: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  hasTouch: true,
  colorScheme: 'dark',
};

async function open(browser: Browser, options: BrowserContextOptions, path = '/'): Promise<Page> {
  const page = await (await browser.newContext({ locale: 'en-GB', ...options })).newPage();
  await page.goto(new URL(path, url).href);
  return page;
}

async function enter(page: Page, nickname: string, password: string): Promise<void> {
  await page.getByLabel('Nickname').fill(nickname);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Join' }).click();
  await page.getByRole('log', { name: 'Messages' }).waitFor();
}

async function say(page: Page, text: string, seenBy: readonly Page[]): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill(text);
  await page.keyboard.press('Enter');
  for (const one of seenBy) await one.getByRole('log').getByText(text).waitFor();
}

async function take(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
}

await mkdir(folder, { recursive: true });
const executablePath = await findChromium();
const browser = await chromium.launch({
  args: [...CHROMIUM_ARGUMENTS],
  ...(executablePath === undefined ? {} : { executablePath }),
});
try {
  const joining = await open(browser, desktop);
  await joining.getByRole('textbox', { name: 'Password' }).and(joining.locator('[type=text]')).waitFor();
  await joining.getByLabel('Nickname').fill('alice');
  await take(joining, 'join');

  const mesh = `harbour-crew-${Date.now() % 10_000}`;
  const password = 'tinsel-gravity-marble-oboe';
  const people = {
    alice: await open(browser, desktop, `/#${mesh}`),
    bob: await open(browser, phone, `/#${mesh}`),
    carol: await open(browser, desktop, `/#${mesh}`),
    dave: await open(browser, desktop, `/#${mesh}`),
  };
  for (const [nickname, page] of Object.entries(people)) await enter(page, nickname, password);
  const { alice, bob, carol, dave } = people;
  const all = Object.values(people);
  for (const page of all) await page.getByRole('status').filter({ hasText: '4 members' }).waitFor();
  await say(bob, 'Morning. The pump room is dry again, the valve was half open.', all);
  await say(carol, 'Good. I am on the bridge with the second team.', all);
  await say(alice, 'Who has the keys for the north gate?', all);
  await say(dave, 'I have them. At the gate in ten minutes; bring the long cable, please.', all);
  await say(alice, 'On my way.', all);
  // Both of hers, and his.
  await alice.getByRole('button', { name: 'Reached all 3' }).nth(1).waitFor();
  await bob.getByRole('button', { name: 'Reached all 3' }).waitFor();
  await take(alice, 'room');
  await take(bob, 'room-phone');
  await alice.getByRole('button', { name: 'Share' }).click();
  await alice.getByRole('dialog').waitFor();
  await take(alice, 'share');
} finally {
  await browser.close();
}
