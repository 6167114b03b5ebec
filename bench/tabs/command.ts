/** `bench tabs --n N [--subject NAME] [--json]`: one run in real tabs, and its figures. */
import type { CommandHost } from '../command.ts';
import { launchBrowser } from '../browser.ts';
import { startResolver } from '../resolver-process.ts';
import { figuresOf, tableOf } from './figures.ts';
import { readTabsOrder } from './order.ts';
import { runTabs } from './run.ts';
import { serveBenchPage } from './site.ts';

/** Connections to the resolver besides those of the tabs: none is expected, some are no harm. */
const SPARE_CLIENTS = 16;

export async function tabs(argv: readonly string[], host: CommandHost): Promise<number> {
  const order = readTabsOrder(argv);
  if (!order.ok) {
    host.complain(`bench tabs: ${order.reason}\n`);
    return 2;
  }
  const { n, subject, json } = order.value;
  const { keep } = host.closing;
  const site = keep(await serveBenchPage(host.root), ({ close }) => close());
  const resolver = keep(await startResolver(host.root, n + SPARE_CLIENTS), ({ stop }) => stop());
  const browser = keep(await launchBrowser(), (launched) => launched.close());
  const record = await runTabs(order.value, {
    browser,
    pageUrl: site.url,
    rendezvousUrl: resolver.url,
    tell: (line) => {
      if (!json) host.complain(`${line}\n`);
    },
  });
  const figures = figuresOf(record);
  host.print(json ? `${JSON.stringify(figures)}\n` : tableOf(subject, figures));
  return 0;
}
