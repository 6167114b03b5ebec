import { describe, expect, it } from 'vitest';
import type { NodeId } from '../base/ids.ts';
import { silentLog } from '../ports/log.ts';
import { nodeIdFor } from '../testing/cast.ts';
import { createManualClock } from '../testing/manual-clock.ts';
import { createTestNeighbour } from '../testing/test-neighbour.ts';
import { createTestRandom } from '../testing/test-random.ts';
import type { AttemptFailure } from '../link/attempt.ts';
import { BARREN_AFTER, COUNTED_AFTER_MS, createContributions } from './contributions.ts';
import { RETRY_UNWELCOME_MS } from './candidates.ts';
import { BEREFT_LEAD_MS, LEAD_MS, RUSH_MS } from './dial-pace.ts';
import {
  createMaintainer,
  FAILED_DIALS,
  FAILED_PROOFS,
  HAND_OVER_TIMEOUT_MS,
  HAND_OVERS,
  PASSED_ATTEMPTS,
  RESOLVER_ATTEMPTS,
  STRANGER_ROUND_MS,
  WANTED_MORE_MS,
} from './maintainer.ts';
import type { Membership } from './membership.ts';
import type { Neighbour, NeighbourClosedReason, Neighbours } from './neighbours.ts';
import type { Rendezvous } from './rendezvous.ts';
import { completeSettings } from './settings.ts';
import { SPLICE_AFTER_MS } from './topology.ts';
import type { Signalling } from './signalling.ts';
import type { MeshCounters, MeshSettings } from './types.ts';

const self = nodeIdFor('self');
const TICK_MS = 500;
/** The neighbour that passes a stranger's wish for a link on. */
const via = nodeIdFor('via');

/** The maintainer among parts that do nothing by themselves: the test holds their state, and reads what was asked of them. */
function setUp(settings: Partial<MeshSettings> = {}) {
  const clock = createManualClock();
  const random = createTestRandom('maintainer');
  const asked: string[] = [];
  const searches: string[] = [];
  const names = new Map<NodeId, string>([[self, 'self']]);
  const id = (name: string): NodeId => {
    names.set(nodeIdFor(name), name);
    return nodeIdFor(name);
  };
  const nameOf = (nodeId: NodeId | undefined): string => (nodeId ? (names.get(nodeId) ?? 'somebody') : 'the resolver');

  const open = new Map<NodeId, Neighbour>();
  /** Attempts: whether this end dialled, and whether they merely linger. */
  const attempts = new Map<NodeId, { dialled: boolean; isLive: boolean }>();
  const members = new Set<NodeId>();
  const left = new Set<NodeId>();
  const lost = new Set<NodeId>();
  const world = {
    isReachable: true,
    isRegistered: true,
    resolvable: [] as NodeId[] | undefined,
    sharesReferrals: true,
    lateMs: 0,
  };
  let closing = 0;

  const neighbours = {
    get list() {
      return [...open.values()];
    },
    get degree() {
      return [...open.values()].filter(({ isSuspect }) => !isSuspect).length;
    },
    get connections() {
      return open.size + closing;
    },
    greetings: 0,
    get lateMs() {
      return world.lateMs;
    },
    get: (nodeId: NodeId) => open.get(nodeId),
    hasLink: (nodeId: NodeId) => open.has(nodeId),
    disconnect(nodeId: NodeId, reason: string) {
      asked.push(`let go of ${nameOf(nodeId)}: ${reason}`);
      open.delete(nodeId);
    },
    challenge: (nodeId: NodeId, deadlineMs: number) => asked.push(`challenge ${nameOf(nodeId)} for ${deadlineMs} ms`),
    askReferrals: (nodeId: NodeId) => asked.push(`ask ${nameOf(nodeId)} for referrals`),
    ask: (nodeId: NodeId) => asked.push(`ask ${nameOf(nodeId)}`),
  } as unknown as Neighbours;
  const live = () => [...attempts.values()].filter(({ isLive }) => isLive);
  const signalling = {
    get size() {
      return attempts.size;
    },
    get live() {
      return live().length;
    },
    get dials() {
      return live().filter(({ dialled }) => dialled).length;
    },
    underWay: (dialled: boolean) =>
      [...attempts].flatMap(([nodeId, attempt]) => (attempt.isLive && attempt.dialled === dialled ? [nodeId] : [])),
    has: (nodeId: NodeId) => attempts.has(nodeId),
    dial(nodeId: NodeId, path: NodeId | undefined) {
      asked.push(`dial ${nameOf(nodeId)} over ${nameOf(path)}`);
      attempts.set(nodeId, { dialled: true, isLive: true });
    },
  } as unknown as Signalling;
  const rendezvous = {
    get isReachable() {
      return world.isReachable;
    },
    get isRegistered() {
      return world.isRegistered;
    },
    resolve(settle: (nodeIds: readonly NodeId[] | undefined) => void) {
      asked.push('resolve');
      const { resolvable } = world;
      clock.defer(() => settle(resolvable));
    },
  } as unknown as Rendezvous;
  const membership = {
    has: (nodeId: NodeId) => members.has(nodeId),
    knows: (nodeId: NodeId) => members.has(nodeId) || lost.has(nodeId),
    hasLeft: (nodeId: NodeId) => left.has(nodeId),
  } as unknown as Membership;

  const contributions = createContributions();
  const farewells = { count: 0 };
  const counters = { dialsOverResolver: 0, dialsOverNeighbours: 0 } as MeshCounters;
  const maintainer = createMaintainer(
    { clock, random, log: silentLog, counters },
    { nodeId: self, settings: completeSettings(settings) },
    { neighbours, signalling, rendezvous, membership, contributions, closing: farewells },
    {
      onNobodyFound: () => searches.push('Nobody'),
      sharesReferrals: () => world.sharesReferrals,
      isUnwanted: () => false,
    },
  );

  function makeNeighbour(name: string, degree: number, facts: Partial<Neighbour> = {}): Neighbour {
    const nodeId = id(name);
    const neighbour = createTestNeighbour(name, {
      openedAt: clock.now(),
      degree,
      send: (record) => {
        if (record.type === 'HandOver') asked.push(`hand ${name} over to ${nameOf(record.nodeId)}`);
      },
      ...facts,
    });
    attempts.delete(nodeId);
    open.set(nodeId, neighbour);
    members.add(nodeId);
    return neighbour;
  }
  /** It is linked, as after a dial or a call. */
  function link(name: string, degree = 6, facts: Partial<Neighbour> = {}): Neighbour {
    const neighbour = makeNeighbour(name, degree, facts);
    maintainer.onOpened(neighbour);
    return neighbour;
  }
  /** The link closes. */
  function lose(name: string, reason: NeighbourClosedReason = 'Silent'): void {
    const neighbour = open.get(id(name))!;
    open.delete(id(name));
    maintainer.onClosed(neighbour, reason);
  }
  /** As the attempt does: it has failed when it tells so, and is forgotten after. */
  function failDial(name: string, reason: AttemptFailure, dialled = true): void {
    attempts.set(id(name), { dialled, isLive: false });
    maintainer.onDialFailed(id(name), dialled, reason);
    attempts.delete(id(name));
  }
  function pass(ms: number): void {
    for (let passed = 0; passed < ms; passed += TICK_MS) {
      clock.advance(TICK_MS);
      maintainer.tick();
      clock.settle();
    }
  }
  const taken = (pattern = /./): string[] => asked.splice(0).filter((line) => pattern.test(line));
  const addClosing = (count: number): void => void (closing += count);
  return {
    clock,
    maintainer,
    world,
    searches,
    id,
    link,
    makeNeighbour,
    failDial,
    pass,
    taken,
    attempts,
    members,
    left,
    lost,
    addClosing,
    farewells,
    contributions,
    counters,
    lose,
  };
}

/** A settled node: six neighbours that have six, nothing under way. */
function setUpSettled(settings: Partial<MeshSettings> = {}) {
  const node = setUp(settings);
  for (const name of ['bob', 'carol', 'dave', 'erin', 'frank', 'grace']) node.link(name);
  node.pass(3_000);
  node.taken();
  return node;
}

describe('finding neighbours', () => {
  it('[TP4, TP13] registered and alone, it dials one of those the resolver names, and one more each second, to three', () => {
    const { maintainer, clock, world, id, taken } = setUp();
    world.resolvable = ['bob', 'carol', 'dave', 'erin'].map(id);
    maintainer.onRegistered(undefined);
    clock.settle();
    expect(taken()).toEqual(['resolve', expect.stringMatching(/^dial \w+ over the resolver$/)]);
    expect(LEAD_MS).toBe(1_000);
    for (let more = 0; more < 2; more++) {
      clock.advance(LEAD_MS - 1);
      maintainer.tick();
      expect(taken(/dial/)).toEqual([]);
      clock.advance(1);
      expect(taken(/dial/)).toHaveLength(1);
    }
    clock.advance(LEAD_MS);
    maintainer.tick();
    expect(taken(/dial/)).toEqual([]);
  });

  it('[TP4, ND6] asked for one neighbour more while alone, it keeps to that: one first, then the others', () => {
    const { maintainer, clock, world, id, taken } = setUp();
    world.resolvable = ['bob', 'carol', 'dave', 'erin'].map(id);
    maintainer.refreshConnection();
    clock.settle();
    maintainer.tick();
    expect(taken(/dial/)).toHaveLength(1);
    clock.advance(LEAD_MS);
    expect(taken(/dial/)).toHaveLength(1);
  });

  it('[TP4] one that fails is followed by another at once', () => {
    const { maintainer, clock, world, id, attempts, failDial, taken } = setUp();
    world.resolvable = ['bob', 'carol', 'dave'].map(id);
    maintainer.onRegistered(undefined);
    clock.settle();
    const names = ['bob', 'carol', 'dave'];
    const dialled = (): string => names.find((name) => attempts.has(id(name)))!;
    const first = dialled();
    failDial(first, 'ConnectionFailed');
    expect(dialled()).not.toBe(first);
    expect(taken(/dial/)).toHaveLength(2);
  });

  it('[TP13] one that has opened is followed by another after four times as long as it took', () => {
    const { maintainer, clock, world, id, link, attempts, taken } = setUp();
    world.resolvable = ['bob', 'carol', 'dave', 'erin'].map(id);
    maintainer.onRegistered(undefined);
    clock.settle();
    taken();
    clock.advance(100);
    link(['bob', 'carol', 'dave', 'erin'].find((name) => attempts.has(id(name)))!);
    clock.advance(399);
    maintainer.tick();
    expect(taken(/dial/)).toEqual([]);
    clock.advance(1);
    expect(taken(/dial/)).toHaveLength(1);
  });

  it('[TP13] while newcomers come, or answers are late, two neighbours are enough, and nobody is handed over', () => {
    const { maintainer, world, id, link, pass, taken } = setUp();
    world.resolvable = ['carol', 'dave', 'erin', 'frank'].map(id);
    link('bob', 3);
    link('grace', 3);
    for (let second = 0; second < 10; second++) {
      maintainer.onAppeared();
      pass(1_000);
    }
    world.lateMs = 1_000;
    pass(10_000);
    expect(taken(/dial|hand/)).toEqual([]);
    world.lateMs = 0;
    pass(2 * RUSH_MS);
    expect(taken(/dial/)).not.toEqual([]);
  });

  it('[TP13] who called is no reason for a pause', () => {
    const { clock, world, id, link, taken } = setUp();
    world.resolvable = ['carol'].map(id);
    link('bob');
    clock.settle();
    expect(taken(/dial/)).toEqual(['dial carol over the resolver']);
  });

  it('[TP13] who lost everybody dials three within half a second', () => {
    const { maintainer, clock, world, id, link, lose, taken } = setUp();
    link('bob');
    clock.settle();
    lose('bob');
    world.resolvable = ['carol', 'dave', 'erin', 'frank'].map(id);
    maintainer.onRegistered(undefined);
    clock.settle();
    expect(taken(/dial/)).toHaveLength(1);
    clock.advance(2 * BEREFT_LEAD_MS);
    expect(taken(/dial/)).toHaveLength(2);
  });

  it('[TP4, ND3] closed, it leaves no timer behind and dials nobody', () => {
    const { maintainer, clock, world, id, failDial, taken } = setUp();
    world.resolvable = ['bob', 'carol'].map(id);
    maintainer.onRegistered(undefined);
    clock.settle();
    taken();
    maintainer.close();
    failDial('bob', 'ConnectionFailed');
    clock.advance(LEAD_MS);
    expect(taken()).toEqual([]);
  });

  it('[RV1] what the resolver named along with the registration is taken, and it is not asked again', () => {
    const { maintainer, id, searches, taken } = setUp();
    maintainer.onRegistered([id('bob')]);
    expect(taken()).toEqual(['dial bob over the resolver']);
    const alone = setUp();
    alone.maintainer.onRegistered([]);
    expect([alone.taken(), alone.searches, searches]).toEqual([[], ['Nobody'], []]);
  });

  it('[TP2] dials a referral over the neighbour that gave it while that one is linked, else over the resolver', () => {
    const { maintainer, id, link, taken } = setUp();
    const bob = link('bob');
    maintainer.onReferrals(bob.nodeId, [{ nodeId: id('carol'), degree: 3 }]);
    expect(taken(/dial/)).toEqual(['dial carol over bob']);
    link('carol');
    maintainer.onReferrals(id('gone'), [{ nodeId: id('dave'), degree: 3 }]);
    expect(taken(/dial/)).toEqual(['dial dave over the resolver']);
  });

  it('[TP2, RV3] without the resolver it dials only whom a neighbour can reach', () => {
    const { maintainer, world, id, link, taken } = setUp();
    world.isReachable = false;
    const bob = link('bob');
    maintainer.onReferrals(id('gone'), [{ nodeId: id('dave'), degree: 3 }]);
    maintainer.onReferrals(bob.nodeId, [{ nodeId: id('carol'), degree: 3 }]);
    expect(taken(/dial/)).toEqual(['dial carol over bob']);
  });

  it('[TP4] alone, it dials those it knew before strangers', () => {
    const { maintainer, clock, world, id, lost, taken } = setUp();
    lost.add(id('bob'));
    world.resolvable = ['mallory', 'oscar', 'bob'].map(id);
    maintainer.onRegistered(undefined);
    clock.settle();
    expect(taken(/dial/)).toEqual(['dial bob over the resolver']);
  });

  it('[TP2] takes no referral to itself, to whom it is linked, to whom it is dialling, or to who has left', () => {
    const { maintainer, id, link, left, attempts, pass, taken } = setUp();
    const bob = link('bob');
    link('carol');
    left.add(id('gone'));
    attempts.set(id('dave'), { dialled: true, isLive: true });
    maintainer.onReferrals(
      bob.nodeId,
      [self, id('carol'), id('dave'), id('gone')].map((nodeId) => ({ nodeId, degree: 0 })),
    );
    pass(3_000);
    expect(taken(/dial/)).toEqual([]);
  });

  it('[TP3] whom a dial failed with rests for 10 s, for 30 s if it failed for the password', () => {
    for (const [reason, restMs] of [
      ['NoAnswer', 10_000],
      ['Busy', 10_000],
      ['AnotherPassword', 30_000],
      ['ConfirmationMissing', 30_000],
    ] as const) {
      const { maintainer, clock, id, link, failDial, taken } = setUp();
      const bob = link('bob');
      const refer = (): string[] => {
        maintainer.onReferrals(bob.nodeId, [{ nodeId: id('mallory'), degree: 0 }]);
        return taken(/dial mallory/);
      };
      expect(refer()).toHaveLength(1);
      failDial('mallory', reason);
      clock.advance(restMs - 1);
      expect(refer()).toEqual([]);
      clock.advance(1);
      expect(refer(), reason).toHaveLength(1);
    }
  });

  it('[TP3] who refused the greeting rests too', () => {
    const { maintainer, clock, id, link, taken } = setUp();
    const bob = link('bob');
    maintainer.onRefused(id('carol'), 'NodeBusy');
    maintainer.onReferrals(bob.nodeId, [{ nodeId: id('carol'), degree: 0 }]);
    expect(taken(/dial/)).toEqual([]);
    clock.advance(10_000);
    maintainer.tick();
    expect(taken(/dial/)).toEqual(['dial carol over bob']);
  });

  it('[TP8] while candidates are lacking, it asks the resolver after 1 s, doubling to 10 s', () => {
    const { maintainer, clock, pass, taken } = setUp();
    maintainer.onRegistered(undefined);
    clock.settle();
    expect(taken(/resolve/)).toHaveLength(1);
    const counts = [4_000, 12_000, 44_000, 60_000].map((ms) => {
      pass(ms);
      return taken(/resolve/).length;
    });
    // Give or take half of each wait; from the third on the search for strangers asks every 20 s besides.
    expect(counts[0]).toBeGreaterThanOrEqual(1);
    expect(counts[1]).toBeLessThanOrEqual(4);
    expect(counts[2]).toBeLessThanOrEqual(44 / 5 + 4);
    expect(counts[3]).toBeGreaterThanOrEqual(60 / 15);
    expect(counts[3]).toBeLessThanOrEqual(60 / 5 + 6);
  });

  it('[TP8] just for links of its own choice it asks four times, and four more when it made or lost one', () => {
    // Not listed, so that it looks for no strangers besides.
    const { maintainer, world, id, link, lose, pass, taken } = setUp({ isListed: false });
    for (const name of ['bob', 'carol', 'dave', 'erin', 'grace']) link(name, 4);
    pass(120_000);
    expect(taken(/^resolve$/)).toHaveLength(4);
    lose('bob');
    pass(120_000);
    expect(taken(/resolve|dial/)).toEqual([]);
    world.resolvable = [id('frank')];
    maintainer.refreshConnection();
    pass(1_000);
    expect(taken(/dial/)).toEqual(['dial frank over the resolver']);
    link('frank', 4);
    pass(120_000);
    expect(taken(/^resolve$/)).toHaveLength(4);
    lose('frank');
    pass(120_000);
    expect(taken(/^resolve$/)).toHaveLength(4);
  });

  it('[TP8] begins to ask quickly again once it was linked or registered anew', () => {
    const { maintainer, pass, taken } = setUp();
    pass(60_000);
    taken();
    maintainer.onRegistered(undefined);
    pass(4_000);
    expect(taken(/resolve/).length).toBeGreaterThanOrEqual(2);
  });

  it('[TP8] while neighbours are lacking, it asks one of those it has every two seconds', () => {
    const { link, pass, taken } = setUp();
    link('bob');
    pass(2_000);
    taken();
    pass(10_000);
    expect(taken(/referrals/)).toEqual(Array.from({ length: 5 }, () => 'ask bob for referrals'));
  });

  it('[TP8] asks nobody for anything when it has what it needs', () => {
    const { pass, taken } = setUpSettled();
    pass(10_000);
    expect(taken(/referrals/)).toEqual([]);
  });

  it('[RV1, TP8] does not resolve before it is registered', () => {
    const { world, pass, taken } = setUp();
    world.isRegistered = false;
    pass(60_000);
    expect(taken(/resolve/)).toEqual([]);
  });

  it('[TP7] about every 20 s it asks for others and dials one that is no member', () => {
    const { world, id, members, attempts, pass, taken } = setUpSettled();
    members.add(id('heidi'));
    world.resolvable = [id('bob'), id('heidi')];
    pass(STRANGER_ROUND_MS * 1.5);
    expect(taken(/resolve/)).not.toEqual([]);
    world.resolvable = [id('bob'), id('heidi'), id('stranger')];
    pass(5 * STRANGER_ROUND_MS);
    const lines = taken();
    expect(lines.filter((line) => line.startsWith('dial'))).toEqual(['dial stranger over the resolver']);
    const resolves = lines.filter((line) => line.startsWith('resolve')).length;
    expect(resolves).toBeGreaterThanOrEqual(3);
    expect(resolves).toBeLessThanOrEqual(10);
    expect(attempts.size).toBe(1);
  });

  it('[TP7] who is not listed looks for no strangers: nearly everybody may be one', () => {
    const { world, id, pass, taken } = setUpSettled({ isListed: false });
    world.resolvable = [id('stranger')];
    pass(5 * STRANGER_ROUND_MS);
    expect(taken(/resolve|dial/)).toEqual([]);
  });

  it('[TP1] connections of any state never exceed the cap', () => {
    const { maintainer, id, link, addClosing, taken } = setUp();
    const bob = link('bob');
    addClosing(8);
    maintainer.onReferrals(
      bob.nodeId,
      Array.from({ length: 10 }, (_, i) => ({ nodeId: id(`n${i}`), degree: 0 })),
    );
    expect(taken(/dial/)).toHaveLength(1);
    maintainer.onHandOver(bob, id('heidi'));
    maintainer.tick();
    expect(taken(/dial/)).toEqual([]);
    expect(maintainer.admits(id('ivan'), via)).toBe('Busy');
  });

  it('[TP1] a connection that says farewell counts until it is gone', () => {
    const { maintainer, id, farewells } = setUp();
    farewells.count = 9;
    expect(maintainer.admits(id('ivan'), via)).toBe('Accept');
    farewells.count = 10;
    expect(maintainer.admits(id('ivan'), via)).toBe('Busy');
  });

  it('[ND4] says that nobody is here when the resolver names nobody', () => {
    const { maintainer, clock, searches } = setUp();
    maintainer.onRegistered(undefined);
    clock.settle();
    expect(searches).toEqual(['Nobody']);
  });

  it('[ND4] an answer that failed says nothing', () => {
    const { maintainer, clock, world, searches } = setUp();
    world.resolvable = undefined;
    maintainer.onRegistered(undefined);
    clock.settle();
    expect(searches).toEqual([]);
  });

  it.each<AttemptFailure>(['NoAnswer', 'ConnectionFailed', 'AnotherPassword'])(
    '[ND4] says that nobody is here when all dials have failed (%s), and not before',
    (reason) => {
      const { maintainer, clock, world, id, failDial, searches } = setUp();
      world.resolvable = [id('bob'), id('carol')];
      maintainer.onRegistered(undefined);
      clock.settle();
      failDial('bob', reason);
      expect(searches).toEqual([]);
      failDial('carol', reason);
      expect(searches).toEqual(['Nobody']);
    },
  );

  it('[ND4] who is busy is somebody: looking goes on', () => {
    const { maintainer, clock, world, id, failDial, searches } = setUp();
    world.resolvable = [id('bob')];
    maintainer.onRegistered(undefined);
    clock.settle();
    failDial('bob', 'Busy');
    expect(searches).toEqual([]);
  });

  it('[ND4] somebody who is just dialling this node is not nobody', () => {
    const { maintainer, clock, world, id, attempts, searches } = setUp();
    attempts.set(id('bob'), { dialled: false, isLive: true });
    world.resolvable = [id('bob')];
    maintainer.onRegistered(undefined);
    clock.settle();
    expect(searches).toEqual([]);
  });

  it('[TP1] not even when it is told to, or when strangers are looked for', () => {
    const { maintainer, clock, world, id, addClosing, pass, taken } = setUpSettled();
    addClosing(4);
    world.resolvable = [id('heidi'), id('ivan')];
    maintainer.refreshConnection();
    clock.settle();
    pass(2 * STRANGER_ROUND_MS);
    expect(taken(/dial/)).toEqual([]);
  });

  it('[PF8] twelve failed proofs of those it dialled end dialling over the resolver, but not over neighbours', () => {
    const { maintainer, clock, world, id, link, failDial, taken } = setUp();
    world.resolvable = [id('oscar')];
    const bob = link('bob');
    for (let guess = 0; guess < FAILED_DIALS.burst; guess++) failDial(`mallory ${guess}`, 'AnotherPassword');
    maintainer.onRegistered(undefined);
    clock.settle();
    maintainer.onReferrals(bob.nodeId, [{ nodeId: id('carol'), degree: 3 }]);
    expect(taken(/dial/)).toEqual(['dial carol over bob']);
    failDial('carol', 'NoAnswer');
    clock.advance(1000 / FAILED_DIALS.perSecond);
    maintainer.tick();
    expect(taken(/dial/)).toEqual(['dial oscar over the resolver']);
  });

  it('[ND6] asks the resolver at once and gains one neighbour more when it is told to', () => {
    const { maintainer, clock, world, id, taken } = setUpSettled();
    world.resolvable = [id('heidi'), id('ivan')];
    maintainer.refreshConnection();
    clock.settle();
    expect(taken()).toEqual(['resolve', 'dial heidi over the resolver']);
  });

  it('[ND6] told to while the resolver is being asked already, it gains one neighbour more by that answer', () => {
    const { maintainer, clock, world, id, link, attempts, taken } = setUp();
    world.resolvable = [id('heidi')];
    for (const name of ['bob', 'carol', 'dave']) link(name);
    // With these dials it has what it needs, and dials nobody else by itself.
    for (const name of ['erin', 'frank', 'grace']) attempts.set(id(name), { dialled: true, isLive: true });
    maintainer.onRegistered(undefined);
    maintainer.refreshConnection();
    clock.settle();
    expect(taken(/resolve|dial/)).toEqual(['resolve', 'dial heidi over the resolver']);
  });
});

describe('one neighbour more', () => {
  it('[ND6] is tried for until there is one', () => {
    const { maintainer, clock, world, id, link, failDial, pass, taken } = setUpSettled();
    world.resolvable = [id('heidi'), id('ivan'), id('judy')];
    maintainer.refreshConnection();
    clock.settle();
    const dialled = (): string[] => taken(/dial/).map((line) => line.split(' ')[1]!);
    const [first, ...none] = dialled();
    expect(none).toEqual([]);
    failDial(first!, 'ConnectionFailed');
    const [second] = dialled();
    expect(['heidi', 'ivan', 'judy']).toContain(second);
    expect(second).not.toBe(first);
    link(second!);
    pass(WANTED_MORE_MS);
    expect(dialled()).toEqual([]);
  });

  it('[ND6] is sought among the neighbours of neighbours where the resolver is away', () => {
    const { maintainer, clock, world, id, pass, taken } = setUpSettled();
    world.resolvable = undefined;
    world.isReachable = false;
    maintainer.refreshConnection();
    clock.settle();
    const [asked] = taken(/ask/);
    const name = asked!.split(' ')[1]!;
    maintainer.onReferrals(id(name), [{ nodeId: id('heidi'), degree: 6 }]);
    expect(taken(/dial/)).toEqual([`dial heidi over ${name}`]);
    pass(WANTED_MORE_MS);
  });

  it('[ND6] is given up after 20 s', () => {
    const { maintainer, clock, world, id, pass, taken } = setUpSettled();
    maintainer.refreshConnection();
    clock.settle();
    pass(WANTED_MORE_MS);
    taken();
    maintainer.onReferrals(id('bob'), [{ nodeId: id('heidi'), degree: 6 }]);
    world.resolvable = [];
    pass(5_000);
    expect(taken(/dial/)).toEqual([]);
  });

  it('[ND7] each dial is counted by its way', () => {
    const { maintainer, clock, world, id, link, counters } = setUp();
    world.resolvable = ['bob', 'carol', 'dave'].map(id);
    maintainer.onRegistered(undefined);
    clock.settle();
    clock.advance(LEAD_MS);
    clock.advance(LEAD_MS);
    expect(counters).toMatchObject({ dialsOverResolver: 3, dialsOverNeighbours: 0 });
    const erin = link('erin');
    maintainer.onHandOver(erin, id('frank'));
    expect(counters).toMatchObject({ dialsOverResolver: 3, dialsOverNeighbours: 1 });
  });
});

describe('introductions', () => {
  const refer = (...nodeIds: NodeId[]) => nodeIds.map((nodeId) => ({ nodeId, degree: 3 }));

  it('[TP11] of those one neighbour named two are dialled, and a third once one of these is gone', () => {
    const { maintainer, id, link, failDial, pass, taken } = setUp();
    const bob = link('bob');
    taken();
    maintainer.onReferrals(bob.nodeId, refer(id('carol'), id('dave'), id('erin')));
    pass(5 * LEAD_MS);
    const dialled = taken(/dial/);
    expect(dialled).toHaveLength(2);
    const [, name] = dialled[0]!.split(' ');
    failDial(name!, 'ConnectionFailed');
    pass(TICK_MS);
    expect(taken(/dial/)).toHaveLength(1);
  });

  it('[TP11] the rest are not dialled over the resolver either, unless that named them', () => {
    const { maintainer, clock, world, id, link, pass, taken } = setUp();
    const bob = link('bob');
    maintainer.onReferrals(bob.nodeId, refer(id('carol'), id('dave')));
    link('carol');
    link('dave');
    taken();
    maintainer.onReferrals(bob.nodeId, refer(id('erin')));
    pass(10_000);
    expect(taken(/dial/)).toEqual([]);
    world.resolvable = [id('erin')];
    maintainer.onRegistered(undefined);
    clock.settle();
    expect(taken(/dial/)).toEqual(['dial erin over the resolver']);
  });

  it('[TP11] who comes over a neighbour that has introduced two is Busy, who comes another way is not', () => {
    const { maintainer, id, link, attempts, lose } = setUp();
    const bob = link('bob');
    for (const name of ['carol', 'dave']) {
      expect(maintainer.admits(id(name), bob.nodeId)).toBe('Accept');
      attempts.set(id(name), { dialled: false, isLive: true });
      link(name);
    }
    expect(maintainer.admits(id('mallory'), bob.nodeId)).toBe('Busy');
    expect(maintainer.admits(id('mallory'), id('carol'))).toBe('Accept');
    lose('dave');
    expect(maintainer.admits(id('oscar'), bob.nodeId)).toBe('Accept');
  });

  it('[TP11, TP5] nor is a third hand-over of one neighbour followed', () => {
    const { maintainer, id, link, taken } = setUp();
    const mallory = link('mallory');
    taken();
    for (const name of ['ghost', 'shade', 'spectre']) maintainer.onHandOver(mallory, id(name));
    expect(taken(/dial/)).toEqual(['dial ghost over mallory', 'dial shade over mallory']);
  });
});

describe('links that are kept, and that go', () => {
  /** Nine neighbours, one of them more than high; the first are of its own choice. */
  function setUpCrowded(chosen: number) {
    const node = setUp();
    const { maintainer, clock, world, id, link } = node;
    world.resolvable = ['bob', 'carol', 'dave'].map(id).slice(0, chosen);
    maintainer.onRegistered(undefined);
    clock.settle();
    clock.advance(LEAD_MS);
    clock.advance(LEAD_MS);
    // What the resolver named was dialled; the others came by themselves.
    const names = ['bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi', 'ivan'];
    for (const name of names) link(name, 8, { utility: 100 });
    world.resolvable = [];
    return node;
  }

  it('[TP12] the first three of its own choice are never let go of, however useless', () => {
    const { link, pass, taken } = setUpCrowded(3);
    link('judy', 8, { utility: 1_000 });
    for (let round = 0; round < 4; round++) {
      pass(8_000);
      link(`newcomer ${round}`, 8, { utility: 1_000 });
    }
    const gone = taken(/let go/).map((line) => line.split(' ')[3]);
    expect(gone.length).toBeGreaterThanOrEqual(4);
    for (const name of ['bob:', 'carol:', 'dave:']) expect(gone).not.toContain(name);
  });

  it('[TP14] besieged, it dials others beside six neighbours of which two do not relay, and hands over none that does', () => {
    const { clock, contributions, link, world, id, pass, taken } = setUp();
    const [bob, ...others] = ['bob', 'carol', 'dave', 'erin', 'frank', 'grace'].map((name) => link(name));
    world.resolvable = ['heidi', 'ivan'].map(id);
    pass(COUNTED_AFTER_MS);
    for (let i = 0; i < BARREN_AFTER.envelopes; i++) {
      const origin = nodeIdFor(`origin ${i % BARREN_AFTER.origins}`);
      contributions.taken(origin, bob, [bob!, ...others], clock.now());
    }
    for (const other of others.slice(2)) contributions.takenAgain(other);
    taken();
    pass(5_000);
    expect(new Set(taken(/^dial/))).toEqual(new Set(['dial heidi over the resolver', 'dial ivan over the resolver']));
    pass(60_000);
    link('judy');
    link('mallory', 2, { openedAt: 0 });
    taken();
    pass(20_000);
    const handed = taken(/^hand/);
    expect(handed.length).toBeGreaterThan(0);
    expect(handed.join()).not.toContain('hand bob');
  });

  it('[NB14] who wants no link with us is left alone for ten minutes', () => {
    const { maintainer, world, id, pass, taken } = setUp();
    world.resolvable = [id('bob')];
    maintainer.onRefused(id('bob'), 'NotUsefulNeighbor');
    pass(RETRY_UNWELCOME_MS - 1_000);
    expect(taken(/^dial/)).toEqual([]);
    pass(20_000);
    expect(taken(/^dial/)[0]).toBe('dial bob over the resolver');
  });

  it('[TP15] who was let go of because it does not relay is Busy when it comes back', () => {
    const { clock, maintainer, contributions, link, id, pass, taken } = setUp();
    const names = ['bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi', 'ivan', 'judy', 'mallory'];
    const neighbours = names.map((name) => link(name));
    pass(15_000);
    taken();
    for (let i = 0; i < BARREN_AFTER.envelopes; i++)
      contributions.taken(nodeIdFor(`origin ${i % BARREN_AFTER.origins}`), neighbours[0], neighbours, clock.now());
    pass(TICK_MS);
    const [gone] = taken(/let go/).map((line) => line.split(' ')[3]!.replace(':', ''));
    expect([maintainer.admits(id(gone!), undefined), maintainer.admits(id('peggy'), undefined)]).toEqual([
      'Busy',
      'Accept',
    ]);
  });

  it('[TP10] above high, and with nobody to take one, the least useful goes, once a round', () => {
    const { link, pass, taken } = setUpCrowded(3);
    link('judy', 8, { utility: 50 });
    link('mallory', 8, { utility: 2_000 });
    pass(8_000);
    expect(taken(/let go/)[0]).toBe('let go of judy: NotUsefulNeighbor');
  });

  it('[TP7] a stranger that was dialled and linked takes the place of the least useful link', () => {
    const { world, id, link, members, pass, taken } = setUp();
    for (const name of ['bob', 'carol', 'dave', 'erin', 'frank', 'grace']) link(name, 7, { utility: 500 });
    link('heidi', 7, { utility: 90 });
    world.resolvable = [id('stranger')];
    members.delete(id('stranger'));
    pass(2 * STRANGER_ROUND_MS);
    expect(taken(/dial/)).toEqual(['dial stranger over the resolver']);
    link('stranger', 7);
    expect(taken(/let go/)).toEqual(['let go of heidi: NotUsefulNeighbor']);
    // A newcomer that came by itself replaces nobody.
    link('newcomer', 7);
    expect(taken(/let go/)).toEqual([]);
  });

  it('[TP7] at the cap a link makes room first, and then the stranger is dialled', () => {
    const { world, id, link, pass, taken } = setUp({ high: 10 });
    const names = Array.from({ length: 10 }, (_, index) => `neighbour ${index}`);
    for (const name of names) link(name, 7, { utility: 500 });
    world.resolvable = [id('stranger')];
    taken();
    pass(1.5 * STRANGER_ROUND_MS);
    const lines = taken(/let go|dial/);
    expect(lines[0]).toMatch(/^let go of neighbour/);
    expect(lines.slice(1)).toEqual(lines.length > 1 ? ['dial stranger over the resolver'] : []);
  });

  it('[TP7] a link is not let go of for a stranger by who has no more than its target', () => {
    const { world, id, link, pass, taken } = setUp();
    for (const name of ['bob', 'carol', 'dave', 'erin', 'frank']) link(name, 7, { utility: 0 });
    world.resolvable = [id('stranger')];
    pass(2 * STRANGER_ROUND_MS);
    link('stranger', 7);
    expect(taken(/let go/)).toEqual([]);
  });

  it('[TP7] registered anew, it looks for others within eight seconds', () => {
    const { maintainer, clock, world, id, pass, taken } = setUpSettled();
    pass(STRANGER_ROUND_MS * 1.5);
    world.resolvable = [id('stranger')];
    taken();
    maintainer.onRegistered(undefined);
    clock.settle();
    pass(8_000);
    expect(taken(/dial/)).toEqual(['dial stranger over the resolver']);
  });

  it('[TP3] who was too slow rests for a minute', () => {
    const { maintainer, clock, id, link, lose, taken } = setUp();
    const bob = link('bob');
    link('carol');
    lose('carol', 'NodeTooSlow');
    taken();
    const refer = (): string[] => {
      maintainer.onReferrals(bob.nodeId, [{ nodeId: id('carol'), degree: 3 }]);
      return taken(/dial carol/);
    };
    clock.advance(59_999);
    expect(refer()).toEqual([]);
    clock.advance(1);
    expect(refer()).toEqual(['dial carol over bob']);
  });

  it('[TP2] who dies is a candidate no longer', () => {
    const { maintainer, id, link, world, pass, taken } = setUp();
    const bob = link('bob');
    for (const name of ['frank', 'grace', 'heidi']) link(name);
    maintainer.onReferrals(bob.nodeId, [{ nodeId: id('carol'), degree: 3 }]);
    maintainer.onLost(id('carol'));
    world.resolvable = [];
    taken();
    pass(20_000);
    expect(taken(/dial/)).toEqual([]);
  });

  it('[NB5, TP2] nobody is dialled over a neighbour that is silent', () => {
    const { maintainer, world, id, link, taken } = setUp();
    world.isReachable = false;
    const bob = link('bob', 6, { isSuspect: true });
    link('carol');
    taken();
    maintainer.onReferrals(bob.nodeId, [{ nodeId: id('dave'), degree: 3 }]);
    expect(taken(/dial/)).toEqual([]);
  });

  it('[NB11] a slow neighbour is replaced', () => {
    const { maintainer, id, link, taken } = setUp();
    const [bob] = ['bob', 'carol', 'dave'].map((name) => link(name));
    link('erin', 6, { isSlow: true });
    taken();
    maintainer.onReferrals(bob!.nodeId, [{ nodeId: id('frank'), degree: 3 }]);
    expect(taken(/dial/)).toEqual(['dial frank over bob']);
  });

  it('[NB8] after waking it asks at once, whatever was put off', () => {
    const { maintainer, pass, taken } = setUp();
    pass(60_000);
    for (const wakes of [false, true]) {
      // Just asked: the next time is seconds away.
      while (taken(/resolve/).length === 0) pass(TICK_MS);
      if (wakes) maintainer.wake();
      pass(TICK_MS);
      expect(taken(/resolve/)).toHaveLength(wakes ? 1 : 0);
    }
  });
});

describe('handing over', () => {
  it('[RV5] hands nobody over, and follows no hand-over, while neighbours may not be named', () => {
    const { maintainer, world, id, link, taken } = setUpSettled();
    world.sharesReferrals = false;
    const newcomer = link('newcomer', 1);
    maintainer.onHandOver(newcomer, id('heidi'));
    expect(taken(/hand|dial/)).toEqual([]);
  });

  it('[TP5] above the target it hands one neighbour over to a newcomer that lacks some, in a round, and no more while that lasts', () => {
    const { link, pass, taken } = setUpSettled();
    link('newcomer', 1);
    pass(SPLICE_AFTER_MS - TICK_MS);
    expect(taken(/hand/)).toEqual([]);
    let lines: string[] = [];
    while (lines.length === 0) {
      pass(TICK_MS);
      lines = taken(/hand/);
    }
    expect(lines).toEqual([expect.stringMatching(/^hand \w+ over to newcomer$/)]);
    pass(HAND_OVER_TIMEOUT_MS - TICK_MS);
    expect(taken(/hand/)).toEqual([]);
    pass(8_000);
    expect(taken(/hand/)).toHaveLength(1);
  });

  it('[TP5] asked to, it links to the named one over the asker, and lets go of the asker only then', () => {
    const { maintainer, id, link, taken } = setUpSettled();
    const heidi = link('heidi');
    taken();
    maintainer.onHandOver(heidi, id('newcomer'));
    expect(taken()).toEqual(['dial newcomer over heidi']);
    link('newcomer', 2);
    expect(taken(/let go/)).toEqual(['let go of heidi: NotUsefulNeighbor']);
  });

  it('[TP5] if the link does not come about, the asker stays', () => {
    const { maintainer, id, link, failDial, pass, taken } = setUpSettled();
    const bob = link('heidi');
    taken();
    maintainer.onHandOver(bob, id('newcomer'));
    failDial('newcomer', 'ConnectionFailed');
    link('newcomer');
    maintainer.onHandOver(bob, id('another'));
    pass(HAND_OVER_TIMEOUT_MS);
    link('another');
    expect(taken(/let go/)).toEqual([]);
  });

  it('[TP6] linked to the named one already, it asks that one, and lets go once it has answered', () => {
    const { maintainer, id, link, taken } = setUpSettled();
    const heidi = link('heidi');
    taken();
    maintainer.onHandOver(heidi, id('bob'));
    expect(taken()).toEqual(['ask bob']);
    maintainer.onAnswered(id('carol'));
    expect(taken()).toEqual([]);
    maintainer.onAnswered(id('bob'));
    maintainer.onAnswered(id('bob'));
    expect(taken()).toEqual(['let go of heidi: NotUsefulNeighbor']);
  });

  it('[TP6] if the named one is lost without an answer, or answers too late, the asker stays', () => {
    const { maintainer, id, link, lose, pass, taken } = setUpSettled();
    const heidi = link('heidi');
    maintainer.onHandOver(heidi, id('bob'));
    lose('bob');
    maintainer.onHandOver(heidi, id('carol'));
    pass(HAND_OVER_TIMEOUT_MS);
    link('bob');
    for (const name of ['bob', 'carol']) maintainer.onAnswered(id(name));
    expect(taken(/let go/)).toEqual([]);
  });

  it('[TP6] unless it would fall below low', () => {
    const { maintainer, id, link, taken } = setUp();
    const [bob] = ['bob', 'carol', 'dave', 'erin'].map((name) => link(name));
    taken();
    maintainer.onHandOver(bob!, id('carol'));
    maintainer.onAnswered(id('carol'));
    expect(taken(/let go/)).toEqual([]);
    link('frank');
    maintainer.onAnswered(id('carol'));
    expect(taken(/let go/)).toEqual(['let go of bob: NotUsefulNeighbor']);
  });

  it('[TP5] asked to link to itself or to who has left, it does nothing', () => {
    const { maintainer, id, link, left, taken } = setUpSettled();
    const bob = link('bob');
    left.add(id('gone'));
    taken();
    maintainer.onHandOver(bob, self);
    maintainer.onHandOver(bob, id('gone'));
    expect(taken()).toEqual([]);
  });

  it('[TP5, TP1] a storm of hand-overs fills no more than the cap, and leaves room for others', () => {
    const { maintainer, id, link, pass, taken, failDial } = setUp();
    const mallory = link('mallory');
    taken();
    let dials = 0;
    for (let second = 0; second < 60; second++) {
      for (let i = 0; i < 200; i++) maintainer.onHandOver(mallory, id(`ghost ${second} ${i}`));
      const dialled = taken(/dial ghost/);
      dials += dialled.length;
      pass(1_000);
      for (const line of dialled) failDial(line.split(' over ')[0]!.slice('dial '.length), 'NoAnswer');
    }
    expect(dials).toBeGreaterThan(0);
    expect(dials).toBeLessThanOrEqual(HAND_OVERS.burst + 60 * HAND_OVERS.perSecond);
    expect(maintainer.admits(id('bob'), via)).toBe('Accept');
  });
});

describe('strangers', () => {
  it('[SG4] are taken while there is room', () => {
    const { maintainer, id } = setUp();
    expect(maintainer.admits(id('bob'), via)).toBe('Accept');
  });

  it('[NB7] one that claims to be a neighbour is Busy, and the neighbour must answer', () => {
    const { maintainer, link, taken } = setUp();
    const bob = link('bob');
    taken();
    expect(maintainer.admits(bob.nodeId, via)).toBe('Busy');
    expect(taken()).toEqual(['challenge bob for 1500 ms']);
  });

  it('[PF8] six failed proofs at once are borne, then strangers are Busy until one more is', () => {
    const { clock, maintainer, id, failDial } = setUp();
    for (let guess = 0; guess < FAILED_PROOFS.burst; guess++) {
      expect(maintainer.admits(id(`mallory ${guess}`), via)).toBe('Accept');
      failDial(`mallory ${guess}`, guess % 2 ? 'AnotherPassword' : 'ConfirmationMissing', false);
    }
    expect(maintainer.admits(id('mallory'), via)).toBe('Busy');
    clock.advance(9_500);
    maintainer.tick();
    expect(maintainer.admits(id('bob'), via)).toBe('Busy');
    clock.advance(500);
    maintainer.tick();
    expect(maintainer.admits(id('bob'), via)).toBe('Accept');
  });

  it('[PF8] proofs under way are counted as if they failed', () => {
    const { maintainer, id, attempts, failDial } = setUp();
    for (let guess = 0; guess < 3; guess++) failDial(`mallory ${guess}`, 'AnotherPassword', false);
    for (const name of ['erin', 'frank']) attempts.set(id(name), { dialled: false, isLive: true });
    expect(maintainer.admits(id('ivan'), via)).toBe('Accept');
    attempts.set(id('ivan'), { dialled: false, isLive: true });
    expect(maintainer.admits(id('judy'), via)).toBe('Busy');
    // One that turns out well gives its place back.
    attempts.delete(id('erin'));
    expect(maintainer.admits(id('judy'), via)).toBe('Accept');
  });

  it('[SG4] over the resolver, and over each neighbour, others begin 16 attempts at once and one in two seconds', () => {
    expect(PASSED_ATTEMPTS).toEqual(RESOLVER_ATTEMPTS);
    const { maintainer, id, link, pass } = setUp();
    const carol = link('carol').nodeId;
    const erin = link('erin').nodeId;
    const admitted = (path: NodeId | undefined): number => {
      let count = 0;
      while (count < 1_000 && maintainer.admits(id('mallory'), path) === 'Accept') count += 1;
      return count;
    };
    for (const path of [undefined, carol]) {
      expect(admitted(path)).toBe(RESOLVER_ATTEMPTS.burst);
      pass(10_000);
      expect(admitted(path)).toBe(10 * RESOLVER_ATTEMPTS.perSecond);
      expect(maintainer.admits(id('bob'), erin)).toBe('Accept');
    }
  });

  it('[SG2, TP1, TP11] a new offer takes the place of the attempt there is, and no other', () => {
    const { maintainer, id, link, attempts } = setUp({ cap: 8 });
    const bob = link('bob').nodeId;
    for (const name of ['carol', 'dave', 'erin', 'frank', 'grace']) link(name);
    for (const name of ['heidi', 'ivan']) {
      expect(maintainer.admits(id(name), bob)).toBe('Accept');
      attempts.set(id(name), { dialled: false, isLive: true });
    }
    expect([maintainer.admits(id('heidi'), bob), maintainer.admits(id('judy'), undefined)]).toEqual(['Accept', 'Busy']);
  });

  it('[PF8] in the long run it is six a minute', () => {
    const { maintainer, id, failDial, pass } = setUp();
    let guesses = 0;
    for (let tick = 0; tick < 600 * 2; tick++) {
      while (maintainer.admits(id('mallory'), via) === 'Accept') {
        failDial('mallory', 'AnotherPassword', false);
        guesses += 1;
      }
      pass(TICK_MS);
    }
    expect(guesses).toBeLessThanOrEqual(FAILED_PROOFS.burst + 60);
    expect(guesses).toBeGreaterThanOrEqual(60);
  });

  it('[PF8] own dials and other failures draw nothing', () => {
    const { maintainer, id, failDial } = setUp();
    for (let i = 0; i < 50; i++) {
      failDial(`mallory ${i}`, 'AnotherPassword', true);
      failDial(`bob ${i}`, 'ConnectionFailed', false);
    }
    expect(maintainer.admits(id('stranger'), via)).toBe('Accept');
  });

  it('[PF8] members are not kept out by strangers', () => {
    const { maintainer, id, members, failDial } = setUp();
    members.add(id('bob'));
    for (let guess = 0; guess < 20; guess++) failDial(`mallory ${guess}`, 'AnotherPassword', false);
    expect(maintainer.admits(id('stranger'), via)).toBe('Busy');
    expect(maintainer.admits(id('bob'), via)).toBe('Accept');
  });

  it('[PF8] who only claims to be a member guesses no more often either', () => {
    const { maintainer, id, members, failDial } = setUp();
    members.add(id('bob'));
    let guesses = 0;
    while (guesses < 100 && maintainer.admits(id('bob'), via) === 'Accept') {
      failDial('bob', 'AnotherPassword', false);
      guesses += 1;
    }
    expect(guesses).toBe(FAILED_PROOFS.burst);
    // And takes nothing from strangers.
    expect(maintainer.admits(id('stranger'), via)).toBe('Accept');
  });
});
