import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareBytes, equalConstantTime, fromHex, toHex } from './bytes.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('byte strings', () => {
  it('are ordered like words in a dictionary', () => {
    expect(compareBytes(bytes(1, 2), bytes(1, 3))).toBeLessThan(0);
    expect(compareBytes(bytes(1), bytes(1, 0))).toBeLessThan(0);
    expect(compareBytes(bytes(255), bytes(1, 255))).toBeGreaterThan(0);
    expect(compareBytes(bytes(), bytes())).toBe(0);
  });

  it('are equal exactly when they are ordered as equal, whatever the comparison', () => {
    const one = fc.uint8Array({ maxLength: 4, max: 2 });
    fc.assert(
      fc.property(one, one, (a, b) => {
        expect(equalConstantTime(a, b)).toBe(compareBytes(a, b) === 0);
        expect(compareBytes(a, b) === 0).toBe(toHex(a) === toHex(b));
        expect(Math.sign(compareBytes(a, b))).toBe(-Math.sign(compareBytes(b, a)) + 0);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  it('differ in any single bit', () => {
    const secret = Uint8Array.from({ length: 64 }, (_, index) => index);
    for (let bit = 0; bit < 512; bit++) {
      const other = secret.slice();
      other[bit >> 3]! ^= 1 << (bit & 7);
      expect(equalConstantTime(secret, other)).toBe(false);
    }
    expect(equalConstantTime(secret, secret.slice())).toBe(true);
  });

  it('go through hexadecimal unchanged', () => {
    expect(toHex(bytes(0, 15, 255))).toBe('000fff');
    expect(fromHex('000fff')).toEqual(bytes(0, 15, 255));
  });
});
