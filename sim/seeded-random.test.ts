import { describe, expect, it } from 'vitest';
import { createSeededRandom } from './seeded-random.ts';

describe('seeded random', () => {
  it('[SM1] repeats a stream for the same seed and name, and no other', () => {
    const draw = (seed: number, name: string): number[] => {
      const random = createSeededRandom(seed, name);
      return Array.from({ length: 8 }, () => random.uint32());
    };
    expect(draw(1, 'alice')).toEqual(draw(1, 'alice'));
    expect(draw(1, 'alice')).not.toEqual(draw(1, 'bob'));
    expect(draw(1, 'alice')).not.toEqual(draw(2, 'alice'));
  });

  it('is the sfc32 of PractRand', () => {
    // The same four words of state, stepped as in the generator's published definition with 64-bit arithmetic.
    const name = 'vector';
    let hash = 0x811c9dc5n;
    for (const char of name) hash = ((hash ^ BigInt(char.charCodeAt(0))) * 0x01000193n) & 0xffffffffn;
    let [a, b, c, counter] = [42n, hash, ((hash ^ 42n) * 0x9e3779b1n) & 0xffffffffn, 1n];
    const next = (): number => {
      const word = 0xffffffffn;
      const sum = (a + b + counter++) & word;
      a = b ^ (b >> 9n);
      b = (c + (c << 3n)) & word;
      c = ((((c << 21n) | (c >> 11n)) & word) + sum) & word;
      return Number(sum);
    };
    for (let i = 0; i < 15; i++) next();
    const random = createSeededRandom(42, name);
    for (let i = 0; i < 1000; i++) expect(random.uint32()).toBe(next());
  });

  it('spreads evenly over fractions, bounds and bytes', () => {
    const random = createSeededRandom(3, 'spread');
    const tenths = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) tenths[Math.floor(random.fraction() * 10)]!++;
    for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(500);
    const drawn = new Set(Array.from({ length: 1000 }, () => random.below(6)));
    expect([...drawn].sort()).toEqual([0, 1, 2, 3, 4, 5]);
    const bytes = random.bytes(100_003);
    expect(bytes.length).toBe(100_003);
    expect(Math.abs(bytes.reduce((sum, byte) => sum + byte, 0) / bytes.length - 127.5)).toBeLessThan(1);
  });
});
