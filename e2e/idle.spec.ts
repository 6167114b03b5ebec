/** A room in which nobody says anything. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { gather } from './support/crowd.ts';
import { countRecords, PING, PONG, recordCountOf, SHUFFLE, SHUFFLED, type RecordCount } from './support/records.ts';

const room = { mesh: 'idle-story', password: 'tinsel gravity marble oboe' };
const TABS = 8;
const TOGETHER_WITHIN_MS = 60_000;
const ALLOWED: ReadonlySet<number> = new Set([PING, PONG, SHUFFLE, SHUFFLED]);
/** Pings of each tab that make a window: about 40 s with five to seven neighbours, longer than any round of a node. */
const WINDOW_PINGS = 100;
/**
 * For the links to find their places after the last has joined, which takes a minute, and digests to tell of what was said
 * of it for a minute and a half (CU5): the window that begins after that.
 */
const IDLE_WITHIN_MS = 240_000;

/** Nobody sends one sooner after another. */
const SHUFFLE_AT_MOST_EVERY_MS = 15_000;

test.setTimeout(300_000);

test('[BR11, CU5, NB4, TP4, TP9] an idle mesh sends heartbeats and a shuffle now and then, and nothing else @long', async ({
  openProfile,
}) => {
  const profile = await openProfile();
  await countRecords(profile);
  const pages = (await gather(profile, TABS, room, { timeoutMs: TOGETHER_WITHIN_MS })).map(({ page }) => page);
  await expect.poll(() => tooMuchInWindow(pages), { timeout: IDLE_WITHIN_MS }).toEqual([]);
});

/** What the pages sent beyond what an idle mesh may, until each had sent as many pings. */
async function tooMuchInWindow(pages: readonly Page[]): Promise<string[]> {
  const beganAt = performance.now();
  const before = await Promise.all(pages.map(recordCountOf));
  let sent: RecordCount[];
  do {
    const after = await Promise.all(pages.map(recordCountOf));
    sent = after.map((counts, page) => difference(counts, before[page]!));
  } while (Math.min(...sent.map((counts) => counts[PING] ?? 0)) < WINDOW_PINGS);
  const shuffles = sent.map((counts) => counts[SHUFFLE] ?? 0);
  const mayShuffle = 1 + (performance.now() - beganAt) / SHUFFLE_AT_MOST_EVERY_MS;
  const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);
  const answers = sumOf(sent.map((counts) => counts[SHUFFLED] ?? 0));
  return [
    ...sent.flatMap((counts) => Object.keys(counts).filter((type) => !ALLOWED.has(Number(type)))),
    ...shuffles.filter((count) => count > mayShuffle).map((count) => `${count} shuffles`),
    // One may have been asked before and answered within.
    ...(answers > sumOf(shuffles) + pages.length ? [`${answers} answers to ${sumOf(shuffles)} shuffles`] : []),
  ];
}

function difference(after: RecordCount, before: RecordCount): RecordCount {
  const counts = Object.entries(after).map(([type, count]) => [type, count - (before[Number(type)] ?? 0)] as const);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}
