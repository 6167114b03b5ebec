/**
 * Keeps the node linked: dials, hands neighbours over, looks for strangers, answers hand-overs. [TP2-TP8, PF8]
 * The decisions are topology.ts's; this acts on them and keeps what is under way.
 */
import type { NodeId } from '../base/ids.ts';
import { createTokenBucket, createTokenBuckets, type TokenBucket } from '../base/token-bucket.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Random } from '../ports/random.ts';
import type { AttemptFailure } from '../link/attempt.ts';
import type { ClosingConnections } from '../link/closing-connections.ts';
import type { Referral } from '../wire/records.ts';
import { createCandidates, RETRY_AFTER_MS, RETRY_AFTER_PROOF_MS, type Candidate } from './candidates.ts';
import type { Membership } from './membership.ts';
import type { Neighbour, Neighbours } from './neighbours.ts';
import type { Rendezvous } from './rendezvous.ts';
import type { Signalling, SignalPath } from './signalling.ts';
import { decideTopology, pickRandom } from './topology.ts';
import type { MeshSettings } from './types.ts';

/** In this round a node between low and target gains one neighbour. */
const ROUND_MS = 5_000;
/** How often strangers are looked for at the resolver, so that parts of one mesh find each other. */
export const STRANGER_ROUND_MS = 20_000;
/** Nodes asked of the resolver at once. */
const RESOLVE_MAX = 4;
/** Waits between resolves while neighbours are lacking: doubles from the first to the second. */
const RESOLVE_RETRY_MS = 1_000;
const MAX_RESOLVE_RETRY_MS = 10_000;
/** A hand-over that has not come about by then is forgotten: a dial and its proof on a slow line. */
export const HAND_OVER_TIMEOUT_MS = 10_000;
/** A neighbour that asks for referrals or hand-overs is asked back no more often than this. */
const ASK_EVERY_MS = 2_000;
/** A neighbour that a stranger claims to be must answer within this, or the stranger is right (R35). */
const CHALLENGE_MS = 1_500;
/** Failed proofs of strangers, over all of them: each is a guess at the password. */
export const FAILED_PROOFS = { perSecond: 6 / 60, burst: 6 } as const;
/** Failed proofs of those we dialled: more, because whoever fills the resolver with strangers must not hide our own. */
export const FAILED_DIALS = { perSecond: 12 / 60, burst: 12 } as const;
/**
 * Attempts that others begin over the resolver: each costs a connection, and a page has about 500 of them before the
 * browser makes no more. A newcomer dials three nodes of a mesh, so one node is dialled far less often.
 */
export const RESOLVER_ATTEMPTS = { perSecond: 0.5, burst: 16 } as const;
/**
 * Hand-overs one neighbour may ask for. An honest one asks the same neighbour once in HAND_OVER_TIMEOUT_MS; each costs a
 * connection, and a browser makes a few hundred of them in a page's life.
 */
export const HAND_OVERS = { perSecond: 0.1, burst: 3 } as const;

export interface Maintainer {
  /** Whether a stranger's wish for a link may be followed. */
  admits(nodeId: NodeId, path: SignalPath): 'Accept' | 'Busy' | 'Ignore';
  onRegistered(): void;
  onReferrals(from: NodeId, referrals: readonly Referral[]): void;
  onOpened(neighbour: Neighbour): void;
  onClosed(neighbour: Neighbour): void;
  onDialFailed(nodeId: NodeId, dialled: boolean, reason: AttemptFailure): void;
  onRefused(nodeId: NodeId): void;
  /** `from` asks us to link to `to` and let go of it. */
  onHandOver(from: Neighbour, to: NodeId): void;
  refreshConnection(): void;
  tick(): void;
}

export interface MaintainerObserver {
  /** Without neighbours, and nobody is left to try for this time. */
  onNobodyFound(): void;
  /** Whether neighbours may be named to others, and such names be used (R28). */
  sharesReferrals(): boolean;
}

export function createMaintainer(
  deps: { clock: Clock; random: Random; log: Log },
  local: { nodeId: NodeId; settings: MeshSettings },
  parts: {
    neighbours: Neighbours;
    signalling: Signalling;
    rendezvous: Rendezvous;
    membership: Membership;
    closing: Pick<ClosingConnections, 'count'>;
  },
  observer: MaintainerObserver,
): Maintainer {
  const { clock, random, log } = deps;
  const { settings } = local;
  const { neighbours, signalling, rendezvous, membership, closing } = parts;
  const candidates = createCandidates();
  /** Apart, so that a guesser keeps no member out and does not keep us from dialling. */
  const failedProofs = {
    stranger: createTokenBucket(FAILED_PROOFS),
    member: createTokenBucket(FAILED_PROOFS),
    dialled: createTokenBucket(FAILED_DIALS),
  };
  const resolverAttempts = createTokenBucket(RESOLVER_ATTEMPTS);
  /** Neighbours asked to link elsewhere and let go, or about to be given one, until when. */
  const handOvers = new Map<NodeId, number>();
  /** Asked of us: once linked to the key, let go of the value. */
  const replacements = new Map<NodeId, { release: NodeId; until: number }>();
  const handOverBudgets = createTokenBuckets<Neighbour>(HAND_OVERS);
  let roundAt = clock.now() + jittered(ROUND_MS);
  let strangersAt = clock.now() + jittered(STRANGER_ROUND_MS);
  let resolveAt = 0;
  let resolveRetryMs = RESOLVE_RETRY_MS;
  /** What awaits the answer to the resolve under way. */
  const uses: ((found: readonly Candidate[]) => void)[] = [];
  let askAt = 0;

  function jittered(periodMs: number): number {
    return periodMs * (0.5 + random.fraction());
  }

  function failedProofsOf(nodeId: NodeId, dialled: boolean): TokenBucket {
    if (membership.knows(nodeId)) return failedProofs.member;
    return dialled ? failedProofs.dialled : failedProofs.stranger;
  }

  /** Whether one failed proof more could be borne, should all of its kind that are under way fail. */
  function bearsGuess(nodeId: NodeId, dialled: boolean, now: number): boolean {
    const bucket = failedProofsOf(nodeId, dialled);
    const underWay = signalling.underWay(dialled).filter((other) => failedProofsOf(other, dialled) === bucket).length;
    return bucket.waitMs(now, 1 + underWay) === 0;
  }

  function isLinkable(nodeId: NodeId): boolean {
    return (
      nodeId !== local.nodeId && !neighbours.hasLink(nodeId) && !signalling.has(nodeId) && !membership.hasLeft(nodeId)
    );
  }

  function connections(): number {
    return neighbours.connections + signalling.size + closing.count;
  }

  /** Over a neighbour, which has proven the password; or over the resolver, which may name anybody. */
  function canReach(candidate: Candidate, now: number): boolean {
    if (candidate.path !== undefined && neighbours.get(candidate.path)) return true;
    return rendezvous.isReachable === true && bearsGuess(candidate.nodeId, true, now);
  }

  /** A node that has lost everybody looks for those it knew first: among many strangers they would be long to find. */
  function dialable(now: number): readonly Candidate[] {
    const all = candidates.ready(now).filter((candidate) => isLinkable(candidate.nodeId) && canReach(candidate, now));
    if (neighbours.list.length > 0) return all;
    const known = all.filter(({ nodeId }) => membership.knows(nodeId));
    return known.length > 0 ? known : all;
  }

  function dial(candidate: Candidate): void {
    if (!isLinkable(candidate.nodeId) || connections() >= settings.cap || !canReach(candidate, clock.now())) return;
    const path = candidate.path !== undefined && neighbours.get(candidate.path) ? candidate.path : undefined;
    candidates.remove(candidate.nodeId);
    log('mesh', 'dialling', { node: candidate.nodeId, over: path ?? 'resolver' });
    signalling.dial(candidate.nodeId, path);
  }

  function decide(): void {
    const now = clock.now();
    const isRoundDue = now >= roundAt;
    if (isRoundDue) roundAt = now + jittered(ROUND_MS);
    const actions = decideTopology(
      {
        settings,
        neighbours: neighbours.list.map((neighbour) => ({
          nodeId: neighbour.nodeId,
          degree: neighbour.degree,
          isSuspect: neighbour.isSuspect,
          ageMs: now - neighbour.openedAt,
          isBusy: handOvers.has(neighbour.nodeId),
        })),
        connections: connections(),
        dials: signalling.dials + neighbours.greetings,
        candidates: () => dialable(now),
        isRoundDue,
      },
      () => random.fraction(),
    );
    actions.dial.forEach(dial);
    if (actions.handOver && observer.sharesReferrals()) handOver(actions.handOver.neighbour, actions.handOver.to);
    if (actions.needs !== 'Nothing') askForReferrals(now);
    if (actions.needs === 'Candidates') resolveAgain(now);
  }

  function handOver(nodeId: NodeId, to: NodeId): void {
    const until = clock.now() + HAND_OVER_TIMEOUT_MS;
    handOvers.set(nodeId, until);
    handOvers.set(to, until);
    const taker = neighbours.get(to);
    if (taker) taker.degree += 1;
    log('mesh', 'handOver', { node: nodeId, to });
    neighbours.get(nodeId)?.send({ type: 'HandOver', nodeId: to });
  }

  function askForReferrals(now: number): void {
    if (now < askAt) return;
    askAt = now + ASK_EVERY_MS;
    const [asked] = pickRandom(
      neighbours.list.filter((neighbour) => !neighbour.isSuspect),
      1,
      () => random.fraction(),
    );
    if (asked) neighbours.askReferrals(asked.nodeId);
  }

  function resolveAgain(now: number): void {
    if (now < resolveAt || !rendezvous.isRegistered) return;
    resolveAt = now + jittered(resolveRetryMs);
    resolveRetryMs = Math.min(resolveRetryMs * 2, MAX_RESOLVE_RETRY_MS);
    if (uses.length === 0) resolve(() => undefined);
  }

  /** Asks the resolver and keeps what it names; `also` sees those that can be linked, here or in the answer under way. */
  function resolve(also: (found: readonly Candidate[]) => void): void {
    uses.push(also);
    if (uses.length > 1) return;
    rendezvous.resolve(RESOLVE_MAX, (nodeIds) => {
      const found = (nodeIds ?? [])
        .slice(0, RESOLVE_MAX)
        .filter(isLinkable)
        .map((nodeId): Candidate => ({ nodeId, degree: undefined, path: undefined }));
      for (const candidate of found) candidates.learn(candidate, clock.now());
      for (const use of uses.splice(0)) use(found);
      decide();
      if (nodeIds && found.length === 0) reportSearch();
    });
  }

  function reportSearch(): void {
    if (neighbours.list.length === 0 && signalling.live === 0) observer.onNobodyFound();
  }

  /** Whoever is registered but unknown here may be of a part that lost touch with ours. */
  function lookForStrangers(): void {
    resolve((found) => {
      const stranger = found.find(({ nodeId }) => !membership.has(nodeId));
      if (stranger && neighbours.list.length > 0) dial(stranger);
    });
  }

  return {
    admits(nodeId, path) {
      if (neighbours.get(nodeId)) {
        neighbours.challenge(nodeId, CHALLENGE_MS);
        return 'Busy';
      }
      if (neighbours.hasLink(nodeId)) return 'Busy';
      if (connections() >= settings.cap) return 'Busy';
      const now = clock.now();
      if (!bearsGuess(nodeId, false, now)) return 'Busy';
      return path !== undefined || resolverAttempts.take(now) ? 'Accept' : 'Busy';
    },
    onRegistered() {
      resolveAt = 0;
      resolveRetryMs = RESOLVE_RETRY_MS;
      if (neighbours.degree < settings.low) resolveAgain(clock.now());
    },
    onReferrals(from, referrals) {
      const now = clock.now();
      for (const { nodeId, degree } of referrals) {
        if (isLinkable(nodeId)) candidates.learn({ nodeId, degree, path: from }, now);
      }
      decide();
    },
    onOpened(neighbour) {
      candidates.remove(neighbour.nodeId);
      resolveRetryMs = RESOLVE_RETRY_MS;
      const replacement = replacements.get(neighbour.nodeId);
      replacements.delete(neighbour.nodeId);
      if (replacement) neighbours.disconnect(replacement.release, 'NotUsefulNeighbor');
      decide();
    },
    onClosed(neighbour) {
      handOvers.delete(neighbour.nodeId);
      decide();
    },
    onDialFailed(nodeId, dialled, reason) {
      const now = clock.now();
      const isGuess = reason === 'AnotherPassword' || reason === 'ConfirmationMissing';
      if (isGuess) failedProofsOf(nodeId, dialled).take(now);
      replacements.delete(nodeId);
      if (dialled) candidates.rest(nodeId, isGuess ? RETRY_AFTER_PROOF_MS : RETRY_AFTER_MS, now);
      decide();
      // Who is busy is somebody: the search goes on.
      if (reason !== 'Busy') reportSearch();
    },
    onRefused(nodeId) {
      replacements.delete(nodeId);
      candidates.rest(nodeId, RETRY_AFTER_MS, clock.now());
      decide();
    },
    onHandOver(from, to) {
      if (!observer.sharesReferrals()) return;
      const now = clock.now();
      if (to === local.nodeId || replacements.size >= settings.cap || !handOverBudgets.take(from, now)) return;
      if (neighbours.get(to)) {
        // All three are linked already: the link to `from` can go at once.
        if (neighbours.degree > settings.low) neighbours.disconnect(from.nodeId, 'NotUsefulNeighbor');
        return;
      }
      if (!isLinkable(to) || connections() >= settings.cap) return;
      replacements.set(to, { release: from.nodeId, until: now + HAND_OVER_TIMEOUT_MS });
      dial({ nodeId: to, degree: undefined, path: from.nodeId });
    },
    refreshConnection() {
      resolveAt = 0;
      resolveRetryMs = RESOLVE_RETRY_MS;
      resolve((found) => {
        const [candidate] = found;
        if (candidate) dial(candidate);
      });
    },
    tick() {
      const now = clock.now();
      for (const [nodeId, until] of handOvers) if (now >= until) handOvers.delete(nodeId);
      for (const [nodeId, { until }] of replacements) if (now >= until) replacements.delete(nodeId);
      if (now >= strangersAt) {
        strangersAt = now + jittered(STRANGER_ROUND_MS);
        if (rendezvous.isRegistered) lookForStrangers();
      }
      decide();
    },
  };
}
