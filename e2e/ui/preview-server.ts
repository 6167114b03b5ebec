/** Serves the screens over rooms in memory (preview.ts), so that a story can show every state without a mesh. */
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { test as base, expect, type Page } from '@playwright/test';
import { build, preview, type InlineConfig } from 'vite';
import type { Preview } from './preview.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Builds the preview once and serves it until `close`; `url` is its page. In modules it would be hundreds of requests a story. */
export async function startPreview(outDir: string): Promise<{ readonly url: string; close(): Promise<void> }> {
  const config = {
    configFile: false,
    root,
    logLevel: 'error',
    plugins: [svelte({ configFile: `${root}svelte.config.js` })],
    build: { outDir, emptyOutDir: true, minify: false, rolldownOptions: { input: `${root}e2e/ui/index.html` } },
    preview: { host: '127.0.0.1', port: 0 },
  } as const satisfies InlineConfig;
  await build(config);
  const server = await preview(config);
  return { url: `${server.resolvedUrls!.local[0]!}e2e/ui/index.html`, close: () => server.close() };
}

declare global {
  // What the preview page shows to the story.
  var preview: Preview;
}

export const test = base.extend<{ readonly show: (query?: string) => Promise<void> }, { readonly previewUrl: string }>({
  previewUrl: [
    // Playwright reads the fixtures a fixture needs from the names in this pattern.
    // eslint-disable-next-line no-empty-pattern
    async ({}, use, { parallelIndex }) => {
      const server = await startPreview(`${root}node_modules/.cache/preview-${parallelIndex}`);
      await use(server.url);
      await server.close();
    },
    { scope: 'worker' },
  ],
  /** Opens the join screen; the query chooses the scene, the fragment the mesh. */
  show: async ({ page, previewUrl }, use) => {
    page.on('pageerror', (error) => {
      throw error;
    });
    await use(async (query = '') => {
      await page.goto(`${previewUrl}${query}`);
      await expect(page.getByRole('button', { name: 'Join' })).toBeVisible();
    });
  },
});

/** Fills the form as alice and enters the room. */
export async function enterAsAlice(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: 'Nickname' }).fill('alice');
  await page.getByRole('textbox', { name: 'Password' }).fill('gravity well');
  await page.getByRole('button', { name: 'Join' }).click();
  await expect(page.getByRole('log', { name: 'Messages' })).toContainText('alice is ready');
}

export { expect };
