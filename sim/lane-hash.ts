/**
 * Cheap keyless digest for the stand-ins of signature and proof: four 32-bit lanes over the words of the input, mixed
 * as in MurmurHash3. Deterministic and well spread, NOT cryptographic: anybody can compute it, and that is all the
 * simulator needs, where nobody forges and every operation counts.
 */

/** Bytes of a digest. */
export const DIGEST_BYTES = 64;

const C1 = 0xcc9e2d51;
const C2 = 0x1b873593;

function finish(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** 64 bytes over the parts in order; lengths are mixed in, so moving a byte from one part to the next shows. */
export function laneHash(...parts: readonly Uint8Array[]): Uint8Array {
  let h1 = 0x9e3779b1;
  let h2 = 0x85ebca77;
  for (const part of parts) {
    const wordsEnd = part.length & ~3;
    let i = 0;
    for (; i < wordsEnd; i += 4) {
      const word = part[i]! | (part[i + 1]! << 8) | (part[i + 2]! << 16) | (part[i + 3]! << 24);
      h1 = Math.imul(h1 ^ Math.imul(word, C1), 0x27d4eb2f);
      h1 = (h1 << 13) | (h1 >>> 19);
      h2 = (Math.imul(h2 ^ Math.imul(word, C2), 5) + 0xe6546b64 + h1) | 0;
      h2 = (h2 << 15) | (h2 >>> 17);
    }
    let tail = part.length + 1;
    for (; i < part.length; i++) tail = Math.imul(tail ^ part[i]!, 0x01000193);
    h1 = Math.imul(h1 ^ tail, C1);
    h2 = (Math.imul(h2 ^ tail, C2) + h1) | 0;
  }
  const words = new Int32Array(DIGEST_BYTES / 4);
  for (let lane = 0; lane < words.length; lane++) {
    words[lane] = finish((h1 + Math.imul(lane + 1, C1)) | 0) ^ finish((h2 ^ Math.imul(lane + 1, C2)) | 0);
  }
  return new Uint8Array(words.buffer);
}
