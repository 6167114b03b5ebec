import { describe, expect, it } from 'vitest';
import { utf8 } from '../src/core/base/bytes.ts';
import type { PakeInput, PakeRun } from '../src/core/ports/pake.ts';
import { createMemoryPake } from './memory-pake.ts';
import { createMemorySigner } from './memory-signer.ts';
import { createSeededRandom } from './seeded-random.ts';

const pake = createMemoryPake(createSeededRandom(1, 'pake'));
const common = { secret: utf8('secret'), channelIdentifier: utf8('channel'), sessionId: utf8('session') };

function start(name: string, changes: Partial<PakeInput> = {}): PakeRun {
  return pake.start({ ...common, associatedData: utf8(name), ...changes });
}

/** Whether each end would accept the other's confirmation. */
function confirmed(alice: PakeRun, bob: PakeRun, bobName = 'bob'): [boolean, boolean] {
  const atAlice = alice.finish({ share: bob.share, associatedData: utf8(bobName) });
  const atBob = bob.finish({ share: alice.share, associatedData: utf8('alice') });
  if (!atAlice.ok || !atBob.ok) throw new Error('refused');
  const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
  expect(atAlice.value.confirmation).toHaveLength(64);
  expect(same(atAlice.value.confirmation, atBob.value.confirmation), 'no reflection').toBe(false);
  return [
    same(atAlice.value.expectedConfirmation, atBob.value.confirmation),
    same(atBob.value.expectedConfirmation, atAlice.value.confirmation),
  ];
}

describe('stand-in for the password proof', () => {
  it('[SM2] confirms both ways when both ends know the same', () => {
    const [alice, bob] = [start('alice'), start('bob')];
    expect(alice.share).toHaveLength(32);
    expect(confirmed(alice, bob)).toEqual([true, true]);
  });

  it('[SM2] confirms neither way when password, channel, session or associated data differ', () => {
    for (const key of ['secret', 'channelIdentifier', 'sessionId'] as const) {
      expect(confirmed(start('alice'), start('bob', { [key]: utf8('another') })), key).toEqual([false, false]);
    }
    expect(confirmed(start('alice'), start('bob'), 'mallory')).toEqual([false, false]);
  });

  it('tells reflected and invalid shares', () => {
    const alice = start('alice');
    const reason = (share: Uint8Array, name: string) => alice.finish({ share, associatedData: utf8(name) });
    expect(reason(alice.share, 'bob')).toEqual({ ok: false, reason: 'Reflected' });
    expect(reason(start('bob').share, 'alice')).toEqual({ ok: false, reason: 'Reflected' });
    expect(reason(new Uint8Array(32), 'bob')).toEqual({ ok: false, reason: 'InvalidShare' });
    expect(reason(new Uint8Array(31).fill(1), 'bob')).toEqual({ ok: false, reason: 'InvalidShare' });
  });

  it('gives both ends the same key and transcript', () => {
    const [alice, bob] = [start('alice'), start('bob')];
    const atAlice = alice.finish({ share: bob.share, associatedData: utf8('bob') });
    const atBob = bob.finish({ share: alice.share, associatedData: utf8('alice') });
    if (!atAlice.ok || !atBob.ok) throw new Error('refused');
    expect(atAlice.value.confirmation).toEqual(atBob.value.expectedConfirmation);
    expect(atAlice.value.transcript).toEqual(atBob.value.transcript);
  });
});

describe('stand-in for signatures', () => {
  const alice = createMemorySigner(createSeededRandom(1, 'alice'));
  const bob = createMemorySigner(createSeededRandom(1, 'bob'));

  function verified(key: Uint8Array, signature: Uint8Array, message: Uint8Array): boolean {
    let outcome: boolean | undefined;
    bob.verify(key, signature, message, (valid) => (outcome = valid));
    return outcome!;
  }

  it('[SM2] verifies what was signed, and nothing that was changed by one bit', () => {
    const message = createSeededRandom(2, 'message').bytes(203);
    let signature = new Uint8Array(0);
    alice.sign(message, (made) => (signature = new Uint8Array(made)));
    expect(signature).toHaveLength(64);
    expect(verified(alice.publicKey, signature, message)).toBe(true);
    expect(verified(bob.publicKey, signature, message)).toBe(false);
    expect(verified(alice.publicKey.subarray(1), signature, message)).toBe(false);
    for (let bit = 0; bit < message.length * 8; bit++) {
      const changed = message.slice();
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(verified(alice.publicKey, signature, changed)).toBe(false);
    }
    for (let i = 0; i < signature.length; i++) {
      const changed = signature.slice();
      changed[i]! ^= 0x80;
      expect(verified(alice.publicKey, changed, message)).toBe(false);
    }
  });
});
