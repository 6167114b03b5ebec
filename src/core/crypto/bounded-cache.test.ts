import { describe, expect, it } from 'vitest';
import { createBoundedCache } from './bounded-cache.ts';

describe('bounded cache', () => {
  it('makes a value once and keeps it, undefined and false included', () => {
    const cache = createBoundedCache<boolean | undefined>(4);
    let made = 0;
    for (const value of [false, undefined]) {
      for (let i = 0; i < 3; i++) expect(cache.take(String(value), () => (made++, value))).toBe(value);
    }
    expect(made).toBe(2);
  });

  it('[CP9] mallory sends ever new keys: the number of entries stays bounded, and those in use stay', () => {
    const cache = createBoundedCache<number>(8);
    let made = 0;
    for (let i = 0; i < 1000; i++) {
      cache.take(`mallory ${i}`, () => i);
      cache.take('alice', () => made++);
    }
    expect(cache.size).toBe(8);
    expect(made).toBe(1);
  });
});
