/**
 * How much a mesh adds to a bare connection: newcomers come in turns to a running mesh and to a tab with bare simple-peer,
 * so that whatever slows the machine slows all. Every newcomer is a fresh tab, and leaves before the next one comes.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { MadeAhead, Steps } from '../page/contract.ts';
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

/** How one newcomer came online. */
export interface Arrival {
  readonly ms: number;
  readonly steps: Steps;
}

/** Newcomers, one for each repetition. What precedes the clock is the page's to say (MadeAhead). */
export interface OverheadRecord {
  readonly online: readonly Arrival[];
  /** Have not rehearsed the proof. */
  readonly unrehearsed: readonly Arrival[];
  /** Have reached the resolver and made an offer while the password would have been stretched. */
  readonly ahead: readonly Arrival[];
  /** Signals go straight from tab to tab. */
  readonly bare: readonly Arrival[];
  /** Signals go through a relay, which the newcomer connects to first. */
  readonly relayed: readonly Arrival[];
}

/** Those who are there before, and how somebody joins them. */
interface Company {
  newcomer(ahead?: MadeAhead): Promise<Arrival>;
}

export async function runOverhead(place: OverheadPlace): Promise<OverheadRecord> {
  const context = await place.browser.newContext();
  const urlOf = (subject: string): string => `${place.pageUrl}/?subject=${subject}`;
  const mesh = await gather(MESH_TABS, urlOf('peer-channel'), place.resolverUrl, context);
  const bare = await gather(1, urlOf('simple-peer'), '', context);
  const relayed = await gather(1, urlOf('simple-peer'), place.relayUrl, context);
  const record = {
    online: [] as Arrival[],
    unrehearsed: [] as Arrival[],
    ahead: [] as Arrival[],
    bare: [] as Arrival[],
    relayed: [] as Arrival[],
  };
  for (let repetition = 1; repetition <= REPETITIONS; repetition++) {
    place.tell(`newcomer ${repetition} of ${REPETITIONS}`);
    record.online.push(await mesh.newcomer());
    record.unrehearsed.push(await mesh.newcomer('Keys'));
    record.ahead.push(await mesh.newcomer('Line'));
    record.bare.push(await bare.newcomer());
    record.relayed.push(await relayed.newcomer());
  }
  return record;
}

async function gather(tabs: number, url: string, rendezvousUrl: string, context: BrowserContext): Promise<Company> {
  const options = { room: `overhead-${Date.now()}`, rendezvousUrl };
  let speakers = 0;
  const open = (tab: Page, ahead: MadeAhead = 'Rehearsal') =>
    tab.evaluate((o) => bench.open(o), { ...options, ahead, speaker: speakers++ });
  const residents = await loadTabs(tabs, url, context);
  for (const tab of residents) await open(tab);
  if (tabs > 1) await Promise.all(residents.map(online));

  return {
    async newcomer(ahead) {
      await pause(CALM_MS);
      const tab = await loadTab(url, context);
      await open(tab, ahead);
      const ms = await online(tab);
      const steps = await tab.evaluate(() => bench.steps());
      await tab.evaluate(() => bench.close());
      await tab.close();
      return { ms, steps };
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
