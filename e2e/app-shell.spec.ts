/** The built app as an installed one: it starts without a network, and a new version is used only when accepted. */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, test, type Page } from '@playwright/test';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const types: Readonly<Record<string, string>> = {
  html: 'text/html',
  js: 'text/javascript',
  css: 'text/css',
  svg: 'image/svg+xml',
  webmanifest: 'application/manifest+json',
};

let server: Server;
let url: string;
/** Stands for a new build: the service worker differs by a byte, as browsers compare it. */
let version: number;
/** A file that is not what was built. */
let changed: RegExp | undefined;

test.beforeEach(async () => {
  version = 1;
  changed = undefined;
  server = createServer((request, response) => {
    const name = request.url === '/' ? '/index.html' : (request.url ?? '');
    readFile(dist + name).then(
      (file) => {
        response.setHeader('content-type', types[name.split('.').pop() ?? ''] ?? 'application/octet-stream');
        response.setHeader('cache-control', 'no-cache');
        const more = name === '/sw.js' ? `\n// ${version}` : changed?.test(name) ? '\n' : '';
        response.end(Buffer.concat([file, Buffer.from(more)]));
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

test.afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function visit(page: Page): Promise<void> {
  await page.goto(url);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
}

const toast = (page: Page) => page.getByText('A new version is ready.');

test('[UI10] starts without a network after one visit, passphrases included', async ({ page }) => {
  await visit(page);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await page.goto(url);
  await expect(page.getByRole('button', { name: 'Join' })).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Password' })).toHaveValue(/^[a-z-]+-[a-z-]+-[a-z-]+-[a-z-]+$/);
});

test('[UI10] asks in every tab, reloads the one that accepts and leaves the other alone', async ({ page }) => {
  await visit(page);
  await page.reload();
  const other = await page.context().newPage();
  await visit(other);
  for (const tab of [page, other]) await tab.evaluate(() => document.body.setAttribute('data-before', 'yes'));
  await expect(toast(page)).toBeHidden();

  version = 2;
  await page.evaluate(async () => {
    await (await navigator.serviceWorker.ready).update();
  });
  await expect(toast(page)).toBeVisible();
  await expect(toast(other)).toBeVisible();
  await expect(page.locator('body[data-before]')).toBeAttached();

  await page.getByRole('button', { name: 'Reload' }).click();
  await expect(page.locator('body:not([data-before])')).toBeAttached();
  await expect(toast(page)).toBeHidden();
  await expect(other.locator('body[data-before]')).toBeAttached();

  // Accepted elsewhere already: here it takes a reload alone.
  await other.getByRole('button', { name: 'Reload' }).click();
  await expect(other.locator('body:not([data-before])')).toBeAttached();
});

for (const [what, file, state] of [
  ['what was built', undefined, 'installed'],
  ['a page that was changed', /index\.html/, 'redundant'],
  ['a script that was changed', /password-worker/, 'redundant'],
  ['a style that was changed', /\.css$/, 'redundant'],
] as const) {
  test(`[UI10] the service worker takes nothing but what it lists with a hash: ${what} is ${state}`, async ({
    page,
  }) => {
    changed = file;
    // A page that starts no service worker itself.
    await page.goto(`${url}icon.svg`);
    const becomes = await page.evaluate(async () => {
      const worker = (await navigator.serviceWorker.register('/sw.js')).installing!;
      return new Promise((resolve) =>
        worker.addEventListener('statechange', () => resolve(worker.state), { once: true }),
      );
    });
    expect(becomes).toBe(state);
  });
}

test('[UI10] can be installed: manifest and icons are what they say', async ({ page, request }) => {
  await page.goto(url);
  const href = await page.locator('link[rel=manifest]').getAttribute('href');
  const manifest = (await (await request.get(new URL(href!, url).href)).json()) as {
    name: string;
    display: string;
    start_url: string;
    icons: { src: string; sizes: string; purpose: string }[];
  };
  expect(manifest).toMatchObject({ name: 'Peer Channel', display: 'standalone', start_url: '/' });
  expect(manifest.icons.map(({ sizes, purpose }) => `${sizes} ${purpose}`).sort()).toEqual([
    '192x192 any',
    '192x192 maskable',
    '512x512 any',
    '512x512 maskable',
  ]);
  for (const { src, sizes } of manifest.icons) {
    const size = await page.evaluate(async (path) => {
      const picture = await createImageBitmap(await (await fetch(path)).blob());
      return `${picture.width}x${picture.height}`;
    }, src);
    expect(size).toBe(sizes);
  }
});
