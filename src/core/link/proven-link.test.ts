import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, toHex, utf8 } from '../base/bytes.ts';
import type { NodeId } from '../base/ids.ts';
import { assertedProof } from '../testing/asserted-proof.ts';
import { createConnectionPair } from '../testing/connection-pair.ts';
import { createManualClock } from '../testing/manual-clock.ts';
import { createTestRandom } from '../testing/test-random.ts';
import { encodeValue } from '../wire/codec.ts';
import { encodeRecord, MAX_RECORDS, MAX_TRANSFER_BYTES, type LinkRecord, type WireRecord } from '../wire/records.ts';
import type { Proof } from './proof.ts';
import {
  CLOGGED_AFTER_MS,
  createProvenLink,
  INBOUND_BUDGET,
  INBOUND_RECORDS,
  MAX_FRAGMENTS,
  RELAY_BUDGET,
  type LinkFault,
  type ProvenLink,
  type ProvenLinkObserver,
} from './proven-link.ts';
import { HIGH_WATER_BYTES } from './send-queue.ts';

const ALICE = 'a'.repeat(32) as NodeId;
const BOB = 'b'.repeat(32) as NodeId;
const KEY = new Uint8Array(32).fill(7);
const ping: LinkRecord = { type: 'Ping', degree: 1, hungry: false };
const fragment = (bytes: Uint8Array, last: boolean): Uint8Array => encodeRecord({ type: 'Fragment', last, bytes });

/** alice's link with bob, whose frames a test may forge with `accept`. As in the mesh, a fault closes the link. */
function setUp(options: { closesOnFault?: boolean } = {}) {
  const { closesOnFault = true } = options;
  const clock = createManualClock();
  const [atAlice, atBob] = createConnectionPair(clock);
  const records: LinkRecord[] = [];
  const faults: LinkFault[] = [];
  const link: ProvenLink = createProvenLink(clock, atAlice, assertedProof(BOB, KEY), {
    onRecord: (record) => records.push(record),
    onFault(fault) {
      faults.push(fault);
      if (!closesOnFault) return;
      link.close();
      atAlice.close();
    },
    onLeaving: () => undefined,
    onFrameSent: () => undefined,
  });
  atAlice.attach({ onFrame: (frame) => link.acceptFrame(frame), onDrain: () => link.onDrain() });
  const accept = (...wire: readonly WireRecord[]): void => link.acceptFrame(concat(...wire.map(encodeRecord)));
  return { clock, atAlice, atBob, link, records, faults, accept };
}

describe('who may have a proven link', () => {
  it('[LN1] nobody without a proof: the types hold it', () => {
    const clock = createManualClock();
    const [connection] = createConnectionPair(clock);
    const observer: ProvenLinkObserver = {
      onRecord: () => undefined,
      onFault: () => undefined,
      onLeaving: () => undefined,
      onFrameSent: () => undefined,
    };
    const build = (): void => {
      // @ts-expect-error A node ID and a key are no proof, however true they are.
      createProvenLink(clock, connection, { nodeId: BOB, key: KEY }, observer);
      // @ts-expect-error Nor is a connection.
      createProvenLink(clock, connection, connection, observer);
      // @ts-expect-error The mark of a proof cannot be written down outside of proof.ts.
      const proof: Proof = { nodeId: BOB, key: KEY, proven: true };
      createProvenLink(clock, connection, proof, observer);
    };
    // The compiler is the test; at run time there is nothing to see.
    expect(build).toBeTypeOf('function');
  });

  it('[LN1] bears the name and the key that were proven', () => {
    const { link } = setUp();
    expect([link.nodeId, link.key]).toEqual([BOB, KEY]);
  });

  it('[LN1] a connection alone has no way to send a record of the mesh', () => {
    const [connection] = createConnectionPair(createManualClock());
    // @ts-expect-error Records go through a proven link.
    expect(connection.relay).toBeUndefined();
  });
});

describe('what a neighbour may send', () => {
  it('passes records on, in order, and notes when it was heard', () => {
    const { clock, link, records, faults, accept } = setUp();
    clock.advance(500);
    accept(ping, { type: 'Connect', degree: 3 });
    accept(ping);
    expect(records.map(({ type }) => type)).toEqual(['Ping', 'Connect', 'Ping']);
    expect(link.lastHeardAt()).toBe(clock.now());
    clock.advance(700);
    expect([link.lastHeardAt(), link.silenceMs()]).toEqual([clock.now() - 700, 700]);
    expect(faults).toEqual([]);
  });

  it('[NB8] silence that is excused begins anew', () => {
    const { clock, link, accept } = setUp();
    clock.advance(700);
    link.excuseSilence();
    expect([link.lastHeardAt(), link.silenceMs()]).toEqual([clock.now() - 700, 0]);
    clock.advance(300);
    expect(link.silenceMs()).toBe(300);
    accept(ping);
    clock.advance(300);
    expect(link.silenceMs()).toBe(300);
  });

  it.each<[string, Uint8Array]>([
    ['an empty frame', new Uint8Array(0)],
    ['noise', Uint8Array.of(0xff, 0x00)],
    [
      'a frame beyond the bound',
      concat(...new Array<Uint8Array>(5462).fill(encodeRecord({ type: 'Connect', degree: 1 }))),
    ],
    ['an unknown record', encodeValue([99])],
    ['a good record followed by half of one', concat(encodeRecord(ping), encodeRecord(ping).subarray(0, 2))],
    ['more records than a frame may have', concat(...new Array<Uint8Array>(1025).fill(encodeRecord(ping)))],
  ])('[LN2] %s closes the link, and nothing of it is taken', (_what, frame) => {
    const { atAlice, link, records, faults } = setUp();
    link.acceptFrame(frame);
    expect([records, faults, atAlice.isClosed]).toEqual([[], ['Malformed'], true]);
  });

  it('[LN2] records of the proof are not legal any more', () => {
    const bytes = createTestRandom('proof').bytes(64);
    for (const record of [
      { type: 'Hello', version: 1, key: KEY, epoch: bytes.subarray(0, 8), session: KEY },
      { type: 'Share', share: KEY },
      { type: 'Confirm', confirmation: bytes, signature: bytes },
    ] as const) {
      const { faults, records, accept } = setUp();
      accept(ping, record, ping);
      expect([records.length, faults]).toEqual([1, ['Malformed']]);
    }
  });

  it('[LN2] only this link closes: a second one of the same node goes on', () => {
    const mallory = setUp();
    const carol = setUp();
    mallory.link.acceptFrame(Uint8Array.of(0));
    carol.accept(ping);
    expect([mallory.faults, carol.faults, carol.records]).toEqual([['Malformed'], [], [ping]]);
  });

  it('[LN2] hears nothing and says nothing after it was closed', () => {
    const { clock, atAlice, link, records, faults, accept } = setUp();
    link.close();
    accept(ping);
    link.acceptFrame(Uint8Array.of(0));
    link.send(ping);
    link.close();
    clock.settle();
    expect([records, faults, atAlice.sent]).toEqual([[], [], []]);
  });

  it('[LN2] 8 MiB at once and then 1 MiB a second are borne, more is not', () => {
    expect(INBOUND_BUDGET).toEqual({ perSecond: 1024 * 1024, burst: 8 * 1024 * 1024 });
    // A frame of 16,384 bytes that is cheap to read: one record that fills it.
    const frame = encodeRecord({ type: 'SignalTo', to: ALICE, signal: 'x'.repeat(16_361) });
    expect(frame).toHaveLength(16_384);
    const { clock, link, records, faults } = setUp();
    for (let i = 0; i < 512; i++) link.acceptFrame(frame);
    expect([records.length, faults]).toEqual([512, []]);
    clock.advance(1_000);
    for (let i = 0; i < 64; i++) link.acceptFrame(frame);
    expect([records.length, faults]).toEqual([576, []]);
    link.acceptFrame(encodeRecord(ping));
    expect([records.length, faults]).toEqual([576, ['BudgetExceeded']]);
  });

  it('[LN2] mallory sends the smallest records there are: 32,768 at once and then 4,096 a second are borne', () => {
    const { clock, link, records, faults } = setUp();
    const frame = concat(...new Array<Uint8Array>(MAX_RECORDS).fill(encodeRecord(ping)));
    const take = (number: number): void => {
      for (let i = 0; i < number; i += MAX_RECORDS) link.acceptFrame(frame);
    };
    take(INBOUND_RECORDS.burst);
    clock.advance(1_000);
    take(INBOUND_RECORDS.perSecond);
    expect([records.length, faults]).toEqual([INBOUND_RECORDS.burst + INBOUND_RECORDS.perSecond, []]);
    link.acceptFrame(encodeRecord(ping));
    expect(faults).toEqual(['BudgetExceeded']);
  });

  it('[LN2] noise is malformed or a record, and never an exception', () => {
    const random = createTestRandom('noise');
    const good = encodeRecord({ type: 'Welcome', degree: 1, referrals: [{ nodeId: ALICE, degree: 2 }] });
    const part = fc.oneof(
      fc.uint8Array({ maxLength: 30 }),
      fc.constant(good),
      fc.constant(fragment(random.bytes(5), false)),
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (parts) => {
        const { link, faults, records } = setUp();
        link.acceptFrame(concat(...parts));
        if (faults.length > 0) expect([faults, link.queuedBytes()]).toEqual([['Malformed'], 0]);
        expect(records.every(({ type }) => type !== 'Fragment')).toBe(true);
      }),
      { seed: 1, numRuns: 3000 },
    );
  });
});

const signal: LinkRecord = { type: 'SignalTo', to: ALICE, signal: 'x'.repeat(16_361) };
/** A frame's worth, standing for a flood. */
const bulk = encodeRecord(signal);

/** As on a line that has stalled: all that floods may take up is taken up. */
function fill(connection: { bufferedBytes: number }, link: { relay(record: Uint8Array): void }): void {
  connection.bufferedBytes = HIGH_WATER_BYTES;
  for (let i = 0; i < 64; i++) link.relay(bulk);
}

describe('what is sent', () => {
  it('[LN3] records of one turn arrive in one frame', () => {
    const { clock, atAlice, link } = setUp();
    link.send(ping);
    link.relay(encodeRecord({ type: 'Connect', degree: 2 }));
    const frame = concat(encodeRecord(ping), encodeRecord({ type: 'Connect', degree: 2 }));
    expect(link.queuedBytes()).toBe(frame.length);
    clock.settle();
    expect([atAlice.sent, link.queuedBytes()]).toEqual([[frame], 0]);
    atAlice.bufferedBytes = 1;
    expect(link.queuedBytes()).toBe(1);
  });

  it('[LN3] what was said in the last turn still leaves when the link closes', () => {
    const { atAlice, link } = setUp();
    link.send({ type: 'Disconnect', reason: 'LeavingMesh', referrals: [] });
    link.close();
    expect(atAlice.sent).toHaveLength(1);
  });

  it('[LN5] waits while the connection is backed up, and goes on when it drains', () => {
    const { clock, atAlice, link } = setUp();
    atAlice.bufferedBytes = HIGH_WATER_BYTES;
    link.send(ping);
    clock.settle();
    expect(atAlice.sent).toHaveLength(0);
    atAlice.bufferedBytes = 0;
    link.onDrain();
    expect(atAlice.sent).toHaveLength(1);
  });

  it('[LN5] with 1 MiB waiting floods are left out, and what the link itself has to say goes on', () => {
    const { clock, atAlice, link, faults } = setUp();
    fill(atAlice, link);
    link.relay(bulk);
    link.send(ping);
    atAlice.bufferedBytes = 0;
    link.onDrain();
    clock.settle();
    expect(faults).toEqual([]);
    expect(atAlice.sent.map((frame) => frame.length)).toEqual([
      ...Array<number>(64).fill(bulk.length),
      encodeRecord(ping).length,
    ]);
  });

  it('[LN5] relays half of what the far end takes before it cuts, and no more', () => {
    const { clock, atAlice, link, faults } = setUp();
    const sentBytes = (): number => atAlice.sent.reduce((sum, frame) => sum + frame.length, 0);
    for (let second = 0; second <= 4; second++) {
      for (let i = 0; i < 1_000; i++) {
        link.relay(bulk);
        clock.settle();
      }
      clock.advance(1_000);
    }
    expect(faults).toEqual([]);
    expect(sentBytes()).toBeGreaterThan(RELAY_BUDGET.burst);
    expect(sentBytes()).toBeLessThanOrEqual(RELAY_BUDGET.burst + 4 * RELAY_BUDGET.perSecond);
    expect(2 * RELAY_BUDGET.burst).toBeLessThanOrEqual(INBOUND_BUDGET.burst);
    expect(2 * RELAY_BUDGET.perSecond).toBeLessThanOrEqual(INBOUND_BUDGET.perSecond);
  });

  it('[LN5] a link that took no flood for ten seconds is clogged: QueueFull', () => {
    const { clock, atAlice, link, faults } = setUp();
    fill(atAlice, link);
    link.relay(bulk);
    clock.advance(CLOGGED_AFTER_MS - 1);
    link.relay(bulk);
    expect(faults).toEqual([]);
    clock.advance(1);
    link.relay(bulk);
    expect([faults, atAlice.isClosed]).toEqual([['QueueFull'], true]);
  });

  it('[LN5] one that took floods in between is not', () => {
    const { clock, atAlice, link, faults } = setUp();
    fill(atAlice, link);
    link.relay(bulk);
    atAlice.bufferedBytes = 0;
    link.onDrain();
    clock.advance(CLOGGED_AFTER_MS);
    fill(atAlice, link);
    link.relay(bulk);
    expect(faults).toEqual([]);
  });

  it('[LN5] a link in which not even its own records find room is full: QueueFull', () => {
    const { atAlice, link, faults } = setUp();
    fill(atAlice, link);
    for (let i = 0; i < 4; i++) link.send(signal);
    expect(faults).toEqual([]);
    link.send(signal);
    expect([faults, atAlice.isClosed]).toEqual([['QueueFull'], true]);
  });
});

describe('fragments', () => {
  const flood: LinkRecord = {
    type: 'Flood',
    hops: 0,
    hopLimit: 64,
    tree: undefined,
    envelope: { bytes: createTestRandom('large').bytes(60_000), signature: new Uint8Array(64) },
  };

  it('[LN4] a record larger than a frame comes through whole', () => {
    const clock = createManualClock();
    const [atAlice, atBob] = createConnectionPair(clock);
    const heard: LinkRecord[] = [];
    const observer = {
      onFault: (fault: LinkFault) => expect(fault).toBeUndefined(),
      onLeaving: () => undefined,
      onFrameSent: () => undefined,
    };
    const alice = createProvenLink(clock, atAlice, assertedProof(BOB, KEY), { ...observer, onRecord: () => undefined });
    const bob = createProvenLink(clock, atBob, assertedProof(ALICE, KEY), {
      ...observer,
      onRecord: (one) => heard.push(one),
    });
    atBob.attach({ onFrame: (frame) => bob.acceptFrame(frame) });
    alice.send(ping);
    alice.send(flood);
    alice.send(ping);
    clock.settle();
    const asBytes = (all: readonly LinkRecord[]): string[] => all.map((one) => toHex(encodeRecord(one)));
    expect(asBytes(heard)).toEqual(asBytes([ping, flood, ping]));
    expect(atAlice.sent).toHaveLength(4);
    expect(Math.max(...atAlice.sent.map((frame) => frame.length))).toBeLessThanOrEqual(16_384);
  });

  it('[LN4] other records may stand between them', () => {
    const { link, records, faults } = setUp();
    const whole = encodeRecord({ type: 'HandOver', nodeId: ALICE });
    link.acceptFrame(concat(fragment(whole.subarray(0, 5), false), encodeRecord(ping)));
    link.acceptFrame(fragment(whole.subarray(5), true));
    link.acceptFrame(encodeRecord(ping));
    expect([records, faults]).toEqual([[ping, { type: 'HandOver', nodeId: ALICE }, ping], []]);
  });

  it.each<[string, Uint8Array]>([
    ['no record', utf8('not a record')],
    ['nothing', new Uint8Array(0)],
    ['two records', concat(encodeRecord(ping), encodeRecord(ping))],
    ['half a record', encodeRecord(ping).subarray(0, 3)],
    ['another fragment', fragment(encodeRecord(ping), true)],
    ['a record of the proof', encodeRecord({ type: 'Share', share: KEY })],
  ])('[LN2, LN4] fragments that make up %s close the link', (_what, whole) => {
    const { link, records, faults } = setUp();
    link.acceptFrame(fragment(whole, true));
    expect([records, faults]).toEqual([[], ['Malformed']]);
  });

  it('[LN4] 256 KiB together are borne, a byte more is not', () => {
    const transfer = (extraBytes: number): LinkFault[] => {
      // The budget is not what is tested here.
      const { link, faults } = setUp();
      for (let i = 0; i < 16; i++) link.acceptFrame(fragment(new Uint8Array(16_000), false));
      link.acceptFrame(fragment(new Uint8Array(MAX_TRANSFER_BYTES - 256_000 + extraBytes), false));
      return faults;
    };
    expect(transfer(0)).toEqual([]);
    expect(transfer(1)).toEqual(['Malformed']);
  });

  it('[LN4] 64 fragments are borne, one more is not: empty ones would else pile up without end', () => {
    for (const bytes of [new Uint8Array(0), new Uint8Array(1)]) {
      const { link, faults } = setUp();
      for (let i = 0; i < MAX_FRAGMENTS; i++) link.acceptFrame(fragment(bytes, false));
      expect(faults).toEqual([]);
      link.acceptFrame(fragment(bytes, false));
      expect(faults).toEqual(['Malformed']);
    }
  });

  it('[LN4] the bounds are those of one transfer, not of all', () => {
    const { link, records, faults } = setUp();
    const whole = encodeRecord({ type: 'SignalTo', to: ALICE, signal: 'x'.repeat(16_000) });
    for (let i = 0; i < 3 * MAX_FRAGMENTS; i++) {
      link.acceptFrame(fragment(whole.subarray(0, 8_000), false));
      link.acceptFrame(fragment(whole.subarray(8_000), true));
    }
    expect([records.length, faults]).toEqual([3 * MAX_FRAGMENTS, []]);
  });
});
