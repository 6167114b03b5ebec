/**
 * Who should be linked to whom, as far as one node decides it: facts in, actions out. [TP4-TP8, TP10]
 * Pure: no state, no time but what is given, no link. `maintainer.ts` acts on it.
 *
 * The mesh grows by splicing: a node with more neighbours than its target hands one of them over to a neighbour that
 * has too few. The handed-over link is let go only once its replacement stands, so no step can split the mesh. A link is
 * simply let go only when both ends have enough others and it has brought either of them little that was new.
 */
import type { NodeId } from '../base/ids.ts';
import type { Candidate } from './candidates.ts';
import { MAX_UTILITY } from './link-utility.ts';
import type { MeshSettings } from './types.ts';

export interface NeighbourView {
  readonly nodeId: NodeId;
  /** Neighbours it has, as last told. */
  readonly degree: number;
  /** Silent or backed up for too long: counts for nothing until that ends. */
  readonly isSuspect: boolean;
  /** Chosen by this end, and kept whatever its use. */
  readonly isProtected: boolean;
  /** As in link-utility.ts; undefined while too little is known. */
  readonly utility: number | undefined;
  readonly ageMs: number;
  /** A hand-over of or to it is under way. */
  readonly isBusy: boolean;
}

export interface TopologyView {
  readonly settings: MeshSettings;
  readonly neighbours: readonly NeighbourView[];
  /** Connections of any state, attempts and closing links included. */
  readonly connections: number;
  /** Own dials under way. */
  readonly dials: number;
  /** Links of its own choice that it lacks of those it keeps. */
  readonly lacksOwn: number;
  /** For how long it has had no neighbour. */
  readonly aloneMs: number;
  /** Candidates that may be dialled now; asked only when some are wanted. */
  readonly candidates: () => readonly Candidate[];
  /** The slow round is due, in which a node between low and target looks for one neighbour more. */
  readonly isRoundDue: boolean;
}

export interface TopologyActions {
  readonly dial: readonly Candidate[];
  /** `neighbour` is asked to link to `to` and then to let go. */
  readonly handOver: { readonly neighbour: NodeId; readonly to: NodeId } | undefined;
  /** A link that neither end needs. */
  readonly letGo: NodeId | undefined;
  /** What is lacking: candidates from anywhere, just referrals of neighbours, or whom no neighbour names. */
  readonly needs: 'Nothing' | 'Referrals' | 'Candidates' | 'Unheard';
}

/**
 * A newcomer has the neighbours it dialled, which is enough for a while; it goes on dialling, in a rush of newcomers the
 * next ones bring it more, and each link that is moved costs two connections. So it is spliced in when it is so old.
 */
export const SPLICE_AFTER_MS = 10_000;
/** By then its neighbours above their target have spliced it in; until then it waits for them. */
export const SPLICE_WAIT_MS = 15_000;
/** A node below its target that got no new link in three rounds has neighbours that have none to give. */
const PATIENCE_MS = 15_000;
/** Nodes dialled by one that has no neighbour: as many as PeerChannel asks for per resolve. */
export const FIRST_DIALS = 3;
/** A node with a target so low that fewer will do dials that many after this: those it tried may be dead. */
export const FIRST_DIALS_AFTER_MS = 1_000;
/** Links of one's own choice that are never given up for usefulness, so that no crowd of busy strangers displaces them. */
const MAX_PROTECTED = 3;
/** A link that brings more than half news is a branch, not a spare. */
const SPARE_UTILITY = MAX_UTILITY / 2;

/**
 * Every newcomer adds the links that it dials, and hand-overs only move them; so half of the target is dialled, and
 * protected, by each, and the other half is spliced in.
 */
const halfOf = (target: number): number => Math.max(1, Math.floor(target / 2));

export const protectedLinks = ({ target }: MeshSettings): number => Math.min(MAX_PROTECTED, halfOf(target));

export function decideTopology(view: TopologyView, fraction: () => number): TopologyActions {
  const { settings } = view;
  const healthy = view.neighbours.filter((neighbour) => !neighbour.isSuspect);
  const degree = healthy.length;
  const room = Math.max(0, settings.cap - view.connections);
  const want = wantedDials(view, healthy);
  const count = Math.min(want.count, room);
  const dial = count > 0 ? pickRandom(suitable(view, want.urgency, fraction), count, fraction) : [];
  const handOver = degree > settings.target ? chooseHandOver(view, healthy, fraction) : undefined;
  const isCrowded = degree > settings.high && view.isRoundDue && handOver === undefined;
  return {
    dial,
    handOver,
    letGo: isCrowded ? leastUseful(healthy, settings)?.nodeId : undefined,
    needs: count <= dial.length ? 'Nothing' : NEEDS[want.urgency],
  };
}

/** Below low; lacking links of one's own choice; below the target, with hope of being given a link or without. */
type Urgency = 'Now' | 'Own' | 'Hopeful' | 'InVain';

const NEEDS = { Now: 'Candidates', Own: 'Unheard', Hopeful: 'Referrals', InVain: 'Referrals' } as const;

function wantedDials(view: TopologyView, healthy: readonly NeighbourView[]): { count: number; urgency: Urgency } {
  const { settings, dials, lacksOwn } = view;
  const degree = healthy.length;
  if (degree === 0) {
    const first = view.aloneMs < FIRST_DIALS_AFTER_MS ? Math.min(FIRST_DIALS, halfOf(settings.target)) : FIRST_DIALS;
    return { count: first - dials, urgency: 'Now' };
  }
  if (degree >= settings.target) return { count: 0, urgency: 'Hopeful' };
  if (degree >= settings.low && lacksOwn > 0) return { count: lacksOwn - dials, urgency: 'Own' };
  if (degree >= settings.low) {
    const isInVain = healthy.every(({ ageMs }) => ageMs >= PATIENCE_MS);
    return { count: view.isRoundDue ? 1 - dials : 0, urgency: isInVain ? 'InVain' : 'Hopeful' };
  }
  const splicesToCome = healthy.filter((n) => n.ageMs < SPLICE_WAIT_MS && n.degree > settings.target).length;
  return { count: Math.max(settings.low - degree - splicesToCome, lacksOwn) - dials, urgency: 'Now' };
}

/**
 * Links beyond the target cost everybody traffic, so they go where they are lacking. Who is below low takes any
 * candidate, the needy first, but every other time one that the resolver named and no neighbour: neighbours that made
 * up needy nodes would keep it from all others. For links of its own choice it takes these first: neighbours name their
 * own, and a mesh of acquaintances of acquaintances has long ways. Who only misses the target links to the needy, or
 * waits to be given one; when it has waited in vain, to anybody with room.
 */
function suitable(view: TopologyView, urgency: Urgency, fraction: () => number): readonly Candidate[] {
  const { settings } = view;
  const candidates = view.candidates();
  const lacksOwn = view.lacksOwn > 0;
  const unheardOf = urgency === 'Now' || lacksOwn ? candidates.filter(({ path }) => path === undefined) : [];
  if (unheardOf.length > 0 && (lacksOwn || fraction() < 0.5)) return unheardOf;
  const needy = candidates.filter(({ degree }) => degree !== undefined && degree < settings.target);
  if (needy.length > 0 || urgency === 'Own' || urgency === 'Hopeful') return needy;
  const open = candidates.filter(({ degree }) => degree === undefined || degree < settings.high);
  return open.length > 0 || urgency === 'InVain' ? open : candidates;
}

/** Of the links that can be judged and that both ends can do without; a protected one is not looked at. */
export function leastUseful(healthy: readonly NeighbourView[], { target }: MeshSettings): NeighbourView | undefined {
  let least: NeighbourView | undefined;
  for (const neighbour of healthy) {
    if (neighbour.isProtected || neighbour.isBusy || neighbour.degree <= target) continue;
    if ((neighbour.utility ?? Infinity) < (least?.utility ?? SPARE_UTILITY)) least = neighbour;
  }
  return least;
}

function chooseHandOver(
  { settings, isRoundDue }: TopologyView,
  healthy: readonly NeighbourView[],
  fraction: () => number,
): TopologyActions['handOver'] {
  const idle = healthy.filter((neighbour) => !neighbour.isBusy);
  // Over the high mark whoever has room must take one, at once. Below it who misses the target is helped in the slow round,
  // when it has had time to find others itself.
  const isCrowded = healthy.length > settings.high;
  if (!isCrowded && !isRoundDue) return undefined;
  const takers = isCrowded
    ? idle.filter(({ degree }) => degree < settings.high)
    : idle.filter(({ degree, ageMs }) => degree < settings.target && ageMs >= SPLICE_AFTER_MS);
  if (takers.length === 0) return undefined;
  const least = Math.min(...takers.map((taker) => taker.degree));
  const [to] = pickRandom(
    takers.filter((taker) => taker.degree === least),
    1,
    fraction,
  );
  const movable = idle.filter((other) => other !== to && !other.isProtected);
  const [neighbour] = pickRandom(movable, 1, fraction);
  const moved = (isCrowded && leastUseful(movable, settings)) || neighbour;
  return moved && { neighbour: moved.nodeId, to: to!.nodeId };
}

export function pickRandom<Element>(list: readonly Element[], count: number, fraction: () => number): Element[] {
  const pool = [...list];
  const picked: Element[] = [];
  while (picked.length < count && pool.length > 0) {
    const index = Math.floor(fraction() * pool.length);
    picked.push(pool[index]!);
    pool[index] = pool[pool.length - 1]!;
    pool.pop();
  }
  return picked;
}
