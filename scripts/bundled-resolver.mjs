/**
 * Before browser stories: the resolver as one file, `.cache/main.js`, made once a run. Nearly every story starts one, in a
 * third of the time that the sources take; test/start.test.ts starts those. Plain Node.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundled.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

export default async function bundleResolver() {
  // The app's files are where they are seen from the sources: one folder up.
  await bundle('resolver/main.ts', join(root, '.cache'), false);
}
