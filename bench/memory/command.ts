/** `bench memory [--messages N] [--json]`: what a tab keeps after it has received that many messages. */
import { launchBrowser } from '../browser.ts';
import type { CommandHost } from '../command.ts';
import { describeMachine } from '../machine.ts';
import { startRendezvous } from '../tabs/rendezvous.ts';
import { serveBenchPage } from '../tabs/site.ts';
import { memoryTable } from './figures.ts';
import { readMemoryOrder } from './order.ts';
import { runMemory } from './run.ts';

/** Two rooms and a choir. */
const TABS = 3;

export async function memory(argv: readonly string[], host: CommandHost): Promise<number> {
  const order = readMemoryOrder(argv);
  if (!order.ok) {
    host.complain(`bench memory: ${order.reason}\n`);
    return 2;
  }
  const { messages, json } = order.value;
  const { keep } = host.closing;
  const date = new Date().toISOString();
  const site = keep(await serveBenchPage(host.root), ({ close }) => close());
  const resolver = keep(await startRendezvous(host.root, 'peer-channel', TABS), ({ stop }) => stop());
  const browser = keep(await launchBrowser(), (launched) => launched.close());
  const machine = describeMachine(browser.version());
  const figures = await runMemory(messages, {
    browser,
    pageUrl: site.url,
    resolverUrl: resolver.url,
    tell: (line) => {
      if (!json) host.complain(`${line}\n`);
    },
  });
  host.print(
    json ? `${JSON.stringify({ date, machine, ...figures })}\n` : `${memoryTable(figures)}${date}, ${machine}\n`,
  );
  return 0;
}
