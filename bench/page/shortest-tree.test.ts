import { describe, expect, it } from 'vitest';
import { childrenOf, linksOf } from './shortest-tree.ts';

const placesOf = (n: number): number[] => Array.from({ length: n }, (_, place) => place);

/** Links from the root to each place, along the children. */
function depths(root: number, n: number): Map<number, number> {
  const depth = new Map([[root, 0]]);
  for (const [place, links] of depth) for (const child of childrenOf(place, root, n)) depth.set(child, links + 1);
  return depth;
}

describe('a mesh laid out beforehand', () => {
  it.each([2, 3, 8, 16, 32, 100])('of %i tabs has links that both ends know, six at most', (n) => {
    for (const place of placesOf(n)) {
      const links = linksOf(place, n);
      expect(links).not.toContain(place);
      expect(new Set(links).size).toBe(links.length);
      expect(links.length).toBeLessThanOrEqual(6);
      for (const end of links) expect(linksOf(end, n)).toContain(place);
    }
  });

  it.each([2, 3, 8, 16, 32, 100])('of %i tabs has from each a tree that reaches every other once, over links', (n) => {
    for (const root of [0, n - 1]) {
      const children = placesOf(n).flatMap((place) => [...childrenOf(place, root, n)]);
      expect(children.sort((a, b) => a - b)).toEqual(placesOf(n).filter((place) => place !== root));
      for (const place of placesOf(n))
        for (const child of childrenOf(place, root, n)) expect(linksOf(place, n)).toContain(child);
    }
  });

  it('of 32 tabs has no longer way than three links', () => {
    const ways = [...depths(5, 32).values()];
    expect(ways).toHaveLength(32);
    expect(Math.max(...ways)).toBe(3);
    expect(ways.reduce((sum, links) => sum + links) / 31).toBeLessThan(2.2);
  });
});
