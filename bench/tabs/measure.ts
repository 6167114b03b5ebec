/** One system measured: with a browser and a rendezvous of its own, and the site that all share. */
import { launchBrowser } from '../browser.ts';
import type { Closing } from '../closing.ts';
import { figuresOf, type Figures } from './figures.ts';
import type { SubjectWork } from './order.ts';
import { startRendezvous } from './rendezvous.ts';
import { runTabs } from './run.ts';

export interface Measuring {
  readonly root: string;
  readonly pageUrl: string;
  /** Gets the browser and the rendezvous. */
  readonly closing: Closing;
  /** What is being done, for who waits. */
  tell(line: string): void;
}

export async function measure(
  work: SubjectWork,
  { root, pageUrl, closing: { keep }, tell }: Measuring,
): Promise<Figures> {
  const rendezvous = keep(await startRendezvous(root, work.subject, work.n), ({ stop }) => stop());
  const browser = keep(await launchBrowser(), (launched) => launched.close());
  return figuresOf(await runTabs(work, { browser, pageUrl, rendezvousUrl: rendezvous.url, tell }));
}
