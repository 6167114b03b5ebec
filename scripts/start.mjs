/**
 * `npm start`: installs what is missing, builds what is stale, and becomes the server, in this very process, so that
 * there is one program to end. Plain Node, because nothing may be installed yet.
 */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './packages.mjs';
import { endWithNpm } from './processes.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

endWithNpm();
if ((await ensureInstalled(root)) && (await ensureBuilt(root))) {
  const { register } = await import('tsx/esm/api');
  register();
  await import('../resolver/main.ts');
} else {
  process.exitCode = 1;
}
