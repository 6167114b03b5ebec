/** Byte strings: the few operations that everything above shares. */
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';

export { bytesToHex as toHex, hexToBytes as fromHex } from '@noble/hashes/utils.js';

export const concat = concatBytes;
export const utf8 = utf8ToBytes;

/** Lexicographic order; a proper prefix is the smaller. Negative, zero or positive. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = a[i]! - b[i]!;
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Equality in time that depends on the length only: for confirmations and other secrets. */
export function equalConstantTime(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ b[i]!;
  return difference === 0;
}
