import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { keyHue, keyTag } from './key-tag.ts';

const keys = Array.from({ length: 400 }, (_, i) => new Uint8Array(createHash('sha256').update(`key ${i}`).digest()));

describe('key tag and hue', () => {
  it('[CP12] known answers', () => {
    const alice = new Uint8Array(32);
    const first = (domain: string): number =>
      createHash('sha256').update(domain).update(alice).digest().readUInt32BE(0);
    const bits = first('peer-channel/key-tag/1').toString(2).padStart(32, '0');
    const tag = [0, 5, 10, 15]
      .map((at) => '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[parseInt(bits.slice(at, at + 5), 2)])
      .join('');
    expect(keyTag(alice)).toBe(tag);
    expect(keyHue(alice)).toBe(first('peer-channel/key-hue/1') % 360);
  });

  it('[CP12] tags have four characters that cannot be misread, hues are whole degrees', () => {
    for (const key of keys) {
      expect(keyTag(key)).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}$/);
      expect(Number.isInteger(keyHue(key)) && keyHue(key) >= 0 && keyHue(key) < 360).toBe(true);
    }
  });

  it('[CP12] both are spread over their whole range', () => {
    expect(new Set(keys.map(keyTag)).size).toBeGreaterThan(395);
    expect(new Set(keys.map((key) => Math.floor(keyHue(key) / 30))).size).toBe(12);
  });

  it('[CP12] a key that is a view into a larger buffer gives the same', () => {
    const larger = new Uint8Array(64);
    larger.set(keys[0]!, 16);
    expect(keyTag(larger.subarray(16, 48))).toBe(keyTag(keys[0]!));
  });
});
