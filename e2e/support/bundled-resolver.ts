/**
 * The resolver as one file, made once a run: nearly every story starts one, in a third of the time that the sources take.
 * (test/start.test.ts starts those.)
 */
import { fileURLToPath } from 'node:url';
import { bundle } from '../../scripts/bundled.mjs';

/** The app's files are where they are seen from the sources: one folder up. */
const OUT_DIR = fileURLToPath(new URL('../../.cache', import.meta.url));

export const BUNDLED_RESOLVER = `${OUT_DIR}/main.js`;

export default async function bundleResolver(): Promise<void> {
  await bundle('resolver/main.ts', OUT_DIR, false);
}
