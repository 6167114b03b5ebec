/** The fuzzer's command (fuzz/main.ts). Plain Node. */
import { runBundled } from './bundled.mjs';

await runBundled('fuzz/main.ts');
