import { describe, expect, it } from 'vitest';
import { fromHex } from '../base/bytes.ts';
import type { NodeId } from '../base/ids.ts';
import { createTestOrigin, message, nodeIdFor, presence, retained } from '../testing/cast.ts';
import { createManualClock } from '../testing/manual-clock.ts';
import { envelopeId } from '../wire/envelope.ts';
import {
  decodeRecords,
  encodeRecord,
  MAX_DIGEST_ENTRIES,
  type LinkRecord,
  type PresenceMark,
} from '../wire/records.ts';
import { CATCH_UP_QUEUE_BYTES, createCatchUp } from './catch-up.ts';
import { createMembership, MAX_MEMBERS } from './membership.ts';
import type { Neighbour } from './neighbours.ts';
import { createRecentEnvelopes } from './recent.ts';
import type { MeshCounters } from './types.ts';

type Digest = Extract<LinkRecord, { type: 'Digest' }>;

function setUp() {
  const clock = createManualClock();
  const counters = { envelopesSent: 0 } as MeshCounters;
  const membership = createMembership(nodeIdFor('self'), {
    onAppeared: () => undefined,
    onDisappeared: () => undefined,
    onSelfSuspected: () => undefined,
  });
  const recent = createRecentEnvelopes();
  const catchUp = createCatchUp({ clock, counters }, clock.now(), membership, recent);
  const sent: LinkRecord[] = [];
  const receive = (bytes: Uint8Array): void => {
    const decoded = decodeRecords(bytes);
    if (decoded.ok) sent.push(...(decoded.value as LinkRecord[]));
  };
  const bob = {
    nodeId: nodeIdFor('bob'),
    queuedBytes: 0,
    send: (record) => receive(encodeRecord(record)),
    relay: receive,
  } as Neighbour;
  const floods = () => sent.flatMap((record) => (record.type === 'Flood' ? [record] : []));
  const digest = (facts: Partial<Digest> = {}): Digest => ({
    type: 'Digest',
    ageMs: 60_000,
    presences: [],
    recent: [],
    ...facts,
  });
  return { clock, counters, membership, recent, catchUp, bob, sent, floods, digest };
}

describe('catching up', () => {
  it('[CU1] a new neighbour is told the own age, the presences held and what was received lately', () => {
    const { clock, membership, recent, catchUp, bob, sent } = setUp();
    const alice = createTestOrigin('alice');
    const here = alice.say([presence], { sequence: 7 });
    membership.apply(alice.nodeId, here.body, here.envelope, 0);
    const said = alice.say([message('hello')]);
    recent.add(envelopeId(said.message), { envelope: said.envelope, hops: 1, hopLimit: 63 }, clock.now());
    clock.advance(12_345.6);
    catchUp.greet(bob);
    expect(sent).toEqual([
      {
        type: 'Digest',
        ageMs: 12_345,
        presences: [{ nodeId: alice.nodeId, sequence: 7 }],
        recent: [fromHex(envelopeId(said.message))],
      },
    ]);
  });

  it('[CU1] a digest of a mesh larger than a digest names as many as it holds, and parses', () => {
    const { membership, catchUp, bob, sent } = setUp();
    const { body, envelope } = createTestOrigin('alice').say([presence]);
    for (let i = 1; i <= MAX_DIGEST_ENTRIES + 100; i++) {
      membership.apply(i.toString(16).padStart(32, '0') as NodeId, body, envelope, 0);
    }
    catchUp.greet(bob);
    expect((sent[0] as Digest).presences).toHaveLength(MAX_DIGEST_ENTRIES);
  });

  it('[CU2] the other end is sent the presences and the recent envelopes that it lacks', () => {
    const { clock, counters, membership, recent, catchUp, bob, floods, digest } = setUp();
    const [alice, carol] = [createTestOrigin('alice'), createTestOrigin('carol')];
    for (const origin of [alice, carol]) {
      const here = origin.say([presence]);
      membership.apply(origin.nodeId, here.body, here.envelope, 0);
    }
    const [first, second] = [alice.say([message('one')]), alice.say([message('two')])];
    for (const said of [first, second]) {
      recent.add(envelopeId(said.message), { envelope: said.envelope, hops: 3, hopLimit: 5 }, clock.now());
    }
    catchUp.receive(
      bob,
      digest({ presences: [{ nodeId: alice.nodeId, sequence: 1 }], recent: [fromHex(envelopeId(first.message))] }),
    );
    expect(floods()).toMatchObject([
      { hops: 0, hopLimit: 64 },
      { hops: 3, hopLimit: 5, envelope: second.envelope },
    ]);
    expect(counters.envelopesSent).toBe(2);
  });

  it('[CU2] what does not fit into 256 KiB of the queue follows as that empties, all of it and once', () => {
    const { membership, catchUp, bob, sent, floods, digest } = setUp();
    const { body, envelope } = createTestOrigin('alice').say([presence, retained('x'.repeat(3_000))]);
    for (let i = 1; i <= MAX_MEMBERS; i++) {
      membership.apply(i.toString(16).padStart(32, '0') as NodeId, body, envelope, 0);
    }
    let taken = 0;
    const slow: Neighbour = {
      ...bob,
      get queuedBytes() {
        return (sent.length - taken) * envelope.bytes.length;
      },
    };
    catchUp.receive(slow, digest());
    const perQueue = Math.ceil(CATCH_UP_QUEUE_BYTES / envelope.bytes.length);
    expect(floods()).toHaveLength(perQueue);
    catchUp.tick([slow]);
    expect(floods()).toHaveLength(perQueue);
    for (let round = 0; round < MAX_MEMBERS / perQueue; round++) {
      taken = sent.length;
      catchUp.tick([slow]);
    }
    expect(floods()).toHaveLength(MAX_MEMBERS);
  });

  it('[CU2] a newcomer is not sent what was said before it opened', () => {
    const { clock, recent, catchUp, bob, floods, digest } = setUp();
    const said = createTestOrigin('alice').say([message('before')]);
    recent.add(envelopeId(said.message), { envelope: said.envelope, hops: 0, hopLimit: 5 }, clock.now());
    clock.advance(30_000);
    catchUp.receive(bob, digest({ ageMs: 1_000 }));
    expect(floods()).toEqual([]);
  });

  it('[CU4] of 5,000 digests three are answered at once and then one every five seconds', () => {
    const { clock, recent, catchUp, bob, floods, digest } = setUp();
    const said = createTestOrigin('alice').say([message('hello')]);
    recent.add(envelopeId(said.message), { envelope: said.envelope, hops: 0, hopLimit: 5 }, clock.now());
    for (let i = 0; i < 5_000; i++) catchUp.receive(bob, digest());
    expect(floods()).toHaveLength(3);
    for (let second = 0; second < 20; second++) {
      clock.advance(1_000);
      for (let i = 0; i < 100; i++) catchUp.receive(bob, digest());
    }
    expect(floods()).toHaveLength(3 + 4);
  });

  it('[CU4] each neighbour is answered for itself', () => {
    const { clock, recent, catchUp, bob, floods, digest } = setUp();
    const said = createTestOrigin('alice').say([message('hello')]);
    recent.add(envelopeId(said.message), { envelope: said.envelope, hops: 0, hopLimit: 5 }, clock.now());
    for (let i = 0; i < 10; i++) catchUp.receive(bob, digest());
    catchUp.receive({ ...bob, nodeId: nodeIdFor('carol') }, digest());
    expect(floods()).toHaveLength(4);
  });

  it('[CU2] a digest full of strangers costs no more than one', () => {
    const { membership, catchUp, bob, floods, digest } = setUp();
    const presences: PresenceMark[] = Array.from({ length: MAX_DIGEST_ENTRIES }, (_, i) => ({
      nodeId: (i + 1).toString(16).padStart(32, '0') as NodeId,
      sequence: 1,
    }));
    catchUp.receive(bob, digest({ presences, ageMs: Number.MAX_SAFE_INTEGER }));
    expect([floods().length, membership.list.length, membership.dueSuspicions(1e9).length]).toEqual([0, 0, 0]);
  });
});
