/**
 * `npm run build:again`: builds the app once more, elsewhere, and compares every file with those in dist. Whoever wants to
 * know whether a host serves what these sources say builds them and compares. Ends with 1 where a file differs. Plain Node.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const outDir = join(root, 'node_modules', '.cache', `build-again-${process.pid}`);

/** Hash of each file by its path. */
function hashesOf(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [relative(folder, path), createHash('sha256').update(readFileSync(path)).digest('hex')];
    }),
  );
}

process.on('exit', () => rmSync(outDir, { recursive: true, force: true }));
const before = hashesOf(join(root, 'dist'));
await build({ root, logLevel: 'warn', build: { outDir, emptyOutDir: true } });
const again = hashesOf(outDir);
const paths = [...new Set([...before.keys(), ...again.keys()])].toSorted();
const differing = paths.filter((path) => before.get(path) !== again.get(path));
for (const path of differing) {
  console.error(`${path}: ${before.get(path) ?? 'not there'} in dist, ${again.get(path) ?? 'not there'} now`);
}
console.log(differing.length === 0 ? `${paths.length} files, the same as in dist` : `${differing.length} files differ`);
process.exitCode = differing.length === 0 ? 0 : 1;
