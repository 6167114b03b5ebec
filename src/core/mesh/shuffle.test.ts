import { describe, expect, it } from 'vitest';
import type { NodeId } from '../base/ids.ts';
import { nodeIdFor } from '../testing/cast.ts';
import { createManualClock } from '../testing/manual-clock.ts';
import { createTestNeighbour } from '../testing/test-neighbour.ts';
import { createTestRandom } from '../testing/test-random.ts';
import type { LinkRecord, Referral } from '../wire/records.ts';
import type { Neighbour } from './neighbours.ts';
import { createShuffle, SHUFFLE_MS, SHUFFLES } from './shuffle.ts';

const TICK_MS = 500;
const named: readonly Referral[] = [{ nodeId: nodeIdFor('somebody'), degree: 5 }];

function setUp() {
  const clock = createManualClock();
  const sent: [string, LinkRecord][] = [];
  const heard: [NodeId, readonly Referral[]][] = [];
  const world = { sharesReferrals: true };
  const neighbour = (name: string, facts: Partial<Neighbour> = {}): Neighbour =>
    createTestNeighbour(name, { send: (record) => sent.push([name, record]), ...facts });
  const list: Neighbour[] = [neighbour('bob'), neighbour('carol')];
  const shuffle = createShuffle(
    { clock, random: createTestRandom('shuffle') },
    { list, referralsFor: (nodeId) => [{ nodeId, degree: 9 }] },
    {
      sharesReferrals: () => world.sharesReferrals,
      onReferrals: (from, referrals) => heard.push([from, referrals]),
    },
  );
  function pass(ms: number): void {
    for (let passed = 0; passed < ms; passed += TICK_MS) {
      clock.advance(TICK_MS);
      shuffle.tick();
    }
  }
  return { clock, world, list, neighbour, shuffle, sent, heard, pass };
}

describe('shuffles', () => {
  it('[TP9] about every 30 s one neighbour is told the neighbours of this one, each in its turn', () => {
    const { sent, pass } = setUp();
    pass(100 * SHUFFLE_MS);
    expect(sent.length).toBeGreaterThanOrEqual(90);
    expect(sent.length).toBeLessThanOrEqual(110);
    expect(new Set(sent.map(([name]) => name))).toEqual(new Set(['bob', 'carol']));
    for (const [name, record] of sent)
      expect(record).toEqual({ type: 'Shuffle', referrals: [{ nodeId: nodeIdFor(name), degree: 9 }] });
  });

  it('[TP9] is answered with neighbours, and what it names is heard of', () => {
    const { list, shuffle, sent, heard } = setUp();
    shuffle.receive(list[0]!, { type: 'Shuffle', referrals: named });
    expect(sent).toEqual([['bob', { type: 'Shuffled', referrals: [{ nodeId: nodeIdFor('bob'), degree: 9 }] }]]);
    expect(heard).toEqual([[nodeIdFor('bob'), named]]);
  });

  it('[TP9, TP2] an answer is heard of once, and of who was asked', () => {
    const { list, shuffle, sent, heard, pass } = setUp();
    shuffle.receive(list[0]!, { type: 'Shuffled', referrals: named });
    expect(heard).toEqual([]);
    pass(2 * SHUFFLE_MS);
    const asked = list.find(({ nodeId }) => nodeId === nodeIdFor(sent.at(-1)![0]))!;
    const other = list.find((neighbour) => neighbour !== asked)!;
    shuffle.receive(other, { type: 'Shuffled', referrals: named });
    expect(heard).toEqual([]);
    for (let time = 0; time < 3; time++) shuffle.receive(asked, { type: 'Shuffled', referrals: named });
    expect(heard).toEqual([[asked.nodeId, named]]);
  });

  it('[TP9] of one neighbour two are taken at once and one every 15 s, however many it sends', () => {
    const { clock, list, shuffle, sent, heard } = setUp();
    const mallory = list[0]!;
    for (let time = 0; time < 1_000; time++) shuffle.receive(mallory, { type: 'Shuffle', referrals: named });
    expect([heard.length, sent.length]).toEqual([SHUFFLES.burst, SHUFFLES.burst]);
    for (let second = 0; second < 60; second++) {
      clock.advance(1_000);
      for (let time = 0; time < 20; time++) shuffle.receive(mallory, { type: 'Shuffle', referrals: named });
    }
    expect(heard.length).toBeLessThanOrEqual(SHUFFLES.burst + 4);
    shuffle.receive(list[1]!, { type: 'Shuffle', referrals: named });
    expect(heard.at(-1)?.[0]).toBe(list[1]!.nodeId);
  });

  it('[TP9] neither the silent nor the slow are asked, nor the only neighbour', () => {
    const { list, neighbour, sent, pass } = setUp();
    list.splice(0, 2, neighbour('bob', { isSuspect: true }), neighbour('carol', { isSlow: true }), neighbour('dave'));
    pass(10 * SHUFFLE_MS);
    expect(sent).toEqual([]);
    list.push(neighbour('erin'));
    pass(10 * SHUFFLE_MS);
    expect(new Set(sent.map(([name]) => name))).toEqual(new Set(['dave', 'erin']));
  });

  it('[RV5] nothing is named or taken while neighbours may not be named', () => {
    const { list, world, shuffle, sent, heard, pass } = setUp();
    world.sharesReferrals = false;
    pass(10 * SHUFFLE_MS);
    shuffle.receive(list[0]!, { type: 'Shuffle', referrals: named });
    expect([sent, heard]).toEqual([[], []]);
  });
});
