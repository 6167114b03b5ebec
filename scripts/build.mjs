/** Whether `dist/` holds what the sources say, and building it when not. Plain Node. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runModule } from './processes.mjs';

/** Everything that has a say in the built app. */
const SOURCES = [
  'src',
  'public',
  'resolver/protocol.ts',
  'index.html',
  'vite.config.ts',
  'svelte.config.js',
  'package-lock.json',
];

export function isBuilt(root) {
  const built = modifiedAt(join(root, 'dist', 'index.html'));
  return built !== undefined && SOURCES.every((source) => newestIn(join(root, source)) <= built);
}

/** Latest change below a path. Folders count too, because a file taken away changes nothing else. */
function newestIn(path) {
  const own = modifiedAt(path);
  if (own === undefined) return 0;
  if (!statSync(path).isDirectory()) return path.endsWith('.test.ts') ? 0 : own;
  return Math.max(own, ...readdirSync(path).map((name) => newestIn(join(path, name))));
}

function modifiedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

/** Builds when something changed. Settles with true when the app is there. */
export async function ensureBuilt(root) {
  if (isBuilt(root)) return true;
  console.log('Building the app …');
  const code = await runModule(root, 'vite/bin/vite.js', ['build', '--logLevel', 'warn']);
  if (code !== 0) console.error('The app could not be built: see above.');
  return code === 0;
}
