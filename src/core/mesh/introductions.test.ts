import { describe, expect, it } from 'vitest';
import type { NodeId } from '../base/ids.ts';
import { nodeIdFor } from '../testing/cast.ts';
import { createIntroductions } from './introductions.ts';

const [alice, bob, carol, dave] = ['alice', 'bob', 'carol', 'dave'].map(nodeIdFor) as [NodeId, NodeId, NodeId, NodeId];

describe('introductions', () => {
  it('[TP11] one neighbour introduces two at most, and others as many', () => {
    const introductions = createIntroductions(() => true);
    introductions.note(bob, alice);
    introductions.note(bob, alice);
    expect(introductions.isSpent(alice)).toBe(false);
    introductions.note(carol, alice);
    expect([introductions.isSpent(alice), introductions.isSpent(dave)]).toEqual([true, false]);
  });

  it('[TP11] who is neither linked nor about to be does not count', () => {
    const held = new Set([bob, carol]);
    const introductions = createIntroductions((nodeId) => held.has(nodeId));
    introductions.note(bob, alice);
    introductions.note(carol, alice);
    held.delete(carol);
    expect(introductions.isSpent(alice)).toBe(false);
    // And is not remembered when it comes back by itself.
    held.add(carol);
    expect(introductions.isSpent(alice)).toBe(false);
  });

  it('[TP11] who was then found without an introducer was not introduced', () => {
    const introductions = createIntroductions(() => true);
    introductions.note(bob, alice);
    introductions.note(carol, alice);
    introductions.note(carol, undefined);
    expect(introductions.isSpent(alice)).toBe(false);
  });
});
