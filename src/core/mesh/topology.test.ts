import { describe, expect, it } from 'vitest';
import { createTestRandom } from '../testing/test-random.ts';
import { nodeIdFor } from '../testing/cast.ts';
import type { Candidate } from './candidates.ts';
import { DEFAULT_SETTINGS } from './settings.ts';
import {
  decideTopology,
  FIRST_DIALS,
  FIRST_DIALS_AFTER_MS,
  pickRandom,
  protectedLinks,
  SPLICE_AFTER_MS,
  SPLICE_WAIT_MS,
  type NeighbourView,
  type TopologyView,
} from './topology.ts';

const fraction = (): number => 0;

function neighbour(name: string, facts: Partial<NeighbourView> = {}): NeighbourView {
  return {
    nodeId: nodeIdFor(name),
    degree: 6,
    isSuspect: false,
    isProtected: false,
    utility: undefined,
    ageMs: SPLICE_WAIT_MS - 1,
    isBusy: false,
    ...facts,
  };
}

const neighbours = (count: number, facts: Partial<NeighbourView> = {}): NeighbourView[] =>
  Array.from({ length: count }, (_, index) => neighbour(`neighbour ${index}`, facts));

/** Named by a neighbour with that degree, or by the resolver. */
function candidates(count: number, degree?: number): Candidate[] {
  return Array.from({ length: count }, (_, index) => ({
    nodeId: nodeIdFor(`candidate ${index} ${degree}`),
    degree,
    path: degree === undefined ? undefined : nodeIdFor('via'),
    isResolved: degree === undefined,
  }));
}

/** A view with the rest of it ordinary: no dials, as many connections as neighbours, plenty of candidates. */
function decide(
  facts: Partial<Omit<TopologyView, 'candidates'>> & { candidates?: readonly Candidate[] },
  fraction = (): number => 0,
) {
  const { candidates: known = candidates(20, 3), ...rest } = facts;
  const connections = rest.neighbours?.length ?? 0;
  return decideTopology(
    {
      settings: DEFAULT_SETTINGS,
      neighbours: [],
      connections,
      dials: 0,
      lacksOwn: 0,
      aloneMs: 0,
      isRoundDue: false,
      candidates: () => known,
      ...rest,
    },
    fraction,
  );
}

describe('topology of one node', () => {
  it('[TP4] alone, it dials three at once, less those under way', () => {
    expect(decide({}).dial).toHaveLength(FIRST_DIALS);
    expect(decide({ dials: 2, connections: 2 }).dial).toHaveLength(1);
    expect(decide({ dials: 3, connections: 3 }).dial).toHaveLength(0);
  });

  it('[TP4] alone, with a low target, it dials half of that, and three after a second', () => {
    const settings = { ...DEFAULT_SETTINGS, low: 2, target: 3 };
    expect(decide({ settings, aloneMs: FIRST_DIALS_AFTER_MS - 1 }).dial).toHaveLength(1);
    expect(decide({ settings, aloneMs: FIRST_DIALS_AFTER_MS, dials: 1 }).dial).toHaveLength(2);
    expect(decide({ settings: { ...settings, target: 5 } }).dial).toHaveLength(2);
  });

  it('[TP4] alone and without enough candidates, it says so', () => {
    expect(decide({ candidates: [] })).toMatchObject({ dial: [], needs: 'Candidates' });
    expect(decide({ candidates: candidates(2) })).toMatchObject({ needs: 'Candidates' });
    expect(decide({ candidates: candidates(3) })).toMatchObject({ needs: 'Nothing' });
  });

  it('[TP4] below low, it seeks what it lacks of low', () => {
    expect(decide({ neighbours: neighbours(1) }).dial).toHaveLength(3);
    expect(decide({ neighbours: neighbours(3) }).dial).toHaveLength(1);
    expect(decide({ neighbours: neighbours(3), candidates: [] }).needs).toBe('Candidates');
  });

  it('[TP4] counts one for a dial under way, and one for a new neighbour that will splice it in', () => {
    expect(decide({ neighbours: neighbours(1), dials: 2, connections: 3 }).dial).toHaveLength(1);
    const splicers = neighbours(2, { degree: 7, ageMs: SPLICE_WAIT_MS - 1 });
    expect(decide({ neighbours: splicers }).dial).toHaveLength(0);
    expect(decide({ neighbours: neighbours(2, { degree: 7, ageMs: SPLICE_WAIT_MS }) }).dial).toHaveLength(2);
  });

  it('[TP4] between low and target, it links to one that lacks neighbours too, once a round', () => {
    const view = { neighbours: neighbours(4) };
    expect(decide(view).dial).toEqual([]);
    expect(decide({ ...view, isRoundDue: true }).dial).toHaveLength(1);
    expect(decide({ ...view, isRoundDue: true, dials: 1 }).dial).toEqual([]);
    expect(decide({ ...view, isRoundDue: true, candidates: candidates(5, 6) })).toMatchObject({
      dial: [],
      needs: 'Referrals',
    });
    expect(decide({ ...view, isRoundDue: true, candidates: candidates(5) }).dial).toEqual([]);
  });

  it('[TP4] it dials half of its target itself, whatever others bring it, strangers to its neighbours first', () => {
    const known = [...candidates(5, 3), ...candidates(5)];
    const own = decide({ neighbours: neighbours(3), lacksOwn: 2, candidates: known }, () => 0.99).dial;
    expect(own.map(({ path }) => path)).toEqual([undefined, undefined]);
    const { dial, needs } = decide({ neighbours: neighbours(5), lacksOwn: 2, dials: 1, candidates: known });
    expect([dial.map(({ path }) => path), needs]).toEqual([[undefined], 'Nothing']);
    expect(decide({ neighbours: neighbours(5), lacksOwn: 2, candidates: candidates(5, 6) })).toMatchObject({
      dial: [],
      needs: 'Unheard',
    });
    expect(decide({ neighbours: neighbours(6), lacksOwn: 3, candidates: known }).dial).toEqual([]);
  });

  it('[TP4] at the target, it is content', () => {
    expect(decide({ neighbours: neighbours(6), isRoundDue: true })).toEqual({
      dial: [],
      handOver: undefined,
      letGo: undefined,
      needs: 'Nothing',
    });
  });

  it('[TP4] between low and target, when no link came in 15 s, it takes anybody with room', () => {
    const view = { isRoundDue: true, candidates: [...candidates(3, 8), ...candidates(1, 7)] };
    expect(decide({ ...view, neighbours: neighbours(5, { ageMs: 14_999 }) }).dial).toEqual([]);
    const patient = neighbours(5, { ageMs: 15_000 });
    expect(decide({ ...view, neighbours: patient }).dial).toEqual(candidates(1, 7));
    expect(decide({ ...view, neighbours: patient, candidates: candidates(3, 8) })).toMatchObject({
      dial: [],
      needs: 'Referrals',
    });
    expect(decide({ ...view, neighbours: [...patient.slice(1), neighbour('bob')] }).dial).toEqual([]);
  });

  it('[TP4] below low, it takes the needy first, then those with room, then anybody', () => {
    const view = { neighbours: neighbours(1) };
    const [needy, roomy, full] = [candidates(3, 5), candidates(3, 7), candidates(3, 8)];
    expect(decide({ ...view, candidates: [...full, ...roomy, ...needy] }).dial).toEqual(expect.arrayContaining(needy));
    expect(decide({ ...view, candidates: [...full, ...roomy] }).dial).toEqual(expect.arrayContaining(roomy));
    expect(decide({ ...view, candidates: full }).dial).toEqual(expect.arrayContaining(full));
  });

  it('[TP4] below low, every other time it takes those that the resolver named and no neighbour', () => {
    const [needy, unheardOf] = [candidates(3, 0), candidates(3)];
    const view = { neighbours: neighbours(1), candidates: [...needy, ...unheardOf] };
    expect(decide(view).dial).toEqual(expect.arrayContaining(unheardOf));
    expect(decide(view, () => 0.5).dial).toEqual(expect.arrayContaining(needy));
  });

  it('[TP1] never dials beyond the cap of connections', () => {
    expect(decide({ connections: 9 }).dial).toHaveLength(1);
    expect(decide({ connections: 10 }).dial).toEqual([]);
    expect(decide({ connections: 12 }).dial).toEqual([]);
    // Nothing can be done about it, so nothing is asked of anybody.
    expect(decide({ connections: 10, candidates: [] }).needs).toBe('Nothing');
  });

  it('[NB5] a suspect neighbour counts for nothing', () => {
    expect(decide({ neighbours: [...neighbours(1), neighbour('bob', { isSuspect: true })] }).dial).toHaveLength(3);
    expect(decide({ neighbours: [neighbour('bob', { isSuspect: true })] }).dial).toHaveLength(FIRST_DIALS);
    const nine = [...neighbours(6), ...Array.from({ length: 3 }, (_, i) => neighbour(`s ${i}`, { isSuspect: true }))];
    expect(decide({ neighbours: nine }).handOver).toBeUndefined();
  });

  it('[TP5] a newcomer is left to itself and those who come after it for five seconds', () => {
    const after = (ageMs: number) => {
      const alice = neighbour('alice', { degree: 3, ageMs });
      return decide({ neighbours: [...neighbours(6), alice], isRoundDue: true }).handOver?.to;
    };
    expect(after(SPLICE_AFTER_MS - 1)).toBeUndefined();
    expect(after(SPLICE_AFTER_MS)).toBe(nodeIdFor('alice'));
  });

  it('[TP5] above the target, it hands a neighbour over to the one with fewest', () => {
    const full = neighbours(5);
    const view = [...full, neighbour('alice', { degree: 2 }), neighbour('bob', { degree: 3 })];
    const { handOver } = decide({ neighbours: view, isRoundDue: true });
    expect(handOver?.to).toBe(nodeIdFor('alice'));
    expect(handOver?.neighbour).not.toBe(nodeIdFor('alice'));
  });

  it('[TP5] above the target, it hands a neighbour over to one below the target once a round', () => {
    const view = [...neighbours(6), neighbour('alice', { degree: 5 }), neighbour('bob', { degree: 4 })];
    expect(decide({ neighbours: view }).handOver).toBeUndefined();
    expect(decide({ neighbours: view, isRoundDue: true }).handOver?.to).toBe(nodeIdFor('bob'));
  });

  it('[TP5] above the target but not above high, with nobody below the target, it keeps what it has', () => {
    expect(decide({ neighbours: neighbours(8, { degree: 6 }), isRoundDue: true }).handOver).toBeUndefined();
  });

  it('[TP5] above high, the one with fewest takes one, if that leaves it no more than high', () => {
    const view = [...neighbours(8, { degree: 8 }), neighbour('alice', { degree: 7 })];
    expect(decide({ neighbours: view }).handOver?.to).toBe(nodeIdFor('alice'));
    expect(decide({ neighbours: neighbours(9, { degree: 8 }), isRoundDue: true })).toMatchObject({
      handOver: undefined,
      letGo: undefined,
    });
  });

  it('[TP5] above high, it hands the least useful over', () => {
    const view = [
      ...neighbours(7, { degree: 8, utility: 700 }),
      neighbour('dave', { degree: 8, utility: 300 }),
      neighbour('alice', { degree: 7 }),
    ];
    for (const fraction of [0, 0.5, 0.99]) {
      const { handOver } = decide({ neighbours: view }, () => fraction);
      expect(handOver).toEqual({ neighbour: nodeIdFor('dave'), to: nodeIdFor('alice') });
    }
  });

  it('[TP10] above high and with nobody to take one, the least useful link that both ends can do without goes', () => {
    const nine = (...facts: Partial<NeighbourView>[]): NeighbourView[] => [
      ...neighbours(9 - facts.length, { degree: 8, utility: 900 }),
      ...facts.map((fact, index) => neighbour(`alice ${index}`, { degree: 8, ...fact })),
    ];
    const letGo = (neighbours: NeighbourView[], isRoundDue = true): unknown => decide({ neighbours, isRoundDue }).letGo;
    const [first, second] = [nodeIdFor('alice 0'), nodeIdFor('alice 1')];
    expect(letGo(nine({ utility: 100 }))).toBe(first);
    // Once a round.
    expect(letGo(nine({ utility: 100 }), false)).toBeUndefined();
    // Not what this end chose, is being moved, or leaves the other end below what it strives for.
    expect(letGo(nine({ utility: 100, isProtected: true }, { utility: 200 }))).toBe(second);
    expect(letGo(nine({ utility: 100, isBusy: true }, { utility: 200 }))).toBe(second);
    expect(letGo(nine({ utility: 0, isSuspect: true }, { utility: 200 }, {}))).toBeUndefined();
    // Eight are not too many.
    expect(letGo(nine({ utility: 100 }).slice(1))).toBeUndefined();
  });

  it('[TP10] nothing goes that cannot be judged, or that brings more than half news', () => {
    const judged = (utility: number | undefined): unknown =>
      decide({ neighbours: neighbours(9, { degree: 8, utility }), isRoundDue: true }).letGo;
    expect(judged(undefined)).toBeUndefined();
    expect(judged(2_048)).toBeUndefined();
    expect(judged(2_047)).toBeDefined();
    const settings = { ...DEFAULT_SETTINGS, low: 2, target: 3, high: 3 };
    const four = (degree: number): unknown =>
      decide({ settings, neighbours: neighbours(4, { degree, utility: 100 }), isRoundDue: true }).letGo;
    expect(four(4)).toBeDefined();
    // The other end would miss it.
    expect(four(3)).toBeUndefined();
  });

  it('[TP12] hands over none of the links it keeps', () => {
    const chosen = neighbours(5, { isProtected: true });
    const alice = neighbour('alice', { degree: 2 });
    expect(decide({ neighbours: [...chosen, neighbour('bob'), alice], isRoundDue: true }).handOver).toEqual({
      neighbour: nodeIdFor('bob'),
      to: nodeIdFor('alice'),
    });
    const all = [...chosen, neighbour('bob', { isProtected: true }), alice];
    expect(decide({ neighbours: all, isRoundDue: true }).handOver).toBeUndefined();
    expect([6, 5, 3, 2, 1].map((target) => protectedLinks({ ...DEFAULT_SETTINGS, target }))).toEqual([3, 2, 1, 1, 1]);
    expect(protectedLinks({ ...DEFAULT_SETTINGS, target: 20 })).toBe(3);
  });

  it('[TP5] hands nobody over, and to nobody, that is in a hand-over already', () => {
    const busy = neighbours(7, { isBusy: true, degree: 3 });
    const handOverAmong = (...all: NeighbourView[]) => decide({ neighbours: all, isRoundDue: true }).handOver;
    expect(handOverAmong(...busy)).toBeUndefined();
    expect(handOverAmong(...busy.slice(1), neighbour('alice', { degree: 3 }))).toBeUndefined();
    const handOver = handOverAmong(...busy, neighbour('alice', { degree: 3 }), neighbour('bob'));
    expect(handOver).toEqual({ neighbour: nodeIdFor('bob'), to: nodeIdFor('alice') });
  });

  it('[TP5] at or below the target, it hands nobody over', () => {
    expect(decide({ neighbours: neighbours(6, { degree: 1 }), isRoundDue: true }).handOver).toBeUndefined();
  });

  it('[TP1] follows the profile 2/3/7', () => {
    const settings = { ...DEFAULT_SETTINGS, low: 2, target: 3, high: 7 };
    expect(decide({ settings, neighbours: neighbours(1, { ageMs: SPLICE_WAIT_MS }) }).dial).toHaveLength(1);
    expect(decide({ settings, neighbours: neighbours(2) }).dial).toHaveLength(0);
    expect(decide({ settings, neighbours: neighbours(4, { degree: 2 }) }).handOver).toBeUndefined();
    expect(decide({ settings, neighbours: neighbours(4, { degree: 2 }), isRoundDue: true }).handOver).toBeDefined();
    expect(decide({ settings, neighbours: neighbours(8, { degree: 6 }) }).handOver).toBeDefined();
  });
});

describe('random choice', () => {
  it('takes distinct elements, each as likely as the next', () => {
    const random = createTestRandom('pick');
    const counts = new Map<string, number>();
    for (let i = 0; i < 6_000; i++) {
      const picked = pickRandom(['alice', 'bob', 'carol'], 2, () => random.fraction());
      expect(new Set(picked).size).toBe(2);
      for (const name of picked) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    for (const count of counts.values()) expect(Math.abs(count - 4_000)).toBeLessThan(200);
  });

  it('takes all there are when more are asked for, and leaves the list as it was', () => {
    const list = ['alice', 'bob'];
    expect(pickRandom(list, 5, fraction).sort()).toEqual(['alice', 'bob']);
    expect(list).toEqual(['alice', 'bob']);
  });
});
