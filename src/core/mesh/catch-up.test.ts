import { describe, expect, it } from 'vitest';
import type { NodeId } from '../base/ids.ts';
import { without, type Range } from '../base/ranges.ts';
import { createTestOrigin, message, nodeIdFor, presence, retained, type TestOrigin } from '../testing/cast.ts';
import { createManualClock } from '../testing/manual-clock.ts';
import { createTestNeighbour, readRecord } from '../testing/test-neighbour.ts';
import { createTestRandom } from '../testing/test-random.ts';
import { envelopeId } from '../wire/envelope.ts';
import { MAX_DIGEST_ENTRIES, type Holding, type LinkRecord, type PresenceMark } from '../wire/records.ts';
import {
  CATCH_UP_QUEUE_BYTES,
  createCatchUp,
  DIGEST_EVERY_MS,
  DIGEST_JITTER_MS,
  PULLS,
  UNDER_WAY_MS,
} from './catch-up.ts';
import { createEnvelopeStore, LATELY_MS, MAX_HISTORY } from './envelope-store.ts';
import { createMembership, MAX_MEMBERS } from './membership.ts';
import type { Neighbour } from './neighbours.ts';
import { MAX_PULLED } from './repair.ts';
import type { MeshCounters } from './types.ts';

type Digest = Extract<LinkRecord, { type: 'Digest' }>;

function setUp() {
  const clock = createManualClock();
  const counters = { envelopesSent: 0 } as MeshCounters;
  const membership = createMembership(nodeIdFor('self'), {
    onAppeared: () => undefined,
    onDisappeared: () => undefined,
    roundTripMs: () => 0,
    caution: () => 1,
    onLateAnswer: () => undefined,
    onSelfSuspected: () => undefined,
  });
  const store = createEnvelopeStore();
  const taken = new Map<NodeId, Range[]>();
  const deps = { clock, random: createTestRandom('catching up'), counters };
  const catchUp = createCatchUp(deps, membership, store, {
    missing: (origin, ranges) => without(ranges, taken.get(origin) ?? []),
    lateMs: () => 0,
  });
  const bob = createTestNeighbour('bob');
  /** What bob was sent, of one type. */
  const of = <Type extends LinkRecord['type']>(type: Type) =>
    [...bob.told, ...bob.copies.map(readRecord)].filter(
      (record): record is Extract<LinkRecord, { type: Type }> => record.type === type,
    );
  const digest = (facts: Partial<Digest> = {}): Digest => ({
    type: 'Digest',
    isWhole: true,
    presences: [],
    holdings: [],
    ...facts,
  });
  /** As the node does with what it takes. */
  function keep(origin: TestOrigin, text: string, isHistory = true): void {
    const { envelope, body, message: signed } = origin.say([message(text)]);
    const id = envelopeId(signed);
    const { nodeId } = origin;
    const held = {
      id,
      origin: nodeId,
      sequence: body.sequence,
      envelope,
      hops: 3,
      hopLimit: 5,
      tree: id,
      pulled: false,
    };
    store.add(held, isHistory, clock.now());
    catchUp.onTaken(nodeId, body.sequence, undefined);
  }
  return { clock, counters, membership, store, taken, catchUp, bob, of, digest, keep };
}

const holding = (origin: NodeId, from: number, to: number): Holding => ({ origin, ranges: [{ from, to }] });

describe('catching up', () => {
  it('[CU1] a new neighbour is told the presences and the envelopes held', () => {
    const { membership, catchUp, bob, keep } = setUp();
    const alice = createTestOrigin('alice');
    const here = alice.say([presence], { sequence: 7 });
    membership.apply(alice.nodeId, here.body, here.envelope, 0);
    keep(alice, 'hello');
    catchUp.greet(bob);
    expect(bob.told).toEqual([
      {
        type: 'Digest',
        isWhole: true,
        presences: [{ nodeId: alice.nodeId, sequence: 7 }],
        holdings: [holding(alice.nodeId, 8, 8)],
      },
    ]);
  });

  it('[CU1] a digest of a mesh larger than a digest names as many as it holds, and parses', () => {
    const { membership, catchUp, bob } = setUp();
    const { body, envelope } = createTestOrigin('alice').say([presence]);
    for (let i = 1; i <= MAX_DIGEST_ENTRIES + 100; i++) {
      membership.apply(i.toString(16).padStart(32, '0') as NodeId, body, envelope, 0);
    }
    catchUp.greet(bob);
    expect((bob.told[0] as Digest).presences).toHaveLength(MAX_DIGEST_ENTRIES);
  });

  it('[CU2] the other end is sent the presences that it lacks', () => {
    const { counters, membership, catchUp, bob, of, digest } = setUp();
    const [alice, carol] = [createTestOrigin('alice'), createTestOrigin('carol')];
    for (const origin of [alice, carol]) {
      const here = origin.say([presence]);
      membership.apply(origin.nodeId, here.body, here.envelope, 0);
    }
    catchUp.onDigest(bob, digest({ presences: [{ nodeId: alice.nodeId, sequence: 1 }] }));
    expect(of('Flood')).toMatchObject([{ hops: 0, hopLimit: 64, tree: undefined }]);
    expect(counters.envelopesSent).toBe(1);
  });

  it('[CU2, CU5] a digest of the last minutes says nothing about who is here', () => {
    const { membership, catchUp, bob, digest } = setUp();
    const alice = createTestOrigin('alice');
    const here = alice.say([presence]);
    membership.apply(alice.nodeId, here.body, here.envelope, 0);
    catchUp.onDigest(bob, digest({ isWhole: false }));
    expect([bob.told, bob.copies]).toEqual([[], []]);
  });

  it('[CU2] what does not fit into 256 KiB of the queue follows as that empties, all of it and once', () => {
    const { membership, catchUp, bob, of, digest } = setUp();
    const { body, envelope } = createTestOrigin('alice').say([presence, retained('x'.repeat(3_000))]);
    const members = MAX_MEMBERS / 4;
    for (let i = 1; i <= members; i++) {
      membership.apply(i.toString(16).padStart(32, '0') as NodeId, body, envelope, 0);
    }
    let taken = 0;
    const slow: Neighbour = {
      ...bob,
      get queuedBytes() {
        return (bob.copies.length - taken) * envelope.bytes.length;
      },
    };
    catchUp.onDigest(slow, digest());
    const perQueue = Math.ceil(CATCH_UP_QUEUE_BYTES / envelope.bytes.length);
    expect(of('Flood')).toHaveLength(perQueue);
    catchUp.tick([slow]);
    expect(of('Flood')).toHaveLength(perQueue);
    for (let round = 0; round < members / perQueue; round++) {
      taken = bob.copies.length;
      catchUp.tick([slow]);
    }
    expect(of('Flood')).toHaveLength(members);
  });

  it('[CU2] a digest full of strangers costs no more than one', () => {
    const { clock, membership, catchUp, bob, digest } = setUp();
    const presences: PresenceMark[] = Array.from({ length: MAX_DIGEST_ENTRIES }, (_, i) => ({
      nodeId: (i + 1).toString(16).padStart(32, '0') as NodeId,
      sequence: 1,
    }));
    catchUp.onDigest(bob, digest({ presences }));
    clock.settle();
    expect([bob.told.length + bob.copies.length, membership.list.length, membership.dueSuspicions(1e9).length]).toEqual(
      [0, 0, 0],
    );
  });

  it('[CU4] of 5,000 digests three are answered at once and then one every five seconds', () => {
    const { clock, membership, catchUp, bob, of, digest } = setUp();
    const alice = createTestOrigin('alice');
    const here = alice.say([presence]);
    membership.apply(alice.nodeId, here.body, here.envelope, 0);
    for (let i = 0; i < 5_000; i++) catchUp.onDigest(bob, digest());
    expect(of('Flood')).toHaveLength(3);
    for (let second = 0; second < 20; second++) {
      clock.advance(1_000);
      for (let i = 0; i < 100; i++) catchUp.onDigest(bob, digest());
    }
    expect(of('Flood')).toHaveLength(3 + 4);
  });

  it('[CU2] what a link does not take at the moment is given later', () => {
    const { clock, counters, catchUp, bob, of, keep } = setUp();
    const alice = createTestOrigin('alice');
    for (let i = 0; i < 10; i++) keep(alice, `${i}`);
    let takes = 3;
    const busy: Neighbour = { ...bob, relay: (record) => takes-- > 0 && bob.relay(record) };
    catchUp.onPull(busy, { type: 'Pull', wanted: [holding(alice.nodeId, 1, 10)] });
    expect(of('Held')).toHaveLength(3);
    takes = 100;
    clock.advance(500);
    catchUp.tick([busy]);
    expect(of('Held')).toHaveLength(10);
    expect(counters.envelopesSent).toBe(10);
  });

  it('[CU4] what a neighbour that reads slowly has asked for is not kept for it longer than for others', () => {
    const { catchUp, store, bob, of, keep } = setUp();
    const alice = createTestOrigin('alice');
    for (let i = 0; i < 10; i++) keep(alice, `${i}`);
    let queuedBytes = CATCH_UP_QUEUE_BYTES;
    const slow: Neighbour = {
      ...bob,
      get queuedBytes() {
        return queuedBytes;
      },
    };
    catchUp.onPull(slow, { type: 'Pull', wanted: [holding(alice.nodeId, 1, 10)] });
    const dave = createTestOrigin('dave');
    for (let i = 0; i < MAX_HISTORY - 4; i++) keep(dave, `${i}`);
    expect(store.within(alice.nodeId, [{ from: 1, to: 10 }])).toHaveLength(4);
    queuedBytes = 0;
    catchUp.tick([slow]);
    expect(of('Held')).toHaveLength(4);
  });

  it('[CU4] what is beyond the rates is counted', () => {
    const { counters, catchUp, bob, digest } = setUp();
    counters.requestsRefused = 0;
    for (let i = 0; i < 100; i++) catchUp.onDigest(bob, digest());
    for (let i = 0; i < 100; i++) catchUp.onPull(bob, { type: 'Pull', wanted: [] });
    expect(counters.requestsRefused).toBe(100 - 3 + 100 - PULLS.burst);
  });

  it('[CU4] each neighbour is answered for itself', () => {
    const { membership, catchUp, bob, of, digest } = setUp();
    const alice = createTestOrigin('alice');
    const here = alice.say([presence]);
    membership.apply(alice.nodeId, here.body, here.envelope, 0);
    for (let i = 0; i < 10; i++) catchUp.onDigest(bob, digest());
    catchUp.onDigest({ ...bob, nodeId: nodeIdFor('carol') }, digest());
    expect(of('Flood')).toHaveLength(4);
  });

  it('[CU4] of 5,000 pulls sixteen are answered at once and then two a second, each with at most 256', () => {
    const { clock, catchUp, bob, of, keep } = setUp();
    const alice = createTestOrigin('alice');
    for (let i = 0; i < MAX_PULLED + 50; i++) keep(alice, `${i}`);
    const everything = { type: 'Pull', wanted: [holding(alice.nodeId, 1, 2 ** 40)] } as const;
    for (let i = 0; i < 5_000; i++) catchUp.onPull(bob, everything);
    expect(of('Held')).toHaveLength(PULLS.burst * MAX_PULLED);
    clock.advance(1_000);
    for (let i = 0; i < 5_000; i++) catchUp.onPull(bob, everything);
    expect(of('Held')).toHaveLength((PULLS.burst + PULLS.perSecond) * MAX_PULLED);
  });

  it('[CU5] now and then one neighbour is told what came lately, once', () => {
    const { clock, catchUp, keep } = setUp();
    const neighbours = ['bob', 'carol', 'dave'].map((name) => createTestNeighbour(name));
    catchUp.tick(neighbours);
    keep(createTestOrigin('alice'), 'hello', false);
    for (let round = 0; round < 6; round++) {
      clock.advance((DIGEST_EVERY_MS + DIGEST_JITTER_MS) / 2);
      catchUp.tick(neighbours);
    }
    expect(neighbours.map(({ told }) => told.length)).toEqual([1, 1, 1]);
    for (const {
      told: [digest],
    } of neighbours)
      expect(digest).toMatchObject({ isWhole: false, presences: [] });
  });

  it('[CU5] what came in the last two seconds is under way anyway, and told the next time', () => {
    const { clock, catchUp, bob, keep } = setUp();
    catchUp.tick([bob]);
    const alice = createTestOrigin('alice');
    keep(alice, 'settled');
    clock.advance(DIGEST_EVERY_MS + DIGEST_JITTER_MS - UNDER_WAY_MS / 2);
    const carol = createTestOrigin('carol');
    keep(carol, 'under way');
    clock.advance(UNDER_WAY_MS / 2);
    catchUp.tick([bob]);
    clock.advance(DIGEST_EVERY_MS + DIGEST_JITTER_MS);
    catchUp.tick([bob]);
    const told = bob.told.map((digest) =>
      digest.type === 'Digest' ? digest.holdings.map(({ origin }) => origin) : [],
    );
    expect(told).toEqual([[alice.nodeId], [carol.nodeId, alice.nodeId]]);
  });

  it('[CU5] in an idle mesh nobody is told anything', () => {
    const { clock, catchUp, bob, keep } = setUp();
    keep(createTestOrigin('alice'), 'hello');
    clock.advance(LATELY_MS + 1);
    for (let round = 0; round < 20; round++) {
      catchUp.tick([bob]);
      clock.advance(DIGEST_EVERY_MS);
    }
    expect([bob.told, bob.copies]).toEqual([[], []]);
  });

  it('[CU6] what a digest holds and this node has not taken is pulled', () => {
    const { clock, taken, catchUp, bob, digest } = setUp();
    const alice = nodeIdFor('alice');
    taken.set(alice, [{ from: 2, to: 3 }]);
    catchUp.onDigest(bob, digest({ holdings: [holding(alice, 1, 4)] }));
    clock.settle();
    expect(bob.told).toEqual([
      {
        type: 'Pull',
        wanted: [
          {
            origin: alice,
            ranges: [
              { from: 1, to: 1 },
              { from: 4, to: 4 },
            ],
          },
        ],
      },
    ]);
  });

  it('[CU6] what is pulled is given, with the hops it took', () => {
    const { catchUp, bob, of, keep } = setUp();
    const alice = createTestOrigin('alice');
    for (const text of ['one', 'two', 'three']) keep(alice, text);
    catchUp.onPull(bob, { type: 'Pull', wanted: [holding(alice.nodeId, 2, 9)] });
    expect(of('Held')).toMatchObject([
      { type: 'Held', hops: 3, hopLimit: 5 },
      { type: 'Held', hops: 3, hopLimit: 5 },
    ]);
  });
});
