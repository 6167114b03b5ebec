/**
 * The operating system's process that runs a page, and its sudden death. What is killed so says no farewell, and nothing
 * of it runs any more: as if the machine had failed.
 */
import { expect, type Page } from '@playwright/test';

interface TraceEvent {
  readonly name: string;
  readonly args: {
    readonly data?: {
      readonly frames?: readonly { readonly isInPrimaryMainFrame?: boolean; readonly processId?: number }[];
    };
  };
}

/** DevTools names no process of a page, but a trace of it begins with those of its frames. */
const TRACE_CATEGORIES = ['disabled-by-default-devtools.timeline'];

/** The process ID of the page's renderer. */
async function renderProcessOf(page: Page): Promise<number> {
  const browser = page.context().browser()!;
  await browser.startTracing(page, { categories: TRACE_CATEGORIES });
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { readonly traceEvents: readonly TraceEvent[] };
  const started = trace.traceEvents.find(({ name }) => name === 'TracingStartedInBrowser');
  const frame = started?.args.data?.frames?.find(({ isInPrimaryMainFrame }) => isInPrimaryMainFrame);
  expect(frame?.processId, 'the browser tells the process of the page').toBeGreaterThan(0);
  return frame!.processId!;
}

/** Of all pages of a story, each of which must have one of its own. Takes a while for each. */
export async function renderProcessesOf(pages: readonly Page[]): Promise<ReadonlyMap<Page, number>> {
  const processes = new Map<Page, number>();
  for (const page of pages) processes.set(page, await renderProcessOf(page));
  expect(new Set(processes.values()).size, 'each tab has a process of its own').toBe(pages.length);
  return processes;
}

/**
 * SIGKILL, to all of them at once, before anything else of this process runs: whoever chose them by what the mesh was
 * like meets it so. Settles when the browser has seen them go.
 */
export async function killTabs(
  pages: readonly Page[],
  processes: ReadonlyMap<Page, number>,
): Promise<{ readonly killedAt: number }> {
  const crashes = pages.map((page) => page.waitForEvent('crash'));
  const killedAt = performance.now();
  for (const page of pages) kill(processes.get(page)!);
  await Promise.all(crashes);
  return { killedAt };
}

function kill(processId: number): void {
  process.kill(processId, 'SIGKILL');
}

/** Nothing of it runs until the function that is returned is called. */
export function suspend(processId: number): () => void {
  process.kill(processId, 'SIGSTOP');
  return () => void process.kill(processId, 'SIGCONT');
}
