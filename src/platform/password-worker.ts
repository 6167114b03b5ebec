/** Worker that stretches one password, so that the page stays alive meanwhile. Keeps nothing. */
import { stretchPassword } from '../core/crypto/stretch.ts';
import type { StretchReport, StretchRequest } from './password-messages.ts';

const report = (message: StretchReport): void => postMessage(message);

addEventListener('message', (event: MessageEvent<StretchRequest>) => {
  try {
    let percent = 0;
    const secret = stretchPassword(event.data.password, event.data.meshId, (fraction) => {
      // scrypt tells every ten-thousandth; a message each would cost the page more than the stretching.
      if (Math.floor(fraction * 100) === percent) return;
      percent = Math.floor(fraction * 100);
      report({ kind: 'progress', fraction });
    });
    report({ kind: 'secret', secret });
  } catch (error) {
    // Most likely the 32 MiB were not to be had. The detail is the engine's own text, never the password.
    report({ kind: 'failed', detail: error instanceof Error ? error.message : String(error) });
  }
});
