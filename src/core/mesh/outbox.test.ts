import { describe, expect, it } from 'vitest';
import { createTestOrigin, message } from '../testing/cast.ts';
import { createTestNeighbour, readRecord, type TestNeighbour } from '../testing/test-neighbour.ts';
import type { EnvelopeId } from '../base/ids.ts';
import type { Neighbour } from './neighbours.ts';
import { createOutbox, MAX_OUTBOX_BYTES, MAX_OUTBOX_MESSAGES } from './outbox.ts';
import type { MeshCounters } from './types.ts';

const idOf = (sequence: number): EnvelopeId => `${sequence}` as EnvelopeId;

function setUp() {
  const alice = createTestOrigin('alice');
  const changes: string[] = [];
  const sequences = new Map<string, number>();
  const outbox = createOutbox({ envelopesSent: 0 } as MeshCounters, (ids, state) =>
    changes.push(`${ids.join(' ')} ${state}`),
  );
  /** Sequences of the envelopes it was given. */
  const givenTo = ({ copies }: TestNeighbour): (number | undefined)[] =>
    copies.map(readRecord).map((record) => {
      return record.type === 'Flood' ? sequences.get(String(record.envelope.bytes)) : undefined;
    });
  /** One envelope of one message, whose ID is its sequence. */
  function say(given: readonly Neighbour[], bytes = 10): string {
    const { body, envelope } = alice.say([message('x'.repeat(bytes))]);
    sequences.set(String(envelope.bytes), body.sequence);
    return outbox.add({ id: idOf(body.sequence), messageIds: [`${body.sequence}`], envelope, hopLimit: 64 }, given);
  }
  return { outbox, changes, givenTo, say };
}

describe('the outbox', () => {
  it('[OB1, OB4] what is sent alone waits, and is given to whoever comes', () => {
    const { outbox, changes, givenTo, say } = setUp();
    expect([say([]), say([])]).toEqual(['waiting', 'waiting']);
    outbox.tick();
    expect(changes).toEqual([]);
    const bob = createTestNeighbour('bob');
    outbox.welcome(bob);
    expect([givenTo(bob), changes]).toEqual([
      [1, 2],
      ['1 sent', '2 sent'],
    ]);
    outbox.welcome(bob);
    outbox.tick();
    expect(givenTo(bob)).toEqual([1, 2]);
  });

  it('[OB2] what somebody has is given to nobody else', () => {
    const { outbox, changes, givenTo, say } = setUp();
    const [bob, carol] = [createTestNeighbour('bob'), createTestNeighbour('carol')];
    expect(say([bob])).toBe('sent');
    outbox.reached(idOf(1));
    outbox.lose(bob);
    outbox.welcome(carol);
    expect([givenTo(carol), changes]).toEqual([[], []]);
  });

  it('[OB2] a late receipt takes the mark away', () => {
    const { outbox, changes, say } = setUp();
    const bob = createTestNeighbour('bob');
    say([bob]);
    outbox.lose(bob);
    outbox.reached(idOf(1));
    outbox.reached(idOf(7));
    expect(changes).toEqual(['1 waiting', '1 sent']);
  });

  it('[OB1, OB2] it waits again when the only one it was given to goes and no receipt has come', () => {
    const { outbox, changes, givenTo, say } = setUp();
    const [bob, carol] = [createTestNeighbour('bob'), createTestNeighbour('carol')];
    say([bob]);
    outbox.lose(bob);
    expect(changes).toEqual(['1 waiting']);
    outbox.welcome(carol);
    expect([givenTo(carol), changes.at(-1)]).toEqual([[1], '1 sent']);
  });

  it('[OB1] it waits while all it was given to are suspect, and no longer than that', () => {
    const { outbox, changes, givenTo, say } = setUp();
    const [bob, carol] = [createTestNeighbour('bob'), createTestNeighbour('carol')];
    outbox.welcome(carol);
    carol.isSuspect = true;
    say([bob]);
    bob.isSuspect = true;
    outbox.tick();
    expect([changes, givenTo(carol)]).toEqual([['1 waiting'], []]);
    bob.isSuspect = false;
    outbox.tick();
    expect(changes).toEqual(['1 waiting', '1 sent']);
    bob.isSuspect = true;
    carol.isSuspect = false;
    outbox.tick();
    expect([changes.at(-1), givenTo(carol)]).toEqual(['1 sent', [1]]);
  });

  it('[OB1] one that lives is enough: others that go change nothing', () => {
    const { outbox, changes, givenTo, say } = setUp();
    const [bob, carol, dave] = [createTestNeighbour('bob'), createTestNeighbour('carol'), createTestNeighbour('dave')];
    say([bob, carol]);
    outbox.lose(bob);
    outbox.welcome(dave);
    expect([changes, givenTo(dave)]).toEqual([[], []]);
  });

  it('[OB3] has room for 200 messages or 256 KiB of them, and again when they were received', () => {
    const { outbox, say } = setUp();
    for (let i = 0; i < MAX_OUTBOX_MESSAGES - 1; i++) say([]);
    expect([outbox.hasRoom(1, 10), outbox.hasRoom(2, 10), outbox.hasRoom(1, MAX_OUTBOX_BYTES)]).toEqual([
      true,
      false,
      false,
    ]);
    const bob = createTestNeighbour('bob');
    outbox.welcome(bob);
    for (let i = 1; i < MAX_OUTBOX_MESSAGES; i++) outbox.reached(idOf(i));
    expect(outbox.hasRoom(MAX_OUTBOX_MESSAGES, 10)).toBe(true);
  });

  it('[OB3] who speaks much to the living keeps no more than that, and what waits is kept before what went', () => {
    const { outbox, changes, givenTo, say } = setUp();
    const [bob, carol] = [createTestNeighbour('bob'), createTestNeighbour('carol')];
    say([]);
    for (let i = 0; i < 30; i++) say([bob], 20_000);
    outbox.lose(bob);
    expect(changes.length).toBeGreaterThan(5);
    expect(changes.length).toBeLessThanOrEqual(MAX_OUTBOX_BYTES / 20_000);
    outbox.welcome(carol);
    expect(givenTo(carol)[0]).toBe(1);
  });
});
