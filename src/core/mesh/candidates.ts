/**
 * Candidates: nodes known, not linked, with who can carry signals to them. [TP2, TP3]
 * Bounded; whom a dial failed with rests for a while. Knows no link.
 */
import { dropOldest } from '../base/drop-oldest.ts';
import type { NodeId } from '../base/ids.ts';
import { MAX_REFERRALS } from '../wire/records.ts';
import type { SignalPath } from './signalling.ts';

/**
 * The passive list: candidates that only neighbours named. It is what a mesh heals from when the resolver is away, and 30 are
 * enough for the neighbours of five neighbours.
 */
export const MAX_PASSIVE = 30;
/** Of these, named by one neighbour: what it tells at once. More would be its choice of whom we meet. */
export const MAX_CANDIDATES_EACH = MAX_REFERRALS;
/** Candidates that the resolver named; a place of their own, so that neighbours push none of them out. */
export const MAX_RESOLVED = 20;
/** Together as many as PeerChannel's referral cache. */
export const MAX_CANDIDATES = MAX_PASSIVE + MAX_RESOLVED;
/** A candidate nobody mentioned again in this time has probably gone. */
export const CANDIDATE_LIFETIME_MS = 5 * 60_000;
/** What was said of a degree is no longer true after this: newcomers are given what they lack within seconds. */
export const DEGREE_LIFETIME_MS = 10_000;
/** Rest after a failed dial, and after one that failed for the password. */
export const RETRY_AFTER_MS = 10_000;
export const RETRY_AFTER_PROOF_MS = 30_000;
/** Rest of one that was too slow, or that found us so. */
export const RETRY_AFTER_SLOW_MS = 60_000;
/** Rest of one that wants no link with this node: it may change its mind. */
export const RETRY_UNWELCOME_MS = 10 * 60_000;
/** Nodes resting at a time; the oldest are forgotten first. */
const MAX_RESTING = 200;

export interface Candidate {
  readonly nodeId: NodeId;
  /** Neighbours it was lately said to have; undefined when unknown. */
  readonly degree: number | undefined;
  /** The neighbour that named it last; undefined when only the resolver did. */
  readonly path: SignalPath;
  /** The resolver has named it. */
  readonly isResolved: boolean;
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
  const known = new Map<NodeId, Candidate & { heardAt: number; degreeAt: number }>();
  const resting = new Map<NodeId, number>();

  /** The oldest of a kind goes once there are more than `max` of it. */
  function bound(max: number, isOfKind: (candidate: Candidate) => boolean): void {
    const kind = [...known.values()].filter(isOfKind);
    if (kind.length > max) known.delete(kind[0]!.nodeId);
  }

  return {
    learn(candidate, nowMs) {
      const previous = known.get(candidate.nodeId);
      known.delete(candidate.nodeId);
      const isDegreeNews = candidate.degree !== undefined;
      const path = candidate.path ?? previous?.path;
      const isResolved = candidate.isResolved || previous?.isResolved === true;
      known.set(candidate.nodeId, {
        nodeId: candidate.nodeId,
        // The resolver knows no degrees.
        degree: isDegreeNews ? candidate.degree : previous?.degree,
        degreeAt: isDegreeNews ? nowMs : (previous?.degreeAt ?? nowMs),
        // A path over a neighbour spares the resolver, so it is kept when the resolver names the node again.
        path,
        isResolved,
        heardAt: nowMs,
      });
      if (isResolved) return bound(MAX_RESOLVED, (other) => other.isResolved);
      bound(MAX_CANDIDATES_EACH, (other) => !other.isResolved && other.path === path);
      bound(MAX_PASSIVE, (other) => !other.isResolved);
    },
    remove: (nodeId) => void known.delete(nodeId),
    rest(nodeId, durationMs, nowMs) {
      resting.delete(nodeId);
      resting.set(nodeId, nowMs + durationMs);
      dropOldest(resting, MAX_RESTING);
    },
    ready(nowMs) {
      for (const [nodeId, until] of resting) if (until <= nowMs) resting.delete(nodeId);
      const list: Candidate[] = [];
      for (const [nodeId, candidate] of known) {
        if (nowMs - candidate.heardAt > CANDIDATE_LIFETIME_MS) known.delete(nodeId);
        else if (!resting.has(nodeId)) {
          const isFresh = nowMs - candidate.degreeAt <= DEGREE_LIFETIME_MS;
          list.push(isFresh ? candidate : { ...candidate, degree: undefined });
        }
      }
      return list;
    },
  };
}
