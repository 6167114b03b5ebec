/** Entry of `npm run bench -- COMMAND …`: see command.ts, and the commands for their arguments. */
import { fileURLToPath } from 'node:url';
import { createClosing } from './closing.ts';
import { runCommand, type Catalogue } from './command.ts';

const catalogue: Catalogue = {
  tabs: () => import('./tabs/command.ts').then(({ tabs }) => tabs),
  compare: () => import('./compare/command.ts').then(({ compare }) => compare),
  'resolver-free-overhead': () => import('./overhead/command.ts').then(({ overhead }) => overhead),
  memory: () => import('./memory/command.ts').then(({ memory }) => memory),
  chart: () => import('./chart/command.ts').then(({ chart }) => chart),
  lighthouse: () => import('./lighthouse/command.ts').then(({ lighthouse }) => lighthouse),
};

const closing = createClosing();
/** Once interrupted, whatever fails does so because its browser was taken away: no news. */
const interruption = new AbortController();
const place = {
  root: fileURLToPath(new URL('..', import.meta.url)),
  print: (text: string) => void process.stdout.write(text),
  complain: (text: string) => {
    if (!interruption.signal.aborted) process.stderr.write(text);
  },
};

/** As shells tell a process that was interrupted. */
const INTERRUPTED = 130;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    interruption.abort();
    void closing.close().finally(() => process.exit(INTERRUPTED));
  });
}

process.exitCode = await runCommand(process.argv.slice(2), catalogue, place, closing);
