import { describe, expect, it } from 'vitest';
import { keyHue, keyTag } from '../crypto/key-tag.ts';
import { createTestOrigin } from '../testing/cast.ts';
import { createAcquaintances } from './acquaintances.ts';
import { createRoster } from './roster.ts';

const [alice, bob, carol, mallory] = ['alice', 'bob', 'carol', 'mallory'].map(createTestOrigin) as [
  ReturnType<typeof createTestOrigin>,
  ReturnType<typeof createTestOrigin>,
  ReturnType<typeof createTestOrigin>,
  ReturnType<typeof createTestOrigin>,
];

function setUp() {
  const roster = createRoster(alice.nodeId, 'alice', createAcquaintances({ ownKey: alice.key }), () => false);
  const names = (): string[] => roster.list.map(({ nickname }) => nickname);
  return { roster, names };
}

describe('roster', () => {
  it('[CH4] holds who joined, self first and then by name', () => {
    const { roster, names } = setUp();
    roster.join(carol.nodeId, carol.key, 'carol');
    roster.join(bob.nodeId, bob.key, 'bob');
    roster.join(alice.nodeId, alice.key, 'alice');
    expect(names()).toEqual(['alice', 'bob', 'carol']);
    expect(roster.list.map(({ self }) => self)).toEqual([true, false, false]);
  });

  it('[CH4] stays in order however they come and go', () => {
    const { roster, names } = setUp();
    const people = Array.from({ length: 200 }, (_, index) => createTestOrigin(`member ${index}`));
    people.forEach(({ nodeId, key }, index) => roster.join(nodeId, key, `name ${(index * 37) % 101}`));
    people.filter((_, index) => index % 3 === 0).forEach(({ nodeId }) => roster.remove(nodeId));
    people.filter((_, index) => index % 5 === 0).forEach(({ nodeId, key }) => roster.join(nodeId, key, 'another'));
    roster.join(alice.nodeId, alice.key, 'alice');
    const lines = roster.list.slice(1).map(({ nickname, tag }) => [nickname, tag] as const);
    expect(names()[0]).toBe('alice');
    expect(lines).toEqual([...lines].sort(([a, s], [b, t]) => a.localeCompare(b) || s.localeCompare(t)));
    expect(new Set(roster.list.map(({ nodeId }) => nodeId)).size).toBe(roster.list.length);
  });

  it('[CH4] shows the tag and hue of the key, which no nickname changes', () => {
    const { roster } = setUp();
    const member = roster.join(bob.nodeId, bob.key, 'bob');
    expect(member).toMatchObject({ tag: keyTag(bob.key), hue: keyHue(bob.key), self: false, namesake: false });
    expect(roster.join(bob.nodeId, bob.key, 'robert')).toMatchObject({ tag: keyTag(bob.key) });
  });

  it('[CH4] who joins again under the same name is no news, under another it is', () => {
    const { roster, names } = setUp();
    expect(roster.join(bob.nodeId, bob.key, 'bob')).toBeDefined();
    expect(roster.join(bob.nodeId, bob.key, ' bob\u200b ')).toBeUndefined();
    expect(roster.join(bob.nodeId, bob.key, 'robert')).toBeDefined();
    expect(names()).toEqual(['robert']);
  });

  it('[CH4] who goes is gone, and going twice is no news', () => {
    const { roster, names } = setUp();
    roster.join(bob.nodeId, bob.key, 'bob');
    expect(roster.remove(bob.nodeId)).toMatchObject({ nickname: 'bob' });
    expect(roster.remove(bob.nodeId)).toBeUndefined();
    expect([names(), roster.get(bob.nodeId)]).toEqual([[], undefined]);
  });

  it('[CH3, CH5] marks who bears the own name in any form, and never this node', () => {
    const { roster } = setUp();
    expect(roster.join(alice.nodeId, alice.key, 'alice')?.namesake).toBe(false);
    expect(roster.join(mallory.nodeId, mallory.key, 'ＡLICE')?.namesake).toBe(true);
    expect(roster.join(bob.nodeId, bob.key, 'bob')?.namesake).toBe(false);
    // Another tab of the same person.
    expect(roster.join(carol.nodeId, alice.key, 'alice')).toMatchObject({ namesake: false, standing: 'Own' });
  });

  it('[CH2] shows names of others cleaned and cut', () => {
    const { roster } = setUp();
    expect(roster.join(mallory.nodeId, mallory.key, `\u202e${'m'.repeat(160)}`)?.nickname).toBe('m'.repeat(40));
    expect(roster.describe(bob.nodeId, bob.key, '').nickname).toBe('DefaultName');
    expect(roster.get(bob.nodeId)).toBeUndefined();
  });
});
