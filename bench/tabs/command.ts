/** `bench tabs --n N [--subject NAME] [--json]`: one run in real tabs, and its figures. */
import type { CommandHost } from '../command.ts';
import { tableOf } from './figures.ts';
import { measure } from './measure.ts';
import { readTabsOrder } from './order.ts';
import { serveBenchPage } from './site.ts';

export async function tabs(argv: readonly string[], host: CommandHost): Promise<number> {
  const order = readTabsOrder(argv);
  if (!order.ok) {
    host.complain(`bench tabs: ${order.reason}\n`);
    return 2;
  }
  const { subject, json } = order.value;
  const site = host.closing.keep(await serveBenchPage(host.root), ({ close }) => close());
  const figures = await measure(order.value, {
    root: host.root,
    pageUrl: site.url,
    closing: host.closing,
    tell: (line) => {
      if (!json) host.complain(`${line}\n`);
    },
  });
  host.print(json ? `${JSON.stringify(figures)}\n` : tableOf(subject, figures));
  return 0;
}
