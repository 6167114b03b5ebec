/** `bench compare --n N [--json]`: the same work on several systems, one after the other in one run. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { launchBrowser } from '../browser.ts';
import { createClosing } from '../closing.ts';
import type { CommandHost } from '../command.ts';
import { describeMachine } from '../machine.ts';
import type { Figures } from '../tabs/figures.ts';
import { measure, type Measuring } from '../tabs/measure.ts';
import { SYSTEMS, type SystemName, type SubjectWork } from '../tabs/order.ts';
import { serveBenchPage } from '../tabs/site.ts';
import { readCompareOrder } from './order.ts';
import { NAMES, sideBySide, type CompareReport } from './report.ts';

export async function compare(argv: readonly string[], host: CommandHost): Promise<number> {
  const order = readCompareOrder(argv);
  if (!order.ok) {
    host.complain(`bench compare: ${order.reason}\n`);
    return 2;
  }
  const { n, restMs, json } = order.value;
  const date = new Date().toISOString();
  const site = host.closing.keep(await serveBenchPage(host.root), ({ close }) => close());
  const systems: Partial<Record<SystemName, Figures | null>> = {};
  for (const subject of SYSTEMS) {
    systems[subject] = await measureAlone({ n, restMs, subject }, host, {
      root: host.root,
      pageUrl: site.url,
      tell: (line) => {
        if (!json) host.complain(`${NAMES[subject]}: ${line}\n`);
      },
    });
  }
  const report: CompareReport = {
    n,
    date,
    machine: describeMachine(await browserVersion()),
    versions: await installedVersions(host.root),
    systems: systems as CompareReport['systems'],
  };
  host.print(json ? `${JSON.stringify(report)}\n` : sideBySide(report));
  return 0;
}

/** What a system needs is gone before the next one's turn. One that breaks down ends its own part only. */
async function measureAlone(
  work: SubjectWork,
  host: CommandHost,
  place: Omit<Measuring, 'closing'>,
): Promise<Figures | null> {
  const closing = host.closing.keep(createClosing(), ({ close }) => close());
  try {
    return await measure(work, { ...place, closing });
  } catch (error) {
    // What follows the first line are places in code that was bundled.
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n', 1);
    host.complain(`bench compare: no figures of ${work.subject}: ${reason}\n`);
    return null;
  } finally {
    await closing.close();
  }
}

async function browserVersion(): Promise<string> {
  const browser = await launchBrowser();
  try {
    return browser.version();
  } finally {
    await browser.close();
  }
}

const PACKAGES: Readonly<Record<SystemName, string>> = {
  'peer-channel': '.',
  trystero: 'node_modules/@trystero-p2p/core',
  'y-webrtc': 'node_modules/y-webrtc',
};

async function installedVersions(root: string): Promise<CompareReport['versions']> {
  const versions = SYSTEMS.map(async (subject) => {
    const text = await readFile(join(root, PACKAGES[subject], 'package.json'), 'utf8');
    return [subject, (JSON.parse(text) as { version: string }).version] as const;
  });
  return Object.fromEntries(await Promise.all(versions)) as CompareReport['versions'];
}
