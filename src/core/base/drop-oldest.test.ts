import { expect, it } from 'vitest';
import { dropOldest } from './drop-oldest.ts';

it.each([
  ['a map', new Map([1, 2, 3].map((key) => [key, key]))],
  ['a set', new Set([1, 2, 3])],
])('beyond its bound %s loses the one put in longest ago, and one only', (_, entries) => {
  dropOldest<number>(entries, 3);
  expect([...entries.keys()]).toEqual([1, 2, 3]);
  entries.delete(1);
  if (entries instanceof Map) entries.set(1, 1);
  else entries.add(1);
  dropOldest<number>(entries, 1);
  expect([...entries.keys()]).toEqual([3, 1]);
});
