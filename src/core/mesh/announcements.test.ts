import { describe, expect, it } from 'vitest';
import { fromHex } from '../base/bytes.ts';
import type { EnvelopeId, NodeId } from '../base/ids.ts';
import { silentLog } from '../ports/log.ts';
import { nodeIdFor } from '../testing/cast.ts';
import { createManualClock } from '../testing/manual-clock.ts';
import { createTestNeighbour } from '../testing/test-neighbour.ts';
import { steadyRandom } from '../testing/test-random.ts';
import { MAX_ANNOUNCED } from '../wire/records.ts';
import {
  createAnnouncements,
  ANNOUNCE_AFTER_MS,
  ANNOUNCE_EVERY_MS,
  BROKEN_FOR_MS,
  GRAFT_AFTER_MS,
  GRAFT_WHERE_BROKEN_MS,
  GRAFTS,
  MAX_GRAFT_AFTER_MS,
  LARGE_BYTES,
  MAX_MISSING,
  NEXT_GRAFT_MS,
  PRUNE_AFTER_MS,
  type Copy,
} from './announcements.ts';
import type { Neighbour } from './neighbours.ts';
import { BUSY_MS } from './patience.ts';
import { EACH_A_TREE } from './tree-choice.ts';
import type { MeshCounters } from './types.ts';

const id = (name: string): EnvelopeId => nodeIdFor(name) as string as EnvelopeId;
const bytesOf = (name: string): Uint8Array => fromHex(id(name));

function setUp(members = Infinity, lateMs = 0) {
  const clock = createManualClock();
  const counters = { envelopesSent: 0, promisesBroken: 0, requestsRefused: 0 } as MeshCounters;
  const [alice, bob, carol] = [createTestNeighbour('alice'), createTestNeighbour('bob'), createTestNeighbour('carol')];
  const neighbours = [alice, bob, carol];
  const seen = new Set<EnvelopeId>();
  const held = new Map<EnvelopeId, Copy>();
  const broken: NodeId[] = [];
  const announcements = createAnnouncements(
    { clock, random: steadyRandom, log: silentLog, counters },
    {
      neighbours: () => neighbours,
      members: () => members,
      lateMs: () => lateMs,
      isSeen: (one) => seen.has(one),
      onKnown: () => undefined,
      onBroken: ({ nodeId }) => broken.push(nodeId),
      copyOf: (one) => held.get(one),
    },
  );
  /** As flood.ts does with an envelope that is new. */
  function spread(name: string, sources: Neighbour[], facts: Partial<Copy> = {}): void {
    const copy = { id: id(name), tree: id(name), record: new Uint8Array(200), ...facts };
    seen.add(copy.id);
    held.set(copy.id, copy);
    announcements.spread(
      copy,
      sources.map((neighbour) => ({ neighbour, hops: 1 })),
    );
  }
  function copiesOf(): number[] {
    return neighbours.map(({ copies }) => copies.length);
  }
  const announce = (from: Neighbour, names: string[], isLarge = false): void =>
    announcements.onAnnounce(from, { type: 'Announce', ids: names.map(bytesOf), isLarge });
  return {
    clock,
    counters,
    broken,
    alice,
    bob,
    carol,
    neighbours,
    seen,
    held,
    announcements,
    spread,
    copiesOf,
    announce,
  };
}

describe('announcements', () => {
  it('[DS2] an envelope that grows a tree goes at once to all but those that brought it', () => {
    const { alice, spread, copiesOf, counters } = setUp();
    spread('one', [alice]);
    expect(copiesOf()).toEqual([0, 1, 1]);
    expect(counters.envelopesSent).toBe(2);
  });

  it('[DS3] a second copy of what grows a tree makes the link lazy, and tells its other end', () => {
    const { clock, alice, bob, carol, announcements, spread, copiesOf } = setUp();
    spread('one', [alice]);
    announcements.onCopy(id('one'), id('one'), { neighbour: bob, hops: 1 });
    announcements.onCopy(id('one'), id('one'), { neighbour: bob, hops: 1 });
    clock.advance(PRUNE_AFTER_MS);
    expect(bob.told).toEqual([{ type: 'Prune', trees: [id('one')] }]);
    expect(carol.told).toEqual([]);
    spread('two', [alice], { tree: id('one') });
    expect(copiesOf()).toEqual([0, 1, 2]);
  });

  it('[DS3] copies that came while the first was checked count, too', () => {
    const { clock, alice, bob, carol, spread } = setUp();
    spread('one', [alice, bob]);
    clock.advance(PRUNE_AFTER_MS);
    expect(bob.told).toEqual([{ type: 'Prune', trees: [id('one')] }]);
    expect([alice, carol].flatMap(({ told }) => told)).toEqual([]);
  });

  it('[DS3] who brings again what travels on a tree is told once that it need not, unless all came by it', () => {
    const { clock, alice, bob, carol, announcements, spread, copiesOf } = setUp();
    spread('one', [alice]);
    spread('two', [bob, carol, alice], { tree: id('one') });
    announcements.onCopy(id('two'), id('one'), { neighbour: carol, hops: 1 });
    spread('three', [bob, carol, alice], { tree: id('one') });
    clock.advance(PRUNE_AFTER_MS);
    expect([alice, bob, carol].map(({ told }) => told)).toEqual([[], [], [{ type: 'Prune', trees: [id('one')] }]]);
    // What goes to it is for it to say.
    spread('four', [alice], { tree: id('one') });
    expect(copiesOf()).toEqual([0, 2, 2]);
  });

  it('[DS3] who prunes is only told', () => {
    const { clock, alice, bob, announcements, spread, copiesOf } = setUp();
    spread('one', [alice]);
    announcements.onPrune(bob, [id('one')]);
    spread('two', [alice], { tree: id('one') });
    expect(copiesOf()).toEqual([0, 1, 2]);
    clock.advance(ANNOUNCE_AFTER_MS);
    expect(bob.told).toEqual([{ type: 'Announce', ids: [bytesOf('two')], isLarge: false }]);
  });

  it('[DS4] what is announced within 100 ms goes together, and not to whoever announced it too', () => {
    const { clock, alice, bob, carol, announcements, spread, announce } = setUp();
    spread('one', [alice]);
    for (const lazy of [bob, carol]) announcements.onPrune(lazy, [id('one')]);
    for (const name of ['two', 'three']) spread(name, [alice], { tree: id('one') });
    announce(carol, ['two', 'three']);
    clock.advance(ANNOUNCE_AFTER_MS);
    expect(bob.told).toEqual([{ type: 'Announce', ids: [bytesOf('two'), bytesOf('three')], isLarge: false }]);
    expect(carol.told).toEqual([]);
  });

  it('[DS4] where much is said one neighbour is told every three tenths of a second, each in its turn', () => {
    const { clock, alice, bob, carol, announcements, spread } = setUp();
    spread('one', [alice]);
    for (const lazy of [bob, carol]) announcements.onPrune(lazy, [id('one')]);
    const told: number[][] = [];
    for (let at = 0; at < 3_000; at += 50) {
      spread(`at ${at}`, [alice], { tree: id('one') });
      clock.advance(50);
      told.push([bob.told.length, carol.told.length]);
    }
    expect(told.map(([one, other]) => one! - other!).every((ahead) => ahead === 0 || ahead === 1)).toBe(true);
    expect(bob.told.length + carol.told.length).toBe(1 + Math.floor((3_000 - ANNOUNCE_AFTER_MS) / ANNOUNCE_EVERY_MS));
  });

  it('[DS4, LN3] a frame that leaves for a neighbour takes along what it is to be told, and no more is told later', () => {
    const { clock, alice, bob, carol, announcements, spread } = setUp();
    spread('one', [alice, carol]);
    expect(carol.told).toEqual([{ type: 'Prune', trees: [id('one')] }]);
    announcements.onPrune(bob, [id('one')]);
    spread('two', [alice], { tree: id('one') });
    spread('three', [alice, carol]);
    for (const neighbour of [bob, carol, alice]) announcements.tell(neighbour);
    expect(bob.told).toEqual([{ type: 'Announce', ids: [bytesOf('two')], isLarge: false }]);
    expect(carol.told.slice(1)).toEqual([
      { type: 'Announce', ids: [bytesOf('two')], isLarge: false },
      { type: 'Prune', trees: [id('three')] },
    ]);
    clock.advance(ANNOUNCE_AFTER_MS + 2 * ANNOUNCE_EVERY_MS);
    expect([alice, bob, carol].map(({ told }) => told.length)).toEqual([0, 1, 3]);
  });

  it('[DS4, LN3] where each has a tree announcements wait for a frame that leaves, or for who seeks a way', () => {
    for (const [members, isTold] of [
      [3, true],
      [4, false],
      [EACH_A_TREE, false],
      [EACH_A_TREE + 1, true],
    ] as const) {
      const { clock, alice, bob, carol, announcements, spread } = setUp(members);
      spread('one', [alice]);
      for (const lazy of [bob, carol]) announcements.onPrune(lazy, [id('one')]);
      for (const name of ['two', 'three']) spread(name, [alice], { tree: id('one') });
      clock.advance(60_000);
      expect([bob.told.length, carol.told.length], `${members} members`).toEqual(isTold ? [1, 1] : [0, 0]);
      announcements.tell(bob);
      announcements.onEager(carol, [id('one')]);
      const told = [{ type: 'Announce', ids: ['two', 'three'].map(bytesOf), isLarge: false }];
      expect([bob.told, carol.told]).toEqual([told, told]);
    }
  });

  it('[DS4] a prune goes at once, and those of the next 100 ms together', () => {
    const { clock, alice, bob, spread } = setUp();
    for (const name of ['one', 'two', 'three']) spread(name, [alice, bob]);
    expect(bob.told).toEqual([{ type: 'Prune', trees: [id('one')] }]);
    clock.advance(PRUNE_AFTER_MS);
    expect(bob.told.slice(1)).toEqual([{ type: 'Prune', trees: [id('two'), id('three')] }]);
  });

  it('[DS4] a record of announcements that is full goes at once', () => {
    const { alice, bob, announcements, spread } = setUp();
    spread('one', [alice]);
    announcements.onPrune(bob, [id('one')]);
    for (let i = 1; i < MAX_ANNOUNCED; i++) spread(`${i}`, [alice], { tree: id('one') });
    expect(bob.told).toEqual([]);
    spread('the last', [alice], { tree: id('one') });
    expect(bob.told).toEqual([
      expect.objectContaining({ type: 'Announce', ids: expect.objectContaining({ length: MAX_ANNOUNCED }) }),
    ]);
  });

  it('[DS2] a large envelope goes only where its tree is known to need it; others are told at once', () => {
    const { alice, bob, carol, announcements, spread, copiesOf } = setUp();
    const record = new Uint8Array(LARGE_BYTES + 1);
    spread('one', [alice], { record });
    expect(copiesOf()).toEqual([0, 0, 0]);
    const told = { type: 'Announce', ids: [bytesOf('one')], isLarge: true };
    expect([bob.told, carol.told]).toEqual([[told], [told]]);
    announcements.onGraft(bob, [bytesOf('one')]);
    spread('two', [alice], { record, tree: id('one') });
    expect(copiesOf()).toEqual([0, 2, 0]);
  });

  it('[DS2] over a link that is newer than its tree a large envelope is told at once, for the other end may have no other', () => {
    const { alice, neighbours, spread, copiesOf } = setUp();
    spread('one', [alice]);
    const dave = createTestNeighbour('dave');
    neighbours.push(dave);
    spread('two', [alice], { tree: id('one'), record: new Uint8Array(LARGE_BYTES + 1) });
    expect(dave.told).toEqual([{ type: 'Announce', ids: [bytesOf('two')], isLarge: true }]);
    expect(copiesOf()).toEqual([0, 2, 2, 0]);
  });

  it('[DS2] what takes no tree goes to all, and if it is large all are told of it', () => {
    const { clock, alice, bob, carol, spread, announce, copiesOf } = setUp();
    spread('one', [alice, bob], { tree: undefined });
    expect(copiesOf()).toEqual([0, 0, 1]);
    announce(carol, ['two'], true);
    spread('two', [alice], { tree: undefined, record: new Uint8Array(LARGE_BYTES + 1) });
    clock.advance(ANNOUNCE_AFTER_MS);
    expect(copiesOf()).toEqual([0, 0, 1]);
    expect(bob.told).toEqual([{ type: 'Announce', ids: [bytesOf('two')], isLarge: true }]);
    expect(carol.told.filter(({ type }) => type !== 'Graft')).toEqual([]);
  });

  it('[DS5] what was announced and does not come is grafted from who announced it, then from the next', () => {
    const { clock, alice, bob, announce } = setUp();
    announce(alice, ['one', 'two']);
    announce(bob, ['one']);
    clock.advance(GRAFT_AFTER_MS - 1);
    expect(alice.told).toEqual([]);
    clock.advance(1);
    expect(alice.told).toEqual([{ type: 'Graft', ids: [bytesOf('one'), bytesOf('two')] }]);
    clock.advance(NEXT_GRAFT_MS);
    expect(bob.told).toEqual([{ type: 'Graft', ids: [bytesOf('one')] }]);
    clock.advance(10 * NEXT_GRAFT_MS);
    expect([alice.told.length, bob.told.length, clock.timersLeft]).toEqual([1, 1, 0]);
  });

  it('[DS5] a large one is grafted at once, from the first to tell of it', () => {
    const { clock, alice, bob, announce } = setUp();
    announce(alice, ['one'], true);
    announce(bob, ['one'], true);
    clock.advance(0);
    expect(alice.told).toEqual([{ type: 'Graft', ids: [bytesOf('one')] }]);
    expect(bob.told).toEqual([]);
  });

  it('[DS5] what came meanwhile is not grafted', () => {
    const { clock, alice, bob, announce, spread } = setUp();
    announce(alice, ['one']);
    spread('one', [bob]);
    clock.advance(10 * GRAFT_AFTER_MS);
    expect(alice.told).toEqual([]);
    expect(alice.copies).toEqual([]);
  });

  it('[DS5] a graft is answered with the envelope and makes the link eager at both ends', () => {
    const answering = setUp();
    answering.spread('one', [answering.alice]);
    answering.announcements.onPrune(answering.bob, [id('one')]);
    answering.spread('two', [answering.alice], { tree: id('one') });
    answering.announcements.onGraft(answering.bob, [bytesOf('two'), bytesOf('never heard of')]);
    answering.spread('three', [answering.alice], { tree: id('one') });
    expect(answering.copiesOf()).toEqual([0, 3, 3]);

    const asking = setUp();
    asking.spread('one', [asking.alice, asking.bob]);
    asking.announce(asking.bob, ['two']);
    asking.clock.advance(GRAFT_AFTER_MS);
    asking.spread('two', [asking.bob], { tree: id('one') });
    asking.spread('three', [asking.alice], { tree: id('one') });
    expect(asking.copiesOf()).toEqual([1, 1, 3]);
  });

  it('[DS5] what was grafted goes on over all links, unless it is large', () => {
    const { clock, alice, bob, carol, announcements, announce, spread, copiesOf } = setUp();
    spread('one', [alice]);
    for (const lazy of [bob, carol]) announcements.onPrune(lazy, [id('one')]);
    announce(bob, ['two', 'large']);
    clock.advance(GRAFT_AFTER_MS);
    spread('two', [bob], { tree: id('one') });
    expect(copiesOf()).toEqual([1, 1, 2]);
    spread('large', [bob], { tree: id('one'), record: new Uint8Array(LARGE_BYTES + 1) });
    expect(copiesOf()).toEqual([2, 1, 2]);
    // What is not lost goes on as before.
    spread('three', [alice], { tree: id('one') });
    expect(copiesOf()).toEqual([2, 2, 2]);
    expect(carol.told).toEqual(
      ['large', 'three'].map((name) => ({ type: 'Announce', ids: [bytesOf(name)], isLarge: false })),
    );
  });

  it('[DS4, DS5] where something was grafted the next is announced at once and grafted sooner, for two seconds', () => {
    for (const graft of ['asked', 'given'] as const) {
      const { clock, alice, bob, carol, announcements, announce, spread } = setUp();
      spread('one', [alice]);
      for (const lazy of [bob, carol]) announcements.onPrune(lazy, [id('one')]);
      if (graft === 'given') announcements.onGraft(bob, [bytesOf('one')]);
      else {
        announce(bob, ['lost']);
        clock.advance(GRAFT_AFTER_MS);
      }
      spread('two', [alice], { tree: id('one') });
      expect(carol.told, graft).toEqual([{ type: 'Announce', ids: [bytesOf('two')], isLarge: false }]);
      announce(carol, ['three']);
      clock.advance(GRAFT_WHERE_BROKEN_MS);
      expect(carol.told[1], graft).toEqual({ type: 'Graft', ids: [bytesOf('three')] });

      // That was a graft, too.
      clock.advance(BROKEN_FOR_MS);
      spread('four', [alice], { tree: id('one') });
      announce(carol, ['five']);
      clock.advance(GRAFT_WHERE_BROKEN_MS);
      expect(carol.told.slice(2), graft).not.toContainEqual({ type: 'Graft', ids: [bytesOf('five')] });
    }
  });

  it('[DS5] where answers are late by a second, a graft waits as long as they take, and announcements for frames', () => {
    for (const [lateMs, waitMs] of [
      [BUSY_MS - 1, GRAFT_AFTER_MS],
      [3_000, 3_000],
      [60_000, MAX_GRAFT_AFTER_MS],
    ] as const) {
      const { clock, alice, bob, carol, announcements, announce, spread } = setUp(Infinity, lateMs);
      spread('one', [alice]);
      for (const lazy of [bob, carol]) announcements.onPrune(lazy, [id('one')]);
      announce(bob, ['lost']);
      announce(carol, ['lost']);
      const graft = { type: 'Graft', ids: [bytesOf('lost')] };
      clock.advance(waitMs - 1);
      expect(bob.told, `${lateMs}`).toEqual([]);
      clock.advance(1);
      expect(bob.told, `${lateMs}`).toEqual([graft]);
      spread('two', [alice], { tree: id('one') });
      expect(carol.told.length, `${lateMs}`).toBe(lateMs < BUSY_MS ? 1 : 0);
      clock.advance(Math.max(NEXT_GRAFT_MS, waitMs) - 1);
      expect(carol.told, `${lateMs}`).not.toContainEqual(graft);
      clock.advance(1);
      expect(carol.told, `${lateMs}`).toContainEqual(graft);
    }
  });

  it('[DS5] who was asked and is not the first to bring it is pruned again', () => {
    const { clock, alice, bob, carol, announce, spread, copiesOf } = setUp();
    spread('one', [alice, bob]);
    announce(bob, ['two']);
    announce(carol, ['two']);
    clock.advance(GRAFT_AFTER_MS);
    spread('two', [alice, bob], { tree: id('one') });
    clock.advance(PRUNE_AFTER_MS);
    // Carol was not asked, and bob's link is as lazy here as it was.
    expect(bob.told.slice(-1)).toEqual([{ type: 'Prune', trees: [id('one')] }]);
    expect(carol.told).toEqual([]);
    spread('three', [alice], { tree: id('one') });
    expect(copiesOf()).toEqual([0, 0, 2]);
  });

  it('[DS6] when the parent is lost the next is told, and sent to at once', () => {
    const { alice, bob, carol, neighbours, announcements, spread, copiesOf } = setUp();
    spread('one', [alice, bob]);
    neighbours.shift();
    announcements.lose(alice);
    expect(bob.told.slice(1)).toEqual([{ type: 'Eager', trees: [id('one')] }]);
    expect(carol.told).toEqual([]);
    spread('two', [carol], { tree: id('one') });
    expect(copiesOf()).toEqual([1, 1]);
  });

  it('[DS6] when the parent seeks its trees, the next is told, and where there is none all are', () => {
    const { alice, bob, carol, announcements, spread } = setUp();
    spread('one', [alice, bob]);
    spread('two', [alice]);
    const told = [bob, carol].map((neighbour) => neighbour.told.length);
    for (let times = 0; times < 100; times++) announcements.onEager(alice, [id('one'), id('two')]);
    expect([bob, carol].map((neighbour, index) => neighbour.told.slice(told[index]))).toEqual([
      [{ type: 'Eager', trees: ['one', 'two'].map(id) }],
      [{ type: 'Eager', trees: [id('two')] }],
    ]);
  });

  it('[DS3] where each has a tree, a new neighbour is told at once what it need not send', () => {
    for (const [members, told] of [
      [EACH_A_TREE, [{ type: 'Prune', trees: ['one', 'own'].map(id) }]],
      [EACH_A_TREE + 1, []],
    ] as const) {
      const { alice, announcements, spread } = setUp(members);
      spread('one', [alice]);
      spread('own', []);
      const dave = createTestNeighbour('dave');
      announcements.gain(dave);
      expect(dave.told).toEqual(told);
    }
  });

  it('[DS6] who lost its eager link is sent at once what it pruned before', () => {
    const { alice, bob, announcements, spread, copiesOf } = setUp();
    spread('one', [alice]);
    announcements.onPrune(bob, [id('one')]);
    announcements.onEager(bob, [id('one')]);
    spread('two', [alice], { tree: id('one') });
    expect(copiesOf()).toEqual([0, 2, 2]);
  });

  it('[CU7] what was pulled is announced at once, and not to those that hold it', () => {
    const { alice, bob, carol, spread, copiesOf } = setUp();
    spread('one', [alice], { isSparing: true, isHeldBy: (one) => one === carol });
    expect(copiesOf()).toEqual([0, 0, 0]);
    expect(bob.told).toEqual([{ type: 'Announce', ids: [bytesOf('one')], isLarge: true }]);
    expect(carol.told).toEqual([]);
  });

  it('[DS8] mallory announces a million envelopes that are not: 512 are asked for, once', () => {
    const { clock, alice, bob, announcements, announce } = setUp();
    for (let i = 0; i < 1_000_000; i += MAX_ANNOUNCED) {
      const ids = Array.from({ length: MAX_ANNOUNCED }, (_, j) => fromHex((i + j).toString(16).padStart(32, '0')));
      announcements.onAnnounce(alice, { type: 'Announce', ids, isLarge: true });
    }
    clock.advance(60_000);
    const asked = alice.told.flatMap((record) => (record.type === 'Graft' ? record.ids : []));
    expect(asked).toHaveLength(MAX_MISSING);
    expect(clock.timersLeft).toBe(0);
    // Another neighbour's announcements are heard all the while.
    announce(bob, ['genuine'], true);
    clock.advance(0);
    expect(bob.told).toEqual([{ type: 'Graft', ids: [bytesOf('genuine')] }]);
  });

  it('[DS8] of 10,000 grafts a neighbour is answered 1,000, and 100 a second after', () => {
    const { clock, alice, bob, announcements, spread } = setUp();
    spread('one', [alice]);
    const before = bob.copies.length;
    for (let i = 0; i < 10_000; i++) announcements.onGraft(bob, [bytesOf('one')]);
    expect(bob.copies.length - before).toBe(GRAFTS.burst);
    clock.advance(1_000);
    for (let i = 0; i < 10_000; i++) announcements.onGraft(bob, [bytesOf('one')]);
    expect(bob.copies.length - before).toBe(GRAFTS.burst + GRAFTS.perSecond);
  });

  it('[DS8] grafts of what is not held draw on that, too, before it is looked for, and what is beyond is counted', () => {
    const { alice, bob, held, announcements, spread, counters } = setUp();
    spread('one', [alice]);
    let looks = 0;
    const get = held.get.bind(held);
    held.get = (one) => {
      looks += 1;
      return get(one);
    };
    for (let i = 0; i < 10_000; i++) announcements.onGraft(bob, [bytesOf(`no ${i}`)]);
    expect([looks, counters.requestsRefused]).toEqual([GRAFTS.burst, 10_000 - GRAFTS.burst]);
  });

  it('[DS8] what was announced and is not given is counted, once for each who was asked', () => {
    const { clock, alice, bob, announce, spread, counters, broken } = setUp();
    announce(alice, ['one', 'two']);
    announce(bob, ['one', 'two']);
    clock.advance(GRAFT_AFTER_MS);
    spread('two', [alice]);
    clock.advance(10 * NEXT_GRAFT_MS);
    expect(counters.promisesBroken).toBe(2);
    expect(broken).toEqual([alice.nodeId, bob.nodeId]);
  });

  it('[DS8] prunes and calls for trees that were never heard of are forgotten at once', () => {
    const { alice, bob, announcements, spread, copiesOf } = setUp();
    spread('one', [alice]);
    for (let i = 0; i < 1_000; i++) {
      const unknown = Array.from({ length: MAX_ANNOUNCED }, (_, j) => (i * 512 + j).toString(16) as EnvelopeId);
      announcements.onPrune(bob, unknown);
      announcements.onEager(bob, unknown);
    }
    announcements.onCopy(id('one'), id('one'), { neighbour: bob, hops: 1 });
    spread('two', [alice], { tree: id('one') });
    expect(copiesOf()).toEqual([0, 1, 2]);
  });

  it('[DS4] leaves no timer behind', () => {
    const { clock, alice, bob, announcements, announce } = setUp();
    announce(alice, ['one']);
    announcements.onCopy(id('one'), id('one'), { neighbour: bob, hops: 1 });
    announcements.close();
    expect(clock.timersLeft).toBe(0);
  });
});
