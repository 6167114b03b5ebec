/**
 * What two people compare to be sure of each other's key: sixty digits, the same at both. [IK7]
 * Thirty of each key, in a fixed order. Whoever wants a key with the thirty digits of another has to try about 2^99 keys,
 * each at the price of the rounds: that many and their number are Signal's.
 */
import { sha512 } from '@noble/hashes/sha2.js';
import { concat, utf8 } from '../base/bytes.ts';
import type { MeshId } from '../base/ids.ts';

const ROUNDS = 5200;
const GROUP_BYTES = 5;
const GROUP_DIGITS = 5;
/** Of each key. */
const GROUPS = 6;

/** Twelve groups of five digits. Some hundredths of a second. */
export function safetyNumber(meshId: MeshId, one: Uint8Array, other: Uint8Array): readonly string[] {
  const halves = [half(meshId, one), half(meshId, other)].sort((a, b) => (a.join() < b.join() ? -1 : 1));
  return halves.flat();
}

function half(meshId: MeshId, key: Uint8Array): string[] {
  let hash = concat(utf8(`peer-channel/safety-number/1:${meshId}`), key);
  for (let round = 0; round < ROUNDS; round++) hash = sha512(concat(hash, key));
  return Array.from({ length: GROUPS }, (_, group) => {
    const bytes = hash.subarray(group * GROUP_BYTES, (group + 1) * GROUP_BYTES);
    const number = bytes.reduce((sum, byte) => sum * 256 + byte, 0) % 10 ** GROUP_DIGITS;
    return String(number).padStart(GROUP_DIGITS, '0');
  });
}
