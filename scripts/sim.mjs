/** The simulator's command (sim/main.ts). Plain Node. */
import { runBundled } from './bundled.mjs';

await runBundled('sim/main.ts');
