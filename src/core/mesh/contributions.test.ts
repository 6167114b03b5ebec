import { describe, expect, it } from 'vitest';
import type { NodeId } from '../base/ids.ts';
import { nodeIdFor } from '../testing/cast.ts';
import {
  BARREN_AFTER,
  BARREN_AFTER_BESIEGED,
  BESIEGED_FOR_MS,
  CORROBORATED_WITHIN,
  COUNTED_AFTER_BESIEGED_MS,
  COUNTED_AFTER_MS,
  createContributions,
  MAX_GIVERS,
} from './contributions.ts';

const SETTLED_AT = COUNTED_AFTER_MS;
const linkTo = (name: string, openedAt = 0) => ({ nodeId: nodeIdFor(name), openedAt, isSuspect: false });
const origins = (count: number): NodeId[] => Array.from({ length: count }, (_, i) => nodeIdFor(`origin ${i}`));

function setUp(names = ['alice', 'bob', 'carol']) {
  const contributions = createContributions();
  const neighbours = names.map((name) => linkTo(name));
  const [alice, bob, carol] = neighbours as [(typeof neighbours)[0], (typeof neighbours)[0], (typeof neighbours)[0]];
  /** Alice and carol bring one by one, of eight origins. */
  function bringInTurn(envelopes: number): void {
    const speakers = origins(BARREN_AFTER.origins);
    for (let i = 0; i < envelopes; i++)
      contributions.taken(speakers[i % speakers.length]!, i % 3 === 0 ? carol : alice, neighbours, SETTLED_AT);
  }
  /** Alice brings so many envelopes of others, of so many origins. */
  function bring(envelopes: number, ofOrigins: number, atMs = SETTLED_AT, from = alice): void {
    const speakers = origins(ofOrigins);
    for (let i = 0; i < envelopes; i++) contributions.taken(speakers[i % ofOrigins]!, from, neighbours, atMs);
  }
  const barren = (): boolean[] => neighbours.map(contributions.isBarren);
  return { contributions, neighbours, alice, bob, carol, bring, bringInTurn, barren };
}

describe('what a link brings of others', () => {
  it('[NB12] one is barren that brings nothing of 24 envelopes of eight origins', () => {
    const { bring, barren } = setUp();
    bring(BARREN_AFTER.envelopes - 1, BARREN_AFTER.origins);
    expect(barren()).toEqual([false, false, false]);
    bring(1, 1);
    expect(barren()).toEqual([false, true, true]);
  });

  it('[NB12] on the trees of few who speak nobody is judged', () => {
    const { bring, barren } = setUp();
    bring(10 * BARREN_AFTER.envelopes, BARREN_AFTER.origins - 1);
    expect(barren()).toEqual([false, false, false]);
  });

  it.each([
    ['brings one first', ({ bring, bob }: ReturnType<typeof setUp>) => bring(1, 1, SETTLED_AT, bob)],
    [
      'brings or announces one again',
      ({ contributions, bob }: ReturnType<typeof setUp>) => contributions.takenAgain(bob),
    ],
  ])('[NB12] one that %s is not barren, and is counted anew', (_, contribute) => {
    const world = setUp();
    const { bring, barren } = world;
    bring(BARREN_AFTER.envelopes, BARREN_AFTER.origins);
    contribute(world);
    expect(barren()).toEqual([false, false, true]);
    bring(BARREN_AFTER_BESIEGED.envelopes - 1, BARREN_AFTER.origins);
    expect(barren()).toEqual([false, false, true]);
  });

  it('[NB12] what a neighbour says itself, and what is said here, is no relaying', () => {
    const { contributions, neighbours, alice, bob } = setUp();
    for (let i = 0; i < 10 * BARREN_AFTER.envelopes; i++) {
      contributions.taken(bob.nodeId, bob, neighbours, SETTLED_AT);
      contributions.taken(nodeIdFor('self'), undefined, neighbours, SETTLED_AT);
    }
    expect(neighbours.some(contributions.isBarren)).toBe(false);
    expect([alice, bob].map(contributions.hasGiven)).toEqual([false, false]);
    expect(contributions.takenAt).toBe(-Infinity);
  });

  it('[NB12] a link is not counted against before it has settled', () => {
    const { bring, barren } = setUp();
    bring(10 * BARREN_AFTER.envelopes, BARREN_AFTER.origins, SETTLED_AT - 1);
    expect(barren()).toEqual([false, false, false]);
  });

  it('[NB12] one alone proves nothing against a link that has brought something, nor against any where four have', () => {
    const few = setUp();
    few.bring(1, 1, SETTLED_AT, few.bob);
    few.bring(10 * BARREN_AFTER.envelopes, BARREN_AFTER.origins);
    expect(few.barren()).toEqual([false, false, true]);
    few.bringInTurn(3 * CORROBORATED_WITHIN);
    expect(few.barren()).toEqual([false, true, false]);
    const many = setUp(['alice', 'bob', 'carol', 'dave', 'erin']);
    for (const relay of many.neighbours.slice(0, 4)) many.bring(1, 1, SETTLED_AT, relay);
    many.bring(10 * BARREN_AFTER.envelopes, BARREN_AFTER.origins);
    // Now and then another brings one: less than a third.
    for (let i = 0; i < 10; i++) {
      many.bring(1, 1, SETTLED_AT, many.bob);
      many.bring(BARREN_AFTER.envelopes, BARREN_AFTER.origins);
    }
    expect(many.barren()).toEqual([false, false, false, false, false]);
    many.bringInTurn(3 * CORROBORATED_WITHIN);
    expect(many.barren()).toEqual([false, true, false, true, true]);
  });

  it('[NB12, NB13] who is silent altogether is not judged: it may have died', () => {
    const { contributions, bring, barren, bob } = setUp();
    bring(BARREN_AFTER.envelopes - 1, BARREN_AFTER.origins);
    bob.isSuspect = true;
    bring(10 * BARREN_AFTER.envelopes, BARREN_AFTER.origins);
    expect(barren()).toEqual([false, false, true]);
    expect(contributions.isBesieged(SETTLED_AT)).toBe(false);
  });

  it('[NB12] who announced what it did not give is not believed before it gives something', () => {
    const { contributions, bring, barren, bob, carol } = setUp();
    bring(BARREN_AFTER.envelopes - 1, BARREN_AFTER.origins);
    contributions.broken(bob);
    contributions.takenAgain(bob);
    contributions.takenAgain(carol);
    bring(1, 1);
    expect(barren()).toEqual([false, true, false]);
    bring(1, 1, SETTLED_AT, bob);
    bring(BARREN_AFTER.envelopes - 1, BARREN_AFTER.origins);
    contributions.takenAgain(bob);
    bring(1, 1);
    expect(barren()).toEqual([false, false, false]);
  });
});

describe('a siege', () => {
  it('[NB13] begins with two barren links, not with one, and lasts a minute after the last sign', () => {
    const one = setUp(['alice', 'bob']);
    one.bring(BARREN_AFTER.envelopes, BARREN_AFTER.origins);
    expect(one.barren()).toEqual([false, true]);
    expect(one.contributions.isBesieged(SETTLED_AT)).toBe(false);
    const two = setUp();
    two.bring(BARREN_AFTER.envelopes, BARREN_AFTER.origins);
    expect(two.contributions.isBesieged(SETTLED_AT + BESIEGED_FOR_MS - 1)).toBe(true);
    expect(two.contributions.isBesieged(SETTLED_AT + BESIEGED_FOR_MS)).toBe(false);
  });

  it('[NB13] judges newcomers sooner', () => {
    const { contributions, neighbours, bring } = setUp();
    bring(BARREN_AFTER.envelopes, BARREN_AFTER.origins);
    const dave = linkTo('dave', SETTLED_AT);
    neighbours.push(dave);
    const settledAt = SETTLED_AT + COUNTED_AFTER_BESIEGED_MS;
    bring(BARREN_AFTER_BESIEGED.envelopes - 1, BARREN_AFTER_BESIEGED.origins, settledAt);
    expect(contributions.isBarren(dave)).toBe(false);
    bring(1, 1, settledAt);
    expect(contributions.isBarren(dave)).toBe(true);
  });

  it('[NB13] those who brought something are remembered, the latest, however many there are', () => {
    const { contributions, neighbours } = setUp([]);
    for (let i = 0; i <= MAX_GIVERS; i++) {
      const giver = linkTo(`giver ${i}`);
      neighbours.push(giver);
      contributions.taken(nodeIdFor('somebody'), giver, neighbours, SETTLED_AT);
    }
    expect(contributions.givers.size).toBe(MAX_GIVERS);
    expect(contributions.givers.has(nodeIdFor('giver 0'))).toBe(false);
    expect(contributions.givers.has(nodeIdFor(`giver ${MAX_GIVERS}`))).toBe(true);
  });
});
