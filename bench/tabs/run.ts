/**
 * The work: tabs start one after the other, each says one thing to all as soon as all have come, and another when their
 * connections no longer change, then one says a great deal at once. Waits on facts, each with a deadline, so that a system
 * that collapses ends the run too, with the figures to show it.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import type { Phase, SubjectOptions, WireCount } from '../page/contract.ts';
import { wireBetween, type RunRecord } from './figures.ts';
import type { SubjectWork } from './order.ts';
import { inSteps, loadTabs, within } from './tab.ts';

/** Between the starts of two tabs, and between what two tabs say. */
const STEP_MS = 100;
const BURST_MESSAGES = 200;
/**
 * After the last start, the last word and the burst. A crowd on a busy machine is slow, and the figures say so; whoever
 * needs longer has not joined, or not heard. What n tabs do grows with n², what a tab is given for it with n.
 */
const JOIN_DEADLINE_MS = { least: 60_000, perTab: 1_000 };
const TALK_DEADLINE_MS = { least: 20_000, perTab: 500 };
const BURST_DEADLINE_MS = { least: 60_000, perTab: 500 };
/** What is sent in batches after the last delivery (announcements, receipts: 100 ms) belongs to the cost, too. */
const SETTLE_MS = 300;
/** For what takes no time in a tab that lives; one that does not answer by then counts as having heard nothing. */
const ANSWER_DEADLINE_MS = 20_000;

export interface Place {
  readonly browser: Browser;
  /** Where the page of the bench is. */
  readonly pageUrl: string;
  readonly rendezvousUrl: string;
  /** What is being done, for who waits. */
  tell(line: string): void;
}

export async function runTabs({ n, restMs, subject }: SubjectWork, place: Place): Promise<RunRecord> {
  const options: Omit<SubjectOptions, 'speaker'> = {
    room: `bench-${Date.now()}`,
    rendezvousUrl: place.rendezvousUrl,
    tabs: n,
  };
  const deadlineMs = ({ least, perTab }: typeof JOIN_DEADLINE_MS): number => least + n * perTab;
  const tabs = await loadTabs(n, `${place.pageUrl}/?subject=${subject}`, await place.browser.newContext());

  place.tell(`${n} tabs are loaded, starting one each ${STEP_MS} ms`);
  const opened = await inSteps(tabs, STEP_MS, (tab, speaker) =>
    tab.evaluate((o) => bench.open(o), { ...options, speaker }),
  );
  const onlineBy = Date.now() + deadlineMs(JOIN_DEADLINE_MS);
  await Promise.all(opened.map((open) => within(open, onlineBy)));
  const onlineMs = await Promise.all(
    tabs.map((tab) =>
      within(
        tab.evaluate(() => bench.online()),
        onlineBy,
      ),
    ),
  );

  place.tell(`${onlineMs.filter((ms) => ms !== undefined).length} are online, each says one thing`);
  const rushed = await allTalk(tabs, 'rush', deadlineMs(TALK_DEADLINE_MS));
  place.tell(`${rushed} have heard all of it, waiting for connections to come to rest`);
  const cameToRest = await allQuiet(tabs, restMs, Date.now() + deadlineMs(JOIN_DEADLINE_MS));
  place.tell(`${cameToRest ? 'they have' : 'they do not'}, each says one thing`);
  const talked = await allTalk(tabs, 'talk', deadlineMs(TALK_DEADLINE_MS));

  place.tell(`${talked} have heard all of it, one says ${BURST_MESSAGES} things at once`);
  const wireBefore = await wireOf(tabs);
  const [loud, ...quiet] = tabs;
  const sending = loud!.evaluate((count) => bench.say('burst', count), BURST_MESSAGES);
  const burstAt = (await within(sending, Date.now() + deadlineMs(BURST_DEADLINE_MS))) ?? Date.now();
  const filled = await allHeard(quiet, 'burst', BURST_MESSAGES, deadlineMs(BURST_DEADLINE_MS));
  await pause(SETTLE_MS);
  const wireAfter = await wireOf(tabs);

  place.tell(`${filled} have heard all of it`);
  return {
    onlineMs,
    cameToRest,
    burstAt,
    burstMessages: BURST_MESSAGES,
    burstWire: wireBetween(wireBefore, wireAfter),
    reports: (await answersOf(tabs.map((tab) => tab.evaluate(() => bench.report())))).filter(
      (report) => report !== undefined,
    ),
  };
}

/** Each says one thing. How many tabs heard all others in time. */
async function allTalk(tabs: readonly Page[], phase: Phase, deadlineMs: number): Promise<number> {
  const saying = await inSteps(tabs, STEP_MS, (tab) => tab.evaluate((name) => bench.say(name, 1), phase));
  await answersOf(saying, deadlineMs);
  return allHeard(tabs, phase, tabs.length - 1, deadlineMs);
}

/** Whether before that time all tabs had been quiet for so long. */
async function allQuiet(tabs: readonly Page[], forMs: number, by: number): Promise<boolean> {
  for (;;) {
    const asked = tabs.map((tab) => tab.evaluate(() => bench.quietMs()));
    const quietMs = await answersOf(asked, by - Date.now());
    const leftMs = forMs - Math.min(...quietMs.map((ms) => ms ?? 0));
    if (leftMs <= 0) return true;
    if (Date.now() + leftMs > by) return false;
    await pause(leftMs);
  }
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

function wireOf(tabs: readonly Page[]): Promise<(WireCount | undefined)[]> {
  return answersOf(tabs.map((tab) => tab.evaluate(() => bench.wire())));
}

function answersOf<Value>(
  answers: readonly Promise<Value>[],
  deadlineMs = ANSWER_DEADLINE_MS,
): Promise<(Value | undefined)[]> {
  const by = Date.now() + deadlineMs;
  return Promise.all(answers.map((answer) => within(answer, by)));
}
