/**
 * Signer in plain JavaScript, settling synchronously: where WebCrypto has no Ed25519. About fifteen times slower.
 * Owns the secret key of one session. Implements [CP10, CP11].
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { bytesToNumberLE } from '@noble/curves/utils.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { assert } from '../base/assert.ts';
import { compareBytes, concat } from '../base/bytes.ts';
import type { Random } from '../ports/random.ts';
import type { Signer } from '../ports/signer.ts';
import { createKeyChecks, decodeStrictly, hasSmallOrderR, SIGNATURE_BYTES } from './identity-key.ts';

const { Point } = ed25519;
const SECRET_KEY_BYTES = 32;

export function createNobleSigner(random: Random): Signer {
  const secretKey = random.bytes(SECRET_KEY_BYTES);
  assert(secretKey.length === SECRET_KEY_BYTES, 'random gave as many bytes as asked for');
  const isGoodKey = createKeyChecks();
  return {
    publicKey: ed25519.getPublicKey(secretKey),
    sign: (message, settle) => settle(ed25519.sign(message, secretKey)),
    verify: (publicKey, signature, message, settle) =>
      settle(isGoodKey(publicKey) && verifyExactly(publicKey, signature, message)),
  };
}

/**
 * RFC 8032 §5.1.7 as browsers' engines do it: R is what S B − h A is, byte for byte. noble's own `verify` multiplies both
 * sides by eight first, so that mallory could write messages that half of the mesh takes for forged. [CP11]
 */
function verifyExactly(publicKey: Uint8Array, signature: Uint8Array, message: Uint8Array): boolean {
  const key = decodeStrictly(publicKey);
  if (!key || signature.length !== SIGNATURE_BYTES || hasSmallOrderR(signature)) return false;
  const r = signature.subarray(0, 32);
  const s = bytesToNumberLE(signature.subarray(32));
  if (s >= Point.Fn.ORDER) return false;
  const h = Point.Fn.create(bytesToNumberLE(sha512(concat(r, publicKey, message))));
  const due = Point.BASE.multiplyUnsafe(s).subtract(key.multiplyUnsafe(h)).toBytes();
  return compareBytes(due, r) === 0;
}
