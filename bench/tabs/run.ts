/**
 * The work: tabs start one after the other, each says one thing to all, then one says a great deal at once. Waits on
 * facts, each with a deadline, so that a system that collapses ends the run too, with the figures to show it.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import type { Phase, SubjectOptions, WireCount } from '../page/contract.ts';
import type { RunRecord } from './figures.ts';
import type { TabsOrder } from './order.ts';

/** Between the starts of two tabs, and between what two tabs say. */
const STEP_MS = 100;
const BURST_MESSAGES = 200;
/** Pages are loaded this many at a time; loading is not measured. */
const LOADED_AT_ONCE = 8;
/** After the last start: a crowd on a busy machine is slow, and the figures say so; whoever needs longer has not joined. */
const JOIN_DEADLINE_MS = 60_000;
/** After the last word. */
const TALK_DEADLINE_MS = 20_000;
const BURST_DEADLINE_MS = 60_000;
/** What is sent in batches after the last delivery (announcements, receipts: 100 ms) belongs to the cost, too. */
const SETTLE_MS = 300;

export interface Place {
  readonly browser: Browser;
  /** Where the page of the bench is. */
  readonly pageUrl: string;
  readonly rendezvousUrl: string;
  /** What is being done, for who waits. */
  tell(line: string): void;
}

export async function runTabs({ n, subject }: TabsOrder, place: Place): Promise<RunRecord> {
  const options: SubjectOptions = { room: `bench-${Date.now()}`, rendezvousUrl: place.rendezvousUrl };
  const tabs = await loadTabs(n, `${place.pageUrl}/?subject=${subject}`, place.browser);

  place.tell(`${n} tabs are loaded, starting one each ${STEP_MS} ms`);
  const opened = await inSteps(tabs, (tab, speaker) => tab.evaluate((o) => bench.open(o), { ...options, speaker }));
  await Promise.all(opened);
  const onlineBy = Date.now() + JOIN_DEADLINE_MS;
  const onlineMs = await Promise.all(
    tabs.map((tab) =>
      within(
        tab.evaluate(() => bench.online()),
        onlineBy,
      ),
    ),
  );

  place.tell(`${onlineMs.filter((ms) => ms !== undefined).length} are online, each says one thing`);
  await Promise.all(await inSteps(tabs, (tab) => tab.evaluate(() => bench.say('talk', 1))));
  const talked = await allHeard(tabs, 'talk', n - 1, TALK_DEADLINE_MS);

  place.tell(`${talked} have heard all of it, one says ${BURST_MESSAGES} things at once`);
  const wireBefore = await wireOf(tabs);
  const [loud, ...quiet] = tabs;
  const burstAt = await loud!.evaluate((count) => bench.say('burst', count), BURST_MESSAGES);
  const filled = await allHeard(quiet, 'burst', BURST_MESSAGES, BURST_DEADLINE_MS);
  await pause(SETTLE_MS);
  const wireAfter = await wireOf(tabs);

  place.tell(`${filled} have heard all of it`);
  return {
    onlineMs,
    burstAt,
    burstMessages: BURST_MESSAGES,
    burstWire: {
      framesSent: wireAfter.framesSent - wireBefore.framesSent,
      bytesSent: wireAfter.bytesSent - wireBefore.bytesSent,
    },
    reports: await Promise.all(tabs.map((tab) => tab.evaluate(() => bench.report()))),
  };
}

async function loadTabs(n: number, url: string, browser: Browser): Promise<Page[]> {
  const context = await browser.newContext();
  const tabs: Page[] = [];
  while (tabs.length < n) {
    const batch = Array.from({ length: Math.min(LOADED_AT_ONCE, n - tabs.length) }, async () => {
      const tab = await context.newPage();
      // What goes wrong in a tab is a bug of the bench or of the system: seen at once, not as a missing figure.
      tab.on('pageerror', (error) => console.error(`bench: a tab failed: ${error.message}`));
      await tab.goto(url);
      await tab.waitForFunction(() => 'bench' in globalThis);
      return tab;
    });
    tabs.push(...(await Promise.all(batch)));
  }
  return tabs;
}

/** Each tab at its time, whether or not those before are done. */
async function inSteps<Value>(
  tabs: readonly Page[],
  act: (tab: Page, index: number) => Promise<Value>,
): Promise<Promise<Value>[]> {
  const startAt = performance.now();
  const acts: Promise<Value>[] = [];
  for (const [index, tab] of tabs.entries()) {
    await pause(Math.max(0, startAt + index * STEP_MS - performance.now()));
    acts.push(act(tab, index));
  }
  return acts;
}

/** How many tabs heard that many messages in time. */
async function allHeard(tabs: readonly Page[], phase: Phase, count: number, deadlineMs: number): Promise<number> {
  const by = Date.now() + deadlineMs;
  const heard = tabs.map((tab) =>
    within(
      tab.evaluate(([name, least]) => bench.heard(name, least).then(() => true), [phase, count] as const),
      by,
    ),
  );
  return (await Promise.all(heard)).filter(Boolean).length;
}

async function wireOf(tabs: readonly Page[]): Promise<WireCount> {
  const counts = await Promise.all(tabs.map((tab) => tab.evaluate(() => bench.wire())));
  return counts.reduce((sum, count) => ({
    framesSent: sum.framesSent + count.framesSent,
    bytesSent: sum.bytesSent + count.bytesSent,
  }));
}

/** What the tab answers, or `undefined` when the time is over. It may still answer later: nobody listens then. */
async function within<Value>(answer: Promise<Value>, by: number): Promise<Value | undefined> {
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
