import { describe, expect, it } from 'vitest';
import { silentLog } from '../ports/log.ts';
import type { NodeId } from '../base/ids.ts';
import type { ProvenSink } from '../link/attempt.ts';
import { assertedProof } from '../testing/asserted-proof.ts';
import { createTestOrigin, message, nodeIdFor } from '../testing/cast.ts';
import { createConnectionPair, type TestConnection } from '../testing/connection-pair.ts';
import { createManualClock, type ManualClock } from '../testing/manual-clock.ts';
import { decodeFrame, encodeRecord, type LinkRecord } from '../wire/records.ts';
import {
  CLOSING_TIMEOUT_MS,
  createNeighbours,
  DEAD_AFTER_MS,
  GREETING_TIMEOUT_MS,
  PING_AFTER_MS,
  SUSPECT_AFTER_MS,
  type Neighbours,
} from './neighbours.ts';
import { completeSettings } from './settings.ts';
import type { MeshCounters, MeshSettings } from './types.ts';

/** In the order of their IDs, which decides who counts as the dialler. */
const [low, middle, high] = ['alice', 'bob', 'carol'].map(nodeIdFor).sort() as [NodeId, NodeId, NodeId];
const TICK_MS = 500;

interface Table {
  readonly neighbours: Neighbours;
  readonly facts: string[];
  readonly records: LinkRecord[];
  readonly referrals: NodeId[];
}

function createTable(
  clock: ManualClock,
  self: NodeId,
  settings: Partial<MeshSettings> = {},
  sharesReferrals = true,
): Table {
  const facts: string[] = [];
  const records: LinkRecord[] = [];
  const referrals: NodeId[] = [];
  const neighbours = createNeighbours(
    { clock, log: silentLog, counters: { framesSent: 0, bytesSent: 0 } as MeshCounters },
    self,
    completeSettings(settings),
    {
      onOpened: ({ nodeId, dialled }) => facts.push(`opened ${nodeId} ${dialled ? 'as dialler' : 'as dialled'}`),
      onClosed: ({ nodeId }, reason) => facts.push(`closed ${nodeId} ${reason}`),
      onRefused: (nodeId, reason) => facts.push(`refused ${nodeId} ${reason}`),
      sharesReferrals: () => sharesReferrals,
      onSuspect: ({ nodeId }) => facts.push(`suspect ${nodeId}`),
      onReferrals: (_from, named) => referrals.push(...named.map(({ nodeId }) => nodeId)),
      onRecord: (_neighbour, record) => records.push(record),
    },
  );
  return { neighbours, facts, records, referrals };
}

/** A table at one end, the bare connection at the other: the test speaks for the far end. */
function setUp(
  options: {
    self?: NodeId;
    far?: NodeId;
    dialled?: boolean;
    settings?: Partial<MeshSettings>;
    sharesReferrals?: boolean;
  } = {},
) {
  const { self = low, far = middle, dialled = true } = options;
  const clock = createManualClock();
  const table = createTable(clock, self, options.settings, options.sharesReferrals);
  const received: LinkRecord[] = [];

  function link(nodeId: NodeId, isDialler: boolean): TestConnection {
    const [own, other] = createConnectionPair(clock);
    const sink: ProvenSink = table.neighbours.add(own, assertedProof(nodeId, new Uint8Array(32)), isDialler, []);
    own.attach(sink);
    other.attach({
      onFrame(frame) {
        const decoded = decodeFrame(frame);
        if (decoded.ok) received.push(...(decoded.value as LinkRecord[]));
      },
    });
    return other;
  }

  const bob = link(far, dialled);
  clock.settle();
  function say(...records: LinkRecord[]): void {
    for (const record of records) bob.send(encodeRecord(record));
    clock.settle();
  }
  /** Half a second at a time, as the node ticks; `each` is what the far end does meanwhile. */
  function pass(ms: number, each?: () => void): void {
    for (let passed = 0; passed < ms; passed += TICK_MS) {
      clock.advance(TICK_MS);
      each?.();
      table.neighbours.tick();
      clock.settle();
    }
  }
  const taken = (): LinkRecord[] => received.splice(0);
  const types = (): string[] => taken().map(({ type }) => type);
  return { ...table, clock, bob, far, link, say, pass, taken, types };
}

/** As `setUp`, greeted already. */
function setUpOpen(options: Parameters<typeof setUp>[0] = {}) {
  const world = setUp({ ...options, dialled: true });
  world.say({ type: 'Welcome', degree: 1, referrals: [] });
  world.taken();
  world.facts.length = 0;
  return world;
}

const ping: LinkRecord = { type: 'Ping', degree: 3, hungry: false };
const welcome = (...nodeIds: NodeId[]): LinkRecord => ({
  type: 'Welcome',
  degree: 2,
  referrals: nodeIds.map((nodeId) => ({ nodeId, degree: 3 })),
});

/** Both ends are tables. */
function setUpPair(dialled: { low: boolean; high: boolean }) {
  const clock = createManualClock();
  const [first, second] = [createTable(clock, low), createTable(clock, high)];
  const [a, b] = createConnectionPair(clock);
  a.attach(first.neighbours.add(a, assertedProof(high, new Uint8Array(32)), dialled.low, []));
  b.attach(second.neighbours.add(b, assertedProof(low, new Uint8Array(32)), dialled.high, []));
  clock.settle();
  return { clock, first, second };
}

describe('greeting', () => {
  it('[NB1] the dialler says Connect, the other end Welcome, and both are neighbours', () => {
    const { first, second } = setUpPair({ low: true, high: false });
    expect(first.facts).toEqual([`opened ${high} as dialler`]);
    expect(second.facts).toEqual([`opened ${low} as dialled`]);
    expect([first.neighbours.degree, second.neighbours.degree]).toEqual([1, 1]);
  });

  it('[NB1] both tell their degree, and Welcome names neighbours', () => {
    const { link, taken, clock, neighbours, far } = setUpOpen();
    const carol = link(high, false);
    carol.send(encodeRecord({ type: 'Connect', degree: 5 }));
    clock.settle();
    expect(taken()).toEqual([{ type: 'Welcome', degree: 2, referrals: [{ nodeId: far, degree: 1 }] }]);
    expect(neighbours.get(high)?.degree).toBe(5);
  });

  it('[NB1] a dialler is no neighbour before the Welcome, and hears of the referrals in it', () => {
    const { say, neighbours, referrals, types } = setUp();
    expect(types()).toEqual(['Connect']);
    expect([neighbours.list.length, neighbours.greetings, neighbours.connections]).toEqual([0, 1, 1]);
    say(welcome(high));
    expect([neighbours.list.length, neighbours.greetings, neighbours.connections]).toEqual([1, 0, 1]);
    expect(referrals).toEqual([high]);
  });

  it('[NB1] Welcome and farewell name at most ten', () => {
    const { link, clock, taken, neighbours } = setUp({ settings: { high: 30, cap: 30 } });
    const others = Array.from({ length: 14 }, (_, index) => nodeIdFor(`other ${index}`));
    for (const nodeId of others) link(nodeId, false).send(encodeRecord({ type: 'Connect', degree: 255 }));
    clock.settle();
    const named = taken().flatMap((record) => (record.type === 'Welcome' ? [record.referrals.length] : []));
    expect(Math.max(...named)).toBe(10);
    neighbours.disconnect(others[0]!, 'NotUsefulNeighbor');
    clock.settle();
    expect(taken()).toMatchObject([{ type: 'Disconnect', referrals: { length: 10 } }]);
  });

  it.each([true, false])('[NB1] without a greeting the link closes after five seconds (dialled: %s)', (dialled) => {
    const { pass, facts, far, bob, neighbours } = setUp({ dialled });
    pass(GREETING_TIMEOUT_MS - TICK_MS);
    expect(facts).toEqual([]);
    pass(TICK_MS);
    expect(facts).toEqual([`refused ${far} ConnectTimedOut`]);
    expect([bob.isClosed, neighbours.isEmpty]).toEqual([true, true]);
  });

  it.each<[string, boolean, LinkRecord]>([
    ['Ping to the dialler', true, ping],
    ['Ping to the dialled', false, ping],
    ['Welcome to the dialled', false, welcome()],
    ['a hand-over before the greeting', true, { type: 'HandOver', nodeId: high }],
  ])('[NB1] %s closes that link', (_, dialled, record) => {
    const { say, facts, far, bob, records } = setUp({ dialled });
    say(record);
    expect(facts).toEqual([`refused ${far} InvalidNeighbor`]);
    expect([bob.isClosed, records]).toEqual([true, []]);
  });

  it('[NB1] a second greeting closes the link', () => {
    for (const record of [welcome(), { type: 'Connect', degree: 0 } as const]) {
      const { say, facts, far } = setUpOpen();
      say(record);
      expect(facts).toEqual([`closed ${far} InvalidNeighbor`]);
    }
  });

  it('[NB2] at the cap of neighbours Connect is refused with referrals', () => {
    const { link, clock, taken, facts, bob, far, neighbours } = setUpOpen({
      settings: { low: 1, target: 1, high: 1, cap: 1 },
    });
    const carol = link(high, false);
    carol.send(encodeRecord({ type: 'Connect', degree: 0 }));
    clock.settle();
    expect(taken()).toEqual([{ type: 'Refuse', reason: 'NodeBusy', referrals: [{ nodeId: far, degree: 1 }] }]);
    expect(facts).toEqual([`refused ${high} NodeBusy`]);
    expect([neighbours.list.length, bob.isClosed]).toEqual([1, false]);
  });

  it('[NB2] who is refused closes, and takes the referrals', () => {
    const { say, facts, referrals, far, bob } = setUp();
    say({ type: 'Refuse', reason: 'NodeBusy', referrals: [{ nodeId: high, degree: 2 }] });
    expect([facts, referrals]).toEqual([[`refused ${far} NodeBusy`], [high]]);
    expect(bob.isClosed).toBe(true);
  });

  it('[NB3] if both dialled, the smaller ID is the dialler and there is one link', () => {
    const { first, second } = setUpPair({ low: true, high: true });
    expect(first.facts).toEqual([`opened ${high} as dialler`]);
    expect(second.facts).toEqual([`opened ${low} as dialled`]);
  });
});

describe('heartbeat', () => {
  it('[NB4] after a second of silence a neighbour is pinged, and again each second', () => {
    const { pass, types } = setUpOpen();
    pass(PING_AFTER_MS - TICK_MS);
    expect(types()).toEqual([]);
    pass(TICK_MS);
    expect(types()).toEqual(['Ping']);
    pass(2_000);
    expect(types()).toEqual(['Ping', 'Ping']);
  });

  it('[NB4] a neighbour that speaks is not pinged', () => {
    const { pass, say, types } = setUpOpen();
    pass(10_000, () => say({ type: 'Pong', degree: 4, referrals: [] }));
    expect(types()).toEqual([]);
  });

  it('[NB4] Ping is answered with Pong, a hungry one with referrals', () => {
    const { link, clock, say, taken, neighbours, far } = setUpOpen();
    const carol = link(high, false);
    carol.send(encodeRecord({ type: 'Connect', degree: 7 }));
    clock.settle();
    taken();
    say(ping, { ...ping, hungry: true });
    expect(taken()).toEqual([
      { type: 'Pong', degree: 2, referrals: [] },
      { type: 'Pong', degree: 2, referrals: [{ nodeId: high, degree: 7 }] },
    ]);
    expect(neighbours.get(far)?.degree).toBe(3);
  });

  it('[NB4] referrals in a Pong are heard of', () => {
    const { say, referrals, neighbours, far, taken, clock } = setUpOpen();
    neighbours.askReferrals(far);
    clock.settle();
    expect(taken()).toEqual([{ type: 'Ping', degree: 1, hungry: true }]);
    say({ type: 'Pong', degree: 9, referrals: [{ nodeId: high, degree: 1 }] });
    expect([referrals, neighbours.get(far)?.degree]).toEqual([[high], 9]);
  });

  it('[TP2] referrals that nobody asked for, or asked for once, are not', () => {
    const { say, referrals, neighbours, far, clock } = setUpOpen();
    const pong: LinkRecord = { type: 'Pong', degree: 9, referrals: [{ nodeId: high, degree: 0 }] };
    say(pong);
    expect(referrals).toEqual([]);
    neighbours.askReferrals(far);
    clock.settle();
    say(pong, pong, pong);
    expect(referrals).toEqual([high]);
  });

  it('[NB5] after three seconds of silence a neighbour is suspect and counts for nothing until heard again', () => {
    const { pass, say, facts, far, neighbours, types } = setUpOpen();
    pass(SUSPECT_AFTER_MS - TICK_MS);
    expect(facts).toEqual([]);
    pass(TICK_MS);
    expect(facts).toEqual([`suspect ${far}`]);
    expect([neighbours.degree, neighbours.list.length]).toEqual([0, 1]);
    types();
    say({ type: 'Pong', degree: 1, referrals: [] });
    pass(TICK_MS);
    expect([neighbours.degree, facts.length]).toEqual([1, 1]);
  });

  it('[NB5] a suspect is named to nobody', () => {
    const { link, clock, pass, taken } = setUpOpen();
    pass(SUSPECT_AFTER_MS);
    taken();
    link(high, false).send(encodeRecord({ type: 'Connect', degree: 1 }));
    clock.settle();
    expect(taken()).toEqual([{ type: 'Welcome', degree: 1, referrals: [] }]);
  });

  it('[NB5] after 25 seconds of silence the link closes', () => {
    const { pass, facts, far, bob } = setUpOpen();
    pass(DEAD_AFTER_MS - TICK_MS);
    expect(facts).toEqual([`suspect ${far}`]);
    pass(TICK_MS);
    expect(facts).toEqual([`suspect ${far}`, `closed ${far} Silent`]);
    expect(bob.isClosed).toBe(true);
  });

  it('[NB7] a neighbour that is challenged has 1.5 s to be heard', () => {
    const { pass, say, facts, far, neighbours, clock, types } = setUpOpen();
    neighbours.challenge(far, 1_500);
    clock.settle();
    expect(types()).toEqual(['Ping']);
    pass(1_000);
    say({ type: 'Pong', degree: 1, referrals: [] });
    pass(1_500);
    expect(facts).toEqual([]);
    // Each challenge is one of its own.
    neighbours.challenge(far, 1_500);
    pass(1_500);
    expect(facts).toEqual([`closed ${far} Silent`]);
  });

  it('[NB7] challenging again and again gives it no more time', () => {
    const { clock, facts, far, neighbours } = setUpOpen();
    for (let tick = 0; tick < 3; tick++) {
      neighbours.challenge(far, 1_500);
      clock.advance(TICK_MS);
      neighbours.tick();
    }
    expect(facts).toEqual([`closed ${far} Silent`]);
  });

  it('[NB8] on waking, silence counts from now and all are pinged at once', () => {
    const { clock, pass, types, facts, neighbours, far } = setUpOpen();
    clock.advance(60_000);
    neighbours.wake();
    clock.settle();
    expect(types()).toEqual(['Ping']);
    pass(SUSPECT_AFTER_MS - TICK_MS);
    expect(facts).toEqual([]);
    pass(TICK_MS);
    expect(facts).toEqual([`suspect ${far}`]);
  });
});

describe('farewell', () => {
  it('[NB6] says Disconnect with its reason and referrals, and leaves closing to the other end for a second', () => {
    const { neighbours, clock, pass, taken, facts, far, bob } = setUpOpen();
    neighbours.disconnect(far, 'NotUsefulNeighbor');
    clock.settle();
    expect(taken()).toEqual([{ type: 'Disconnect', reason: 'NotUsefulNeighbor', referrals: [] }]);
    expect(facts).toEqual([`closed ${far} NotUsefulNeighbor`]);
    expect([neighbours.list.length, neighbours.hasLink(far), bob.isClosed]).toEqual([0, true, false]);
    pass(CLOSING_TIMEOUT_MS);
    expect([neighbours.isEmpty, bob.isClosed, facts.length]).toEqual([true, true, 1]);
  });

  it('[NB6] envelopes that arrive in that second are still taken, nothing else is', () => {
    const { neighbours, say, records, far, types } = setUpOpen();
    const { envelope } = createTestOrigin('bob').say([message('on its way')]);
    neighbours.disconnect(far, 'NotUsefulNeighbor');
    say({ type: 'Flood', hops: 0, hopLimit: 5, envelope }, ping, { type: 'HandOver', nodeId: high });
    expect(records.map(({ type }) => type)).toEqual(['Flood']);
    expect(types()).toEqual(['Disconnect']);
  });

  it('[NB6] who is told closes, and takes the referrals', () => {
    const { say, facts, referrals, far, bob } = setUpOpen();
    say({ type: 'Disconnect', reason: 'LeavingMesh', referrals: [{ nodeId: high, degree: 2 }] });
    expect([facts, referrals, bob.isClosed]).toEqual([[`closed ${far} LeavingMesh`], [high], true]);
  });

  it('[NB6] between two tables the link is gone at both ends in a round trip', () => {
    const { clock, first, second } = setUpPair({ low: true, high: false });
    first.neighbours.disconnect(high, 'NotUsefulNeighbor');
    clock.settle();
    expect([first.neighbours.isEmpty, second.neighbours.isEmpty]).toEqual([true, true]);
    expect(second.facts.at(-1)).toBe(`closed ${low} NotUsefulNeighbor`);
  });

  it('[ND3] leaving takes leave of neighbours and drops what was being greeted', () => {
    const { neighbours, link, clock, taken, facts, far } = setUpOpen();
    const carol = link(high, true);
    clock.settle();
    taken();
    neighbours.leave();
    clock.settle();
    expect(taken()).toEqual([{ type: 'Disconnect', reason: 'LeavingMesh', referrals: [] }]);
    expect(facts).toEqual([`closed ${far} LeavingMesh`, `refused ${high} LeavingMesh`]);
    expect(carol.isClosed).toBe(true);
    neighbours.abort();
    expect(neighbours.isEmpty).toBe(true);
  });
});

describe('referrals', () => {
  it('[RV5] are not given while the resolver shapes the mesh', () => {
    for (const sharesReferrals of [true, false]) {
      const { link, clock, taken } = setUpOpen({ sharesReferrals });
      const carol = link(high, false);
      clock.settle();
      taken();
      carol.send(encodeRecord({ type: 'Connect', degree: 1 }));
      clock.settle();
      const [welcomed] = taken().filter(({ type }) => type === 'Welcome');
      expect(welcomed).toMatchObject({ referrals: sharesReferrals ? [{ nodeId: middle }] : [] });
    }
  });
});

describe('a neighbour that breaks the rules', () => {
  it('[LN2] is cut with nothing said, and the others stay', () => {
    const { bob, link, clock, facts, far, neighbours, types } = setUpOpen();
    const carol = link(high, false);
    carol.send(encodeRecord({ type: 'Connect', degree: 1 }));
    clock.settle();
    types();
    bob.send(Uint8Array.of(0xff));
    clock.settle();
    expect(facts.at(-1)).toBe(`closed ${far} Malformed`);
    expect([bob.isClosed, carol.isClosed, types(), neighbours.list.length]).toEqual([true, false, [], 1]);
  });

  it('[LN2] what stands in its frame behind the offence is not read', () => {
    const { bob, clock, records } = setUpOpen();
    const frames = [welcome(), { type: 'HandOver', nodeId: high } as const].map(encodeRecord);
    bob.send(Uint8Array.from(frames.flatMap((frame) => [...frame])));
    clock.settle();
    expect(records).toEqual([]);
  });

  it('[LN1] frames that came in while the proof was being checked are read first', () => {
    const clock = createManualClock();
    const { neighbours, facts } = createTable(clock, low);
    const [own] = createConnectionPair(clock);
    neighbours.add(own, assertedProof(high, new Uint8Array(32)), false, [encodeRecord({ type: 'Connect', degree: 0 })]);
    expect(facts).toEqual([`opened ${high} as dialled`]);
  });
});
