import { describe, expect, it } from 'vitest';
import { fromHex } from '../base/bytes.ts';
import type { EnvelopeId } from '../base/ids.ts';
import { nodeIdFor } from '../testing/cast.ts';
import { createManualClock } from '../testing/manual-clock.ts';
import { createTestNeighbour } from '../testing/test-neighbour.ts';
import { steadyRandom } from '../testing/test-random.ts';
import { MAX_MEMBERS } from './membership.ts';
import type { Neighbour } from './neighbours.ts';
import { MAX_OUTBOX_MESSAGES } from './outbox.ts';
import { COUNTED_FOR_MS, createReceipts, MAX_COUNTED, RECEIPT_AFTER_MS, RECEIPT_EVERY_MS } from './receipts.ts';

const id = (name: string): EnvelopeId => nodeIdFor(name) as string as EnvelopeId;
const count = (name: string, nodes: number) => ({ id: fromHex(id(name)), nodes });

function setUp(doRide = true) {
  const clock = createManualClock();
  const reached: string[] = [];
  const names = new Map(['one', 'two'].map((name) => [id(name), name]));
  const receipts = createReceipts(
    { clock, random: steadyRandom },
    {
      announcementsRide: () => doRide,
      onReached: (envelope, nodes) => reached.push(`${names.get(envelope)} ${nodes}`),
    },
  );
  const hear = (from: Neighbour, ...counts: ReturnType<typeof count>[]): void =>
    receipts.onReceipts(from, { type: 'Receipts', counts });
  const [alice, bob, carol] = [createTestNeighbour('alice'), createTestNeighbour('bob'), createTestNeighbour('carol')];
  return { clock, reached, receipts, alice, bob, carol, hear };
}

describe('receipts', () => {
  it('[RC1] who takes envelopes tells whoever brought them first, many in one record', () => {
    const { clock, receipts, alice, bob } = setUp();
    receipts.taken(id('one'), alice, true);
    receipts.taken(id('two'), alice, true);
    clock.advance(RECEIPT_AFTER_MS);
    expect(alice.told).toEqual([{ type: 'Receipts', counts: [count('one', 1), count('two', 1)] }]);
    expect(bob.told).toEqual([]);
  });

  it('[RC1] adds those behind it, as their neighbours told last', () => {
    const { clock, receipts, alice, bob, carol, hear } = setUp();
    receipts.taken(id('one'), alice, true);
    hear(bob, count('one', 2));
    hear(bob, count('one', 3));
    hear(carol, count('one', 4));
    clock.advance(RECEIPT_AFTER_MS);
    expect(alice.told).toEqual([{ type: 'Receipts', counts: [count('one', 8)] }]);
    hear(carol, count('one', 5));
    clock.advance(RECEIPT_EVERY_MS - 1);
    expect(alice.told).toHaveLength(1);
    clock.advance(1);
    expect(alice.told[1]).toEqual({ type: 'Receipts', counts: [count('one', 9)] });
  });

  it('[RC1] whom a farewell is said to is told before, and the others in their time', () => {
    const { clock, receipts, alice, bob, carol, hear } = setUp();
    receipts.taken(id('one'), alice, true);
    receipts.taken(id('two'), carol, true);
    hear(bob, count('one', 2));
    receipts.tell(alice);
    expect([alice.told, carol.told]).toEqual([[{ type: 'Receipts', counts: [count('one', 3)] }], []]);
    clock.advance(RECEIPT_AFTER_MS);
    expect(alice.told).toHaveLength(1);
    expect(carol.told).toEqual([{ type: 'Receipts', counts: [count('two', 1)] }]);
  });

  it('[RC1] who only passes it on is not one of those reached, and adds up those behind it', () => {
    const { clock, receipts, alice, bob, hear } = setUp();
    receipts.taken(id('one'), alice, false);
    clock.advance(RECEIPT_AFTER_MS);
    expect(alice.told).toEqual([]);
    hear(bob, count('one', 2));
    clock.advance(RECEIPT_EVERY_MS);
    expect(alice.told).toEqual([{ type: 'Receipts', counts: [count('one', 2)] }]);
  });

  it('[RC3] the origin is told how many others have it', () => {
    const { clock, reached, receipts, bob, carol, hear } = setUp();
    receipts.taken(id('one'), undefined, true);
    clock.advance(RECEIPT_AFTER_MS);
    expect(reached).toEqual([]);
    hear(bob, count('one', 2));
    hear(carol, count('one', 4));
    clock.advance(RECEIPT_AFTER_MS);
    expect(reached).toEqual(['one 6']);
  });

  it('[RC2] numbers only grow, and what grows by nothing is not told', () => {
    const { clock, reached, receipts, bob, hear } = setUp();
    receipts.taken(id('one'), undefined, true);
    for (const nodes of [3, 2, 3]) {
      hear(bob, count('one', nodes));
      clock.advance(RECEIPT_AFTER_MS);
    }
    expect(reached).toEqual(['one 3']);
    expect(clock.timersLeft).toBe(0);
  });

  it('[RC2] what the bringer tells of its own does not count here', () => {
    const { clock, receipts, alice, hear } = setUp();
    receipts.taken(id('one'), alice, true);
    hear(alice, count('one', 100));
    clock.advance(RECEIPT_AFTER_MS);
    expect(alice.told).toEqual([{ type: 'Receipts', counts: [count('one', 1)] }]);
  });

  it('[RC2] nobody makes it more than there can be members', () => {
    const { clock, reached, receipts, alice, bob, carol, hear } = setUp();
    receipts.taken(id('one'), undefined, true);
    for (const mallory of [alice, bob, carol]) hear(mallory, count('one', MAX_MEMBERS));
    clock.advance(RECEIPT_AFTER_MS);
    expect(reached).toEqual([`one ${MAX_MEMBERS}`]);
  });

  it('[RC2] counts the last 512 envelopes of a minute, and nothing that it did not take', () => {
    const { clock, receipts, alice, bob, hear } = setUp();
    for (let i = 0; i < MAX_COUNTED + 1; i++) receipts.taken(id(`${i}`), alice, true);
    clock.advance(RECEIPT_AFTER_MS);
    for (let i = 0; i < 100_000; i++) hear(bob, { id: fromHex(i.toString(16).padStart(32, '0')), nodes: 9 });
    hear(bob, count('0', 1), count('1', 1));
    clock.advance(RECEIPT_EVERY_MS);
    const told = alice.told.flatMap((record) => (record.type === 'Receipts' ? record.counts : []));
    expect(told).toHaveLength(MAX_COUNTED + 1);
    expect(told.at(-1)).toEqual(count('1', 2));
    clock.advance(COUNTED_FOR_MS);
    receipts.taken(id('later'), alice, true);
    hear(bob, count('2', 1));
    clock.advance(RECEIPT_AFTER_MS);
    expect(alice.told.at(-1)).toEqual({ type: 'Receipts', counts: [count('later', 1)] });
  });

  it('[RC2] the own that waited long is counted for a minute after somebody had it', () => {
    const { clock, reached, receipts, bob, carol, hear } = setUp();
    receipts.taken(id('one'), undefined, true);
    clock.advance(10 * COUNTED_FOR_MS);
    hear(bob, count('one', 1));
    clock.advance(RECEIPT_AFTER_MS + COUNTED_FOR_MS / 2);
    receipts.taken(id('another'), bob, true);
    hear(carol, count('one', 1));
    clock.advance(COUNTED_FOR_MS / 2);
    expect(reached).toEqual(['one 1', 'one 2']);
    receipts.taken(id('yet another'), bob, true);
    hear(carol, count('one', 2));
    clock.advance(RECEIPT_AFTER_MS);
    expect(reached).toEqual(['one 1', 'one 2']);
  });

  it('[RC2] of the own that nobody tells of no more is kept than may wait for somebody', () => {
    const { clock, reached, receipts, bob, hear } = setUp();
    receipts.taken(id('one'), undefined, true);
    for (let i = 0; i < MAX_COUNTED + MAX_OUTBOX_MESSAGES; i++) receipts.taken(id(`${i}`), undefined, true);
    receipts.taken(id('two'), undefined, true);
    hear(bob, count('one', 1), count('two', 1));
    clock.advance(RECEIPT_AFTER_MS);
    expect(reached).toEqual(['two 1']);
  });

  it('[RC1, LN3] a frame that leaves for who is to be told takes along what has waited 300 ms', () => {
    const { clock, receipts, alice, bob, hear } = setUp();
    receipts.taken(id('one'), alice, true);
    clock.advance(RECEIPT_AFTER_MS);
    hear(bob, count('one', 2));
    clock.advance(RECEIPT_AFTER_MS - 1);
    receipts.ride(alice);
    expect(alice.told).toHaveLength(1);
    clock.advance(1);
    receipts.ride(bob);
    receipts.ride(alice);
    expect(alice.told.slice(1)).toEqual([{ type: 'Receipts', counts: [count('one', 3)] }]);
    clock.advance(RECEIPT_EVERY_MS);
    expect([alice.told.length, bob.told.length]).toEqual([2, 0]);
  });

  it('[RC1, DS4] all are told together where announcements go with that, however lately they were told', () => {
    const { clock, receipts, alice, bob } = setUp(false);
    receipts.taken(id('one'), alice, true);
    clock.advance(RECEIPT_AFTER_MS);
    receipts.taken(id('two'), bob, true);
    clock.advance(RECEIPT_EVERY_MS - 1);
    receipts.taken(id('three'), alice, true);
    expect([alice.told.length, bob.told.length]).toEqual([1, 0]);
    clock.advance(1);
    expect([alice.told.length, bob.told.length]).toEqual([2, 1]);
    expect(clock.timersLeft).toBe(0);
  });

  it('[RC1] each neighbour is told in its own time, counted from what went with a frame, too', () => {
    const { clock, receipts, alice, bob } = setUp();
    receipts.taken(id('one'), alice, true);
    clock.advance(RECEIPT_AFTER_MS);
    receipts.taken(id('two'), bob, true);
    receipts.taken(id('three'), alice, true);
    clock.advance(RECEIPT_AFTER_MS);
    receipts.ride(alice);
    expect([alice.told.length, bob.told.length]).toEqual([2, 1]);
    receipts.taken(id('four'), alice, true);
    clock.advance(RECEIPT_EVERY_MS - 1);
    expect(alice.told).toHaveLength(2);
    clock.advance(1);
    expect(alice.told[2]).toEqual({ type: 'Receipts', counts: [count('four', 1)] });
  });

  it('[RC1] leaves no timer behind', () => {
    const { clock, receipts, alice, bob } = setUp();
    receipts.taken(id('one'), alice, true);
    receipts.taken(id('two'), bob, true);
    receipts.taken(id('three'), undefined, true);
    receipts.tell(bob);
    receipts.close();
    expect(clock.timersLeft).toBe(0);
  });
});
