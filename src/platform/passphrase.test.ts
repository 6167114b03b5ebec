import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Random } from '../core/ports/random.ts';
import { createPassphrase, drawBelow, LIST_WORDS } from './passphrase.ts';
import { createSecureRandom } from './random.ts';

const list = readFileSync(new URL('../../public/words.txt', import.meta.url), 'utf8');
const loadWords = (): Promise<string> => Promise.resolve(list);

/** Gives the numbers in turn, as four big-endian bytes each. */
function numbers(...values: number[]): Random {
  return {
    bytes: (length) => {
      const bytes = new Uint8Array(length);
      new DataView(bytes.buffer).setUint32(0, values.shift()!);
      return bytes;
    },
    fraction: () => 0,
  };
}

describe('createPassphrase', () => {
  it('[PW7] the list has 7,776 different words', () => {
    const words = list.trim().split('\n');
    expect(new Set(words).size).toBe(LIST_WORDS);
    expect(words.length).toBe(7776);
  });

  it('[PW7] four words of the list, by the numbers drawn', async () => {
    expect(await createPassphrase(numbers(0, 1, 7775, 7776), loadWords)).toBe('abacus-abdomen-zoom-abacus');
  });

  it('[PW7] numbers that would favour some words are drawn again', () => {
    // 2^32 = 552,336 · 7,776 + 2,560: the last 2,560 numbers would make the first words likelier.
    expect(drawBelow(7776, numbers(2 ** 32 - 2560, 2 ** 32 - 1, 5))).toBe(5);
    expect(drawBelow(7776, numbers(2 ** 32 - 2561))).toBe(7775);
    expect(drawBelow(2 ** 32, numbers(2 ** 32 - 1))).toBe(2 ** 32 - 1);
  });

  it('[PW7] no two are alike', async () => {
    const made = new Set<string>();
    for (let i = 0; i < 50; i++) made.add(await createPassphrase(createSecureRandom(), loadWords));
    expect(made.size).toBe(50);
  });

  it('[PW7] without the list, or with a short or foreign one, 60 bits of symbols', async () => {
    const lists = [
      () => Promise.reject(new TypeError('Failed to fetch')),
      () => Promise.resolve(''),
      () => Promise.resolve('abacus\nabdomen\n'),
      () => Promise.resolve('abacus\n'.repeat(7776)),
      () => Promise.resolve(list.replace('abacus', '<html>')),
    ];
    for (const load of lists) {
      expect(await createPassphrase(createSecureRandom(), load)).toMatch(/^[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}$/);
    }
  });
});
