import { describe, expect, it } from 'vitest';
import { createTestOrigin } from '../testing/cast.ts';
import { createAcquaintances, MAX_ACQUAINTANCES, type Acquaintance } from './acquaintances.ts';
import { DEFAULT_NICKNAME } from './types.ts';

const [alice, bob, carol, mallory] = ['alice', 'bob', 'carol', 'mallory'].map((name) => createTestOrigin(name).key) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
];

function setUp(kept: readonly Acquaintance[] = []) {
  const changes: Acquaintance[] = [];
  const acquaintances = createAcquaintances({ ownKey: alice, kept, onChange: (changed) => changes.push(changed) });
  return { acquaintances, changes };
}

/** As it will be found in the next session. */
function keptOf(...names: readonly (readonly [Uint8Array, string])[]): readonly Acquaintance[] {
  const { acquaintances } = setUp();
  names.forEach(([key, nickname], at) => acquaintances.meet(key, nickname, at));
  return acquaintances.list;
}

describe('acquaintances', () => {
  it('[IK3] who is met for the first time is new all the session, and known in the next', () => {
    const { acquaintances } = setUp();
    expect(acquaintances.meet(bob, 'bob', 1)).toEqual({ standing: 'New', claimed: undefined });
    expect(acquaintances.meet(bob, 'bob', 2)).toEqual({ standing: 'New', claimed: undefined });
    const next = setUp(acquaintances.list).acquaintances;
    expect(next.standingOf(bob)).toBe('Known');
    expect(next.meet(bob, 'bob', 3)).toEqual({ standing: 'Known', claimed: undefined });
    expect(next.standingOf(carol)).toBe('New');
  });

  it('[IK3] another tab of oneself is oneself, under any name', () => {
    const { acquaintances } = setUp(keptOf([bob, 'bob']));
    expect(acquaintances.meet(alice, 'bob', 1)).toEqual({ standing: 'Own', claimed: undefined });
    expect(acquaintances.list.map(({ nickname }) => nickname)).toEqual(['bob']);
  });

  it.each(['bob', 'BOB', 'ｂｏｂ', 'b\u200bob'])('[IK4] another key under a known name is doubtful: %s', (name) => {
    const { acquaintances } = setUp(keptOf([bob, 'bob']));
    expect(acquaintances.meet(mallory, name, 9)).toMatchObject({
      standing: 'Doubtful',
      claimed: { key: bob, metAt: 0 },
    });
    // It is said once, and stays so in later sessions: to have been there for a while proves nothing.
    expect(acquaintances.meet(mallory, name, 10)).toEqual({ standing: 'Doubtful', claimed: undefined });
    const next = setUp(acquaintances.list).acquaintances;
    expect(next.meet(mallory, name, 11)).toEqual({ standing: 'Doubtful', claimed: undefined });
    expect(next.meet(bob, 'bob', 12)).toEqual({ standing: 'Known', claimed: undefined });
  });

  it('[IK4] whoever takes a known name later is doubtful from then on, verified or not, and no longer under its own', () => {
    const { acquaintances } = setUp(keptOf([bob, 'bob'], [mallory, 'mallory']));
    acquaintances.verify(mallory, true);
    expect(acquaintances.meet(mallory, 'bob', 1)).toMatchObject({ standing: 'Doubtful', claimed: { key: bob } });
    expect(acquaintances.meet(mallory, 'mallory', 2)).toEqual({ standing: 'Verified', claimed: undefined });
  });

  it('[IK4] the name of those who give none is nobody’s', () => {
    const { acquaintances } = setUp(keptOf([bob, DEFAULT_NICKNAME]));
    expect(acquaintances.meet(carol, DEFAULT_NICKNAME, 1)).toEqual({ standing: 'New', claimed: undefined });
  });

  it('[IK5] who was compared is verified, no longer doubtful, and can be unverified', () => {
    const { acquaintances, changes } = setUp(keptOf([bob, 'bob']));
    acquaintances.meet(mallory, 'bob', 1);
    acquaintances.verify(mallory, true);
    expect(acquaintances.standingOf(mallory)).toBe('Verified');
    expect(setUp([changes.at(-1)!]).acquaintances.standingOf(mallory)).toBe('Verified');
    acquaintances.verify(mallory, false);
    expect(acquaintances.standingOf(mallory)).toBe('New');
    acquaintances.verify(carol, true);
    expect(acquaintances.standingOf(carol)).toBe('New');
  });

  it('[IK6] who is muted stays so in later sessions until heard again', () => {
    const { acquaintances } = setUp(keptOf([bob, 'bob']));
    acquaintances.mute(bob, true);
    const next = setUp(acquaintances.list).acquaintances;
    next.meet(bob, 'robert', 1);
    expect(next.isMuted(bob)).toBe(true);
    expect(next.isMuted(carol)).toBe(false);
    next.mute(bob, false);
    expect(next.isMuted(bob)).toBe(false);
  });

  it('[IK3] is kept when somebody is new or renamed or judged, and not each time they are met', () => {
    const { acquaintances, changes } = setUp();
    acquaintances.meet(bob, 'bob', 1);
    acquaintances.meet(bob, 'bob', 2);
    expect(changes).toHaveLength(1);
    acquaintances.meet(bob, 'robert', 3);
    acquaintances.verify(bob, true);
    acquaintances.mute(bob, true);
    expect(changes).toHaveLength(4);
    expect(changes.at(-1)).toMatchObject({ key: bob, nickname: 'robert', isVerified: true, isMuted: true });
    // Of those kept from before, it is news once that they were met again.
    const next = setUp(acquaintances.list);
    next.acquaintances.meet(bob, 'robert', 9);
    next.acquaintances.meet(bob, 'robert', 10);
    expect(next.changes).toMatchObject([{ metAt: 9, isVerified: true }]);
  });

  it('[IK3] keys and names made up without end push out none who was compared or muted, and no more than those met longest ago', () => {
    const { acquaintances } = setUp(keptOf([bob, 'bob'], [carol, 'carol'], [mallory, 'mallory']));
    acquaintances.verify(bob, true);
    acquaintances.mute(mallory, true);
    const madeUp = (index: number): Uint8Array => createTestOrigin(`made up ${index}`).key;
    for (let index = 0; index < 2 * MAX_ACQUAINTANCES; index++)
      acquaintances.meet(madeUp(index), `name ${index}`, index);
    expect(acquaintances.list).toHaveLength(MAX_ACQUAINTANCES);
    expect(acquaintances.standingOf(bob)).toBe('Verified');
    expect(acquaintances.isMuted(mallory)).toBe(true);
    expect(acquaintances.standingOf(carol)).toBe('New');
    expect(acquaintances.list.at(-1)?.nickname).toBe(`name ${2 * MAX_ACQUAINTANCES - 1}`);
    for (const { key } of acquaintances.list) acquaintances.verify(key, true);
    acquaintances.meet(carol, 'carol', 1);
    expect(acquaintances.list).toHaveLength(MAX_ACQUAINTANCES);
    expect(acquaintances.list.at(-1)?.key).toEqual(carol);
  });
});
