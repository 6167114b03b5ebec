import { describe, expect, it } from 'vitest';
import type { EnvelopeId } from '../base/ids.ts';
import { CALM_AFTER_MS, COMMON_FOR_MS, createTrees, GROWS_FOR_MS, MAX_TREES, OWN_TREE } from './trees.ts';

const tree = (name: string): EnvelopeId => name as EnvelopeId;

/** Of a node whose links have stayed for a while. */
function calm() {
  const trees = createTrees<string>();
  trees.change(-CALM_AFTER_MS);
  return trees;
}

describe('trees', () => {
  it('[DS7] the first envelope of a mesh grows a tree, and those after it take that', () => {
    const trees = calm();
    expect(trees.choose(tree('one'), 0, 0)).toBe('one');
    expect(trees.choose(tree('two'), 0, 1_000)).toBe('one');
  });

  it('[DS7] takes the tree that was grown last, by whomever, once it has grown', () => {
    const trees = calm();
    trees.grew(tree('one'), 'alice', 0, 0);
    trees.grew(tree('two'), 'bob', 0, 1_000);
    expect(trees.choose(tree('own'), 0.9, 1_000 + GROWS_FOR_MS - 1)).toBe('one');
    expect(trees.choose(tree('own'), 0.9, 1_000 + GROWS_FOR_MS)).toBe('two');
  });

  it('[DS7] of a tree that has grown old every other speaker grows another', () => {
    const trees = calm();
    trees.grew(tree('old'), 'alice', 0, 0);
    expect(trees.choose(tree('a'), 0.9, COMMON_FOR_MS - 1)).toBe('old');
    expect(trees.choose(tree('b'), 0.49, COMMON_FOR_MS)).toBe('old');
    expect(trees.choose(tree('c'), 0.5, COMMON_FOR_MS)).toBe('c');
    // What is said at once after it does not crowd onto a tree that still grows.
    expect(trees.choose(tree('d'), 0.9, COMMON_FOR_MS + GROWS_FOR_MS - 1)).toBe('old');
    expect(trees.choose(tree('e'), 0.9, COMMON_FOR_MS + GROWS_FOR_MS)).toBe('c');
  });

  it('[DS7] before the first link nothing grows a tree', () => {
    expect(createTrees<string>().choose(tree('presence'), 0.9, 60_000)).toBeUndefined();
  });

  it('[DS7] while links change here nothing takes a tree, and once they are calm the one before is old', () => {
    const trees = calm();
    trees.grew(tree('old'), 'alice', 0, 0);
    expect(trees.choose(tree('a'), 0.9, GROWS_FOR_MS)).toBe('old');
    trees.change(1_000);
    expect(trees.choose(tree('b'), 0.9, 1_000 + CALM_AFTER_MS - 1)).toBeUndefined();
    expect(trees.choose(tree('c'), 0.4, 1_000 + CALM_AFTER_MS)).toBe('old');
    expect(trees.choose(tree('d'), 0.9, 1_000 + CALM_AFTER_MS)).toBe('d');
  });

  it('[DS7] who speaks much grows a tree of its own and keeps to it for a time', () => {
    const trees = calm();
    trees.grew(tree('common'), 'alice', 0, 0);
    const spoken = Array.from({ length: OWN_TREE.after }, (_, i) => trees.choose(tree(`own ${i}`), 0, 1_000 + i));
    expect(spoken.slice(0, -1).every((chosen) => chosen === 'common')).toBe(true);
    const own = spoken.at(-1);
    expect(own).toBe(`own ${OWN_TREE.after - 1}`);
    trees.grew(tree('another'), 'alice', 0, 2_000);
    expect(trees.choose(tree('next'), 0, OWN_TREE.forMs)).toBe(own);
    expect(trees.choose(tree('last'), 0, 2 * OWN_TREE.forMs)).toBe('another');
  });

  it('[DS2] knows no way of a link before anything went over it', () => {
    const trees = calm();
    trees.grew(tree('one'), 'alice', 0, 0);
    expect([trees.way(tree('one'), 'alice'), trees.way(tree('one'), 'bob')]).toEqual(['Eager', undefined]);
  });

  it('[DS3] of two copies of what grows a tree the one of fewer hops keeps its link', () => {
    const trees = calm();
    trees.grew(tree('one'), 'alice', 4, 0);
    expect(trees.grewAlso(tree('one'), 'bob', 4, true)).toBe('bob');
    expect(trees.grewAlso(tree('one'), 'carol', 2, true)).toBe('alice');
    expect(['alice', 'bob', 'carol'].map((name) => trees.way(tree('one'), name))).toEqual(['Lazy', 'Lazy', 'Eager']);
    expect(trees.grewAlso(tree('one'), 'dave', 3, true)).toBe('dave');
  });

  it('[DS3] to whom our copy may be the one of fewer hops, the choice is left', () => {
    const trees = calm();
    trees.grew(tree('one'), 'alice', 1, 0);
    for (const name of ['bob', 'carol']) trees.set(tree('one'), name, 'Eager');
    // Two hops to here: 3 here is 3 there, 4 there has a parent with 3.
    expect(trees.grewAlso(tree('one'), 'bob', 3, true)).toBe('bob');
    expect(trees.grewAlso(tree('one'), 'carol', 4, true)).toBeUndefined();
    expect(trees.way(tree('one'), 'carol')).toBe('Eager');
    // Whom we sent nothing has nothing to choose.
    expect(trees.grewAlso(tree('one'), 'dave', 4, false)).toBe('dave');
  });

  it('[DS3] a link that was pruned stays lazy, and a tree never heard of is none', () => {
    const trees = calm();
    trees.grew(tree('one'), 'alice', 4, 0);
    trees.set(tree('one'), 'bob', 'Lazy');
    expect(trees.grewAlso(tree('one'), 'bob', 0, true)).toBeUndefined();
    expect(trees.grewAlso(tree('two'), 'bob', 0, true)).toBeUndefined();
    expect([trees.way(tree('one'), 'bob'), trees.has(tree('two'))]).toEqual(['Lazy', false]);
  });

  it('[DS6] tells in which trees a lost link was eager, and forgets the link', () => {
    const trees = calm();
    trees.set(tree('one'), 'alice', 'Eager');
    trees.set(tree('two'), 'alice', 'Lazy');
    trees.set(tree('three'), 'bob', 'Eager');
    expect(trees.lose('alice')).toEqual(['one']);
    expect(trees.way(tree('one'), 'alice')).toBeUndefined();
    expect(trees.lose('alice')).toEqual([]);
  });

  it('[DS8] of a million trees it holds 256, the longest unused going first', () => {
    const trees = calm();
    trees.set(tree('good'), 'alice', 'Lazy');
    for (let i = 0; i < 1_000_000; i++) {
      trees.set(tree(`${i % 100_000}`), 'mallory', 'Eager');
      if (i % 100 === 0) trees.use(tree('good'));
    }
    expect(trees.has(tree('good'))).toBe(true);
    expect(trees.lose('mallory')).toHaveLength(MAX_TREES - 1);
  });
});
