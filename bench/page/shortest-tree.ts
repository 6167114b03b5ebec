/**
 * A partial mesh that is as good as one can be, and known to all: n tabs in a ring, each linked to the tabs at three
 * distances either way, and from each tab the tree of shortest ways to all others. Pure.
 */

/** Ends of links of one tab, as places in the ring. */
export function linksOf(place: number, n: number): readonly number[] {
  const ends = distances(n).flatMap((distance) => [(place + distance) % n, (place - distance + n) % n]);
  return [...new Set(ends)].filter((end) => end !== place);
}

/** To whom a tab passes on what the tab at `root` said. */
export function childrenOf(place: number, root: number, n: number): readonly number[] {
  const children: number[] = [];
  const reached = new Set([root]);
  for (const from of reached) {
    for (const end of linksOf(from, n)) {
      if (reached.has(end)) continue;
      reached.add(end);
      if (from === place) children.push(end);
    }
  }
  return children;
}

/** As powers of a base, so that few ways of two steps lead to the same tab: 32 tabs are 2.1 links apart, at most 3. */
function distances(n: number): readonly number[] {
  return [0, 1 / 3, 2 / 3].map((power) => Math.round(n ** power));
}
