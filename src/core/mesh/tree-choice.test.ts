import { describe, expect, it } from 'vitest';
import type { EnvelopeId } from '../base/ids.ts';
import {
  CALM_AFTER_MS,
  COMMON_FOR_MS,
  COMMON_TREES,
  createTreeChoice,
  EACH_A_TREE,
  FAR_FROM_TREE_HOPS,
  FRESH_FOR_MS,
  GROWS_FOR_MS,
  LONG_REST_AFTER_MS,
  OWN_TREE,
  REST_AFTER_MS,
  TOGETHER_WITHIN_MS,
} from './tree-choice.ts';

const tree = (name: string): EnvelopeId => name as EnvelopeId;

/** Of a node whose links have stayed for a while, in a mesh of so many. */
function calm(unknown: string[] = [], members = EACH_A_TREE + 1) {
  const choice = createTreeChoice(
    (id) => !unknown.includes(id),
    () => members,
  );
  choice.change(-CALM_AFTER_MS);
  return choice;
}

describe('the choice of a tree', () => {
  it('[DS7] the first envelope of a mesh grows a tree, and those after it take that', () => {
    const choice = calm();
    expect(choice.choose(tree('one'), 0, 0)).toBe('one');
    expect(choice.choose(tree('two'), 0, 1_000)).toBe('one');
  });

  it('[DS7] of trees that grew equally near takes the latest, once it has grown', () => {
    const choice = calm();
    choice.grew(tree('one'), 0, 0);
    choice.grew(tree('two'), 0, 1_000);
    expect(choice.choose(tree('own'), 0.9, 1_000 + GROWS_FOR_MS - 1)).toBe('one');
    expect(choice.choose(tree('own'), 0.9, 1_000 + GROWS_FOR_MS)).toBe('two');
  });

  it('[DS7] of a tree that has been in use for long one speaker in four grows another', () => {
    const choice = calm();
    choice.change(-FRESH_FOR_MS);
    choice.grew(tree('old'), 0, -FRESH_FOR_MS);
    expect(choice.choose(tree('unused'), 0.9, 0)).toBe('old');
    choice.use(tree('old'), 0);
    choice.use(tree('old'), 1_000);
    expect(choice.choose(tree('a'), 0.9, FRESH_FOR_MS - 1)).toBe('old');
    expect(choice.choose(tree('b'), 0.74, FRESH_FOR_MS)).toBe('old');
    expect(choice.choose(tree('c'), 0.75, FRESH_FOR_MS)).toBe('c');
    // What is said at once after it does not crowd onto a tree that still grows.
    expect(choice.choose(tree('d'), 0.9, FRESH_FOR_MS + GROWS_FOR_MS - 1)).toBe('old');
    expect(choice.choose(tree('e'), 0.9, FRESH_FOR_MS + GROWS_FOR_MS)).toBe('c');
  });

  it('[DS7] of the latest trees takes the one that grew nearest, of several the latest', () => {
    const choice = calm();
    for (const [index, hops] of [3, 1, 1, 2].entries()) choice.grew(tree(`${index}`), hops, index * 1_000);
    expect(choice.choose(tree('own'), 0.9, 4_000)).toBe('2');
    choice.change(2_500);
    expect(choice.choose(tree('own'), 0.9, 2_500 + CALM_AFTER_MS)).toBe('3');
  });

  it('[DS7] where links have changed since all others grew, the one that grows serves', () => {
    const choice = calm();
    choice.grew(tree('old'), 0, 0);
    choice.change(1_000);
    expect(choice.choose(tree('a'), 0, 1_000 + CALM_AFTER_MS)).toBe('old');
    choice.grew(tree('new'), 2, 1_000 + CALM_AFTER_MS);
    expect(choice.choose(tree('b'), 0, 1_001 + CALM_AFTER_MS)).toBe('new');
  });

  it('[DS7] only the last eight trees are common', () => {
    const choice = calm();
    choice.grew(tree('near'), 0, 0);
    for (let i = 1; i < COMMON_TREES; i++) choice.grew(tree(`${i}`), i, i * 1_000);
    expect(choice.choose(tree('own'), 0.9, COMMON_TREES * 1_000)).toBe('near');
    choice.grew(tree('last'), 3, COMMON_TREES * 1_000);
    expect(choice.choose(tree('own'), 0.9, COMMON_TREES * 1_000 + GROWS_FOR_MS)).toBe('1');
  });

  it('[DS7] a tree is common for eight minutes of use, and the latest until there is another', () => {
    const choice = calm();
    choice.grew(tree('near'), 0, 0);
    choice.grew(tree('far'), 1, 1_000);
    expect(choice.choose(tree('own'), 0.4, COMMON_FOR_MS)).toBe('near');
    for (const used of ['near', 'far']) choice.use(tree(used), 0);
    expect(choice.choose(tree('own'), 0.4, COMMON_FOR_MS - 1)).toBe('near');
    expect(choice.choose(tree('own'), 0.4, COMMON_FOR_MS)).toBe('far');
    expect(choice.choose(tree('own'), 0.4, 10 * COMMON_FOR_MS)).toBe('far');
  });

  it('[DS7] a tree of which nothing is known any more is none of the near', () => {
    const choice = calm(['near']);
    choice.grew(tree('near'), 0, 0);
    choice.grew(tree('far'), 2, 1_000);
    expect(choice.choose(tree('own'), 0.9, 2_000)).toBe('far');
  });

  it('[DS7] far from all trees a speaker grows another, one hop less far every other', () => {
    const choice = calm(['a']);
    choice.grew(tree('far'), FAR_FROM_TREE_HOPS, 0);
    expect(choice.choose(tree('a'), 0, 1_000)).toBe('a');
    choice.grew(tree('less far'), FAR_FROM_TREE_HOPS - 1, 2_000);
    expect(choice.choose(tree('b'), 0.49, 3_000)).toBe('less far');
    expect(choice.choose(tree('c'), 0.5, 3_000)).toBe('c');
    expect(choice.choose(tree('d'), 0.9, 4_000)).toBe('c');
  });

  it('[DS7] two hops less far, or where there are eight, it does not', () => {
    const choice = calm();
    choice.grew(tree('near'), FAR_FROM_TREE_HOPS - 2, 0);
    expect(choice.choose(tree('a'), 0.9, 1_000)).toBe('near');
    const far = (i: number): void => choice.grew(tree(`${i}`), FAR_FROM_TREE_HOPS, i * 1_000);
    for (let i = 1; i <= COMMON_TREES; i++) far(i);
    expect(choice.choose(tree('b'), 0.9, COMMON_TREES * 1_000 + GROWS_FOR_MS)).toBe(`${COMMON_TREES}`);
    // Those from before links changed are none of the eight.
    choice.change(5_000);
    expect(choice.choose(tree('c'), 0.9, COMMON_TREES * 1_000 + GROWS_FOR_MS)).toBe('c');
  });

  it('[DS7] before the first link nothing grows a tree', () => {
    expect(
      createTreeChoice(
        () => true,
        () => 2,
      ).choose(tree('presence'), 0.9, 60_000),
    ).toBeUndefined();
  });

  it('[DS7] while links change here nothing takes a tree, and once they are calm the one before is old', () => {
    const choice = calm();
    choice.grew(tree('old'), 0, 0);
    expect(choice.choose(tree('a'), 0.9, GROWS_FOR_MS)).toBe('old');
    choice.change(1_000);
    expect(choice.choose(tree('b'), 0.9, 1_000 + CALM_AFTER_MS - 1)).toBeUndefined();
    expect(choice.choose(tree('c'), 0.4, 1_000 + CALM_AFTER_MS)).toBe('old');
    expect(choice.choose(tree('d'), 0.9, 1_000 + CALM_AFTER_MS)).toBe('d');
  });

  it('[DS7] who speaks much grows a tree of its own and keeps to it for a time', () => {
    const choice = calm();
    choice.grew(tree('common'), 0, 0);
    const spoken = Array.from({ length: OWN_TREE.after }, (_, i) => choice.choose(tree(`own ${i}`), 0, 1_000 + i));
    expect(spoken.slice(0, -1).every((chosen) => chosen === 'common')).toBe(true);
    const own = spoken.at(-1);
    expect(own).toBe(`own ${OWN_TREE.after - 1}`);
    choice.grew(tree('another'), 0, 2_000);
    expect(choice.choose(tree('next'), 0, OWN_TREE.forMs)).toBe(own);
    expect(choice.choose(tree('last'), 0, 2 * OWN_TREE.forMs)).toBe('another');
  });

  it('[DS7] misses a tree once links have come to rest since the last one grew', () => {
    const choice = calm();
    expect([0, REST_AFTER_MS - CALM_AFTER_MS].map((at) => choice.isTreeMissing(false, at))).toEqual([false, true]);
    choice.grew(tree('one'), 0, 2_000);
    expect(choice.isTreeMissing(false, 60_000)).toBe(false);
    choice.change(60_000);
    expect([62_999, 63_000].map((at) => choice.isTreeMissing(false, at))).toEqual([false, true]);
  });

  it('[DS7] what is to grow a tree does, whatever there is, and once', () => {
    const choice = calm();
    choice.grew(tree('one'), 0, 0);
    choice.growNext();
    expect(choice.choose(tree('own'), 0, 1_000)).toBe('own');
    expect(choice.choose(tree('next'), 0, 1_000 + GROWS_FOR_MS)).toBe('own');
    expect(choice.isTreeMissing(false, 60_000)).toBe(false);
  });

  describe('where each has a tree', () => {
    it('[DS7] misses its own after a longer rest, sooner where others grow theirs, until it has grown', () => {
      const choice = calm([], EACH_A_TREE);
      choice.change(0);
      choice.grew(tree('of another'), 1, REST_AFTER_MS);
      const after = [LONG_REST_AFTER_MS - 1, LONG_REST_AFTER_MS];
      expect(after.map((at) => choice.isTreeMissing(false, at))).toEqual([false, true]);
      expect(after.map((at) => choice.isTreeMissing(true, at - TOGETHER_WITHIN_MS))).toEqual([false, true]);
      choice.growNext();
      expect(choice.choose(tree('own'), 0, LONG_REST_AFTER_MS)).toBe('own');
      expect(choice.isTreeMissing(true, 10 * LONG_REST_AFTER_MS)).toBe(false);
      choice.change(60_000);
      expect(choice.isTreeMissing(true, 60_000 + LONG_REST_AFTER_MS)).toBe(true);
    });

    it('[DS7] in a larger mesh only the first is missed', () => {
      const choice = calm();
      choice.grew(tree('of another'), 1, 0);
      expect(choice.isTreeMissing(true, 10 * LONG_REST_AFTER_MS)).toBe(false);
    });

    it('[DS7] takes its own, however much it speaks and whatever grew since, for eight minutes of use', () => {
      const choice = calm([], EACH_A_TREE);
      choice.growNext();
      expect(choice.choose(tree('own'), 0, 0)).toBe('own');
      for (let i = 1; i <= COMMON_TREES; i++) choice.grew(tree(`${i}`), 0, i * 1_000);
      const spoken = Array.from({ length: 2 * OWN_TREE.after }, (_, i) => choice.choose(tree(`${i}`), 0.9, 20_000 + i));
      expect(new Set(spoken)).toEqual(new Set(['own']));
      choice.use(tree('own'), 20_000);
      expect(choice.choose(tree('late'), 0.4, 20_000 + COMMON_FOR_MS - 1)).toBe('own');
      expect(choice.choose(tree('later'), 0.4, 20_000 + COMMON_FOR_MS)).toBe(`${COMMON_TREES}`);
    });

    it('[DS7] not where links have changed since, and what it says then grows one of its own', () => {
      const choice = calm([], EACH_A_TREE);
      choice.growNext();
      choice.choose(tree('own'), 0, 0);
      choice.grew(tree('of another'), 1, 1_000);
      choice.change(2_000);
      choice.grew(tree('new'), 1, 3_000);
      expect(choice.choose(tree('a'), 0, 2_000 + CALM_AFTER_MS)).toBe('new');
      choice.use(tree('new'), 4_000);
      const later = 4_000 + FRESH_FOR_MS;
      expect(choice.choose(tree('b'), 0.9, later)).toBe('b');
      expect(choice.choose(tree('c'), 0.9, later + GROWS_FOR_MS)).toBe('b');
    });

    it('[DS7] in a larger mesh a tree that it grew so is one of the common', () => {
      const choice = calm();
      choice.growNext();
      expect(choice.choose(tree('own'), 0, 0)).toBe('own');
      choice.grew(tree('near'), 0, 1_000);
      expect(choice.choose(tree('next'), 0.9, 1_000 + GROWS_FOR_MS)).toBe('near');
    });
  });
});
