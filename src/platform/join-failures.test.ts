import { describe, expect, it } from 'vitest';
import { PeerChannelError } from '../core/base/errors.ts';
import { failingWith } from './join-failures.ts';

describe('what joining fails with', () => {
  it('[JN1] is the code of the step, with what was thrown as its cause', async () => {
    const thrown = new DOMException('no entropy', 'OperationError');
    await expect(failingWith('KeysUnavailable', Promise.reject(thrown))).rejects.toMatchObject({
      name: 'PeerChannelError',
      code: 'KeysUnavailable',
      message: 'KeysUnavailable: no entropy',
      cause: thrown,
    });
    // Not everything that is thrown is an error.
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
    await expect(failingWith('Internal', Promise.reject('gone'))).rejects.toMatchObject({ message: 'Internal: gone' });
  });

  it('[JN1] stays what it is when it is of the closed set already', async () => {
    const own = new PeerChannelError('WebRtcMissing');
    await expect(failingWith('KeysUnavailable', Promise.reject(own))).rejects.toBe(own);
  });

  it('is nothing when the step succeeds', async () => {
    expect(await failingWith('Internal', Promise.resolve(7))).toBe(7);
  });
});
