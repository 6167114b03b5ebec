import { describe, expect, it } from 'vitest';
import { silentLog } from '../ports/log.ts';
import type { NodeId } from '../base/ids.ts';
import type { ProvenSink } from '../link/attempt.ts';
import { assertedProof } from '../testing/asserted-proof.ts';
import { createTestOrigin, message, nodeIdFor } from '../testing/cast.ts';
import { createConnectionPair, type TestConnection } from '../testing/connection-pair.ts';
import { createManualClock, type ManualClock } from '../testing/manual-clock.ts';
import { decodeFrame, encodeRecord, LinkReason, type LinkRecord } from '../wire/records.ts';
import {
  CLOSING_TIMEOUT_MS,
  createNeighbours,
  PINGS,
  DEAD_AFTER_MS,
  GREETING_TIMEOUT_MS,
  type Neighbours,
} from './neighbours.ts';
import { MAX_PING_AFTER_MS, MAX_SUSPECT_AFTER_MS, PING_AFTER_MS, SUSPECT_AFTER_MS } from './patience.ts';
import { completeSettings } from './settings.ts';
import type { MeshCounters, MeshSettings } from './types.ts';

const [low, middle, high] = ['alice', 'bob', 'carol'].map(nodeIdFor).sort() as [NodeId, NodeId, NodeId];
const TICK_MS = 500;

interface Table {
  readonly neighbours: Neighbours;
  readonly facts: string[];
  readonly records: LinkRecord[];
  readonly referrals: NodeId[];
  /** Neighbours that answered a Ping. */
  readonly answered: NodeId[];
  /** What is sent to the next neighbour for which a frame leaves. */
  readonly riders: LinkRecord[];
  /** Neighbours whose farewell was said or heard. */
  readonly parted: NodeId[];
  /** Neighbours that relay nothing. */
  readonly discounted: Set<NodeId>;
  /** Those with whom no link is wanted. */
  readonly refused: Set<NodeId>;
  becomeCautious(times: number): void;
}

function createTable(
  clock: ManualClock,
  settings: Partial<MeshSettings> = {},
  sharesReferrals = true,
  firstCaution = 1,
): Table {
  let caution = firstCaution;
  const facts: string[] = [];
  const records: LinkRecord[] = [];
  const referrals: NodeId[] = [];
  const answered: NodeId[] = [];
  const riders: LinkRecord[] = [];
  const parted: NodeId[] = [];
  const discounted = new Set<NodeId>();
  const refused = new Set<NodeId>();
  const neighbours = createNeighbours(
    { clock, log: silentLog, counters: { framesSent: 0, bytesSent: 0 } as MeshCounters },
    completeSettings(settings),
    {
      onParting: ({ nodeId }) => parted.push(nodeId),
      onOpened: ({ nodeId, dialled }) => facts.push(`opened ${nodeId} ${dialled ? 'as dialler' : 'as dialled'}`),
      onClosed: ({ nodeId }, reason) => facts.push(`closed ${nodeId} ${reason}`),
      onRefused: (nodeId, reason) => facts.push(`refused ${nodeId} ${reason}`),
      sharesReferrals: () => sharesReferrals,
      refuses: ({ nodeId }) => refused.has(nodeId),
      isDiscounted: ({ nodeId }) => discounted.has(nodeId),
      caution: () => caution,
      onSuspect: ({ nodeId }) => facts.push(`suspect ${nodeId}`),
      onHeardAgain: ({ nodeId }) => facts.push(`heard again ${nodeId}`),
      onReferrals: (_from, named) => referrals.push(...named.map(({ nodeId }) => nodeId)),
      onAnswered: (nodeId) => answered.push(nodeId),
      onLeaving(neighbour) {
        for (const rider of riders.splice(0)) neighbour.send(rider);
      },
      onRecord: (_neighbour, record) => records.push(record),
    },
  );
  return {
    neighbours,
    facts,
    records,
    referrals,
    answered,
    riders,
    parted,
    discounted,
    refused,
    becomeCautious: (times) => void (caution = times),
  };
}

/** A table at one end, the bare connection at the other: the test speaks for the far end. */
function setUp(
  options: {
    far?: NodeId;
    dialled?: boolean;
    settings?: Partial<MeshSettings>;
    sharesReferrals?: boolean;
    caution?: number;
  } = {},
) {
  const { far = middle, dialled = true } = options;
  const clock = createManualClock();
  const table = createTable(clock, options.settings, options.sharesReferrals, options.caution);
  const received: LinkRecord[] = [];

  const ownEnds: (TestConnection & { drain(): void })[] = [];

  function link(nodeId: NodeId, isDialler: boolean): TestConnection {
    const [own, other] = createConnectionPair(clock);
    const sink: ProvenSink = table.neighbours.add(own, assertedProof(nodeId, new Uint8Array(32)), isDialler, []);
    own.attach(sink);
    ownEnds.push(Object.assign(own, { drain: () => sink.onDrain() }));
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
  /** The table's end of the first connection. */
  const own = (): TestConnection & { drain(): void } => ownEnds[0]!;
  return { ...table, clock, bob, own, far, link, say, pass, taken, types };
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
function setUpPair() {
  const clock = createManualClock();
  const [first, second] = [createTable(clock), createTable(clock)];
  const [a, b] = createConnectionPair(clock);
  a.attach(first.neighbours.add(a, assertedProof(high, new Uint8Array(32)), true, []));
  b.attach(second.neighbours.add(b, assertedProof(low, new Uint8Array(32)), false, []));
  clock.settle();
  return { clock, first, second };
}

describe('greeting', () => {
  it('[NB1] the dialler says Connect, the other end Welcome, and both are neighbours', () => {
    const { first, second } = setUpPair();
    expect(first.facts).toEqual([`opened ${high} as dialler`]);
    expect(second.facts).toEqual([`opened ${low} as dialled`]);
    expect([first.neighbours.degree, second.neighbours.degree]).toEqual([1, 1]);
  });

  it('[NB1] both tell their degree, Welcome names neighbours, and neither greeting waits for the other', () => {
    const { link, taken, clock, neighbours, far } = setUpOpen();
    const carol = link(high, false);
    clock.settle();
    expect(taken()).toEqual([{ type: 'Welcome', degree: 2, referrals: [{ nodeId: far, degree: 1 }] }]);
    expect(neighbours.get(high)).toBeUndefined();
    carol.send(encodeRecord({ type: 'Connect', degree: 5 }));
    clock.settle();
    expect([taken(), neighbours.get(high)?.degree]).toEqual([[], 5]);
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
    for (const nodeId of others) {
      link(nodeId, false).send(encodeRecord({ type: 'Connect', degree: 255 }));
      clock.settle();
    }
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

  it('[NB14] with whom no link is wanted is refused, and told nothing of others', () => {
    const { link, clock, taken, facts, neighbours, refused } = setUpOpen();
    refused.add(high);
    const carol = link(high, false);
    carol.send(encodeRecord({ type: 'Connect', degree: 0 }));
    clock.settle();
    expect(taken()).toEqual([{ type: 'Refuse', reason: 'NotUsefulNeighbor', referrals: [] }]);
    expect([facts, neighbours.list.length]).toEqual([[`refused ${high} NotUsefulNeighbor`], 1]);
  });

  it('[NB2] who is refused closes, and takes the referrals', () => {
    const { say, facts, referrals, far, bob } = setUp();
    say({ type: 'Refuse', reason: 'NodeBusy', referrals: [{ nodeId: high, degree: 2 }] });
    expect([facts, referrals]).toEqual([[`refused ${far} NodeBusy`], [high]]);
    expect(bob.isClosed).toBe(true);
  });
});

describe('heartbeat', () => {
  it('[NB4] after 1.3 s of silence a neighbour is pinged at the next tick, and again each time', () => {
    const { pass, types } = setUpOpen();
    pass(PING_AFTER_MS - TICK_MS);
    expect(types()).toEqual([]);
    pass(TICK_MS);
    expect(types()).toEqual(['Ping']);
    pass(2 * PING_AFTER_MS);
    expect(types()).toEqual(['Ping', 'Ping']);
  });

  it.each([
    ['at its tick by the end that dialled', true, 1_750],
    ['to the millisecond by the other end, after two seconds', false, 2_000],
  ])('[NB4] a neighbour that is silent is pinged %s', (_by, dialled, askedAfterMs) => {
    const { clock, neighbours, say, types } = setUp({ dialled });
    say(dialled ? { type: 'Welcome', degree: 1, referrals: [] } : { type: 'Connect', degree: 1 });
    types();
    clock.advance(250);
    say(ping);
    types();
    // Ticks 250 ms, 750 ms and 1,250 ms after it was heard last, and so on.
    let askedAt = 0;
    for (let passed = 0; askedAt === 0 && passed < 3_000; passed += 50) {
      if (passed % TICK_MS === 250) neighbours.tick();
      clock.settle();
      if (types().includes('Ping')) askedAt = passed;
      clock.advance(50);
    }
    expect(askedAt).toBe(askedAfterMs);
  });

  it('[NB4] a neighbour that speaks is told what it need not ask, and pinged every five seconds, to know how long answers take', () => {
    const { pass, say, types, neighbours } = setUpOpen();
    const speak = (): void => say({ type: 'Pong', degree: 4, referrals: [] });
    pass(MAX_PING_AFTER_MS - TICK_MS, speak);
    expect([types(), neighbours.lateMs]).toEqual([['Pong', 'Pong', 'Pong'], 0]);
    pass(TICK_MS);
    expect(types()).toEqual(['Ping']);
    pass(TICK_MS, speak);
    expect([neighbours.lateMs, neighbours.roundTripMs]).toEqual([TICK_MS, TICK_MS]);
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

  it('[LN3] before frames leave for a neighbour it is asked for what can ride along, until the farewell', () => {
    const { neighbours, far, riders, taken, clock } = setUpOpen();
    const rider: LinkRecord = { type: 'Prune', trees: [] };
    riders.push(rider);
    clock.settle();
    expect(taken()).toEqual([]);
    neighbours.ask(far);
    clock.settle();
    expect(taken()).toEqual([{ type: 'Ping', degree: 1, hungry: false }, rider]);
    riders.push(rider);
    neighbours.disconnect(far, 'NotUsefulNeighbor');
    clock.settle();
    expect(taken().map(({ type }) => type)).toEqual(['Disconnect']);
  });

  it('[NB4, TP6] who is asked is sent Ping, and its answer is told', () => {
    const { say, answered, neighbours, far, taken, clock } = setUpOpen();
    neighbours.ask(far);
    clock.settle();
    expect(taken()).toEqual([{ type: 'Ping', degree: 1, hungry: false }]);
    expect(answered).toEqual([]);
    say({ type: 'Pong', degree: 9, referrals: [] });
    expect(answered).toEqual([far]);
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

  it('[NB5] after 2.5 s of silence a neighbour is suspect and counts for nothing until heard again', () => {
    const { pass, say, facts, far, neighbours, types } = setUpOpen();
    pass(SUSPECT_AFTER_MS - TICK_MS);
    expect(facts).toEqual([]);
    pass(TICK_MS);
    expect(facts).toEqual([`suspect ${far}`]);
    expect([neighbours.degree, neighbours.list.length]).toEqual([0, 1]);
    types();
    say({ type: 'Pong', degree: 1, referrals: [] });
    pass(TICK_MS);
    expect(neighbours.degree).toBe(1);
    expect(facts).toEqual([`suspect ${far}`, `heard again ${far}`]);
  });

  it('[NB5, NB8] waking is no sign of life: who was suspect stays so until heard', () => {
    const { pass, say, facts, far, neighbours } = setUpOpen();
    pass(SUSPECT_AFTER_MS);
    neighbours.wake();
    pass(SUSPECT_AFTER_MS - TICK_MS);
    expect([facts, neighbours.degree]).toEqual([[`suspect ${far}`], 0]);
    say({ type: 'Pong', degree: 1, referrals: [] });
    pass(TICK_MS);
    expect([facts, neighbours.degree]).toEqual([[`suspect ${far}`, `heard again ${far}`], 1]);
  });

  it('[NB5, PR6] nor is caution that has grown', () => {
    const { pass, facts, far, becomeCautious } = setUpOpen();
    pass(SUSPECT_AFTER_MS);
    becomeCautious(8);
    pass(SUSPECT_AFTER_MS);
    expect(facts).toEqual([`suspect ${far}`]);
  });

  it('[NB4] mallory asks without end: ten pings at once are answered, and two a second', () => {
    const { say, taken, pass } = setUpOpen();
    const pongs = (): number => taken().filter(({ type }) => type === 'Pong').length;
    pongs();
    for (let i = 0; i < 1_000; i++) say({ type: 'Ping', degree: 1, hungry: true });
    expect(pongs()).toBe(PINGS.burst);
    pass(1_000);
    for (let i = 0; i < 1_000; i++) say({ type: 'Ping', degree: 1, hungry: true });
    expect(pongs()).toBe(PINGS.perSecond);
  });

  it('[NB5] it is suspect at its time, between two ticks, if what has come in says nothing else', () => {
    const { clock, neighbours, say, facts, far } = setUpOpen();
    const pong: LinkRecord = { type: 'Pong', degree: 1, referrals: [] };
    const tickAfter = (ms: number): void => {
      clock.advance(ms);
      neighbours.tick();
    };
    tickAfter(SUSPECT_AFTER_MS - 1);
    say(pong);
    clock.advance(1);
    expect(facts).toEqual([]);
    tickAfter(SUSPECT_AFTER_MS - 2);
    clock.advance(1);
    expect(facts).toEqual([`suspect ${far}`]);
  });

  it('[NB5, NB8] the look between two ticks leaves it to the tick if the host slept', () => {
    const { clock, neighbours, facts } = setUpOpen();
    clock.advance(SUSPECT_AFTER_MS - 1);
    neighbours.tick();
    clock.sleep(60_000);
    clock.advance(0);
    expect(facts).toEqual([]);
    neighbours.wake();
    neighbours.tick();
    expect(facts).toEqual([]);
  });

  it('[NB5] one of two neighbours alone makes nobody patient with the other', () => {
    const { link, clock, neighbours, say, pass } = setUpOpen();
    const pong: LinkRecord = { type: 'Pong', degree: 1, referrals: [] };
    const carol = link(high, false);
    carol.send(encodeRecord({ type: 'Connect', degree: 1 }));
    clock.settle();
    pass(PING_AFTER_MS);
    say(pong);
    expect([neighbours.lateMs, neighbours.roundTripMs]).toEqual([0, 0]);
    clock.advance(5_000);
    carol.send(encodeRecord(pong));
    clock.settle();
    expect([neighbours.lateMs, neighbours.roundTripMs]).toEqual([0, 0]);
  });

  it('[NB5] a neighbour whose answers are late is given longer', () => {
    const { pass, say, facts, far } = setUpOpen();
    const pong: LinkRecord = { type: 'Pong', degree: 1, referrals: [] };
    pass(SUSPECT_AFTER_MS);
    say(pong);
    pass(SUSPECT_AFTER_MS);
    expect(facts).toEqual([`suspect ${far}`, `heard again ${far}`]);
    pass(MAX_SUSPECT_AFTER_MS);
    expect(facts.at(-1)).toBe(`suspect ${far}`);
  });

  it('[NB5, PR6] who is cautious waits as many times as long', () => {
    const { pass, facts, far } = setUpOpen({ caution: 2 });
    pass(2 * SUSPECT_AFTER_MS - TICK_MS);
    expect(facts).toEqual([]);
    pass(TICK_MS);
    expect(facts).toEqual([`suspect ${far}`]);
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
    const { pass, say, facts, far, neighbours, clock, taken, types } = setUpOpen();
    neighbours.challenge(far, 1_500);
    clock.settle();
    expect(types()).toEqual(['Ping']);
    pass(1_000);
    say({ type: 'Pong', degree: 1, referrals: [] });
    pass(1_000);
    expect(facts).toEqual([]);
    // Each challenge is one of its own.
    neighbours.challenge(far, 1_500);
    pass(1_500);
    expect(facts).toEqual([`closed ${far} DuplicateNeighbor`]);
    expect(taken().at(-1)).toEqual({ type: 'Disconnect', reason: 'DuplicateNeighbor', referrals: [] });
  });

  it('[NB7] challenging again and again gives it no more time', () => {
    const { clock, facts, far, neighbours } = setUpOpen();
    for (let tick = 0; tick < 3; tick++) {
      neighbours.challenge(far, 1_500);
      clock.advance(TICK_MS);
      neighbours.tick();
    }
    expect(facts).toEqual([`closed ${far} DuplicateNeighbor`]);
  });

  it('[NB7] where answers are late, a neighbour that is challenged has as long as they are', () => {
    const { pass, say, facts, far, neighbours } = setUpOpen();
    neighbours.challenge(far, 60_000);
    pass(4_000, () => say({ type: 'HandOver', nodeId: high }));
    say({ type: 'Pong', degree: 1, referrals: [] });
    pass(TICK_MS);
    const { lateMs } = neighbours;
    expect(lateMs).toBeGreaterThan(3_000);
    neighbours.challenge(far, 1_500);
    pass(3_000);
    expect(facts.filter((fact) => fact.startsWith('closed'))).toEqual([]);
    pass(lateMs);
    expect(facts).toContain(`closed ${far} DuplicateNeighbor`);
  });

  it('[NB7, NB8] who slept while a neighbour was challenged does not hold that against it', () => {
    const { pass, say, facts, far, neighbours, clock } = setUpOpen();
    neighbours.challenge(far, 1_500);
    clock.advance(60_000);
    neighbours.wake();
    pass(1_000);
    say({ type: 'Pong', degree: 1, referrals: [] });
    pass(2_000);
    expect(facts).toEqual([]);
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

  it('[NB6, PR4] who leaves names its neighbours to one another', () => {
    const { neighbours, link, clock, taken, far } = setUpOpen();
    link(high, false).send(encodeRecord({ type: 'Connect', degree: 4 }));
    clock.settle();
    taken();
    neighbours.leave();
    clock.settle();
    expect(taken()).toEqual([
      { type: 'Disconnect', reason: 'LeavingMesh', referrals: [{ nodeId: high, degree: 4 }] },
      { type: 'Disconnect', reason: 'LeavingMesh', referrals: [{ nodeId: far, degree: 1 }] },
    ]);
  });

  it('[RC1] both ends of a link that ends with a farewell are told beforehand, once', () => {
    const { neighbours, parted, far, clock, pass } = setUpOpen();
    neighbours.disconnect(far, 'NotUsefulNeighbor');
    clock.settle();
    pass(CLOSING_TIMEOUT_MS);
    expect(parted).toEqual([far]);
    const other = setUpOpen();
    other.say({ type: 'Disconnect', reason: 'NotUsefulNeighbor', referrals: [] });
    expect(other.parted).toEqual([far]);
  });

  it('[NB6] envelopes that arrive in that second are still taken, nothing else is', () => {
    const { neighbours, say, records, far, types } = setUpOpen();
    const { envelope } = createTestOrigin('bob').say([message('on its way')]);
    neighbours.disconnect(far, 'NotUsefulNeighbor');
    say({ type: 'Flood', hops: 0, hopLimit: 5, tree: undefined, envelope }, ping, { type: 'HandOver', nodeId: high });
    expect(records.map(({ type }) => type)).toEqual(['Flood']);
    expect(types()).toEqual(['Disconnect']);
  });

  it('[NB6] who is told closes, and takes the referrals', () => {
    const { say, facts, referrals, far, bob } = setUpOpen();
    say({ type: 'Disconnect', reason: 'LeavingMesh', referrals: [{ nodeId: high, degree: 2 }] });
    expect([facts, referrals, bob.isClosed]).toEqual([[`closed ${far} LeavingMesh`], [high], true]);
  });

  it('[NB6] between two tables the link is gone at both ends in a round trip', () => {
    const { clock, first, second } = setUpPair();
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

describe('utility', () => {
  const copies = (count: number, isNew: boolean, neighbours: Neighbours, far: NodeId): void => {
    for (let copy = 0; copy < count; copy++) neighbours.noteCopy(far, isNew);
  };

  it('[NB10] is told to the neighbour after 32 copies, and after 30 s', () => {
    const { neighbours, far, clock, pass, say, taken } = setUpOpen();
    copies(10, true, neighbours, far);
    copies(22, false, neighbours, far);
    clock.settle();
    expect(taken()).toEqual([{ type: 'LinkUtility', useful: 10, total: 32 }]);
    copies(3, true, neighbours, far);
    const told = (): LinkRecord[] => taken().filter(({ type }) => type === 'LinkUtility');
    pass(29_500, () => say(ping));
    expect(told()).toEqual([]);
    pass(TICK_MS, () => say(ping));
    expect(told()).toEqual([{ type: 'LinkUtility', useful: 3, total: 3 }]);
    pass(60_000, () => say(ping));
    expect(told()).toEqual([]);
  });

  it('[NB9] counts what was received here and there', () => {
    const { neighbours, far, say } = setUpOpen();
    copies(16, true, neighbours, far);
    expect(neighbours.get(far)?.utility).toBeUndefined();
    for (let copy = 0; copy < 16; copy++) neighbours.get(far)?.relay(Uint8Array.of(1));
    say({ type: 'LinkUtility', useful: 16, total: 16 });
    expect(neighbours.get(far)?.utility).toBeGreaterThan(2_048);
  });

  it.each([
    ['nothing was sent', 0, 1],
    ['less was sent', 5, 6],
  ])('[NB10] a neighbour that tells of copies when %s is cut', (_, sent, total) => {
    const { neighbours, far, say, facts } = setUpOpen();
    for (let copy = 0; copy < sent; copy++) neighbours.get(far)?.relay(Uint8Array.of(1));
    // Signals of others are no copies.
    neighbours.get(far)?.passSignal(high, 'C');
    say({ type: 'LinkUtility', useful: 0, total });
    expect(facts).toEqual([`closed ${far} InvalidNeighbor`]);
  });
});

describe('a backlog', () => {
  /** Bob takes nothing; carol, where she is, answers all the time. */
  function setUpSlow(isOnly: boolean) {
    const world = setUpOpen();
    const { neighbours, far, link, clock, say, taken } = world;
    const carol = isOnly ? undefined : link(high, false);
    carol?.send(encodeRecord({ type: 'Connect', degree: 1 }));
    clock.settle();
    taken();
    const own = world.own();
    own.bufferedBytes = 300 * 1024;
    const pass = (ms: number): void =>
      world.pass(ms, () => {
        say(ping);
        carol?.send(encodeRecord(ping));
        neighbours.get(far)?.relay(new Uint8Array(2_000).fill(1));
      });
    return { ...world, own, pass };
  }

  it('[NB11] makes a neighbour count for nothing and be named to nobody, while it lasts', () => {
    const { neighbours, far, own, pass } = setUpSlow(false);
    pass(2_000);
    expect(neighbours.degree).toBe(2);
    pass(TICK_MS);
    expect([neighbours.degree, neighbours.list.length]).toEqual([1, 2]);
    expect(neighbours.get(far)?.isSlow).toBe(true);
    expect(neighbours.referralsFor(high)).toEqual([]);
    own.bufferedBytes = 0;
    own.drain();
    pass(TICK_MS);
    expect(neighbours.degree).toBe(2);
    expect(neighbours.referralsFor(high)).toHaveLength(1);
  });

  it('[TP14] a neighbour that does not relay counts for nothing and is named to nobody', () => {
    const { neighbours, far, discounted } = setUpSlow(false);
    expect([neighbours.degree, neighbours.referralsFor(high).length]).toEqual([2, 1]);
    discounted.add(far);
    expect([neighbours.degree, neighbours.referralsFor(high).length]).toEqual([1, 0]);
  });

  it('[NB11] that does not shrink by half in ten seconds ends the link, which is told NodeTooSlow', () => {
    const { facts, far, own, pass, clock, taken } = setUpSlow(false);
    pass(12_000);
    expect(facts.filter((fact) => fact.startsWith('closed'))).toEqual([]);
    taken();
    own.bufferedBytes -= 40 * 1024;
    pass(TICK_MS);
    expect(facts.at(-1)).toBe(`closed ${far} NodeTooSlow`);
    // What waited before it is gone, so that this is what comes when the connection drains, however slowly it does.
    pass(8_000);
    own.bufferedBytes = 0;
    own.drain();
    clock.settle();
    expect(taken().filter(({ type }) => type === 'Disconnect')).toMatchObject([{ reason: 'NodeTooSlow' }]);
  });

  it('[NB11] of the only neighbour ends nothing', () => {
    const { facts, pass } = setUpSlow(true);
    pass(60_000);
    expect(facts.filter((fact) => fact.startsWith('closed'))).toEqual([]);
  });
});

describe('reasons on the wire', () => {
  const reasons = Object.keys(LinkReason) as LinkReason[];
  const referrals = [{ nodeId: high, degree: 2 }];

  it.each(reasons)('[NB2] who is refused for %s is no neighbour, and takes the referrals', (reason) => {
    const { say, facts, referrals: heard, far, bob } = setUp();
    say({ type: 'Refuse', reason, referrals });
    expect([facts, heard, bob.isClosed]).toEqual([[`refused ${far} ${reason}`], [high], true]);
  });

  it.each(reasons)('[NB6] who is disconnected for %s closes, and takes the referrals', (reason) => {
    const { say, facts, referrals: heard, far, bob } = setUpOpen();
    say({ type: 'Disconnect', reason, referrals });
    expect([facts, heard, bob.isClosed]).toEqual([[`closed ${far} ${reason}`], [high], true]);
  });
});

describe('referrals', () => {
  it('[RV5] are not given while the resolver shapes the mesh', () => {
    for (const sharesReferrals of [true, false]) {
      const { link, clock, taken } = setUpOpen({ sharesReferrals });
      link(high, false);
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
    const { neighbours, facts } = createTable(clock);
    const [own] = createConnectionPair(clock);
    neighbours.add(own, assertedProof(high, new Uint8Array(32)), false, [encodeRecord({ type: 'Connect', degree: 0 })]);
    expect(facts).toEqual([`opened ${high} as dialled`]);
  });
});
