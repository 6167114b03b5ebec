/** Reproducible randomness: the same seed gives the same stream (SHA-256 over seed and counter). Fit for tests only. */
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8 } from '../base/bytes.ts';
import type { Random } from '../ports/random.ts';

const BLOCK_BYTES = 32;

/** A stream a seed: give each node a seed of its own, such as its name. */
export function createTestRandom(seed: string): Random {
  let counter = 0;
  const block = (): Uint8Array => sha256(utf8(`${seed} ${counter++}`));
  return {
    bytes(length) {
      const bytes = new Uint8Array(length);
      for (let at = 0; at < length; at += BLOCK_BYTES) bytes.set(block().subarray(0, length - at), at);
      return bytes;
    },
    fraction() {
      const bytes = block();
      return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) / 0x1_0000_0000;
    },
  };
}

/** What is chosen at random from a range takes its middle. */
export const steadyRandom: Random = { ...createTestRandom('steady'), fraction: () => 0.5 };
