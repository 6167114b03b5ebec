/**
 * Programs of this project as one file each. tsx translates every module at every start, and keeps the name of each
 * function by setting a property on it, which costs a mesh of a million closures a third of its time and half of its
 * memory. Plain Node.
 */
import { rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'vite';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** `entry` is a path from the project's folder, its packages `within` the file or not. Answers where the file is. */
export async function bundle(entry, outDir, within) {
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    build: { ssr: entry, outDir, target: 'node20', minify: false, emptyOutDir: true, copyPublicDir: false },
    ...(within && { ssr: { noExternal: true } }),
  });
  return join(outDir, `${basename(entry, '.ts')}.js`);
}

/** Settles when the module has run. */
export async function runBundled(entry) {
  const outDir = join(root, 'node_modules', '.cache', `${dirname(entry)}-${process.pid}`);
  process.on('exit', () => rmSync(outDir, { recursive: true, force: true }));
  await import(pathToFileURL(await bundle(entry, outDir, true)).href);
}
