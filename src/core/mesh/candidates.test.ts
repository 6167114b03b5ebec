import { describe, expect, it } from 'vitest';
import { nodeIdFor } from '../testing/cast.ts';
import { CANDIDATE_LIFETIME_MS, createCandidates, MAX_CANDIDATES } from './candidates.ts';

const alice = nodeIdFor('alice');
const bob = nodeIdFor('bob');
const carol = nodeIdFor('carol');
const mallory = nodeIdFor('mallory');

describe('candidates', () => {
  it('[TP2] are known with their degree and who named them', () => {
    const candidates = createCandidates();
    candidates.learn({ nodeId: alice, degree: 3, path: bob }, 0);
    candidates.learn({ nodeId: carol, degree: undefined, path: undefined }, 0);
    expect(candidates.ready(0)).toMatchObject([
      { nodeId: alice, degree: 3, path: bob },
      { nodeId: carol, degree: undefined, path: undefined },
    ]);
  });

  it('[TP2] keep their degree and the path over a neighbour when the resolver names them again', () => {
    const candidates = createCandidates();
    candidates.learn({ nodeId: alice, degree: 3, path: bob }, 0);
    candidates.learn({ nodeId: alice, degree: undefined, path: undefined }, 1);
    expect(candidates.ready(1)).toMatchObject([{ nodeId: alice, degree: 3, path: bob }]);
  });

  it('[TP2] go after five minutes in which nobody named them', () => {
    const candidates = createCandidates();
    candidates.learn({ nodeId: alice, degree: 3, path: bob }, 0);
    candidates.learn({ nodeId: carol, degree: 3, path: bob }, 0);
    candidates.learn({ nodeId: carol, degree: 3, path: bob }, 1_000);
    expect(candidates.ready(CANDIDATE_LIFETIME_MS)).toHaveLength(2);
    expect(candidates.ready(CANDIDATE_LIFETIME_MS + 1)).toMatchObject([{ nodeId: carol }]);
  });

  it('[TP2] are at most 50 however many are named', () => {
    const candidates = createCandidates();
    candidates.learn({ nodeId: alice, degree: 3, path: bob }, 0);
    for (let i = 0; i < 10_000; i++) {
      const path = nodeIdFor(`mallory ${i % 1_000}`);
      candidates.learn({ nodeId: nodeIdFor(`ghost ${i}`), degree: 0, path }, i);
    }
    const ready = candidates.ready(10_000);
    expect(ready).toHaveLength(MAX_CANDIDATES);
    expect(ready.at(-1)?.nodeId).toBe(nodeIdFor('ghost 9999'));
  });

  it('[TP2] are gone once removed', () => {
    const candidates = createCandidates();
    candidates.learn({ nodeId: alice, degree: 3, path: bob }, 0);
    candidates.remove(alice);
    expect(candidates.ready(0)).toEqual([]);
  });

  it('[TP3] rest for as long as they were told, and can be named meanwhile', () => {
    const candidates = createCandidates();
    candidates.rest(alice, 10_000, 0);
    candidates.learn({ nodeId: alice, degree: 3, path: bob }, 5_000);
    expect(candidates.ready(9_999)).toEqual([]);
    expect(candidates.ready(10_000)).toHaveLength(1);
  });

  it('[TP3] hold at most 200 at rest: the one that rests longest is forgotten first', () => {
    const candidates = createCandidates();
    for (const nodeId of [alice, bob]) candidates.learn({ nodeId, degree: 0, path: undefined }, 0);
    candidates.rest(alice, 60_000, 0);
    candidates.rest(bob, 60_000, 0);
    for (let i = 0; i < 199; i++) candidates.rest(nodeIdFor(`ghost ${i}`), 60_000, 0);
    expect(candidates.ready(1).map(({ nodeId }) => nodeId)).toEqual([alice]);
  });

  it('[TP2] are at most ten of one neighbour, the latest, and mallory pushes out nobody that others named', () => {
    const candidates = createCandidates();
    candidates.learn({ nodeId: alice, degree: 3, path: bob }, 0);
    candidates.learn({ nodeId: carol, degree: undefined, path: undefined }, 0);
    for (let i = 0; i < 1_000; i++) candidates.learn({ nodeId: nodeIdFor(`ghost ${i}`), degree: 0, path: mallory }, i);
    const ready = candidates.ready(0).map(({ nodeId }) => nodeId);
    expect(ready).toEqual([alice, carol, ...Array.from({ length: 10 }, (_, i) => nodeIdFor(`ghost ${990 + i}`))]);
  });
});
