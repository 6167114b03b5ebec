/**
 * String utilities of CPace (draft-irtf-cfrg-cpace-21, appendix A): prefix-free and ordered concatenation. [CP1]
 * Knows nothing about groups, hashes or secrets.
 */
import { assert } from '../base/assert.ts';
import { compareBytes, concat, utf8 } from '../base/bytes.ts';

/** Every 7 bits of the length take one byte, so two of them reach far beyond any field of ours. */
export function leb128(length: number): Uint8Array {
  assert(Number.isSafeInteger(length) && length >= 0, 'a length is a natural number');
  const bytes: number[] = [];
  let rest = length;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low + 128 : low);
  } while (rest > 0);
  return Uint8Array.from(bytes);
}

/** `prepend_len`: the string behind its length in LEB128. */
export function prependLength(bytes: Uint8Array): Uint8Array {
  return concat(leb128(bytes.length), bytes);
}

/** `lv_cat`: prefix-free concatenation, so that no two lists of strings give the same bytes. */
export function lvCat(...parts: readonly Uint8Array[]): Uint8Array {
  return concat(...parts.map(prependLength));
}

/** `o_cat`: the lexicographically larger string first, so that both ends build the same bytes without having roles. */
export function orderedCat(a: Uint8Array, b: Uint8Array): Uint8Array {
  return compareBytes(a, b) > 0 ? concat(utf8('oc'), a, b) : concat(utf8('oc'), b, a);
}

/** `transcript_oc`: what both ends sent, in an order that does not depend on who is asked. */
export function orderedTranscript(
  shareA: Uint8Array,
  associatedDataA: Uint8Array,
  shareB: Uint8Array,
  associatedDataB: Uint8Array,
): Uint8Array {
  return orderedCat(lvCat(shareA, associatedDataA), lvCat(shareB, associatedDataB));
}

/** Input block of SHA-512 in bytes: the padding pushes CI and sid out of the block that holds the password. */
const HASH_BLOCK_BYTES = 128;

/** `generator_string`: what the secret generator is hashed from. */
export function generatorString(
  domain: Uint8Array,
  secret: Uint8Array,
  channelIdentifier: Uint8Array,
  sessionId: Uint8Array,
): Uint8Array {
  const taken = 1 + prependLength(secret).length + prependLength(domain).length;
  const padding = new Uint8Array(Math.max(0, HASH_BLOCK_BYTES - taken));
  return lvCat(domain, secret, padding, channelIdentifier, sessionId);
}
