/**
 * Seven of 64 pictures that two people compare: a number of 42 bits over both keys and a nonce of either. [IK10]
 * The one who asks is bound to a nonce before the other's is known, so whoever stands between them has one try in 2^42,
 * where a number of that size over the keys alone could be searched for. The idea and the size are those of ZRTP and Matrix.
 */
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { concat, toHex, utf8 } from '../base/bytes.ts';
import type { MeshId } from '../base/ids.ts';

export const NONCE_BYTES = 32;
const PICTURES = 7;
const BITS_EACH = 6;

/** Who asked whom. */
export interface Pair {
  readonly meshId: MeshId;
  readonly askerKey: Uint8Array;
  readonly askedKey: Uint8Array;
}

function material(purpose: string, { meshId, askerKey, askedKey }: Pair, ...nonces: readonly Uint8Array[]): Uint8Array {
  return concat(utf8(`peer-channel/emoji/1/${purpose}:${meshId}`), askerKey, askedKey, ...nonces);
}

/** What binds the asker, as 64 hexadecimal digits. */
export function commitmentOf(pair: Pair, askerNonce: Uint8Array): string {
  return toHex(sha256(material('commitment', pair, askerNonce)));
}

/** Seven numbers from 0 to 63. */
export function emojiCode(pair: Pair, askerNonce: Uint8Array, askedNonce: Uint8Array): readonly number[] {
  const hash = sha512(material('code', pair, askerNonce, askedNonce));
  // 48 bits are exact; the first 42 of them count.
  let number = hash.subarray(0, 6).reduce((sum, byte) => sum * 256 + byte, 0);
  number = Math.floor(number / 2 ** (48 - PICTURES * BITS_EACH));
  return Array.from({ length: PICTURES }, (_, place) => {
    return Math.floor(number / 2 ** (BITS_EACH * (PICTURES - 1 - place))) % 2 ** BITS_EACH;
  });
}
