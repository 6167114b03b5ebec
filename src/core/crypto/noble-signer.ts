/**
 * Signer in plain JavaScript, settling synchronously: where WebCrypto has no Ed25519. About fifteen times slower.
 * Owns the secret key of one session. Implements [CP10, CP11].
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { assert } from '../base/assert.ts';
import type { Random } from '../ports/random.ts';
import type { Signer } from '../ports/signer.ts';
import { createKeyChecks, decodeStrictly, SIGNATURE_BYTES } from './identity-key.ts';

const SECRET_KEY_BYTES = 32;

export function createNobleSigner(random: Random): Signer {
  const secretKey = random.bytes(SECRET_KEY_BYTES);
  assert(secretKey.length === SECRET_KEY_BYTES, 'random gave as many bytes as asked for');
  const isGoodKey = createKeyChecks();
  return {
    publicKey: ed25519.getPublicKey(secretKey),
    sign: (message, settle) => settle(ed25519.sign(message, secretKey)),
    verify: (publicKey, signature, message, settle) =>
      settle(isGoodKey(publicKey) && verifyStrictly(publicKey, signature, message)),
  };
}

/**
 * noble clears the cofactor, browsers' engines do not. With a key without a small-order part (checked before) the two
 * agree once R has none either; without this, mallory could write messages that half of the mesh takes for forged. [CP11]
 */
function verifyStrictly(publicKey: Uint8Array, signature: Uint8Array, message: Uint8Array): boolean {
  if (signature.length !== SIGNATURE_BYTES) return false;
  if (!ed25519.verify(signature, message, publicKey, { zip215: false })) return false;
  return decodeStrictly(signature.subarray(0, 32))?.isTorsionFree() === true;
}
