/** `bench resolver-free-overhead [--json]`: time to online in a running mesh against a bare simple-peer connection. */
import { JSON_OPTION, readArguments } from '../arguments.ts';
import { launchBrowser } from '../browser.ts';
import type { CommandHost } from '../command.ts';
import { describeMachine } from '../machine.ts';
import { startRelay } from '../relay/relay-process.ts';
import { startRendezvous } from '../tabs/rendezvous.ts';
import { serveBenchPage } from '../tabs/site.ts';
import { overheadOf, overheadTable } from './figures.ts';
import { MESH_TABS, runOverhead } from './run.ts';

export async function overhead(argv: readonly string[], host: CommandHost): Promise<number> {
  const given = readArguments(argv, JSON_OPTION);
  if (!given.ok) {
    host.complain(`bench resolver-free-overhead: ${given.reason}\n`);
    return 2;
  }
  const { json } = given.value;
  const { keep } = host.closing;
  const date = new Date().toISOString();
  const site = keep(await serveBenchPage(host.root), ({ close }) => close());
  const resolver = keep(await startRendezvous(host.root, 'peer-channel', MESH_TABS), ({ stop }) => stop());
  const relay = keep(await startRelay(host.root), ({ stop }) => stop());
  const browser = keep(await launchBrowser(), (launched) => launched.close());
  const machine = describeMachine(browser.version());
  const record = await runOverhead({
    browser,
    pageUrl: site.url,
    resolverUrl: resolver.url,
    relayUrl: relay.url,
    tell: (line) => {
      if (!json) host.complain(`${line}\n`);
    },
  });
  const figures = overheadOf(record);
  const told = JSON.stringify({ meshTabs: MESH_TABS, date, machine, ...figures });
  host.print(json ? `${told}\n` : `${overheadTable(figures)}${date}, ${machine}\n`);
  return 0;
}
