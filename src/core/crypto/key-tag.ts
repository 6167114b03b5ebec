/**
 * What tells namesakes apart at a glance: a short tag and a stable hue, both derived from the identity key. [CP12]
 * Four characters are 20 bits: enough against confusion, not against somebody who searches for a colliding key.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { concat, utf8 } from '../base/bytes.ts';

/** Crockford's base 32: without I, L, O and U, so that a tag read out is written down right. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TAG_CHARS = 4;

/** Four characters of Crockford's base 32. */
export function keyTag(publicKey: Uint8Array): string {
  const bits = readUint32(digest('peer-channel/key-tag/1', publicKey));
  let tag = '';
  for (let i = 0; i < TAG_CHARS; i++) tag += ALPHABET[(bits >>> (27 - 5 * i)) & 31]!;
  return tag;
}

/** Degrees, 0 to 359. */
export function keyHue(publicKey: Uint8Array): number {
  return readUint32(digest('peer-channel/key-hue/1', publicKey)) % 360;
}

function digest(domain: string, publicKey: Uint8Array): Uint8Array {
  return sha256(concat(utf8(domain), publicKey));
}

function readUint32(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
}
