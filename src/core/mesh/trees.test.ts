import { describe, expect, it } from 'vitest';
import type { EnvelopeId } from '../base/ids.ts';
import { BETTER_WITHIN_MS, createTrees, MAX_TREES, TOLD_TREES } from './trees.ts';

const tree = (name: string): EnvelopeId => name as EnvelopeId;

describe('trees', () => {
  it('[DS2] knows no way of a link before anything went over it', () => {
    const trees = createTrees<string>();
    trees.grew(tree('one'), 'alice', 0, 0);
    expect([trees.way(tree('one'), 'alice'), trees.way(tree('one'), 'bob')]).toEqual(['Eager', undefined]);
  });

  it('[DS3] of two copies of what grows a tree the one of fewer hops keeps its link', () => {
    const trees = createTrees<string>();
    trees.grew(tree('one'), 'alice', 4, 0);
    expect(trees.grewAlso(tree('one'), 'bob', 4, true, 100)).toBe('bob');
    expect(trees.grewAlso(tree('one'), 'carol', 2, true, 100)).toBe('alice');
    expect(['alice', 'bob', 'carol'].map((name) => trees.way(tree('one'), name))).toEqual(['Lazy', 'Lazy', 'Eager']);
    expect(trees.grewAlso(tree('one'), 'dave', 3, true, 100)).toBe('dave');
  });

  it('[DS3] a copy that comes more than 100 ms after the first took a slow way, and does not keep its link', () => {
    const trees = createTrees<string>();
    trees.grew(tree('one'), 'alice', 4, 0);
    expect(trees.grewAlso(tree('one'), 'bob', 2, true, BETTER_WITHIN_MS)).toBe('alice');
    expect(trees.grewAlso(tree('one'), 'carol', 1, true, BETTER_WITHIN_MS + 1)).toBe('carol');
    expect(['alice', 'bob', 'carol'].map((name) => trees.way(tree('one'), name))).toEqual(['Lazy', 'Eager', 'Lazy']);
  });

  it('[DS3] to whom our copy may be the one of fewer hops, the choice is left', () => {
    const trees = createTrees<string>();
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
    const trees = createTrees<string>();
    trees.grew(tree('one'), 'alice', 4, 0);
    trees.set(tree('one'), 'bob', 'Lazy');
    expect(trees.grewAlso(tree('one'), 'bob', 0, true, 100)).toBeUndefined();
    expect(trees.grewAlso(tree('two'), 'bob', 0, true, 100)).toBeUndefined();
    expect([trees.way(tree('one'), 'bob'), trees.has(tree('two'))]).toEqual(['Lazy', false]);
  });

  it('[DS6] tells in which trees a lost neighbour was the parent, and forgets its link in all', () => {
    const trees = createTrees<string>();
    trees.grew(tree('one'), 'alice', 0, 0);
    trees.grew(tree('two'), 'bob', 0, 0);
    trees.plant(tree('three'), 0);
    for (const name of ['two', 'three']) trees.set(tree(name), 'alice', 'Eager');
    expect(trees.lose('alice')).toEqual(new Map([['one', undefined]]));
    expect(['one', 'two', 'three'].map((name) => trees.way(tree(name), 'alice'))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(trees.lose('alice')).toEqual(new Map());
  });

  it('[DS3] whoever sends in vain later is told once, but never the parent', () => {
    const trees = createTrees<string>();
    trees.grew(tree('one'), 'alice', 0, 0);
    expect(['alice', 'bob', 'bob', 'carol'].map((name) => trees.cameAlso(tree('one'), name))).toEqual([
      false,
      true,
      false,
      true,
    ]);
    expect(trees.cameAlso(tree('never heard of'), 'bob')).toBe(false);
    // What goes out to it is its own affair.
    expect(trees.way(tree('one'), 'bob')).toBeUndefined();
    trees.set(tree('one'), 'bob', 'Eager');
    expect(trees.cameAlso(tree('one'), 'bob')).toBe(true);
  });

  it('[DS3] a new neighbour is told of the last trees on which it need not send, as if it had', () => {
    const trees = createTrees<string>();
    trees.set(tree('without a parent'), 'alice', 'Eager');
    trees.grew(tree('grown'), 'alice', 0, 0);
    trees.plant(tree('own'), 0);
    expect(trees.gain('bob')).toEqual(['grown', 'own']);
    expect(trees.cameAlso(tree('own'), 'bob')).toBe(false);
    expect(trees.doubt(tree('grown'), 'bob')).toBe(true);
    for (let i = 0; i < MAX_TREES; i++) trees.grew(tree(`${i}`), 'alice', 0, 0);
    const told = trees.gain('carol');
    expect([told.length, told[0], told.at(-1)]).toEqual([TOLD_TREES, `${MAX_TREES - TOLD_TREES}`, `${MAX_TREES - 1}`]);
  });

  it('[DS3] a parent that wants to be spared is not, and others are', () => {
    const trees = createTrees<string>();
    trees.grew(tree('one'), 'alice', 0, 0);
    for (const name of ['alice', 'bob']) trees.prune(tree('one'), name);
    expect(['alice', 'bob'].map((name) => trees.way(tree('one'), name))).toEqual(['Eager', 'Lazy']);
  });

  it('[DS3] where a tree grew all can be spared', () => {
    const trees = createTrees<string>();
    trees.plant(tree('one'), 0);
    trees.prune(tree('one'), 'alice');
    expect(trees.way(tree('one'), 'alice')).toBe('Lazy');
    expect(trees.cameAlso(tree('one'), 'bob')).toBe(true);
  });

  it('[DS3] who comes to a tree that has grown hangs below who brought the first envelope, unless it was its author', () => {
    const trees = createTrees<string>();
    trees.came(tree('one'), 'author', 0);
    expect(trees.has(tree('one'))).toBe(false);
    trees.came(tree('one'), 'alice', 3);
    trees.came(tree('one'), 'bob', 1);
    expect(['alice', 'bob'].map((name) => trees.cameAlso(tree('one'), name))).toEqual([false, true]);
  });

  it('[DS6] who loses its parent takes the nearest neighbour that had what grew the tree before it', () => {
    const trees = createTrees<string>();
    trees.grew(tree('one'), 'alice', 2, 0);
    for (const [name, hops] of [
      ['bob', 2],
      ['carol', 1],
      ['dave', 3],
    ] as const)
      trees.grewAlso(tree('one'), name, hops, true, BETTER_WITHIN_MS + 1);
    expect(trees.lose('alice')).toEqual(new Map([['one', 'carol']]));
    expect(['bob', 'carol', 'dave'].map((name) => trees.cameAlso(tree('one'), name))).toEqual([true, false, true]);
    for (const name of ['bob', 'dave']) trees.doubt(tree('one'), name);
    expect(trees.lose('carol')).toEqual(new Map([['one', 'bob']]));
    expect(['bob', 'dave'].map((name) => trees.cameAlso(tree('one'), name))).toEqual([false, true]);
  });

  it('[DS6] who has no parent left spares nobody, and needs all', () => {
    const trees = createTrees<string>();
    trees.grew(tree('one'), 'alice', 0, 0);
    trees.lose('alice');
    expect(trees.cameAlso(tree('one'), 'bob')).toBe(false);
    trees.prune(tree('one'), 'bob');
    expect(trees.way(tree('one'), 'bob')).toBeUndefined();
  });

  it('[DS6] of a parent that seeks the tree itself the next is told, or all, once until something comes', () => {
    const trees = createTrees<string>();
    for (const name of ['one', 'two']) trees.grew(tree(name), 'alice', 2, 0);
    trees.grewAlso(tree('one'), 'bob', 1, true, BETTER_WITHIN_MS + 1);
    const sought = ['one', 'two', 'never heard of'].map(tree);
    expect(trees.seek(sought, 'bob')).toEqual(new Map());
    expect(trees.seek(sought, 'alice')).toEqual(
      new Map([
        [tree('one'), 'bob'],
        [tree('two'), undefined],
      ]),
    );
    expect(trees.seek(sought, 'alice')).toEqual(new Map());
    // The parent that seeks is kept where there is no other: to it goes what is found.
    expect(['one', 'two'].map((name) => trees.cameAlso(tree(name), 'alice'))).toEqual([true, false]);
    trees.came(tree('two'), 'carol', 3);
    expect(trees.seek(sought, 'alice')).toEqual(new Map([[tree('two'), undefined]]));
  });

  it('[DS6] tells of what either end had pruned', () => {
    const trees = createTrees<string>();
    trees.grew(tree('one'), 'alice', 0, 0);
    trees.prune(tree('one'), 'bob');
    trees.cameAlso(tree('one'), 'carol');
    const names = ['alice', 'bob', 'carol', 'dave'];
    expect(names.map((name) => trees.doubt(tree('one'), name))).toEqual([false, true, true, false]);
    expect(names.map((name) => trees.doubt(tree('one'), name))).toEqual([false, false, false, false]);
    expect(trees.way(tree('one'), 'bob')).toBeUndefined();
  });

  it('[DS8] of a million trees it holds 256, the longest unused going first', () => {
    const trees = createTrees<string>();
    trees.set(tree('good'), 'alice', 'Lazy');
    for (let i = 0; i < 1_000_000; i++) {
      trees.came(tree(`${i % 100_000}`), 'mallory', 1);
      if (i % 100 === 0) trees.use(tree('good'));
    }
    expect(trees.has(tree('good'))).toBe(true);
    expect(trees.lose('mallory').size).toBe(MAX_TREES - 1);
  });
});
