/** `npm run dev`: Vite with hot reloading and the resolver beside it; both end together. Plain Node. */
import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './packages.mjs';
import { endWithNpm } from './processes.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

endWithNpm();
if (!(await ensureInstalled(root))) process.exit(1);

const programs = [
  ['--import', 'tsx', 'resolver/main.ts'],
  ['node_modules/vite/bin/vite.js', ...process.argv.slice(2)],
].map((args) => spawn(process.execPath, args, { cwd: root, stdio: 'inherit' }));

const endAll = () => {
  for (const program of programs) program.kill('SIGTERM');
};
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, endAll);
for (const program of programs) {
  program.once('exit', (code) => {
    process.exitCode ||= code ?? 0;
    endAll();
  });
}
