/** Tabs of the bench as the bench drives them: loaded in batches, asked with a deadline. */
import { setTimeout as pause } from 'node:timers/promises';
import type { BrowserContext, Page } from 'playwright-core';

/** Pages are loaded this many at a time; loading is not measured. */
const LOADED_AT_ONCE = 8;

export async function loadTabs(n: number, url: string, context: BrowserContext): Promise<Page[]> {
  const tabs: Page[] = [];
  while (tabs.length < n) {
    const batch = Array.from({ length: Math.min(LOADED_AT_ONCE, n - tabs.length) }, () => loadTab(url, context));
    tabs.push(...(await Promise.all(batch)));
  }
  return tabs;
}

export async function loadTab(url: string, context: BrowserContext): Promise<Page> {
  const tab = await context.newPage();
  // What goes wrong in a tab is a bug of the bench or of the system: seen at once, not as a missing figure.
  tab.on('pageerror', (error) => console.error(`bench: a tab failed: ${error.message}`));
  await tab.goto(url);
  await tab.waitForFunction(() => 'bench' in globalThis);
  return tab;
}

/** What the tab answers, or `undefined` when the time is over. It may still answer later: nobody listens then. */
export async function within<Value>(answer: Promise<Value>, by: number): Promise<Value | undefined> {
  const over = new AbortController();
  const late = pause(Math.max(0, by - Date.now()), undefined, { signal: over.signal }).catch(() => undefined);
  try {
    return await Promise.race([answer, late]);
  } finally {
    over.abort();
    // A tab that is closed with its answer outstanding rejects it.
    answer.catch(() => undefined);
  }
}
