/**
 * What a tab keeps of what it receives: two rooms as in the app, and a choir that gives them each message in an envelope
 * of its own. The garbage is collected before each look, so that only what is held counts.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';
import type { Sizes } from '../page/contract.ts';
import { rounded } from '../percentile.ts';
import { loadTab, within } from '../tabs/tab.ts';
import type { MemoryFigures, MemorySample } from './figures.ts';

/** The second one is there so that the first also relays, and is sent copies of what it has. */
const ROOMS = 2;
/** Said at once; with the pause below it half a MiB a second, half of what a link takes (LN2). */
const BATCH_MESSAGES = 500;
const BATCH_MS = 400;
const SAMPLES = 10;
const ONLINE_DEADLINE_MS = 20_000;
const BATCH_DEADLINE_MS = 30_000;
const LOOK_EVERY_MS = 50;
const BYTES_PER_MIB = 2 ** 20;

export interface MemoryPlace {
  readonly browser: Browser;
  readonly pageUrl: string;
  readonly resolverUrl: string;
  tell(line: string): void;
}

export async function runMemory(messages: number, place: MemoryPlace): Promise<MemoryFigures> {
  const context = await place.browser.newContext();
  const { rooms, choir } = await gather(context, place);
  const [measured] = rooms as [Page];
  const devTools = await context.newCDPSession(measured);
  await devTools.send('HeapProfiler.enable');

  const before = await sampleOf(measured, devTools);
  const samples = [before];
  for (let said = 0; said < messages;) {
    const due = Math.ceil((messages * samples.length) / SAMPLES);
    said = await sing(choir, rooms, said, due);
    samples.push(await sampleOf(measured, devTools));
    place.tell(`${said} of ${messages} messages received`);
  }
  return { messages, before, after: samples.at(-1)!, samples };
}

/** All linked to one another. */
async function gather(context: BrowserContext, { pageUrl, resolverUrl }: MemoryPlace) {
  const options = { room: `memory-${Date.now()}`, rendezvousUrl: resolverUrl };
  const rooms: Page[] = [];
  for (let speaker = 0; speaker < ROOMS; speaker++) {
    const room = await loadTab(`${pageUrl}/?subject=room`, context);
    await room.evaluate((o) => bench.open(o), { ...options, speaker });
    rooms.push(room);
  }
  const choir = await loadTab(`${pageUrl}/?subject=choir`, context);
  await choir.evaluate((o) => bench.open(o), { ...options, speaker: ROOMS });
  await until(choir, ({ links }) => links === ROOMS, ONLINE_DEADLINE_MS);
  return { rooms, choir };
}

/** Goes on from `said` to `due` messages; returns when every room has them. */
async function sing(choir: Page, rooms: readonly Page[], said: number, due: number): Promise<number> {
  while (said < due) {
    const next = pause(BATCH_MS);
    const count = Math.min(BATCH_MESSAGES, due - said);
    await choir.evaluate((number) => bench.say('burst', number), count);
    said += count;
    const all = said;
    for (const room of rooms) await until(room, ({ received }) => received === all, BATCH_DEADLINE_MS);
    await next;
  }
  return said;
}

async function until(tab: Page, isTrue: (sizes: Sizes) => boolean, deadlineMs: number): Promise<void> {
  const by = Date.now() + deadlineMs;
  let last: Sizes | undefined;
  while (Date.now() < by) {
    const sizes = await within(
      tab.evaluate(() => bench.sizes()),
      by,
    );
    if (sizes && isTrue(sizes)) return;
    last = sizes ?? last;
    await pause(LOOK_EVERY_MS);
  }
  throw new Error(`a tab did not get there in ${deadlineMs} ms: ${JSON.stringify(last)}`);
}

async function sampleOf(tab: Page, devTools: CDPSession): Promise<MemorySample> {
  const sizes = (await tab.evaluate(() => bench.sizes())) as Omit<MemorySample, 'heapMiB' | 'buffersMiB'>;
  await devTools.send('HeapProfiler.collectGarbage');
  const usage = await devTools.send('Runtime.getHeapUsage');
  const mib = (bytes: number): number => rounded(bytes / BYTES_PER_MIB, 2);
  const { received, timeline, seen, kept } = sizes;
  return {
    received,
    heapMiB: mib(usage.usedSize),
    buffersMiB: mib(usage.backingStorageSize),
    timeline,
    seen,
    kept,
  };
}
