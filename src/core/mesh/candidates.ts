/**
 * Candidates: nodes known, not linked, with who can carry signals to them. [TP2, TP3]
 * Bounded; whom a dial failed with rests for a while. Knows no link.
 */
import type { NodeId } from '../base/ids.ts';
import { MAX_REFERRALS } from '../wire/records.ts';
import type { SignalPath } from './signalling.ts';

/** As PeerChannel's referral cache. */
export const MAX_CANDIDATES = 50;
/** Of these, named by one neighbour: what it tells at once. More would be its choice of whom we meet. */
export const MAX_CANDIDATES_EACH = MAX_REFERRALS;
/** A candidate nobody mentioned again in this time has probably gone. */
export const CANDIDATE_LIFETIME_MS = 5 * 60_000;
/** Rest after a failed dial, and after one that failed for the password. */
export const RETRY_AFTER_MS = 10_000;
export const RETRY_AFTER_PROOF_MS = 30_000;
/** Nodes resting at a time; the oldest are forgotten first. */
const MAX_RESTING = 200;

export interface Candidate {
  readonly nodeId: NodeId;
  /** Neighbours it was last said to have; undefined when unknown. */
  readonly degree: number | undefined;
  /** The neighbour that named it, or undefined for the resolver. */
  readonly path: SignalPath;
}

export interface Candidates {
  learn(candidate: Candidate, nowMs: number): void;
  /** Taken out, because it is being tried or is linked now. */
  remove(nodeId: NodeId): void;
  rest(nodeId: NodeId, durationMs: number, nowMs: number): void;
  /** Candidates that may be tried now. */
  ready(nowMs: number): readonly Candidate[];
}

export function createCandidates(): Candidates {
  const known = new Map<NodeId, Candidate & { heardAt: number }>();
  const resting = new Map<NodeId, number>();

  function forgetOldestOf(path: NodeId): void {
    const named = [...known.values()].filter((candidate) => candidate.path === path);
    if (named.length > MAX_CANDIDATES_EACH) known.delete(named[0]!.nodeId);
  }

  return {
    learn(candidate, nowMs) {
      const previous = known.get(candidate.nodeId);
      known.delete(candidate.nodeId);
      // A path over a neighbour spares the resolver, so it is kept when the resolver names the node again.
      const path = candidate.path ?? previous?.path;
      // The resolver knows no degrees.
      const degree = candidate.degree ?? previous?.degree;
      known.set(candidate.nodeId, { nodeId: candidate.nodeId, degree, path, heardAt: nowMs });
      if (path !== undefined) forgetOldestOf(path);
      if (known.size > MAX_CANDIDATES) known.delete(known.keys().next().value!);
    },
    remove: (nodeId) => void known.delete(nodeId),
    rest(nodeId, durationMs, nowMs) {
      resting.delete(nodeId);
      resting.set(nodeId, nowMs + durationMs);
      if (resting.size > MAX_RESTING) resting.delete(resting.keys().next().value!);
    },
    ready(nowMs) {
      for (const [nodeId, until] of resting) if (until <= nowMs) resting.delete(nodeId);
      const list: Candidate[] = [];
      for (const [nodeId, candidate] of known) {
        if (nowMs - candidate.heardAt > CANDIDATE_LIFETIME_MS) known.delete(nodeId);
        else if (!resting.has(nodeId)) list.push(candidate);
      }
      return list;
    },
  };
}
