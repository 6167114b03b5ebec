import { describe, expect, it } from 'vitest';
import {
  createTestEpoch,
  createTestOrigin,
  leaving,
  message,
  nodeIdFor,
  TEST_MESH,
  type SaidEnvelope,
} from '../testing/cast.ts';
import { createFastSigner } from '../testing/fast-signer.ts';
import { createLateSigner } from '../testing/late-signer.ts';
import { createManualClock } from '../testing/manual-clock.ts';
import { createTestNeighbour, readRecord, type TestNeighbour } from '../testing/test-neighbour.ts';
import { createTestRandom } from '../testing/test-random.ts';
import { silentLog } from '../ports/log.ts';
import type { Signer } from '../ports/signer.ts';
import type { MeshId, NodeId } from '../base/ids.ts';
import { encodeBody, envelopeId, MAX_ITEMS, signedMessage } from '../wire/envelope.ts';
import { MAX_HOPS } from '../wire/records.ts';
import { createEnvelopeStore } from './envelope-store.ts';
import { MAX_EQUIVOCATORS } from './equivocation.ts';
import { createFlood, MAX_BAD_SIGNATURES, MAX_VERIFYING, RELAYED_ENVELOPES, type AcceptedEnvelope } from './flood.ts';
import type { Neighbour } from './neighbours.ts';
import { SEEN_LIFETIME_MS } from './seen-set.ts';
import type { Equivocation, MeshCounters } from './types.ts';

const MAX_ENVELOPE = 64 * 1024;

/** The copies it was sent, as `<hops taken>+<hops left>`. */
function hopsOf({ copies }: TestNeighbour): string[] {
  return copies.map(readRecord).map((record) => {
    return record.type === 'Flood' ? `${record.hops}+${record.hopLimit}` : record.type;
  });
}

function setUp(
  options: {
    maxEnvelopeBytes?: number;
    self?: NodeId;
    isEverySignatureGood?: boolean;
    /** What an application's filter lets neither in nor on. */
    keepsOut?: string;
  } = {},
) {
  const clock = createManualClock();
  const fast = createFastSigner(createTestRandom('self'));
  // As of an engine that signs the same message differently each time.
  const lenient: Signer = { ...fast, verify: (_key, _signature, _message, settle) => settle(true) };
  const signer = createLateSigner(options.isEverySignatureGood ? lenient : fast);
  const counters: MeshCounters = {
    framesSent: 0,
    bytesSent: 0,
    envelopesSent: 0,
    envelopesReceived: 0,
    duplicatesReceived: 0,
    envelopesAccepted: 0,
    lastHop: 0,
    invalidReceived: 0,
    promisesBroken: 0,
    requestsRefused: 0,
    stampsDisbelieved: 0,
    dialsOverResolver: 0,
    dialsOverNeighbours: 0,
  };
  const neighbours = ['alice', 'bob', 'carol', 'mallory'].map((name) => createTestNeighbour(name));
  const [alice, bob, carol, mallory] = neighbours as [TestNeighbour, TestNeighbour, TestNeighbour, TestNeighbour];
  const accepted: AcceptedEnvelope[] = [];
  const farther: AcceptedEnvelope[] = [];
  const offences: Neighbour[] = [];
  const equivocations: Equivocation[] = [];
  const copies: [NodeId, boolean][] = [];
  const store = createEnvelopeStore();
  const flood = createFlood(
    { clock, random: createTestRandom('flood'), signer, log: silentLog, counters },
    {
      meshId: TEST_MESH,
      nodeId: options.self ?? nodeIdFor('self'),
      maxEnvelopeBytes: options.maxEnvelopeBytes ?? MAX_ENVELOPE,
    },
    store,
    {
      neighbours: () => neighbours,
      members: () => Infinity,
      lateMs: () => 0,
      isHeldBy: () => false,
      filter: (envelope) =>
        new TextDecoder().decode(envelope.body.items[0]?.payload) === options.keepsOut
          ? { ...envelope, hopLimit: 0, withheld: new Set([0]) }
          : envelope,
      onFarther: (envelope) => farther.push(envelope),
      onAccepted(envelope) {
        accepted.push(envelope);
        if (envelope.hopLimit > 0) store.add({ ...envelope, sequence: envelope.body.sequence }, true, clock.now());
      },
      onCopy: ({ nodeId }, isNew) => copies.push([nodeId, isNew]),
      onEquivocation: (equivocation) => equivocations.push(equivocation),
      onBroken: () => undefined,
      onOffence: (offender) => offences.push(offender),
    },
  );
  function bring(from: Neighbour, { envelope }: Pick<SaidEnvelope, 'envelope'>, hops = 0, hopLimit = MAX_HOPS): void {
    flood.receive(from, { type: 'Flood', envelope, hops, hopLimit, tree: undefined });
  }
  /** Brings it and lets its signature be checked. */
  function deliver(from: Neighbour, said: Pick<SaidEnvelope, 'envelope'>, hops = 0, hopLimit = MAX_HOPS): void {
    bring(from, said, hops, hopLimit);
    signer.release();
  }
  return {
    clock,
    signer,
    counters,
    alice,
    bob,
    carol,
    mallory,
    neighbours,
    accepted,
    farther,
    offences,
    equivocations,
    copies,
    flood,
    bring,
    deliver,
  };
}

const dave = (): ReturnType<typeof createTestOrigin> => createTestOrigin('dave');

function badlySigned({ envelope }: SaidEnvelope, byte = 40) {
  const signature = envelope.signature.slice();
  signature[byte]! ^= 1;
  return { envelope: { bytes: envelope.bytes, signature } };
}

describe('flood', () => {
  it('[NB9] tells of each copy whether it was the first, once that is known', () => {
    const { signer, bring, copies, alice, bob, carol } = setUp();
    const hello = dave().say([message('hello')]);
    bring(alice, hello);
    bring(bob, hello);
    expect(copies).toEqual([[bob.nodeId, false]]);
    signer.release();
    bring(carol, hello);
    expect(copies.slice(1)).toEqual([
      [alice.nodeId, true],
      [carol.nodeId, false],
    ]);
  });

  it('[FL1] passes nothing on and delivers nothing before the signature was checked', () => {
    const { signer, bring, alice, bob, carol, mallory, accepted } = setUp();
    bring(alice, dave().say([message('hello')]));
    expect([accepted.length, hopsOf(bob).length]).toEqual([0, 0]);
    signer.release();
    expect(accepted).toHaveLength(1);
    expect([alice, bob, carol, mallory].map(({ copies }) => copies.length)).toEqual([0, 1, 1, 1]);
  });

  it('[FL1] takes each envelope once and passes it on once, however many bring it', () => {
    const { deliver, alice, bob, carol, mallory, accepted, counters } = setUp();
    const said = dave().say([message('hello')]);
    for (let round = 0; round < 3; round++) for (const from of [alice, bob, carol]) deliver(from, said);
    expect(accepted).toHaveLength(1);
    expect([alice, bob, carol, mallory].map(({ copies }) => copies.length)).toEqual([0, 1, 1, 1]);
    expect(counters).toMatchObject({ envelopesReceived: 9, envelopesAccepted: 1, duplicatesReceived: 8 });
  });

  it('[FL1] sends it back to none of those that brought it while it was being checked', () => {
    const { signer, bring, alice, bob, carol, mallory } = setUp();
    const said = dave().say([message('hello')]);
    for (const from of [alice, bob]) bring(from, said);
    expect(signer.pending).toBe(1);
    signer.release();
    expect([alice, bob, carol, mallory].map(({ copies }) => copies.length)).toEqual([0, 0, 1, 1]);
  });

  it('[FL1, EN3] one body under two signatures that are both good is one envelope', () => {
    const { signer, bring, alice, bob, accepted } = setUp({ isEverySignatureGood: true });
    const said = dave().say([message('hello')]);
    const other = badlySigned(said, 0);
    bring(alice, said);
    bring(bob, other);
    expect(signer.pending).toBe(2);
    signer.release();
    bring(bob, other);
    expect(signer.pending).toBe(0);
    expect(accepted).toHaveLength(1);
  });

  it('[FL1] an own envelope that comes back is nothing', () => {
    const origin = dave();
    const { deliver, bob, accepted, flood } = setUp({ self: origin.nodeId });
    const said = origin.say([message('hello')]);
    flood.publish({ ...said, hopLimit: MAX_HOPS });
    deliver(bob, said);
    // Not even one that this node does not remember having said.
    deliver(bob, origin.say([message('again')]));
    expect(accepted.map(({ own }) => own)).toEqual([true]);
  });

  it('[FL2] copies of what was accepted are not decoded again', () => {
    const { deliver, bring, signer, alice, bob, mallory, offences } = setUp();
    const said = dave().say([message('hello')]);
    deliver(alice, said);
    bring(mallory, { envelope: { bytes: new Uint8Array([0xff]), signature: said.envelope.signature } });
    bring(bob, said);
    expect(signer.pending).toBe(0);
    expect(offences).toEqual([]);
  });

  it('[FL3] what was forgotten does nothing when it is replayed', () => {
    const { clock, deliver, signer, alice, mallory, accepted } = setUp();
    const [origin, other] = [dave(), createTestOrigin('erin')];
    const old = [1, 2, 3].map((line) => origin.say([message(`${line}`)]));
    for (const said of old) deliver(alice, said);
    clock.advance(SEEN_LIFETIME_MS);
    deliver(alice, other.say([message('much later')]));
    expect(accepted).toHaveLength(4);
    for (const said of old) deliver(mallory, said);
    expect(signer.pending).toBe(0);
    expect(accepted).toHaveLength(4);
    deliver(alice, origin.say([message('4')]));
    expect(accepted).toHaveLength(5);
  });

  it('[FL4] drops what is badly signed and bears with two, because one bad relay is not all of them', () => {
    const { deliver, mallory, bob, accepted, offences, counters } = setUp();
    const origin = dave();
    for (let i = 0; i < MAX_BAD_SIGNATURES - 1; i++) deliver(mallory, badlySigned(origin.say([message(`${i}`)])));
    expect([accepted.length, hopsOf(bob).length, offences.length]).toEqual([0, 0, 0]);
    deliver(mallory, badlySigned(origin.say([message('third')])));
    expect(offences).toEqual([mallory]);
    expect(counters.invalidReceived).toBe(3);
  });

  it('[FL4] counts bad signatures for each neighbour apart', () => {
    const { deliver, alice, bob, carol, offences } = setUp();
    const origin = dave();
    for (const from of [alice, bob, carol]) {
      for (let i = 0; i < 2; i++) deliver(from, badlySigned(origin.say([message(`${i}`)])));
    }
    expect(offences).toEqual([]);
  });

  it('[FL4] a forged origin is a bad signature', () => {
    const { deliver, mallory, accepted, offences, counters } = setUp();
    const forger = createTestOrigin('mallory');
    for (let i = 0; i < 3; i++) {
      const { body, envelope } = forger.say([message(`${i}`)]);
      const bytes = encodeBody({ ...body, originKey: dave().key });
      deliver(mallory, { envelope: { bytes, signature: envelope.signature } });
    }
    expect([accepted.length, counters.invalidReceived]).toEqual([0, 3]);
    expect(offences).toEqual([mallory]);
  });

  it('[FL4, EN2] an envelope of another mesh is a bad signature', () => {
    const { deliver, mallory, accepted, counters } = setUp();
    deliver(mallory, dave().say([message('hello')], { meshId: 'another' as MeshId }));
    expect([accepted.length, counters.invalidReceived]).toEqual([0, 1]);
  });

  it('[FL4] cuts at once whoever brings what does not parse', () => {
    const { bring, mallory, offences, signer } = setUp();
    const { body, envelope } = dave().say([message('hello')]);
    const tooMany = Array.from({ length: MAX_ITEMS + 1 }, () => leaving);
    const malformed = [
      new Uint8Array(),
      envelope.bytes.subarray(1),
      new Uint8Array([...envelope.bytes, 0]),
      encodeBody({ ...body, items: [] }),
      encodeBody({ ...body, items: tooMany }),
      encodeBody({ ...body, sequence: 0 }),
      encodeBody({ ...body, items: [{ ...leaving, path: '/chat' as never }] }),
    ];
    malformed.forEach((bytes, index) => {
      bring(mallory, { envelope: { bytes, signature: new Uint8Array(64).fill(index + 1) } });
      expect(offences).toHaveLength(index + 1);
    });
    expect(signer.pending).toBe(0);
  });

  it('[FL4, EN5] cuts whoever brings an envelope larger than this mesh allows', () => {
    const { bring, mallory, offences, signer } = setUp({ maxEnvelopeBytes: 16 * 1024 });
    bring(mallory, dave().say([message('x'.repeat(16_100))]));
    expect([offences.length, signer.pending]).toEqual([0, 1]);
    bring(mallory, dave().say([message('x'.repeat(16_400))]));
    expect([offences.length, signer.pending]).toEqual([1, 1]);
  });

  it.each([
    [
      'another body under its signature',
      (said: SaidEnvelope) => ({
        ...badlySigned(said).envelope,
        signature: said.envelope.signature,
        bytes: encodeBody({ ...said.body, stamp: { wallMs: 99, counter: 0 } }),
      }),
    ],
    ['the end of its signature changed', (said: SaidEnvelope) => badlySigned(said, 63).envelope],
    ['the beginning of its signature changed', (said: SaidEnvelope) => badlySigned(said, 0).envelope],
  ])('[FL4] mallory cannot have the genuine copy taken for a duplicate by bringing %s first', (_, forge) => {
    const { bring, signer, alice, mallory, carol, accepted } = setUp();
    const said = dave().say([message('hello')]);
    bring(mallory, { envelope: forge(said) });
    bring(alice, said);
    signer.release();
    expect(accepted).toHaveLength(1);
    expect(hopsOf(carol)).toHaveLength(1);
  });

  it('[FL5] passes on with one hop less, and at none left delivers without passing on', () => {
    const { flood, signer, deliver, alice, bob, accepted, counters } = setUp();
    const origin = dave();
    deliver(alice, origin.say([message('one')]), 4, 3);
    expect(hopsOf(bob)).toEqual(['5+2']);
    deliver(alice, origin.say([message('two')]), 9, 1);
    expect(hopsOf(bob)).toHaveLength(1);
    expect(accepted.map(({ hops, hopLimit }) => [hops, hopLimit])).toEqual([
      [5, 2],
      [10, 0],
    ]);
    // What was pulled came step by step.
    flood.receive(alice, { type: 'Held', ...origin.say([message('three')]), hops: 20, hopLimit: 1 });
    signer.release();
    expect([accepted.at(-1)?.hops, counters.lastHop]).toEqual([21, 10]);
  });

  it('[FL5] an own envelope goes as far as it was given, and with 0 nowhere', () => {
    const { flood, bob, accepted } = setUp();
    const origin = dave();
    for (const hopLimit of [0, 1, 64]) flood.publish({ ...origin.say([message(`${hopLimit}`)]), hopLimit });
    expect(hopsOf(bob)).toEqual(['0+1', '0+64']);
    expect(accepted).toHaveLength(3);
  });

  it('[FL5] hops taken are a claim that stays within a byte', () => {
    const { deliver, alice, bob } = setUp();
    deliver(alice, dave().say([message('hello')]), 255, 2);
    expect(hopsOf(bob)).toEqual(['255+1']);
  });

  it('[FL8] what comes again by a way that leads farther goes farther, and is delivered once', () => {
    const { deliver, alice, bob, carol, accepted, farther } = setUp();
    const hello = dave().say([message('hello')]);
    deliver(alice, hello, 9, 1);
    expect([hopsOf(bob), accepted.length]).toEqual([[], 1]);
    deliver(carol, hello, 2, 60);
    expect([hopsOf(alice), hopsOf(bob), hopsOf(carol)]).toEqual([['3+59'], ['3+59'], []]);
    expect([accepted.length, farther.map(({ hopLimit }) => hopLimit)]).toEqual([1, [59]]);
    // It goes as far as any does: that is enough.
    deliver(bob, hello, 0, 64);
    expect([hopsOf(carol), farther.length]).toEqual([[], 1]);
  });

  it('[FL8] so it does if that way is the second while the first is being checked', () => {
    const { bring, signer, alice, bob, carol, accepted } = setUp();
    const hello = dave().say([message('hello')]);
    bring(alice, hello, 9, 1);
    bring(carol, hello, 2, 60);
    signer.release();
    expect([hopsOf(bob), accepted.map(({ hopLimit }) => hopLimit)]).toEqual([['10+59'], [59]]);
  });

  it('[FL8] an own envelope goes no farther than it was given, whatever a neighbour makes of it', () => {
    const origin = dave();
    const { flood, deliver, mallory, bob } = setUp({ self: origin.nodeId });
    const hello = origin.say([message('hello')]);
    flood.publish({ ...hello, hopLimit: 1 });
    deliver(mallory, hello, 0, 64);
    expect(hopsOf(bob)).toEqual(['0+1']);
  });

  it('[FL8] another body or signature under a known head goes nowhere, and a forgery is told on who brought it', () => {
    const { deliver, alice, bob, mallory, counters, farther } = setUp();
    const origin = dave();
    const hello = origin.say([message('hello')]);
    deliver(alice, hello, 9, 1);
    const other = origin.say([message('other')]);
    const head = hello.envelope.signature;
    deliver(mallory, { envelope: { bytes: other.envelope.bytes, signature: head } }, 0, 64);
    expect(counters.invalidReceived).toBe(0);
    deliver(mallory, badlySigned(hello, 63), 0, 64);
    expect([counters.invalidReceived, farther.length, hopsOf(bob)]).toEqual([1, 0, []]);
  });

  it('[FL8] mallory lets it go a hop farther each time: that draws on the quota of its key', () => {
    const { deliver, mallory, alice, accepted, farther } = setUp();
    const origin = dave();
    for (let i = 0; i < 1_500; i++) {
      const said = origin.say([message(`${i}`)]);
      for (const hopLimit of [1, 3, 5]) deliver(mallory, said, 0, hopLimit);
    }
    expect(accepted.length + farther.length).toBe(RELAYED_ENVELOPES.burst);
    expect(alice.copies.length).toBeLessThanOrEqual(RELAYED_ENVELOPES.burst);
  });

  it('[FL9] two bodies under one sequence are told of, and whoever has the one gets the other', () => {
    const { deliver, alice, bob, carol, mallory, accepted, equivocations } = setUp();
    const origin = dave();
    const [yes, no, maybe] = ['yes', 'no', 'maybe'].map((text) => origin.say([message(text)], { sequence: 7 }));
    deliver(alice, yes!, 2, 60);
    deliver(bob, no!, 4, 40);
    expect(accepted.map(({ envelope }) => envelope)).toEqual([yes!.envelope]);
    expect(equivocations).toMatchObject([
      {
        origin: origin.nodeId,
        originKey: origin.key,
        sequence: 7,
        statements: [yes!, no!].map(({ envelope, body }) => ({
          envelope,
          messages: [{ path: body.items[0]!.path, payload: body.items[0]!.payload }],
        })),
      },
    ]);
    expect([alice, bob, carol, mallory].map(hopsOf)).toEqual([['5+64'], ['3+59'], ['3+59', '5+64'], ['3+59', '5+64']]);
    // Nobody is told again, and what goes round is not passed on.
    for (const said of [
      no!,
      maybe!,
      origin.say([message('8')], { sequence: 8 }),
      origin.say([message('9')], { sequence: 8 }),
    ])
      deliver(carol, said);
    expect(equivocations).toHaveLength(1);
    expect(hopsOf(mallory)).toEqual(['3+59', '5+64', '1+63']);
  });

  it('[FL9] so they are if both are checked at the same time', () => {
    const { bring, signer, alice, bob, accepted, equivocations } = setUp();
    const origin = dave();
    for (const [from, text] of [
      [alice, 'yes'],
      [bob, 'no'],
    ] as const)
      bring(from, origin.say([message(text)], { sequence: 7 }));
    signer.release();
    expect([accepted.length, equivocations.length]).toEqual([1, 1]);
  });

  it('[FL9] also of what went no farther, and whoever cuts the other short hides nothing', () => {
    const { deliver, alice, bob, carol, equivocations } = setUp();
    const origin = dave();
    deliver(alice, origin.say([message('yes')], { sequence: 7 }), 0, 1);
    deliver(bob, origin.say([message('no')], { sequence: 7 }), 0, 1);
    expect([equivocations.length, hopsOf(carol)]).toEqual([1, ['1+64']]);
  });

  it('[FL9] of a message that an application does not want it is told nothing, and it goes no farther', () => {
    const { deliver, alice, bob, carol, equivocations } = setUp({ keepsOut: 'no' });
    const origin = dave();
    deliver(alice, origin.say([message('yes')], { sequence: 7 }));
    deliver(bob, origin.say([message('no')], { sequence: 7 }));
    expect(equivocations.map(({ statements }) => statements.map(({ messages }) => messages.length))).toEqual([[1, 0]]);
    expect(hopsOf(carol)).toEqual(['1+63']);
  });

  it('[FL9] what is told cannot be used to change what is held', () => {
    const { deliver, alice, bob, equivocations } = setUp();
    const origin = dave();
    const [yes, no] = ['yes', 'no'].map((text) => origin.say([message(text)], { sequence: 7 }));
    const before = [yes!, no!].map(({ envelope }) => envelope.bytes.slice());
    deliver(alice, yes!);
    deliver(bob, no!);
    for (const { envelope, messages } of equivocations[0]!.statements) {
      messages[0]!.payload.fill(0);
      envelope.bytes.fill(0);
    }
    expect([yes!, no!].map(({ envelope }) => envelope.bytes)).toEqual(before);
  });

  it('[FL9, FL4] nobody is made to contradict itself by a forgery, which is told on who brought it', () => {
    const { deliver, alice, mallory, equivocations, counters, carol } = setUp();
    const origin = dave();
    deliver(alice, origin.say([message('yes')], { sequence: 7 }));
    deliver(mallory, badlySigned(origin.say([message('no')], { sequence: 7 })));
    expect([equivocations, counters.invalidReceived, hopsOf(carol).length]).toEqual([[], 1, 1]);
  });

  it('[FL9] of 1,000 keys that contradict themselves over and over each is told of once', () => {
    const { deliver, mallory, bob, equivocations } = setUp();
    for (let key = 0; key < 2 * MAX_EQUIVOCATORS; key++) {
      const origin = createTestOrigin(`made up ${key}`);
      for (let sequence = 1; sequence <= 3; sequence++)
        for (const text of ['yes', 'no']) deliver(mallory, origin.say([message(text)], { sequence }));
    }
    expect(equivocations).toHaveLength(2 * MAX_EQUIVOCATORS);
    expect(hopsOf(bob)).toHaveLength(4 * 2 * MAX_EQUIVOCATORS);
  });

  it('[FL7] takes 2,000 envelopes of a key at once and 10 a second after', () => {
    const { clock, deliver, mallory, accepted } = setUp();
    const origin = dave();
    for (let i = 0; i < 2_500; i++) deliver(mallory, origin.say([message(`${i}`)]));
    expect(accepted).toHaveLength(RELAYED_ENVELOPES.burst);
    clock.advance(5_000);
    for (let i = 0; i < 2_500; i++) deliver(mallory, origin.say([message(`${i}`)]));
    expect(accepted).toHaveLength(RELAYED_ENVELOPES.burst + 5 * RELAYED_ENVELOPES.perSecond);
    // Others are not kept out by it.
    deliver(mallory, createTestOrigin('erin').say([message('hello')]));
    expect(accepted).toHaveLength(RELAYED_ENVELOPES.burst + 51);
  });

  it('[FL7] another epoch of the same key is no way round the quota', () => {
    const { deliver, mallory, accepted } = setUp();
    const [first, second] = [1, 2].map((epoch) => createTestEpoch('mallory', new Uint8Array(8).fill(epoch)));
    for (let i = 0; i < RELAYED_ENVELOPES.burst; i++) deliver(mallory, first!.say([message(`${i}`)]));
    deliver(mallory, second!.say([message('again')]));
    expect(first!.nodeId).not.toBe(second!.nodeId);
    expect(accepted).toHaveLength(RELAYED_ENVELOPES.burst);
  });

  it('[FL7] what was beyond the quota was not seen: it is taken when it comes again later', () => {
    const { clock, deliver, alice, mallory, accepted } = setUp();
    const origin = dave();
    const lines = Array.from({ length: RELAYED_ENVELOPES.burst + 1 }, (_, i) => origin.say([message(`${i}`)]));
    for (const line of lines) deliver(mallory, line);
    expect(accepted).toHaveLength(RELAYED_ENVELOPES.burst);
    clock.advance(1_000);
    deliver(alice, lines.at(-1)!);
    expect(accepted).toHaveLength(RELAYED_ENVELOPES.burst + 1);
  });

  it('[FL7] forgeries in the name of an origin do not draw on its quota', () => {
    const { bring, signer, alice, mallory, accepted } = setUp();
    const origin = dave();
    for (let i = 0; i < 1_000; i++) bring(mallory, badlySigned(origin.say([message(`${i}`)])));
    signer.release();
    for (let i = 0; i < 20; i++) bring(alice, origin.say([message(`genuine ${i}`)]));
    signer.release();
    expect(accepted).toHaveLength(20);
  });

  it('[FL7] checks at most 1,024 signatures at a time; what is beyond is dropped, not marked', () => {
    const { bring, signer, alice, mallory, accepted } = setUp();
    for (let i = 0; i < 3_000; i++) bring(mallory, createTestOrigin(`ghost ${i}`).say([message('x')]));
    expect(signer.pending).toBe(MAX_VERIFYING);
    const genuine = dave().say([message('hello')]);
    bring(alice, genuine);
    expect(signer.pending).toBe(MAX_VERIFYING);
    signer.release();
    bring(alice, genuine);
    signer.release();
    expect(accepted).toHaveLength(MAX_VERIFYING + 1);
    expect(accepted.at(-1)?.id).toBe(envelopeId(signedMessage(TEST_MESH, genuine.envelope.bytes)));
  });
});
