/**
 * Which Ed25519 public keys may name an author, and what the checks cost to remember; which signatures engines disagree on.
 * Does not know members or nicknames. Implements [CP8, CP9, CP11].
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { toHex } from '../base/bytes.ts';
import { failure, success, type Result } from '../base/result.ts';
import { createBoundedCache } from './bounded-cache.ts';

export const PUBLIC_KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;

export type PublicKeyFailure =
  | 'WrongLength'
  /** No point, or not the one encoding of it. */
  | 'NotCanonical'
  /** A signature under such a key can be valid for every message; WebCrypto takes them. */
  | 'SmallOrder';

/**
 * Costs a fifth of a millisecond: remember the outcome (createKeyChecks). A key with a small-order part is as good as
 * another, because every engine judges signatures by the same equation. [CP11]
 */
export function checkPublicKey(bytes: Uint8Array): Result<Uint8Array, PublicKeyFailure> {
  if (bytes.length !== PUBLIC_KEY_BYTES) return failure('WrongLength');
  const point = decodeStrictly(bytes);
  if (!point) return failure('NotCanonical');
  if (point.isSmallOrder()) return failure('SmallOrder');
  return success(bytes);
}

/** A point in RFC 8032's only encoding of it, or undefined. */
export function decodeStrictly(bytes: Uint8Array): InstanceType<typeof ed25519.Point> | undefined {
  try {
    return ed25519.Point.fromBytes(bytes);
  } catch {
    return undefined; // noble says by throwing that the bytes are no canonical encoding.
  }
}

/** Of order eight: its multiples are all points of small order. */
const TORSION = ed25519.Point.fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a');
const SMALL_ORDER = new Set(Array.from({ length: 8 }, (_, times) => TORSION.multiplyUnsafe(BigInt(times)).toHex()));

/** Some engines take such a signature and others do not: the standard of WebCrypto says that it is not valid. [CP11] */
export function hasSmallOrderR(signature: Uint8Array): boolean {
  return SMALL_ORDER.has(toHex(signature.subarray(0, PUBLIC_KEY_BYTES)));
}

/** Twice the members that a mesh is meant for and then some; at about 200 bytes an entry below half a megabyte. */
export const MAX_REMEMBERED_KEYS = 2048;

/** `checkPublicKey` that remembers recent outcomes, good and bad. */
export function createKeyChecks(maxKeys = MAX_REMEMBERED_KEYS): (publicKey: Uint8Array) => boolean {
  const outcomes = createBoundedCache<boolean>(maxKeys);
  return (publicKey) =>
    // The length first: a key of the wrong length must not take up room.
    publicKey.length === PUBLIC_KEY_BYTES && outcomes.take(toHex(publicKey), () => checkPublicKey(publicKey).ok);
}
