/**
 * Reproducible randomness: sfc32 (Chris Doty-Humphrey's Small Fast Counting generator, 128 bits of state), one
 * independent stream a name, so that what one node draws never shifts what another draws. [SM1]
 * Not fit for secrets: the simulator has none.
 */
import type { Random } from '../src/core/ports/random.ts';

/** Rounds after seeding, as its author recommends, until the state is well mixed. */
const WARM_UP_ROUNDS = 15;

export interface SeededRandom extends Random {
  /** Uniform in 0 to 2^32 - 1. */
  uint32(): number;
  /** Uniform in 0 to `bound` - 1. */
  below(bound: number): number;
}

/** `seed` is used modulo 2^32. The same seed and name always give the same stream. */
export function createSeededRandom(seed: number, streamName: string): SeededRandom {
  // FNV-1a over the name spreads names that differ in one digit over the whole state.
  let hash = 0x811c9dc5;
  for (let i = 0; i < streamName.length; i++) hash = Math.imul(hash ^ streamName.charCodeAt(i), 0x01000193);
  let a = seed | 0;
  let b = hash;
  let c = Math.imul(hash ^ seed, 0x9e3779b1);
  let counter = 1;

  function uint32(): number {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  }
  for (let round = 0; round < WARM_UP_ROUNDS; round++) uint32();

  return {
    uint32,
    fraction: () => uint32() / 0x1_0000_0000,
    below: (bound) => Math.floor((uint32() / 0x1_0000_0000) * bound),
    bytes(length) {
      const bytes = new Uint8Array(length);
      for (let i = 0; i < length; i += 4) {
        let word = uint32();
        for (let j = i; j < i + 4 && j < length; j++) {
          bytes[j] = word & 0xff;
          word >>>= 8;
        }
      }
      return bytes;
    },
  };
}
