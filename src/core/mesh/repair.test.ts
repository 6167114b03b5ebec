import { describe, expect, it } from 'vitest';
import type { NodeId } from '../base/ids.ts';
import { addTo, without, type Range } from '../base/ranges.ts';
import { createTestRandom } from '../testing/test-random.ts';
import {
  createRepair,
  DISBELIEF_MS,
  MAX_FAILURES,
  MAX_PULL_MS,
  MAX_PULLED,
  MAX_TOLD,
  PULL_TIMEOUT_MS,
  REST_MS,
} from './repair.ts';

const [alice, bob] = ['alice' as NodeId, 'bob' as NodeId];

function setUp() {
  const taken = new Map<NodeId, Range[]>();
  let broken = 0;
  let late = 0;
  const repair = createRepair<string>({
    missing: (origin, ranges) => without(ranges, taken.get(origin) ?? []),
    onBroken: () => (broken += 1),
    lateMs: () => late,
  });
  function take(neighbour: string, origin: NodeId, from: number, to: number, nowMs = 0): void {
    const ranges = taken.get(origin) ?? [];
    for (let sequence = from; sequence <= to; sequence++) {
      addTo(ranges, sequence);
      taken.set(origin, ranges);
      repair.brought(neighbour, origin, sequence, nowMs);
    }
  }
  const offer = (neighbour: string, origin: NodeId, from: number, to: number, nowMs = 0): void =>
    repair.offer(neighbour, [{ origin, ranges: [{ from, to }] }], false, nowMs);
  /** As `neighbour: origin from-to, …`. */
  const due = (nowMs = 0): string[] =>
    repair.due(nowMs).map(({ neighbour, wanted }) => {
      const ranges = wanted.map(
        ({ origin, ranges: of }) => `${origin} ${of.map((r) => `${r.from}-${r.to}`).join('+')}`,
      );
      return `${neighbour}: ${ranges.join(', ')}`;
    });
  return { repair, take, offer, due, broken: () => broken, answersAreLate: (ms: number) => (late = ms) };
}

describe('repair', () => {
  it('[CU6] asks for what is held there and missing here', () => {
    const { take, offer, due } = setUp();
    take('carol', alice, 3, 4);
    offer('carol', alice, 1, 6);
    expect(due()).toEqual(['carol: alice 1-2+5-6']);
    expect(due()).toEqual([]);
  });

  it('[CU6] asks nothing of anybody when nothing is missing', () => {
    const { take, offer, due } = setUp();
    take('carol', alice, 1, 6);
    offer('carol', alice, 1, 6);
    expect(due()).toEqual([]);
  });

  it('[CU6] asks nothing of two at once', () => {
    const { offer, due } = setUp();
    offer('carol', alice, 1, 6);
    offer('dave', alice, 4, 9);
    expect(due()).toEqual(['carol: alice 1-6', 'dave: alice 7-9']);
  });

  it('[CU6] asks for 256 at a time, the latest first, and goes on when they have come', () => {
    const { take, offer, due } = setUp();
    offer('carol', alice, 1, 600);
    expect(due()).toEqual([`carol: alice ${600 - MAX_PULLED + 1}-600`]);
    take('carol', alice, 345, 599);
    expect(due()).toEqual([]);
    take('carol', alice, 600, 600);
    expect(due()).toEqual(['carol: alice 89-344']);
    take('carol', alice, 89, 344);
    expect(due()).toEqual(['carol: alice 1-88']);
    take('carol', alice, 1, 88);
    expect(due()).toEqual([]);
  });

  it('[CU6] what does not come in three seconds is asked of who else holds it', () => {
    const { offer, due, broken } = setUp();
    offer('mallory', alice, 1, 6);
    expect(due()).toEqual(['mallory: alice 1-6']);
    offer('carol', alice, 1, 6);
    expect(due(PULL_TIMEOUT_MS - 1)).toEqual([]);
    expect(broken()).toBe(0);
    expect(due(PULL_TIMEOUT_MS)).toEqual(['carol: alice 1-6']);
    expect(broken()).toBe(1);
  });

  it('[CU6] as long as something comes it waits', () => {
    const { take, offer, due } = setUp();
    offer('carol', alice, 1, 3);
    due();
    take('carol', alice, 1, 1, 2_000);
    expect(due(4_000)).toEqual([]);
    expect(due(2_000 + PULL_TIMEOUT_MS)).toEqual([]);
  });

  it('[CU6] what a neighbour was too slow to give is asked of it again, for nobody else may hold it', () => {
    const { take, offer, due, broken } = setUp();
    offer('carol', alice, 1, 600);
    expect(due()).toEqual(['carol: alice 345-600']);
    expect(due(PULL_TIMEOUT_MS)).toEqual([]);
    expect(due(PULL_TIMEOUT_MS + REST_MS - 1)).toEqual([]);
    expect(due(PULL_TIMEOUT_MS + REST_MS)).toEqual(['carol: alice 345-600']);
    take('carol', alice, 345, 600, 14_000);
    expect(due(14_000)).toEqual(['carol: alice 89-344']);
    expect(broken()).toBe(1);
  });

  it('[CU6] where answers are late, twice as long is waited as they are', () => {
    const { offer, due, answersAreLate } = setUp();
    answersAreLate(5_000);
    offer('carol', alice, 1, 6);
    due();
    offer('dave', alice, 1, 6);
    expect(due(9_999)).toEqual([]);
    expect(due(10_000)).toEqual(['dave: alice 1-6']);
  });

  it('[CU6] what did not come is asked for after what else that neighbour holds', () => {
    const { offer, due } = setUp();
    offer('carol', alice, 1, MAX_PULLED);
    offer('carol', bob, 1, 2);
    expect(due()).toEqual([`carol: alice 1-${MAX_PULLED}`]);
    due(PULL_TIMEOUT_MS);
    expect(due(PULL_TIMEOUT_MS + REST_MS)).toEqual([`carol: bob 1-2, alice 3-${MAX_PULLED}`]);
  });

  it('[CU6] a digest of the last minutes leaves what an earlier one told, a whole one takes its place', () => {
    const { repair, offer, due } = setUp();
    offer('carol', alice, 1, 600);
    due();
    offer('carol', alice, 598, 603);
    expect([1, 600, 603].every((sequence) => repair.holds('carol', alice, sequence))).toBe(true);
    repair.offer('carol', [{ origin: alice, ranges: [{ from: 600, to: 603 }] }], true, 0);
    expect([1, 600, 603].map((sequence) => repair.holds('carol', alice, sequence))).toEqual([false, true, true]);
  });

  it('[CU6] mallory tells of ever new origins: no more than two digests full are kept', () => {
    const { repair } = setUp();
    const origin = (i: number): NodeId => `made up ${i}` as NodeId;
    for (let i = 0; i < 3 * MAX_TOLD; i += MAX_TOLD / 2) {
      const holdings = Array.from({ length: MAX_TOLD / 2 }, (_, k) => ({
        origin: origin(i + k),
        ranges: [{ from: 1, to: 1 }],
      }));
      repair.offer('mallory', holdings, false, 0);
    }
    const kept = Array.from({ length: 3 * MAX_TOLD }, (_, i) => i).filter((i) => repair.holds('mallory', origin(i), 1));
    expect([kept.length, kept[0]]).toEqual([MAX_TOLD, 2 * MAX_TOLD]);
  });

  it('[CU6] of who only drips, the rest is asked of others after twelve seconds, and of itself if nobody else holds it', () => {
    const { take, offer, due, broken } = setUp();
    offer('erin', alice, 96, 99);
    offer('mallory', alice, 1, 99);
    offer('carol', alice, 11, 99);
    take('dave', alice, 96, 99);
    expect(due()).toEqual(['mallory: alice 1-95']);
    offer('erin', alice, 90, 99);
    let sequence = 1;
    for (let nowMs = 0; nowMs < MAX_PULL_MS; nowMs += PULL_TIMEOUT_MS - 100, sequence++) {
      take('mallory', alice, sequence, sequence, nowMs);
      expect(due(nowMs)).toEqual([]);
    }
    expect(due(MAX_PULL_MS)).toEqual(['erin: alice 90-95', 'carol: alice 11-89', `mallory: alice ${sequence}-10`]);
    expect(broken()).toBe(1);
  });

  it('[CU6] who promised three times in vain is not believed for a minute', () => {
    const { offer, due } = setUp();
    let asked = 0;
    for (let nowMs = 0; nowMs < 10 * 60_000; nowMs += 1_000) {
      offer('mallory', alice, 1, 2 ** 40, nowMs);
      asked += due(nowMs).length;
    }
    const perRoundMs = MAX_FAILURES * PULL_TIMEOUT_MS + DISBELIEF_MS;
    expect(asked).toBeLessThanOrEqual(MAX_FAILURES * Math.ceil((10 * 60_000) / perRoundMs));
    expect(asked).toBeGreaterThan(3);
  });

  it('[CU6] promises of mallory do not keep others from giving', () => {
    const { offer, due } = setUp();
    offer('mallory', alice, 1, 2 ** 40);
    due();
    offer('carol', alice, 1, 6);
    expect(due(100)).toEqual(['carol: alice 1-6']);
  });

  it('[CU6] who is lost is not waited for', () => {
    const { repair, offer, due } = setUp();
    offer('carol', alice, 1, 6);
    offer('dave', alice, 1, 6);
    expect(due()).toEqual(['carol: alice 1-6']);
    repair.lose('carol');
    expect(due(1)).toEqual(['dave: alice 1-6']);
  });

  it('[CU7] knows what a neighbour told that it holds', () => {
    const { repair, offer } = setUp();
    offer('carol', alice, 3, 6);
    expect([2, 3, 6, 7].map((sequence) => repair.holds('carol', alice, sequence))).toEqual([false, true, true, false]);
    expect(repair.holds('dave', alice, 3)).toBe(false);
  });

  it('[CU6] gets everything from neighbours of whom some lose what they are asked', () => {
    for (let seed = 0; seed < 50; seed++) {
      const random = createTestRandom(`repair ${seed}`);
      const { take, repair, offer } = setUp();
      const names = ['carol', 'dave', 'erin', 'mallory'];
      const want = 1 + Math.floor(random.fraction() * 1_000);
      let nowMs = 0;
      for (; nowMs < 120_000; nowMs += 500) {
        if (nowMs % 25_000 === 0) for (const name of names) offer(name, alice, 1, want, nowMs);
        for (const { neighbour, wanted } of repair.due(nowMs)) {
          if (neighbour === 'mallory' || random.fraction() < 0.3) continue;
          for (const { ranges } of wanted) for (const { from, to } of ranges) take(neighbour, alice, from, to, nowMs);
        }
      }
      expect(repair.due(nowMs + DISBELIEF_MS)).toEqual([]);
      offer('frank', alice, 1, want, nowMs);
      expect(repair.due(nowMs)).toEqual([]);
    }
  });
});
