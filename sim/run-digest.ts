/**
 * The whole run in one number: every frame that arrived, with its time and its two ends, in order. Two runs with the same
 * digest are the same run, to the last frame. [SM1] Spread well enough to show a change, not meant to resist anybody.
 */
export interface RunDigest {
  add(timeMs: number, from: number, to: number, frame: Uint8Array): void;
  /** 16 hex digits over all that was added so far. */
  readonly hex: string;
}

export function createRunDigest(): RunDigest {
  const time = new Float64Array(1);
  const timeWords = new Int32Array(time.buffer);
  let a = 0x9e3779b1;
  let b = 0x85ebca77;

  function mix(word: number): void {
    a = Math.imul(a ^ word, 0xcc9e2d51);
    a = (a << 13) | (a >>> 19);
    b = (Math.imul(b ^ word, 5) + 0xe6546b64 + a) | 0;
  }

  return {
    add(timeMs, from, to, frame) {
      time[0] = timeMs;
      mix(timeWords[0]!);
      mix(timeWords[1]!);
      mix(from);
      mix(to);
      mix(frame.length);
      const wordsEnd = frame.length & ~3;
      let at = 0;
      for (; at < wordsEnd; at += 4) {
        mix(frame[at]! | (frame[at + 1]! << 8) | (frame[at + 2]! << 16) | (frame[at + 3]! << 24));
      }
      for (; at < frame.length; at++) mix(frame[at]!);
    },
    get hex() {
      return [a, b].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
    },
  };
}
