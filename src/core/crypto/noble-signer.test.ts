import { randomBytes } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import { describeSigner } from '../../../test/contracts/signer.ts';
import { utf8 } from '../base/bytes.ts';
import { createNobleSigner } from './noble-signer.ts';

const random = { bytes: (length: number) => randomBytes(length), fraction: Math.random };

describeSigner('noble signer', () => Promise.resolve(createNobleSigner(random)));

describe('noble signer', () => {
  it('[CP10] settles within the call', () => {
    const alice = createNobleSigner(random);
    const seen: string[] = [];
    alice.sign(utf8('hello'), (signature) =>
      alice.verify(alice.publicKey, signature, utf8('hello'), (valid) => seen.push(String(valid))),
    );
    seen.push('after');
    expect(seen).toEqual(['true', 'after']);
  });
});
