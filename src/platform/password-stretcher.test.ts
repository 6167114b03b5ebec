import { describe, expect, it } from 'vitest';
import type { MeshId } from '../core/base/ids.ts';
import { preparePassword, type PreparedPassword } from '../core/crypto/password.ts';
import type { StretchReport, StretchRequest } from './password-messages.ts';
import { stretchInWorker, type StretchWorker } from './password-stretcher.ts';

const meshId = 'amber-otter' as MeshId;
const password = (preparePassword('correct horse') as { value: PreparedPassword }).value;

/** A worker that answers what the test says; the real one runs in the browser tests. */
function scripted(answer: (request: StretchRequest, worker: StretchWorker) => void) {
  const worker: StretchWorker & { terminated: number } = {
    terminated: 0,
    onmessage: null,
    onerror: null,
    postMessage: (request) => answer(request, worker),
    terminate: () => worker.terminated++,
  };
  return worker;
}
const tell = (worker: StretchWorker, data: StretchReport): void =>
  worker.onmessage!({ data } as MessageEvent<StretchReport>);

describe('stretchInWorker', () => {
  it('[PW8] hands on progress, then the secret, and ends its worker', async () => {
    const fractions: number[] = [];
    const worker = scripted((request, self) => {
      expect(request).toEqual({ password, meshId });
      tell(self, { kind: 'progress', fraction: 0.5 });
      tell(self, { kind: 'progress', fraction: 1 });
      tell(self, { kind: 'secret', secret: new Uint8Array(32).fill(1) });
    });
    const secret = await stretchInWorker(
      password,
      meshId,
      (fraction) => fractions.push(fraction),
      () => worker,
    );
    expect(secret).toEqual(new Uint8Array(32).fill(1));
    expect(fractions).toEqual([0.5, 1]);
    expect(worker.terminated).toBe(1);
  });

  const failures: [string, (request: StretchRequest, worker: StretchWorker) => void][] = [
    ['says so', (_, worker) => tell(worker, { kind: 'failed', detail: 'out of memory' })],
    ['gives a secret of the wrong length', (_, worker) => tell(worker, { kind: 'secret', secret: new Uint8Array(31) })],
    ['cannot be loaded', (_, worker) => worker.onerror!({ message: '' } as ErrorEvent)],
  ];
  for (const [what, answer] of failures) {
    it(`[PW8] fails with one code when the worker ${what}, and ends it`, async () => {
      const worker = scripted(answer);
      await expect(stretchInWorker(password, meshId, undefined, () => worker)).rejects.toMatchObject({
        name: 'PeerChannelError',
        code: 'PasswordStretchFailed',
      });
      expect(worker.terminated).toBe(1);
    });
  }

  it('[PW8] fails with the same code where there are no workers', async () => {
    const refuse = (): StretchWorker => {
      throw new DOMException('blocked', 'SecurityError');
    };
    await expect(stretchInWorker(password, meshId, undefined, refuse)).rejects.toMatchObject({
      code: 'PasswordStretchFailed',
    });
  });
});
