import { describe, expect, it } from 'vitest';
import type { EnvelopeId } from '../base/ids.ts';
import {
  BETTER_WITHIN_MS,
  CALM_AFTER_MS,
  COMMON_FOR_MS,
  COMMON_TREES,
  createTrees,
  FAR_FROM_TREE_HOPS,
  FRESH_FOR_MS,
  GROWS_FOR_MS,
  MAX_TREES,
  OWN_TREE,
} from './trees.ts';

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
    trees.set(tree('one'), 'alice', 'Eager');
    expect(trees.choose(tree('two'), 0, 1_000)).toBe('one');
  });

  it('[DS7] of trees that grew equally near takes the latest, once it has grown', () => {
    const trees = calm();
    trees.grew(tree('one'), 'alice', 0, 0);
    trees.grew(tree('two'), 'bob', 0, 1_000);
    expect(trees.choose(tree('own'), 0.9, 1_000 + GROWS_FOR_MS - 1)).toBe('one');
    expect(trees.choose(tree('own'), 0.9, 1_000 + GROWS_FOR_MS)).toBe('two');
  });

  it('[DS7] of a tree that has grown old one speaker in four grows another', () => {
    const trees = calm();
    trees.grew(tree('old'), 'alice', 0, 0);
    expect(trees.choose(tree('a'), 0.9, FRESH_FOR_MS - 1)).toBe('old');
    expect(trees.choose(tree('b'), 0.74, FRESH_FOR_MS)).toBe('old');
    expect(trees.choose(tree('c'), 0.75, FRESH_FOR_MS)).toBe('c');
    trees.set(tree('c'), 'alice', 'Eager');
    // What is said at once after it does not crowd onto a tree that still grows.
    expect(trees.choose(tree('d'), 0.9, FRESH_FOR_MS + GROWS_FOR_MS - 1)).toBe('old');
    expect(trees.choose(tree('e'), 0.9, FRESH_FOR_MS + GROWS_FOR_MS)).toBe('c');
  });

  it('[DS7] of the latest trees takes the one that grew nearest, of several the latest', () => {
    const trees = calm();
    for (const [index, hops] of [3, 1, 1, 2].entries()) trees.grew(tree(`${index}`), 'alice', hops, index * 1_000);
    expect(trees.choose(tree('own'), 0.9, 4_000)).toBe('2');
    trees.change(2_500);
    expect(trees.choose(tree('own'), 0.9, 2_500 + CALM_AFTER_MS)).toBe('3');
  });

  it('[DS7] where links have changed since all others grew, the one that grows serves', () => {
    const trees = calm();
    trees.grew(tree('old'), 'alice', 0, 0);
    trees.change(1_000);
    expect(trees.choose(tree('a'), 0, 1_000 + CALM_AFTER_MS)).toBe('old');
    trees.grew(tree('new'), 'alice', 2, 1_000 + CALM_AFTER_MS);
    expect(trees.choose(tree('b'), 0, 1_001 + CALM_AFTER_MS)).toBe('new');
  });

  it('[DS7] only the last eight trees are common', () => {
    const trees = calm();
    trees.grew(tree('near'), 'alice', 0, 0);
    for (let i = 1; i < COMMON_TREES; i++) trees.grew(tree(`${i}`), 'bob', i, i * 1_000);
    expect(trees.choose(tree('own'), 0.9, COMMON_TREES * 1_000)).toBe('near');
    trees.grew(tree('last'), 'bob', 3, COMMON_TREES * 1_000);
    expect(trees.choose(tree('own'), 0.9, COMMON_TREES * 1_000 + GROWS_FOR_MS)).toBe('1');
  });

  it('[DS7] a tree is common for eighty seconds, and the latest until there is another', () => {
    const trees = calm();
    trees.grew(tree('near'), 'alice', 0, 0);
    trees.grew(tree('far'), 'alice', 1, 1_000);
    expect(trees.choose(tree('own'), 0.4, COMMON_FOR_MS - 1)).toBe('near');
    expect(trees.choose(tree('own'), 0.4, COMMON_FOR_MS)).toBe('far');
    expect(trees.choose(tree('own'), 0.4, 10 * COMMON_FOR_MS)).toBe('far');
  });

  it('[DS7] a tree of which nothing is known any more is none of the near', () => {
    const trees = calm();
    trees.grew(tree('near'), 'alice', 0, 0);
    trees.grew(tree('far'), 'bob', 2, 1_000);
    for (let i = 0; i < MAX_TREES - 1; i++) trees.set(tree(`made up ${i}`), 'mallory', 'Eager');
    expect(trees.choose(tree('own'), 0.9, 2_000)).toBe('far');
  });

  it('[DS7] far from all trees a speaker grows another, one hop less far every other', () => {
    const trees = calm();
    trees.grew(tree('far'), 'alice', FAR_FROM_TREE_HOPS - 1, 0);
    expect(trees.choose(tree('a'), 0, 1_000)).toBe('a');
    trees.grew(tree('less far'), 'alice', FAR_FROM_TREE_HOPS - 2, 2_000);
    expect(trees.choose(tree('b'), 0.49, 3_000)).toBe('less far');
    expect(trees.choose(tree('c'), 0.5, 3_000)).toBe('c');
    trees.set(tree('c'), 'alice', 'Eager');
    expect(trees.choose(tree('d'), 0.9, 4_000)).toBe('c');
  });

  it('[DS7] two hops less far, or where there are eight, it does not', () => {
    const trees = calm();
    trees.grew(tree('near'), 'alice', FAR_FROM_TREE_HOPS - 3, 0);
    expect(trees.choose(tree('a'), 0.9, 1_000)).toBe('near');
    const far = (i: number): void => trees.grew(tree(`${i}`), 'alice', FAR_FROM_TREE_HOPS, i * 1_000);
    for (let i = 1; i <= COMMON_TREES; i++) far(i);
    expect(trees.choose(tree('b'), 0.9, COMMON_TREES * 1_000 + GROWS_FOR_MS)).toBe(`${COMMON_TREES}`);
    // Those from before links changed are none of the eight.
    trees.change(5_000);
    expect(trees.choose(tree('c'), 0.9, COMMON_TREES * 1_000 + GROWS_FOR_MS)).toBe('c');
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
    expect(trees.grewAlso(tree('one'), 'bob', 4, true, 100)).toBe('bob');
    expect(trees.grewAlso(tree('one'), 'carol', 2, true, 100)).toBe('alice');
    expect(['alice', 'bob', 'carol'].map((name) => trees.way(tree('one'), name))).toEqual(['Lazy', 'Lazy', 'Eager']);
    expect(trees.grewAlso(tree('one'), 'dave', 3, true, 100)).toBe('dave');
  });

  it('[DS3] a copy that comes more than 100 ms after the first took a slow way, and does not keep its link', () => {
    const trees = calm();
    trees.grew(tree('one'), 'alice', 4, 0);
    expect(trees.grewAlso(tree('one'), 'bob', 2, true, BETTER_WITHIN_MS)).toBe('alice');
    expect(trees.grewAlso(tree('one'), 'carol', 1, true, BETTER_WITHIN_MS + 1)).toBe('carol');
    expect(['alice', 'bob', 'carol'].map((name) => trees.way(tree('one'), name))).toEqual(['Lazy', 'Eager', 'Lazy']);
  });

  it('[DS3] to whom our copy may be the one of fewer hops, the choice is left', () => {
    const trees = calm();
    trees.grew(tree('one'), 'alice', 1, 0);
    for (const name of ['bob', 'carol']) trees.set(tree('one'), name, 'Eager');
    // Two hops to here: 3 here is 3 there, 4 there has a parent with 3.
    expect(trees.grewAlso(tree('one'), 'bob', 3, true, 100)).toBe('bob');
    expect(trees.grewAlso(tree('one'), 'carol', 4, true, 100)).toBeUndefined();
    expect(trees.way(tree('one'), 'carol')).toBe('Eager');
    // Whom we sent nothing has nothing to choose.
    expect(trees.grewAlso(tree('one'), 'dave', 4, false, 100)).toBe('dave');
  });

  it('[DS3] a link that was pruned stays lazy, and a tree never heard of is none', () => {
    const trees = calm();
    trees.grew(tree('one'), 'alice', 4, 0);
    trees.set(tree('one'), 'bob', 'Lazy');
    expect(trees.grewAlso(tree('one'), 'bob', 0, true, 100)).toBeUndefined();
    expect(trees.grewAlso(tree('two'), 'bob', 0, true, 100)).toBeUndefined();
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
