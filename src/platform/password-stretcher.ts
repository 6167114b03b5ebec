/**
 * Stretches a password in a worker that lives for this one password. Fails with PasswordStretchFailed only.
 * Does not keep the secret, and does not know what it is for. [PW5, PW8]
 */
import type { MeshId } from '../core/base/ids.ts';
import { PeerChannelError } from '../core/base/errors.ts';
import type { PreparedPassword } from '../core/crypto/password.ts';
import { SECRET_BYTES } from '../core/crypto/stretch.ts';
import type { StretchReport, StretchRequest } from './password-messages.ts';
import workerUrl from './password-worker.ts?worker&url';
import { scriptUrl } from './script-url.ts';

/** The part of Worker that is used. */
export interface StretchWorker {
  onmessage: ((event: MessageEvent<StretchReport>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  postMessage(request: StretchRequest): void;
  terminate(): void;
}

/** Resolves to the secret, 32 bytes. `onProgress` hears fractions from 0 to 1. */
export function stretchInWorker(
  password: PreparedPassword,
  meshId: MeshId,
  onProgress: (fraction: number) => void = () => undefined,
  createWorker: () => StretchWorker = startWorker,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const fail = (detail: string): void => reject(new PeerChannelError('PasswordStretchFailed', detail));
    let worker: StretchWorker;
    try {
      worker = createWorker();
    } catch (error) {
      return fail(error instanceof Error ? error.message : String(error));
    }
    worker.onmessage = ({ data }) => {
      if (data.kind === 'progress') return onProgress(data.fraction);
      worker.terminate();
      if (data.kind === 'failed') fail(data.detail);
      else if (data.secret.length !== SECRET_BYTES) fail(`secret of ${data.secret.length} bytes`);
      else resolve(data.secret);
    };
    // The worker's script could not be loaded, or threw outside its own net.
    worker.onerror = (event) => {
      worker.terminate();
      fail(event.message || 'the worker did not start');
    };
    worker.postMessage({ password, meshId });
  });
}

function startWorker(): StretchWorker {
  return new Worker(scriptUrl(workerUrl), { type: 'module', name: 'password' });
}
