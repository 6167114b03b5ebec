/**
 * `bench lighthouse [--json]`: the built app as the resolver serves it, audited by Lighthouse as a mid-range phone on a
 * slow network (its mobile preset).
 */
import { createServer, type AddressInfo } from 'node:net';
import lighthouseAudit from 'lighthouse';
import { build } from 'vite';
import { isBuilt } from '../../scripts/build.mjs';
import { JSON_OPTION, readArguments } from '../arguments.ts';
import { launchBrowser } from '../browser.ts';
import type { CommandHost } from '../command.ts';
import { startResolver } from '../resolver-process.ts';
import { CATEGORIES, scoresOf, scoresTable } from './scores.ts';

/** Lighthouse opens one page with one connection to the resolver. */
const CLIENTS = 16;

export async function lighthouse(argv: readonly string[], host: CommandHost): Promise<number> {
  const given = readArguments(argv, JSON_OPTION);
  if (!given.ok) {
    host.complain(`bench lighthouse: ${given.reason}\n`);
    return 2;
  }
  const { json } = given.value;
  if (!isBuilt(host.root)) await build({ root: host.root, logLevel: 'error' });
  const resolver = host.closing.keep(await startResolver(host.root, CLIENTS), ({ stop }) => stop());
  const port = await freePort();
  host.closing.keep(await launchBrowser([`--remote-debugging-port=${port}`]), (browser) => browser.close());

  const result = await lighthouseAudit(`${resolver.url}/`, {
    port,
    output: 'json',
    logLevel: 'error',
    onlyCategories: [...CATEGORIES],
  });
  if (!result) throw new Error('Lighthouse gave no result');
  const { runtimeError } = result.lhr;
  if (runtimeError) throw new Error(`Lighthouse: ${runtimeError.message}`);
  const scores = scoresOf(result.lhr);
  host.print(json ? `${JSON.stringify(scores)}\n` : scoresTable(scores));
  return 0;
}

/** A port that was free a moment ago: Lighthouse wants to be told one. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
