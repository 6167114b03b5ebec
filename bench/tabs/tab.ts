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

/** Each tab at its time, whether or not those before are done. */
export async function inSteps<Tab, Value>(
  tabs: readonly Tab[],
  stepMs: number,
  act: (tab: Tab, index: number) => Promise<Value>,
): Promise<Promise<Value>[]> {
  const startAt = performance.now();
  const acts: Promise<Value>[] = [];
  for (const [index, tab] of tabs.entries()) {
    await pause(Math.max(0, startAt + index * stepMs - performance.now()));
    const acting = act(tab, index);
    // One that fails while others are still to begin is no news before somebody waits for it.
    acting.catch(() => undefined);
    acts.push(acting);
  }
  return acts;
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
