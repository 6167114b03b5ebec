/**
 * How much a mesh adds to a bare connection: newcomers come in turns to a running mesh and to a tab with bare simple-peer,
 * so that whatever slows the machine slows all. Every newcomer is a fresh tab, and leaves before the next one comes.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { loadTab, loadTabs, within } from '../tabs/tab.ts';

/** Enough that a newcomer has a choice of neighbours, few enough that idle tabs leave the processors to it. */
export const MESH_TABS = 6;
const REPETITIONS = 15;
const ONLINE_DEADLINE_MS = 20_000;
/** Between two newcomers: who lost a neighbour finds another, and a tab that was closed is gone. */
const CALM_MS = 500;

export interface OverheadPlace {
  readonly browser: Browser;
  readonly pageUrl: string;
  readonly resolverUrl: string;
  readonly relayUrl: string;
  tell(line: string): void;
}

/** Times to online, one for each newcomer. */
export interface OverheadRecord {
  readonly meshMs: readonly number[];
  /** Signals go straight from tab to tab. */
  readonly bareMs: readonly number[];
  /** Signals go through a relay, which the newcomer connects to first. */
  readonly relayedMs: readonly number[];
}

/** Those who are there before, and how somebody joins them. */
interface Company {
  /** Time to online. */
  newcomer(): Promise<number>;
}

export async function runOverhead(place: OverheadPlace): Promise<OverheadRecord> {
  const context = await place.browser.newContext();
  const urlOf = (subject: string): string => `${place.pageUrl}/?subject=${subject}`;
  const mesh = await gather(MESH_TABS, urlOf('peer-channel'), place.resolverUrl, context);
  const bare = await gather(1, urlOf('simple-peer'), '', context);
  const relayed = await gather(1, urlOf('simple-peer'), place.relayUrl, context);
  const meshMs: number[] = [];
  const bareMs: number[] = [];
  const relayedMs: number[] = [];
  for (let repetition = 1; repetition <= REPETITIONS; repetition++) {
    place.tell(`newcomer ${repetition} of ${REPETITIONS}`);
    meshMs.push(await mesh.newcomer());
    bareMs.push(await bare.newcomer());
    relayedMs.push(await relayed.newcomer());
  }
  return { meshMs, bareMs, relayedMs };
}

async function gather(tabs: number, url: string, rendezvousUrl: string, context: BrowserContext): Promise<Company> {
  const options = { room: `overhead-${Date.now()}`, rendezvousUrl };
  let speakers = 0;
  const open = (tab: Page) => tab.evaluate((o) => bench.open(o), { ...options, speaker: speakers++ });
  const residents = await loadTabs(tabs, url, context);
  for (const tab of residents) await open(tab);
  if (tabs > 1) await Promise.all(residents.map(online));

  return {
    async newcomer() {
      await pause(CALM_MS);
      const tab = await loadTab(url, context);
      await open(tab);
      const ms = await online(tab);
      await tab.evaluate(() => bench.close());
      await tab.close();
      return ms;
    },
  };
}

async function online(tab: Page): Promise<number> {
  const ms = await within(
    tab.evaluate(() => bench.online()),
    Date.now() + ONLINE_DEADLINE_MS,
  );
  if (ms === undefined) throw new Error(`a tab was not online within ${ONLINE_DEADLINE_MS} ms`);
  return ms;
}
