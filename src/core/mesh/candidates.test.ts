import { describe, expect, it } from 'vitest';
import { nodeIdFor } from '../testing/cast.ts';
import type { NodeId } from '../base/ids.ts';
import {
  CANDIDATE_LIFETIME_MS,
  createCandidates,
  DEGREE_LIFETIME_MS,
  MAX_CANDIDATES,
  MAX_PASSIVE,
  MAX_RESOLVED,
  type Candidate,
} from './candidates.ts';

const alice = nodeIdFor('alice');
const bob = nodeIdFor('bob');
const carol = nodeIdFor('carol');
const mallory = nodeIdFor('mallory');

const named = (nodeId: NodeId, path: NodeId, degree = 3): Candidate => ({ nodeId, degree, path, isResolved: false });
const resolved = (nodeId: NodeId): Candidate => ({ nodeId, degree: undefined, path: undefined, isResolved: true });

describe('candidates', () => {
  it('[TP2] are known with their degree and who named them', () => {
    const candidates = createCandidates();
    candidates.learn(named(alice, bob), 0);
    candidates.learn(resolved(carol), 0);
    expect(candidates.ready(0)).toMatchObject([
      { nodeId: alice, degree: 3, path: bob },
      { nodeId: carol, degree: undefined, path: undefined },
    ]);
  });

  it('[TP2] keep their degree and the path over a neighbour when the resolver names them again', () => {
    const candidates = createCandidates();
    candidates.learn(named(alice, bob), 0);
    candidates.learn(resolved(alice), 1);
    expect(candidates.ready(1)).toMatchObject([{ nodeId: alice, degree: 3, path: bob }]);
  });

  it('[TP2] go after five minutes in which nobody named them', () => {
    const candidates = createCandidates();
    candidates.learn(named(alice, bob), 0);
    candidates.learn(named(carol, bob), 0);
    candidates.learn(named(carol, bob), 1_000);
    expect(candidates.ready(CANDIDATE_LIFETIME_MS)).toHaveLength(2);
    expect(candidates.ready(CANDIDATE_LIFETIME_MS + 1)).toMatchObject([{ nodeId: carol }]);
  });

  it('[TP2] are at most 30 of neighbours and 20 of the resolver, however many are named', () => {
    const candidates = createCandidates();
    candidates.learn(named(alice, bob), 0);
    candidates.learn(resolved(carol), 0);
    for (let i = 0; i < 10_000; i++) {
      candidates.learn(named(nodeIdFor(`ghost ${i}`), nodeIdFor(`mallory ${i % 1_000}`), 0), i);
    }
    const ready = candidates.ready(10_000);
    expect(ready).toHaveLength(MAX_PASSIVE + 1);
    expect(ready.at(-1)?.nodeId).toBe(nodeIdFor('ghost 9999'));
    // Neighbours push out nobody that the resolver named, not even by naming it, and the other way round.
    expect(ready[0]?.nodeId).toBe(carol);
    candidates.learn(named(carol, mallory), 10_000);
    for (let i = 0; i < 1_000; i++) candidates.learn(named(nodeIdFor(`more ${i}`), mallory), 10_000);
    expect(candidates.ready(10_000)).toContainEqual(expect.objectContaining({ nodeId: carol, isResolved: true }));
    for (let i = 0; i < 1_000; i++) candidates.learn(resolved(nodeIdFor(`found ${i}`)), 10_000);
    expect(candidates.ready(10_000)).toHaveLength(MAX_CANDIDATES);
    expect(candidates.ready(10_000).filter(({ isResolved }) => isResolved)).toHaveLength(MAX_RESOLVED);
  });

  it('[TP2] are no longer of a known degree ten seconds after it was told', () => {
    const candidates = createCandidates();
    candidates.learn(named(alice, bob, 3), 0);
    candidates.learn(resolved(alice), 5_000);
    expect(candidates.ready(DEGREE_LIFETIME_MS)).toMatchObject([{ nodeId: alice, degree: 3 }]);
    expect(candidates.ready(DEGREE_LIFETIME_MS + 1)).toMatchObject([{ nodeId: alice, degree: undefined, path: bob }]);
    candidates.learn(named(alice, bob, 4), 20_000);
    expect(candidates.ready(20_000)).toMatchObject([{ degree: 4 }]);
  });

  it('[TP2] are gone once removed', () => {
    const candidates = createCandidates();
    candidates.learn(named(alice, bob), 0);
    candidates.remove(alice);
    expect(candidates.ready(0)).toEqual([]);
  });

  it('[TP3] rest for as long as they were told, and can be named meanwhile', () => {
    const candidates = createCandidates();
    candidates.rest(alice, 10_000, 0);
    candidates.learn(named(alice, bob), 5_000);
    expect(candidates.ready(9_999)).toEqual([]);
    expect(candidates.ready(10_000)).toHaveLength(1);
  });

  it('[TP3] hold at most 200 at rest: the one that rests longest is forgotten first', () => {
    const candidates = createCandidates();
    for (const nodeId of [alice, bob]) candidates.learn(resolved(nodeId), 0);
    candidates.rest(alice, 60_000, 0);
    candidates.rest(bob, 60_000, 0);
    for (let i = 0; i < 199; i++) candidates.rest(nodeIdFor(`ghost ${i}`), 60_000, 0);
    expect(candidates.ready(1).map(({ nodeId }) => nodeId)).toEqual([alice]);
  });

  it('[TP2] are at most ten of one neighbour, the latest, and mallory pushes out nobody that others named', () => {
    const candidates = createCandidates();
    candidates.learn(named(alice, bob), 0);
    candidates.learn(resolved(carol), 0);
    for (let i = 0; i < 1_000; i++) candidates.learn(named(nodeIdFor(`ghost ${i}`), mallory, 0), i);
    const ready = candidates.ready(0).map(({ nodeId }) => nodeId);
    expect(ready).toEqual([alice, carol, ...Array.from({ length: 10 }, (_, i) => nodeIdFor(`ghost ${990 + i}`))]);
  });
});
