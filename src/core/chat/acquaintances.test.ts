import { describe, expect, it } from 'vitest';
import { createTestOrigin } from '../testing/cast.ts';
import {
  createAcquaintances,
  MAX_ACQUAINTANCES,
  MAX_OWN_NAMES,
  type Acquaintance,
  type AcquaintanceField,
} from './acquaintances.ts';
import { DEFAULT_NICKNAME } from './types.ts';

const [alice, bob, carol, mallory] = ['alice', 'bob', 'carol', 'mallory'].map((name) => createTestOrigin(name).key) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
];

function setUp(kept: readonly Acquaintance[] = []) {
  const changes: { of: Acquaintance; fields: readonly AcquaintanceField[] }[] = [];
  const acquaintances = createAcquaintances({
    ownKey: alice,
    kept,
    onChange: (of, fields) => changes.push({ of, fields }),
  });
  let now = 0;
  return {
    acquaintances,
    changes,
    join: (key: Uint8Array, name: string) => acquaintances.meet(key, name, true, ++now),
    /** As somebody who has not joined. */
    speak: (key: Uint8Array, name: string) => acquaintances.meet(key, name, false, ++now),
    compare: (key: Uint8Array, name: string, isSame = true) => acquaintances.compare(key, name, isSame, ++now),
    mute: (key: Uint8Array, isMuted = true) => acquaintances.mute(key, isMuted, ++now),
    block: (key: Uint8Array, isBlocked = true) => acquaintances.block(key, isBlocked, ++now),
    standing: acquaintances.standingOf,
  };
}

/** As it will be found in the next session. */
function keptOf(...names: readonly (readonly [Uint8Array, string])[]): readonly Acquaintance[] {
  const { acquaintances, join } = setUp();
  for (const [key, nickname] of names) join(key, nickname);
  return acquaintances.list;
}

const madeUp = (index: number): Uint8Array => createTestOrigin(`made up ${index}`).key;

describe('acquaintances', () => {
  it('[IK3] who is met for the first time is new all the session, and known in the next', () => {
    const { acquaintances, join, standing } = setUp();
    join(bob, 'bob');
    join(bob, 'bob');
    expect(standing(bob, 'bob')).toBe('New');
    const next = setUp(acquaintances.list);
    expect(next.standing(bob, 'bob')).toBe('Known');
    next.join(bob, 'bob');
    expect(next.standing(bob, 'bob')).toBe('Known');
    expect(next.standing(carol, 'carol')).toBe('New');
  });

  it('[IK3] another tab of oneself is oneself, under any name', () => {
    const { acquaintances, join, standing } = setUp(keptOf([bob, 'bob']));
    join(alice, 'bob');
    expect(standing(alice, 'bob')).toBe('Own');
    expect(acquaintances.list.map(({ names }) => names)).toEqual([['bob']]);
  });

  it.each(['bob', 'BOB', 'ｂｏｂ', 'b\u200bob', 'bob\ufe0f', 'b\u034fob', 'bob\u3164', 'bob\u2800', '\u{e0100}bob'])(
    '[IK4] another key under a known name is doubtful, in later sessions too: %j',
    (name) => {
      const { acquaintances, join, standing } = setUp(keptOf([bob, 'bob']));
      join(mallory, name);
      expect(standing(mallory, name)).toBe('Doubtful');
      expect(acquaintances.ownerOf(name, mallory)?.key).toEqual(bob);
      const next = setUp(acquaintances.list);
      next.join(mallory, name);
      next.join(bob, 'bob');
      // To have been there for a while proves nothing.
      expect([next.standing(mallory, name), next.standing(bob, 'bob')]).toEqual(['Doubtful', 'Known']);
    },
  );

  it('[IK4] what one node of a key does under its own name takes no doubt from another node of it', () => {
    const { join, speak, compare, standing } = setUp(keptOf([bob, 'bob'], [mallory, 'mallory']));
    compare(mallory, 'mallory');
    join(mallory, 'bob');
    speak(mallory, 'mallory');
    join(mallory, 'mallory');
    expect(standing(mallory, 'bob')).toBe('Doubtful');
    expect(standing(mallory, 'mallory')).toBe('Verified');
  });

  it('[IK4] a new name is one’s own as soon as one bears it, and the old ones stay', () => {
    const { join, standing } = setUp(keptOf([bob, 'bob']));
    join(bob, 'robert');
    join(mallory, 'robert');
    join(carol, 'bob');
    expect(standing(bob, 'robert')).toBe('Known');
    expect([standing(mallory, 'robert'), standing(carol, 'bob')]).toEqual(['Doubtful', 'Doubtful']);
    join(bob, 'bob');
    expect(standing(bob, 'bob')).toBe('Known');
    for (let i = 0; i < MAX_OWN_NAMES; i++) join(bob, `bob the ${i}th`);
    join(carol, 'robert');
    expect(standing(carol, 'robert')).toBe('New');
  });

  it('[IK4] old words of a known key, played again, give it no name and take none from it', () => {
    const { acquaintances, join, speak } = setUp();
    join(bob, 'robert');
    for (let i = 0; i < 2 * MAX_OWN_NAMES; i++) speak(bob, `bob the ${i}th`);
    expect(acquaintances.list).toMatchObject([{ names: ['robert'] }]);
    // Of a key that is not known yet it is all there is.
    speak(carol, 'carol');
    join(mallory, 'carol');
    expect(acquaintances.standingOf(mallory, 'carol')).toBe('Doubtful');
  });

  it('[IK4] the name of those who give none is nobody’s', () => {
    const { join, standing } = setUp(keptOf([bob, DEFAULT_NICKNAME]));
    join(carol, DEFAULT_NICKNAME);
    expect(standing(carol, DEFAULT_NICKNAME)).toBe('New');
  });

  it('[IK5] who was compared is verified under that name alone', () => {
    const { acquaintances, join, compare, standing } = setUp(keptOf([bob, 'bob']));
    compare(bob, 'bob');
    expect(standing(bob, 'bob')).toBe('Verified');
    expect(setUp(acquaintances.list).standing(bob, 'bob')).toBe('Verified');
    join(bob, 'carol');
    expect(standing(bob, 'carol')).toBe('Known');
    join(mallory, 'bob');
    join(bob, 'bob');
    expect([standing(bob, 'bob'), standing(mallory, 'bob')]).toEqual(['Verified', 'Doubtful']);
  });

  it('[IK4, IK5] whoever was there first gives way to who was compared, and is pointed to it', () => {
    const { acquaintances, join, compare, standing } = setUp();
    join(mallory, 'bob');
    join(bob, 'bob');
    expect([standing(mallory, 'bob'), standing(bob, 'bob')]).toEqual(['New', 'Doubtful']);
    compare(bob, 'bob');
    expect([standing(mallory, 'bob'), standing(bob, 'bob')]).toEqual(['Doubtful', 'Verified']);
    join(mallory, 'bob');
    expect(acquaintances.ownerOf('bob', carol)?.key).toEqual(bob);
  });

  it('[IK4, IK5] taken back, a comparison leaves what was before it', () => {
    const { join, compare, standing } = setUp(keptOf([bob, 'bob']));
    join(mallory, 'bob');
    compare(mallory, 'bob');
    // Both can be: two phones, two people.
    expect([standing(mallory, 'bob'), standing(bob, 'bob')]).toEqual(['Verified', 'Doubtful']);
    compare(mallory, 'bob', false);
    expect([standing(mallory, 'bob'), standing(bob, 'bob')]).toEqual(['Doubtful', 'Known']);
    compare(bob, 'bob');
    compare(bob, 'bob', false);
    expect(standing(bob, 'bob')).toBe('Known');
  });

  it('[IK6] who is muted stays so in later sessions until heard again, under any name', () => {
    const { acquaintances, mute } = setUp(keptOf([bob, 'bob']));
    mute(bob);
    const next = setUp(acquaintances.list);
    next.join(bob, 'robert');
    expect(next.acquaintances.isMuted(bob)).toBe(true);
    expect(next.acquaintances.isMuted(carol)).toBe(false);
    next.mute(bob, false);
    expect(next.acquaintances.isMuted(bob)).toBe(false);
  });

  it('[IK12] who is blocked is muted, and muted or not as before once it is not blocked', () => {
    const { acquaintances, mute, block, changes } = setUp(keptOf([bob, 'bob'], [carol, 'carol']));
    mute(carol);
    for (const key of [bob, carol]) block(key);
    expect(changes.at(-1)).toMatchObject({ of: { isBlocked: true }, fields: ['isBlocked', 'metAt'] });
    const next = setUp(acquaintances.list);
    expect([bob, carol, mallory].map(next.acquaintances.isBlocked)).toEqual([true, true, false]);
    expect([bob, carol, mallory].map(next.acquaintances.isMuted)).toEqual([true, true, false]);
    for (const key of [bob, carol]) next.block(key, false);
    expect([bob, carol].map(next.acquaintances.isMuted)).toEqual([false, true]);
  });

  it('[IK8] what changed is told, and nothing else of somebody: another tab may have decided the rest', () => {
    const { acquaintances, changes, join, compare, mute } = setUp();
    join(bob, 'bob');
    join(bob, 'bob');
    join(bob, 'robert');
    compare(bob, 'robert');
    mute(bob);
    expect(changes.map(({ fields }) => fields)).toEqual([
      ['names', 'metAt'],
      ['names', 'metAt'],
      ['comparedAs', 'names', 'metAt'],
      ['isMuted', 'metAt'],
    ]);
    expect(changes.at(-1)?.of).toMatchObject({ key: bob, comparedAs: 'robert', isMuted: true });
    // Of those kept from before, it is news once that they were heard again.
    const next = setUp(acquaintances.list);
    next.join(bob, 'robert');
    next.join(bob, 'robert');
    expect(next.changes.map(({ fields }) => fields)).toEqual([['metAt']]);
  });

  it('[IK3] keys and names made up without end push out nobody who was compared, muted or blocked, and of the others those heard longest ago', () => {
    const { acquaintances, join, compare, mute, block, standing } = setUp(
      keptOf([bob, 'bob'], [carol, 'carol'], [mallory, 'mallory']),
    );
    compare(bob, 'bob');
    mute(mallory);
    block(madeUp(-1));
    for (let index = 0; index < 2 * MAX_ACQUAINTANCES; index++) join(madeUp(index), `name ${index}`);
    expect(acquaintances.list).toHaveLength(MAX_ACQUAINTANCES);
    expect([standing(bob, 'bob'), standing(carol, 'carol')]).toEqual(['Verified', 'New']);
    expect(acquaintances.isMuted(mallory)).toBe(true);
    expect(acquaintances.isBlocked(madeUp(-1))).toBe(true);
    expect(acquaintances.list.at(-1)?.names).toEqual([`name ${2 * MAX_ACQUAINTANCES - 1}`]);
    // A name goes with whoever had it.
    join(carol, 'name 0');
    expect(standing(carol, 'name 0')).toBe('New');
    join(carol, `name ${2 * MAX_ACQUAINTANCES - 1}`);
    expect(standing(carol, `name ${2 * MAX_ACQUAINTANCES - 1}`)).toBe('Doubtful');
  });

  it('[IK3] of more than there is room for those are kept that were decided on, and the latest', () => {
    const kept = Array.from({ length: MAX_ACQUAINTANCES + 1 }, (_, index): [Uint8Array, string] => [
      madeUp(index),
      `name ${index}`,
    ]);
    const before = keptOf(...kept.slice(0, -1));
    const first = setUp(before.slice(0, 1));
    first.block(madeUp(0));
    const { acquaintances } = setUp([...first.acquaintances.list, ...before.slice(1), ...keptOf(kept.at(-1)!)]);
    expect(acquaintances.list).toHaveLength(MAX_ACQUAINTANCES);
    expect(acquaintances.isBlocked(madeUp(0))).toBe(true);
    expect(acquaintances.list.map(({ key }) => key)).not.toContainEqual(madeUp(1));
  });

  it('[IK3, IK5, IK6] who was pushed out can be compared and muted all the same', () => {
    const { acquaintances, join, compare, mute, standing } = setUp();
    join(bob, 'bob');
    join(mallory, 'mallory');
    for (let index = 0; index < MAX_ACQUAINTANCES; index++) join(madeUp(index), `name ${index}`);
    compare(bob, 'bob');
    mute(mallory);
    expect(standing(bob, 'bob')).toBe('Verified');
    expect(acquaintances.isMuted(mallory)).toBe(true);
    for (const { key, names } of acquaintances.list) compare(key, names[0] ?? 'x');
    join(carol, 'carol');
    expect(acquaintances.list).toHaveLength(MAX_ACQUAINTANCES);
    expect(acquaintances.list.at(-1)?.key).toEqual(carol);
  });
});
