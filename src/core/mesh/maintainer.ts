/**
 * Keeps the node linked: dials, hands neighbours over, looks for strangers, answers hand-overs. [TP2-TP12, PF8]
 * The decisions are topology.ts's; this acts on them and keeps what is under way.
 */
import { about } from '../base/about.ts';
import type { NodeId } from '../base/ids.ts';
import { createTokenBucket, createTokenBuckets, type TokenBucket } from '../base/token-bucket.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Random } from '../ports/random.ts';
import type { AttemptFailure } from '../link/attempt.ts';
import type { ClosingConnections } from '../link/closing-connections.ts';
import type { Referral } from '../wire/records.ts';
import {
  createCandidates,
  RETRY_AFTER_MS,
  RETRY_AFTER_PROOF_MS,
  RETRY_AFTER_SLOW_MS,
  RETRY_UNWELCOME_MS,
  type Candidate,
} from './candidates.ts';
import type { Contributions } from './contributions.ts';
import { createDialPace } from './dial-pace.ts';
import { createIntroductions } from './introductions.ts';
import type { Membership } from './membership.ts';
import type { Neighbour, NeighbourClosedReason, Neighbours } from './neighbours.ts';
import { BUSY_MS } from './patience.ts';
import { RESOLVE_MAX, type Rendezvous } from './rendezvous.ts';
import { createSiege } from './siege.ts';
import type { Signalling, SignalPath } from './signalling.ts';
import { decideTopology, leastUseful, pickRandom, protectedLinks, type NeighbourView } from './topology.ts';
import type { MeshCounters, MeshSettings } from './types.ts';

/** In this round a node between low and target gains one neighbour. */
const ROUND_MS = 5_000;
/** How often strangers are looked for at the resolver, so that parts of one mesh find each other. */
export const STRANGER_ROUND_MS = 20_000;
/** Waits between resolves while neighbours are lacking: doubles from the first to the second. */
const RESOLVE_RETRY_MS = 1_000;
const MAX_RESOLVE_RETRY_MS = 10_000;
/** So many that brought no link of its own choice, and a node asks no more just for those: a mesh may have nobody else. */
const FRUITLESS_RESOLVES = 4;
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
 * browser makes no more. A newcomer dials up to three nodes of a mesh, so one node is dialled far less often.
 */
export const RESOLVER_ATTEMPTS = { perSecond: 0.5, burst: 16 } as const;
/** Those over one neighbour, which could make up every one of them. */
export const PASSED_ATTEMPTS = RESOLVER_ATTEMPTS;
/**
 * Hand-overs one neighbour may ask for. An honest one asks the same neighbour once in HAND_OVER_TIMEOUT_MS; each costs a
 * connection, and a browser makes a few hundred of them in a page's life.
 */
export const HAND_OVERS = { perSecond: 0.1, burst: 3 } as const;

/** A node asked to gain a neighbour tries for this long: two dials that nobody answers, and one more. */
export const WANTED_MORE_MS = 20_000;

/** Which way the signals of a dial go, and whose choice the node is, if a neighbour's. */
interface Route {
  readonly path: SignalPath;
  readonly introducer: SignalPath;
}

export interface Maintainer {
  /** Whether a stranger's wish for a link may be followed. */
  admits(nodeId: NodeId, path: SignalPath): 'Accept' | 'Busy' | 'Ignore';
  /** With the nodes that the resolver named along, if it did. */
  onRegistered(nodeIds: readonly NodeId[] | undefined): void;
  onReferrals(from: NodeId, referrals: readonly Referral[]): void;
  onOpened(neighbour: Neighbour): void;
  onClosed(neighbour: Neighbour, reason: NeighbourClosedReason): void;
  /** A neighbour lives. */
  onAnswered(nodeId: NodeId): void;
  /** There is a member more. */
  onAppeared(): void;
  /** A member was found dead. */
  onLost(nodeId: NodeId): void;
  onDialFailed(nodeId: NodeId, dialled: boolean, reason: AttemptFailure): void;
  onRefused(nodeId: NodeId, reason: NeighbourClosedReason): void;
  /** `from` asks us to link to `to` and let go of it. */
  onHandOver(from: Neighbour, to: NodeId): void;
  /** A neighbour that relays nothing: it counts for nothing. */
  isDiscounted(neighbour: Neighbour): boolean;
  refreshConnection(): void;
  /** The host woke up: what was put off is due. */
  wake(): void;
  tick(): void;
  /** Nobody is dialled any more, and no timer is left. */
  close(): void;
}

export interface MaintainerObserver {
  /** Without neighbours, and nobody is left to try for this time. */
  onNobodyFound(): void;
  /** No link is wanted with it. */
  isUnwanted(nodeId: NodeId): boolean;
  /** Whether neighbours may be named to others, and such names be used (R28). */
  sharesReferrals(): boolean;
}

export function createMaintainer(
  deps: { clock: Clock; random: Random; log: Log; counters: MeshCounters },
  local: { nodeId: NodeId; settings: MeshSettings },
  parts: {
    neighbours: Neighbours;
    signalling: Signalling;
    rendezvous: Rendezvous;
    membership: Membership;
    contributions: Contributions;
    closing: Pick<ClosingConnections, 'count'>;
  },
  observer: MaintainerObserver,
): Maintainer {
  const { clock, random, log, counters } = deps;
  const { settings } = local;
  const { neighbours, signalling, rendezvous, membership, contributions, closing } = parts;
  const candidates = createCandidates();
  const introductions = createIntroductions((nodeId) => neighbours.hasLink(nodeId) || signalling.has(nodeId));
  /** Dialled, or linked, by this end's own choice. */
  const chosen = new Set<NodeId>();
  /** Dialled because nobody here knew them. */
  const strangers = new Set<NodeId>();
  /** Apart, so that a guesser keeps no member out and does not keep us from dialling. */
  const failedProofs = {
    stranger: createTokenBucket(FAILED_PROOFS),
    member: createTokenBucket(FAILED_PROOFS),
    dialled: createTokenBucket(FAILED_DIALS),
  };
  const resolverAttempts = createTokenBucket(RESOLVER_ATTEMPTS);
  /** Neighbours asked to link elsewhere and let go, or about to be given one, until when. */
  const handOvers = new Map<NodeId, number>();
  /** Asked of us: once the key is linked, or has answered if it was, let go of the value. */
  const replacements = new Map<NodeId, { release: NodeId; until: number }>();
  const passedAttempts = createTokenBuckets<Neighbour>(PASSED_ATTEMPTS);
  const handOverBudgets = createTokenBuckets<Neighbour>(HAND_OVERS);
  let roundAt = clock.now() + about(ROUND_MS, random.fraction());
  let strangersAt = clock.now() + about(STRANGER_ROUND_MS, random.fraction());
  let resolveAt = 0;
  let resolveRetryMs = RESOLVE_RETRY_MS;
  /** Resolves since a link of its own choice was made or lost. */
  let fruitlessResolves = 0;
  /** What awaits the answer to the resolve under way. */
  const uses: ((found: readonly Candidate[]) => void)[] = [];
  let askAt = 0;
  let aloneSince = clock.now();
  /** Neighbours wanted beyond what the profile asks for, and until when (R21). */
  let wantedMore: { readonly above: number; readonly until: number } | undefined;
  const pace = createDialPace(random.fraction());
  const siege = createSiege(deps, contributions, {
    neighbours: () => neighbours.list,
    low: settings.low,
    cap: settings.cap,
    room: () => settings.cap - connections(),
    isDialable: (nodeId) => isLinkable(nodeId) && membership.has(nodeId),
    candidates: () => dialable(clock.now()),
    dial,
    letGo(nodeId, restMs) {
      candidates.rest(nodeId, restMs, clock.now());
      neighbours.disconnect(nodeId, 'NotUsefulNeighbor');
    },
    askForReferrals: ({ nodeId }) => neighbours.askReferrals(nodeId),
    resolve() {
      if (rendezvous.isRegistered && uses.length === 0) resolve(() => undefined);
    },
  });
  let cancelNext: (() => void) | undefined;
  let isClosed = false;

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
      nodeId !== local.nodeId &&
      !neighbours.hasLink(nodeId) &&
      !signalling.has(nodeId) &&
      !membership.hasLeft(nodeId) &&
      !observer.isUnwanted(nodeId)
    );
  }

  function connections(): number {
    return neighbours.connections + signalling.size + closing.count;
  }

  /** Own dials that are not neighbours yet. */
  function underWay(): number {
    return signalling.dials + neighbours.greetings;
  }

  /**
   * Over a neighbour, which has proven the password; or over the resolver, which may name anybody. Whom a neighbour named
   * that has introduced enough is reached over the resolver only, and only if that named it too.
   */
  function routeTo({ nodeId, path, isResolved }: Candidate, now: number): Route | undefined {
    const isSpent = path !== undefined && introductions.isSpent(path);
    if (path !== undefined && !isSpent) {
      const via = neighbours.get(path);
      if (via && !via.isSuspect) return { path, introducer: path };
    }
    if (rendezvous.isReachable !== true || (isSpent && !isResolved) || !bearsGuess(nodeId, true, now)) return undefined;
    return { path: undefined, introducer: isResolved ? undefined : path };
  }

  /** A node that has lost everybody looks for those it knew first: among many strangers they would be long to find. */
  function dialable(now: number): readonly Candidate[] {
    const all = candidates.ready(now).filter((candidate) => isLinkable(candidate.nodeId) && routeTo(candidate, now));
    if (neighbours.list.length > 0) return all;
    const known = all.filter(({ nodeId }) => membership.knows(nodeId));
    return known.length > 0 ? known : all;
  }

  function dial(candidate: Candidate, isChosen = true): void {
    const { nodeId } = candidate;
    const route = routeTo(candidate, clock.now());
    if (!route || !isLinkable(nodeId) || connections() >= settings.cap) return;
    candidates.remove(nodeId);
    if (isChosen) chosen.add(nodeId);
    introductions.note(nodeId, route.introducer);
    if (route.path === undefined) counters.dialsOverResolver += 1;
    else counters.dialsOverNeighbours += 1;
    pace.onDialled(clock.now());
    log('mesh', 'dialling', { node: nodeId, over: route.path ?? 'resolver' });
    signalling.dial(nodeId, route.path);
  }

  /** Those linked longest of the chosen ones are protected. */
  function viewOfNeighbours(now: number): readonly NeighbourView[] {
    let left = protectedLinks(settings);
    return neighbours.list.map((neighbour) => {
      const { nodeId, degree, utility } = neighbour;
      const isProtected = (chosen.has(nodeId) && left-- > 0) || siege.isKept(neighbour);
      return {
        nodeId,
        degree,
        utility,
        isProtected,
        isSuspect: neighbour.isSuspect || neighbour.isSlow || siege.isDiscounted(neighbour),
        ageMs: now - neighbour.openedAt,
        isBusy: handOvers.has(nodeId),
      };
    });
  }

  function decide(): void {
    if (isClosed) return;
    const now = clock.now();
    const isRoundDue = now >= roundAt && !pace.isRush(now);
    if (isRoundDue) roundAt = now + about(ROUND_MS, random.fraction());
    const actions = decideTopology(
      {
        settings,
        neighbours: viewOfNeighbours(now),
        connections: connections(),
        dials: underWay(),
        lacksOwn: protectedLinks(settings) - neighbours.list.filter(({ nodeId }) => chosen.has(nodeId)).length,
        aloneMs: now - aloneSince,
        candidates: () => dialable(now),
        isRoundDue,
      },
      () => random.fraction(),
    );
    dialPaced(actions.dial);
    if (actions.handOver && observer.sharesReferrals()) handOver(actions.handOver.neighbour, actions.handOver.to);
    if (actions.letGo) neighbours.disconnect(actions.letGo, 'NotUsefulNeighbor');
    gainMore(now);
    const { needs } = actions;
    if (needs === 'Candidates' || needs === 'Referrals') askForReferrals(now);
    if (needs === 'Candidates' || (needs === 'Unheard' && fruitlessResolves < FRUITLESS_RESOLVES)) resolveAgain(now);
  }

  /** Tries candidates one after the other until there is one neighbour more than when that was asked for. */
  function gainMore(now: number): void {
    if (!wantedMore) return;
    if (neighbours.degree > wantedMore.above || now >= wantedMore.until) return void (wantedMore = undefined);
    if (neighbours.degree + underWay() > wantedMore.above) return;
    const [candidate] = pickRandom(dialable(now), 1, () => random.fraction());
    if (candidate) dial(candidate);
    else askForReferrals(now);
  }

  /** One now, and the next in its own time. */
  function dialPaced(wanted: readonly Candidate[]): void {
    cancelNext?.();
    cancelNext = undefined;
    for (const candidate of wanted) {
      const waitMs = pace.waitMs(neighbours.degree, underWay(), clock.now());
      if (waitMs > 0) {
        cancelNext = clock.schedule(waitMs, decide);
        return;
      }
      dial(candidate);
    }
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
    postponeResolve(now);
    if (uses.length === 0) resolve(() => undefined);
  }

  function postponeResolve(now: number): void {
    fruitlessResolves += 1;
    resolveAt = now + about(resolveRetryMs, random.fraction());
    resolveRetryMs = Math.min(resolveRetryMs * 2, MAX_RESOLVE_RETRY_MS);
  }

  /** Asks the resolver and keeps what it names; `also` sees those that can be linked, here or in the answer under way. */
  function resolve(also: (found: readonly Candidate[]) => void): void {
    uses.push(also);
    if (uses.length > 1) return;
    rendezvous.resolve(take);
  }

  /** What the resolver named, or nothing if it could not be asked. */
  function take(nodeIds: readonly NodeId[] | undefined): void {
    const found = (nodeIds ?? [])
      .slice(0, RESOLVE_MAX)
      .filter(isLinkable)
      .map((nodeId): Candidate => ({ nodeId, degree: undefined, path: undefined, isResolved: true }));
    for (const candidate of found) candidates.learn(candidate, clock.now());
    for (const use of uses.splice(0)) use(found);
    decide();
    if (nodeIds && found.length === 0) reportSearch();
  }

  function reportSearch(): void {
    if (neighbours.list.length === 0 && signalling.live === 0) observer.onNobodyFound();
  }

  /**
   * Whoever is registered but unknown here may be of a part that lost touch with ours. At the cap a link that is not
   * needed makes room for it; below, one goes once the stranger is linked. Left to those who are listed: where most are
   * not, nearly everybody is a stranger, and links that all change for ever carry everything twice.
   */
  function lookForStrangers(): void {
    resolve((found) => {
      const stranger = found.find(({ nodeId }) => !membership.has(nodeId));
      if (!stranger || neighbours.list.length === 0) return;
      if (connections() >= settings.cap) return letGoOfLeastUseful();
      dial(stranger);
      if (signalling.has(stranger.nodeId)) strangers.add(stranger.nodeId);
    });
  }

  function letGoOfLeastUseful(): void {
    if (neighbours.degree <= settings.target) return;
    const healthy = viewOfNeighbours(clock.now()).filter(({ isSuspect }) => !isSuspect);
    const least = leastUseful(healthy, settings);
    if (least) neighbours.disconnect(least.nodeId, 'NotUsefulNeighbor');
  }

  function letGoOfReplaced(by: NodeId): void {
    const replaced = replacements.get(by);
    replacements.delete(by);
    if (replaced) neighbours.disconnect(replaced.release, 'NotUsefulNeighbor');
  }

  function forget(nodeId: NodeId): void {
    replacements.delete(nodeId);
    chosen.delete(nodeId);
    strangers.delete(nodeId);
  }

  return {
    admits(nodeId, path) {
      if (neighbours.get(nodeId)) {
        neighbours.challenge(nodeId, CHALLENGE_MS);
        return 'Busy';
      }
      if (neighbours.hasLink(nodeId) || siege.isBackedOff(nodeId)) return 'Busy';
      // A new offer takes the place of the attempt there is.
      const isFull = connections() - (signalling.has(nodeId) ? 1 : 0) >= settings.cap;
      if (isFull && !siege.isOnGuard()) return 'Busy';
      const now = clock.now();
      if (!bearsGuess(nodeId, false, now)) return 'Busy';
      if (path !== undefined && introductions.isSpent(path, nodeId)) return 'Busy';
      const via = path && neighbours.get(path);
      if (!(via ? passedAttempts.take(via, now) : resolverAttempts.take(now))) return 'Busy';
      // Last, for it may cost somebody else a link.
      if (!siege.admits(nodeId, path) || isFull) return 'Busy';
      introductions.note(nodeId, path);
      return 'Accept';
    },
    onRegistered(nodeIds) {
      resolveAt = 0;
      resolveRetryMs = RESOLVE_RETRY_MS;
      // Parts that the resolver's absence kept from each other meet in the first round, each node at its own time.
      strangersAt = Math.min(strangersAt, clock.now() + about(ROUND_MS, random.fraction()));
      if (neighbours.list.length === 0) aloneSince = clock.now();
      if (nodeIds) {
        postponeResolve(clock.now());
        take(nodeIds);
      } else if (neighbours.degree < settings.low) resolveAgain(clock.now());
    },
    onReferrals(from, referrals) {
      const now = clock.now();
      for (const { nodeId, degree } of referrals) {
        if (isLinkable(nodeId)) candidates.learn({ nodeId, degree, path: from, isResolved: false }, now);
      }
      decide();
    },
    onOpened(neighbour) {
      candidates.remove(neighbour.nodeId);
      const isChosen = chosen.has(neighbour.nodeId);
      if (isChosen) fruitlessResolves = 0;
      pace.onLinked(isChosen, clock.now());
      resolveRetryMs = RESOLVE_RETRY_MS;
      letGoOfReplaced(neighbour.nodeId);
      if (strangers.delete(neighbour.nodeId)) letGoOfLeastUseful();
      decide();
    },
    onClosed({ nodeId }, reason) {
      handOvers.delete(nodeId);
      if (chosen.has(nodeId)) fruitlessResolves = 0;
      forget(nodeId);
      if (neighbours.list.length === 0) aloneSince = clock.now();
      if (reason === 'NodeTooSlow') candidates.rest(nodeId, RETRY_AFTER_SLOW_MS, clock.now());
      decide();
    },
    onAnswered(nodeId) {
      if (neighbours.degree > settings.low) letGoOfReplaced(nodeId);
    },
    onAppeared: () => pace.onRush(clock.now()),
    onLost: (nodeId) => candidates.remove(nodeId),
    onDialFailed(nodeId, dialled, reason) {
      const now = clock.now();
      const isGuess = reason === 'AnotherPassword' || reason === 'ConfirmationMissing';
      if (isGuess) failedProofsOf(nodeId, dialled).take(now);
      forget(nodeId);
      if (dialled && (reason === 'NoAnswer' || reason === 'ConnectTimedOut')) pace.onTimedOut(now);
      if (dialled) candidates.rest(nodeId, isGuess ? RETRY_AFTER_PROOF_MS : RETRY_AFTER_MS, now);
      decide();
      // Who is busy is somebody: the search goes on.
      if (reason !== 'Busy') reportSearch();
    },
    onRefused(nodeId, reason) {
      forget(nodeId);
      // It wants no link with us at all.
      const isUnwelcome = reason === 'NotUsefulNeighbor' && !observer.isUnwanted(nodeId);
      candidates.rest(nodeId, isUnwelcome ? RETRY_UNWELCOME_MS : RETRY_AFTER_MS, clock.now());
      decide();
    },
    onHandOver(from, to) {
      if (!observer.sharesReferrals()) return;
      const now = clock.now();
      if (to === local.nodeId || replacements.size >= settings.cap || !handOverBudgets.take(from, now)) return;
      const isLinked = neighbours.get(to) !== undefined;
      if (!isLinked && (!isLinkable(to) || connections() >= settings.cap)) return;
      replacements.set(to, { release: from.nodeId, until: now + HAND_OVER_TIMEOUT_MS });
      // It may be among many who have just died: `from` could be the only one left of the living.
      if (isLinked) neighbours.ask(to);
      else dial({ nodeId: to, degree: undefined, path: from.nodeId, isResolved: false }, false);
    },
    isDiscounted: siege.isDiscounted,
    refreshConnection() {
      resolveAt = 0;
      resolveRetryMs = RESOLVE_RETRY_MS;
      wantedMore = { above: neighbours.degree + underWay(), until: clock.now() + WANTED_MORE_MS };
      // Without the resolver the passive list has to do, which is looked at when this has failed.
      resolve(() => undefined);
    },
    wake() {
      resolveAt = askAt = 0;
      resolveRetryMs = RESOLVE_RETRY_MS;
    },
    tick() {
      const now = clock.now();
      if (neighbours.lateMs >= BUSY_MS) pace.onRush(now);
      for (const [nodeId, until] of handOvers) if (now >= until) handOvers.delete(nodeId);
      for (const [nodeId, { until }] of replacements) if (now >= until) replacements.delete(nodeId);
      if (now >= strangersAt) {
        strangersAt = now + about(STRANGER_ROUND_MS, random.fraction());
        if (rendezvous.isRegistered && settings.isListed) lookForStrangers();
      }
      if (observer.sharesReferrals()) siege.tick();
      decide();
    },
    close() {
      isClosed = true;
      cancelNext?.();
    },
  };
}
