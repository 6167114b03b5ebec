import { describe, expect, it } from 'vitest';
import type { EnvelopeId } from '../base/ids.ts';
import { createManualClock } from '../testing/manual-clock.ts';
import { createTestRandom } from '../testing/test-random.ts';
import { createTrees, type Orphaned } from './trees.ts';

const NODES = 30;
const TREE = 'tree' as EnvelopeId;

/** Nodes that have nothing but trees: no announcements, no grafts. Links are in order and up to 60 ms long. */
function createGrove(seed: string) {
  const clock = createManualClock();
  const random = createTestRandom(seed);
  const below = (bound: number): number => Math.floor(random.fraction() * bound);
  const trees = Array.from({ length: NODES }, () => createTrees<number>());
  const links = Array.from({ length: NODES }, () => new Map<number, number>());
  const reached = new Map<EnvelopeId, Set<number>>();
  const copies = new Map<EnvelopeId, number>();

  function link(a: number, b: number): void {
    if (a === b || links[a]!.has(b)) return;
    links[a]!.set(b, 1 + below(60));
    links[b]!.set(a, 1 + below(60));
    for (const [one, other] of [
      [a, b],
      [b, a],
    ] as const)
      if (trees[one]!.gain(other).length > 0) prune(one, other);
  }

  function unlink(a: number, b: number): void {
    for (const [one, other] of [
      [a, b],
      [b, a],
    ] as const) {
      links[one]!.delete(other);
      ask(one, trees[one]!.lose(other));
    }
  }

  function ask(one: number, orphaned: Orphaned<number>): void {
    for (const [tree, parent] of orphaned)
      for (const neighbour of parent === undefined ? links[one]!.keys() : [parent])
        if (trees[one]!.doubt(tree, neighbour) || parent === undefined)
          later(one, neighbour, () => {
            trees[neighbour]!.doubt(tree, one);
            ask(neighbour, trees[neighbour]!.seek([tree], one));
          });
  }

  function later(from: number, to: number, task: () => void): void {
    clock.schedule(links[from]!.get(to)!, () => links[from]!.has(to) && task());
  }

  function prune(by: number, whom: number): void {
    later(by, whom, () => trees[whom]!.prune(TREE, by));
  }

  function take(id: EnvelopeId, at: number, from: number | undefined, hops: number): void {
    const { [at]: here } = trees;
    if (reached.get(id)!.has(at)) {
      const grown = id === TREE ? here!.grewAlso(TREE, from!, hops, true, clock.now()) : undefined;
      const spared = grown ?? (id !== TREE && here!.cameAlso(TREE, from!) ? from : undefined);
      if (spared !== undefined) prune(at, spared);
      return;
    }
    reached.get(id)!.add(at);
    if (from === undefined) {
      if (id === TREE) here!.plant(TREE, clock.now());
    } else if (id === TREE) here!.grew(TREE, from, hops, clock.now());
    else here!.came(TREE, from, hops);
    for (const neighbour of links[at]!.keys()) {
      const way = here!.way(TREE, neighbour);
      if (neighbour === from || way === 'Lazy') continue;
      if (id === TREE && way === undefined) here!.set(TREE, neighbour, 'Eager');
      copies.set(id, copies.get(id)! + 1);
      later(at, neighbour, () => take(id, neighbour, at, from === undefined ? 0 : hops + 1));
    }
  }

  function say(id: EnvelopeId, at: number): void {
    reached.set(id, new Set());
    copies.set(id, 0);
    take(id, at, undefined, 0);
  }

  for (let i = 1; i < NODES; i++) link(i, below(i));
  for (let i = 0; i < 2 * NODES; i++) link(below(NODES), below(NODES));
  say(TREE, 0);
  clock.advance(5_000);

  /** What many say while the messages of others are on their way; how many it reached, and the copies of the last. */
  function talk(name: string): { reached: number[]; copiesOfLast: number } {
    const ids = Array.from({ length: 60 }, (_, i) => `${name} ${i}` as EnvelopeId);
    for (const id of ids) {
      say(id, below(NODES));
      clock.advance(below(20));
    }
    clock.advance(5_000);
    const last = `${name} last` as EnvelopeId;
    say(last, below(NODES));
    clock.advance(5_000);
    return { reached: ids.map((id) => reached.get(id)!.size), copiesOfLast: copies.get(last)! };
  }

  return { link, unlink, talk, below, links, rest: () => clock.advance(100) };
}

const all = Array.from({ length: 60 }, () => NODES);

describe.each(Array.from({ length: 60 }, (_, seed) => `seed ${seed}`))('a tree alone, %s', (seed) => {
  it('[DS3] brings everything to everybody, once, as soon as it has grown', () => {
    const { talk } = createGrove(seed);
    expect(talk('a')).toEqual({ reached: all, copiesOfLast: NODES - 1 });
  });

  it('[DS3] stays whole where links come and messages cross, and needs none of them', () => {
    const { talk, link, below } = createGrove(seed);
    for (let i = 0; i < NODES; i++) link(below(NODES), below(NODES));
    const { reached, copiesOfLast } = talk('a');
    expect(reached).toEqual(all);
    // Of some thirty new links, each of which would carry one or two copies more.
    expect(copiesOfLast).toBeLessThan(NODES + 2);
  });

  it('[DS6] stays whole where links go, as far as the mesh does', () => {
    const { talk, unlink, links, below, rest } = createGrove(seed);
    for (let gone = 0; gone < 10;) {
      const a = below(NODES);
      const others = [...links[a]!.keys()];
      const b = others[below(others.length)]!;
      if (Math.min(links[a]!.size, links[b]!.size) < 4) continue;
      unlink(a, b);
      gone += 1;
    }
    rest();
    expect(talk('a').reached).toEqual(all);
  });
});
