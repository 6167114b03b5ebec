/** Random port over the platform's cryptographic generator: browsers and Node alike. */
import type { Random } from '../core/ports/random.ts';

/** crypto.getRandomValues refuses to fill more at once. */
const MAX_QUOTA_BYTES = 65_536;

export function createSecureRandom(): Random {
  const words = new Uint32Array(2);
  return {
    bytes(length) {
      const bytes = new Uint8Array(length);
      for (let from = 0; from < length; from += MAX_QUOTA_BYTES) {
        crypto.getRandomValues(bytes.subarray(from, Math.min(length, from + MAX_QUOTA_BYTES)));
      }
      return bytes;
    },
    fraction() {
      crypto.getRandomValues(words);
      // 53 bits, as many as a double holds: 21 high ones and 32 low ones.
      return ((words[0]! >>> 11) * 2 ** 32 + words[1]!) / 2 ** 53;
    },
  };
}
