import { describe, expect, it } from 'vitest';
import type { NodeId } from '../base/ids.ts';
import { nodeIdFor } from '../testing/cast.ts';
import { createManualClock } from '../testing/manual-clock.ts';
import { createTestNeighbour } from '../testing/test-neighbour.ts';
import { createTestRandom } from '../testing/test-random.ts';
import type { Candidate } from './candidates.ts';
import { BARREN_AFTER, BESIEGED_FOR_MS, COUNTED_AFTER_MS, createContributions } from './contributions.ts';
import type { Neighbour } from './neighbours.ts';
import { TICK_MS } from './patience.ts';
import {
  createSiege,
  BACK_OFF_MS,
  BARREN_GRACE_MS,
  DEAF_AFTER_MS,
  DEAF_UNTIL_MS,
  ON_GUARD_FOR_MS,
  RESERVED_FOR_MS,
  ROOM_EVERY_MS,
  TRIES,
} from './siege.ts';

const CAP = 10;
const LOW = 4;

/** A node among neighbours whose deeds the test tells of. */
function setUp(...names: string[]) {
  const clock = createManualClock(0);
  const asked: string[] = [];
  const known = new Map<NodeId, string>();
  const id = (name: string): NodeId => {
    known.set(nodeIdFor(name), name);
    return nodeIdFor(name);
  };
  const neighbours: Neighbour[] = [];
  const world = { candidates: [] as Candidate[], members: [] as NodeId[] };
  const contributions = createContributions();
  const siege = createSiege({ clock, random: createTestRandom('siege') }, contributions, {
    neighbours: () => neighbours,
    low: LOW,
    cap: CAP,
    room: () => CAP - neighbours.length,
    isDialable: (nodeId) => world.members.includes(nodeId) && !neighbours.some((other) => other.nodeId === nodeId),
    candidates: () => world.candidates,
    dial: ({ nodeId }) => asked.push(`dial ${known.get(nodeId)}`),
    letGo(nodeId, restMs) {
      asked.push(`let go of ${known.get(nodeId)}`);
      expect(restMs).toBe(BACK_OFF_MS);
      neighbours.splice(
        neighbours.findIndex((other) => other.nodeId === nodeId),
        1,
      );
    },
    askForReferrals: ({ nodeId }) => asked.push(`ask ${known.get(nodeId)}`),
    resolve: () => asked.push('resolve'),
  });
  function link(name: string, dialled = true): Neighbour {
    id(name);
    const neighbour = createTestNeighbour(name, { openedAt: clock.now(), dialled });
    neighbours.push(neighbour);
    return neighbour;
  }
  for (const name of names) link(name);
  /** So many envelopes of others come, by the first neighbour unless said otherwise. */
  function hear(envelopes: number = BARREN_AFTER.envelopes, from = neighbours[0]): void {
    for (let i = 0; i < envelopes; i++)
      contributions.taken(nodeIdFor(`origin ${i % BARREN_AFTER.origins}`), from, neighbours, clock.now());
  }
  function pass(ms: number): void {
    for (let passed = 0; passed < ms; passed += TICK_MS) {
      clock.advance(TICK_MS);
      siege.tick();
    }
  }
  const taken = (pattern = /./): string[] => asked.splice(0).filter((line) => pattern.test(line));
  const resolved = (name: string): Candidate => ({
    nodeId: id(name),
    degree: undefined,
    path: undefined,
    isResolved: true,
  });
  return { clock, siege, contributions, world, neighbours, link, hear, pass, taken, resolved, id };
}

/** Alice relays; all others are silent and old enough to be let go of. */
function setUpBesieged(...silent: string[]) {
  const node = setUp('alice', ...silent);
  node.clock.advance(Math.max(COUNTED_AFTER_MS, BARREN_GRACE_MS.lacking));
  node.hear();
  return node;
}

const CROWD = ['bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi', 'ivan', 'judy'];

describe('a node whose neighbours do not relay', () => {
  it('[TP14] counts them for nothing, and keeps what brings something', () => {
    const { siege, neighbours, pass } = setUpBesieged('bob', 'carol');
    pass(TICK_MS);
    expect(neighbours.map(siege.isDiscounted)).toEqual([false, true, true]);
    expect(neighbours.map(siege.isKept)).toEqual([true, false, false]);
  });

  it('[TP14] with one barren link does nothing', () => {
    const { siege, neighbours, pass, taken, world, resolved } = setUpBesieged('bob');
    world.candidates = [resolved('dave')];
    pass(10_000);
    expect(taken()).toEqual([]);
    expect(neighbours.map(siege.isDiscounted)).toEqual([false, false]);
    expect(neighbours.map(siege.isKept)).toEqual([false, false]);
  });

  it('[TP14] tries others: those it knows as relays, those whom relays name, and those of the resolver', () => {
    const { world, pass, taken, resolved, neighbours, id, link, hear } = setUpBesieged('bob', 'carol');
    const peggy = link('peggy');
    hear(1, peggy);
    neighbours.splice(neighbours.indexOf(peggy), 1);
    world.members = [peggy.nodeId];
    world.candidates = [
      resolved('dave'),
      resolved('erin'),
      { nodeId: id('frank'), degree: 5, path: id('alice'), isResolved: false },
      { nodeId: id('mallory'), degree: 1, path: id('bob'), isResolved: false },
    ];
    pass(30_000);
    expect(new Set(taken())).toEqual(new Set(['dial peggy', 'dial frank', 'dial dave', 'dial erin']));
  });

  it('[TP14] tries whom it knows as a relay twice in succession, and nobody else while no relay is left', () => {
    const { world, pass, taken, resolved, neighbours, link, hear } = setUpBesieged('bob', 'carol');
    const relays = ['peggy', 'trent', 'victor'].map((name) => link(name));
    for (const relay of relays) hear(1, relay);
    for (const relay of [neighbours[0]!, ...relays]) neighbours.splice(neighbours.indexOf(relay), 1);
    world.members = relays.map(({ nodeId }) => nodeId);
    world.candidates = [resolved('dave'), resolved('erin')];
    pass(10_000);
    const dials = taken(/dial/);
    expect(dials.length).toBeGreaterThanOrEqual(16);
    dials.forEach((dial, at) => at % 2 === 1 && expect(dial).toBe(dials[at - 1]));
    expect(new Set(dials)).toEqual(new Set(['dial peggy', 'dial trent', 'dial victor']));
  });

  it('[TP14] without candidates it asks the resolver and who relays', () => {
    const { pass, taken } = setUpBesieged('bob', 'carol');
    pass(2_000);
    expect(new Set(taken())).toEqual(new Set(['resolve', 'ask alice']));
  });

  it('[TP14] when full lets go of the one that brought nothing for longest', () => {
    const { pass, taken, link, hear, neighbours } = setUpBesieged(...CROWD.slice(0, -1));
    link('judy');
    hear(20);
    expect(neighbours).toHaveLength(CAP);
    pass(1_000);
    expect(taken(/let go/)[0]).toBe('let go of bob');
    pass(BARREN_GRACE_MS.lacking - 2_000);
    expect(taken(/let go|alice/)).not.toContain('let go of judy');
  });

  it('[TP14] lets go of nobody who brings something, and does not keep who no longer does', () => {
    const { siege, neighbours, contributions, clock, hear, pass, taken } = setUpBesieged(...CROWD);
    for (const relay of neighbours) hear(1, relay);
    pass(BESIEGED_FOR_MS - TICK_MS);
    expect(taken(/let go/)).toEqual([]);
    for (let i = 0; i < 8 * BARREN_AFTER.origins; i++)
      contributions.taken(nodeIdFor(`origin ${i >> 3}`), neighbours[i % 2], neighbours, clock.now());
    pass(TICK_MS);
    expect(neighbours.filter(siege.isKept)).toEqual(neighbours.slice(0, 2));
  });

  it('[TP14] gives whoever is new time to bring something', () => {
    const { clock, pass, taken, hear, neighbours } = setUp('alice', ...CROWD);
    clock.advance(COUNTED_AFTER_MS);
    hear();
    expect(neighbours).toHaveLength(CAP);
    pass(BARREN_GRACE_MS.lacking - COUNTED_AFTER_MS - TICK_MS);
    expect(taken(/let go/)).toEqual([]);
    pass(3 * TICK_MS);
    expect(taken(/let go/).length).toBeGreaterThan(0);
  });

  it('[TP14] is not made to dial without end', () => {
    const { world, hear, pass, taken, resolved } = setUpBesieged('bob', 'carol');
    world.candidates = [resolved('dave'), resolved('erin')];
    const MINUTES = 20;
    for (let minute = 0; minute < MINUTES; minute++) {
      hear();
      pass(60_000);
    }
    const most = TRIES.burst + TRIES.perSecond * MINUTES * 60;
    expect(taken(/dial/).length).toBeLessThanOrEqual(most);
  });

  it('[TP14] rests when the siege is over, and keeps its relays for ten minutes more', () => {
    const { siege, neighbours, pass, taken, world, resolved } = setUpBesieged('bob', 'carol');
    world.candidates = [resolved('dave')];
    pass(BESIEGED_FOR_MS);
    taken();
    pass(ON_GUARD_FOR_MS - 2 * TICK_MS);
    expect(taken()).toEqual([]);
    expect(neighbours.map(siege.isKept)).toEqual([true, false, false]);
    expect(neighbours.map(siege.isDiscounted)).toEqual([false, false, false]);
    pass(2 * TICK_MS);
    expect(neighbours.map(siege.isKept)).toEqual([false, false, false]);
  });

  it('[TP15] does not admit again whom it let go of, for a minute', () => {
    const { siege, pass, taken, id } = setUpBesieged(...CROWD);
    pass(TICK_MS);
    const [gone] = taken(/let go/).map((line) => line.split(' ').at(-1)!);
    expect([siege.isBackedOff(id(gone!)), siege.isBackedOff(id('peggy'))]).toEqual([true, false]);
    pass(BACK_OFF_MS);
    expect(siege.isBackedOff(id(gone!))).toBe(false);
  });

  it('[TP16] lets those who seek it take half of its room, and who relayed before, or is named by a relay, all', () => {
    const { siege, link, id, hear, pass, neighbours } = setUpBesieged('bob', 'carol');
    const peggy = link('peggy');
    hear(1, peggy);
    neighbours.splice(neighbours.indexOf(peggy), 1);
    pass(TICK_MS);
    for (let i = 0; i < CAP / 2; i++) {
      expect(siege.admits(id(`seeker ${i}`), undefined)).toBe(true);
      link(`seeker ${i}`, false);
    }
    expect(siege.admits(id('mallory'), undefined)).toBe(false);
    expect(siege.admits(id('mallory'), id('bob'))).toBe(false);
    expect(siege.admits(id('mallory'), id('alice'))).toBe(true);
    expect(siege.admits(id('peggy'), undefined)).toBe(true);
  });

  it('[TP16] where there is room, lets go of those that sought it, the latest first, and of none that it sought', () => {
    const { siege, id, pass, link, taken, neighbours } = setUpBesieged('bob', 'carol');
    pass(BESIEGED_FOR_MS);
    for (let i = 0; i < CAP / 2; i++) {
      pass(1_000);
      link(`seeker ${i}`, false);
    }
    pass(BARREN_GRACE_MS.lacking);
    taken();
    expect([siege.admits(id('mallory'), undefined), neighbours.length < CAP]).toEqual([false, true]);
    expect(taken(/let go/)).toEqual(['let go of seeker 4']);
  });

  it('[TP16] makes room for who is to be let in, by one link in two seconds', () => {
    const { siege, taken, id, pass, link, neighbours } = setUpBesieged('bob', 'carol');
    pass(BESIEGED_FOR_MS);
    for (let i = 0; neighbours.length < CAP; i++) link(`new ${i}`);
    pass(BARREN_GRACE_MS.lacking);
    taken();
    const seek = (): boolean[] => ['dave', 'erin', 'frank'].map((name) => siege.admits(id(name), undefined));
    expect(seek()).toEqual([false, true, true]);
    expect(taken()).toEqual(['let go of bob']);
    link('dave');
    expect(seek()).toEqual([false, false, false]);
    expect(taken()).toEqual([]);
    pass(ROOM_EVERY_MS);
    seek();
    expect(taken()).toEqual(['let go of carol']);
  });

  it('[TP16] keeps the place that was made for a relay for such, for five seconds', () => {
    const { siege, id, pass, link, hear, neighbours } = setUpBesieged('bob', 'carol');
    const peggy = link('peggy');
    hear(1, peggy);
    neighbours.splice(neighbours.indexOf(peggy), 1);
    pass(BESIEGED_FOR_MS);
    for (let i = 0; neighbours.length < CAP; i++) link(`new ${i}`);
    pass(BARREN_GRACE_MS.lacking);
    expect([siege.admits(peggy.nodeId, undefined), neighbours.length]).toEqual([false, CAP - 1]);
    expect(siege.admits(id('mallory'), undefined)).toBe(false);
    expect(siege.admits(peggy.nodeId, undefined)).toBe(true);
    pass(RESERVED_FOR_MS);
    expect(siege.admits(id('mallory'), undefined)).toBe(true);
  });
});

describe('a node that hears nothing any more', () => {
  /** Alice, whom it heard by, is gone. */
  function setUpDeaf(...others: string[]) {
    const node = setUp('alice', ...others);
    node.hear(1);
    node.neighbours.shift();
    node.world.candidates = [node.resolved('zoe')];
    return node;
  }

  it('[TP14] tries others, where all links are new since, for a minute', () => {
    const { pass, taken } = setUpDeaf('bob', 'carol', 'dave', 'erin');
    pass(DEAF_AFTER_MS - TICK_MS);
    expect(taken()).toEqual([]);
    pass(5_000);
    expect(taken(/dial zoe/).length).toBeGreaterThan(2);
    pass(DEAF_UNTIL_MS - DEAF_AFTER_MS);
    taken();
    pass(60_000);
    expect(taken()).toEqual([]);
  });

  it.each([
    ['has a link that brought something', (node: ReturnType<typeof setUpDeaf>) => node.hear(1)],
    ['has few neighbours', (node: ReturnType<typeof setUpDeaf>) => node.neighbours.shift()],
  ])('[TP14] waits, where it %s', (_, change) => {
    const node = setUpDeaf('bob', 'carol', 'dave', 'erin');
    change(node);
    node.pass(DEAF_UNTIL_MS);
    expect(node.taken()).toEqual([]);
  });

  it('[TP14] waits, where it never heard anything', () => {
    const { pass, taken, world, resolved } = setUp('bob', 'carol', 'dave', 'erin');
    world.candidates = [resolved('zoe')];
    pass(5 * 60_000);
    expect(taken()).toEqual([]);
  });
});
