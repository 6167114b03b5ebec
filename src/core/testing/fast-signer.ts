/**
 * Stand-in for Ed25519 with its sizes: the "signature" is a digest over public key and message, which anybody can
 * compute. A changed key, message or signature is refused all the same. Settles within the call.
 */
import { sha512 } from '@noble/hashes/sha2.js';
import { compareBytes, concat } from '../base/bytes.ts';
import type { Random } from '../ports/random.ts';
import type { Signer } from '../ports/signer.ts';

const PUBLIC_KEY_BYTES = 32;

const signatureOf = (key: Uint8Array, message: Uint8Array): Uint8Array => sha512(concat(key, message));

export function createFastSigner(random: Random): Signer {
  const publicKey = random.bytes(PUBLIC_KEY_BYTES);
  return {
    publicKey,
    sign: (message, settle) => settle(signatureOf(publicKey, message)),
    verify: (key, signature, message, settle) =>
      settle(key.length === PUBLIC_KEY_BYTES && compareBytes(signature, signatureOf(key, message)) === 0),
  };
}
