/**
 * Who should be linked to whom, as far as one node decides it: facts in, actions out. [TP4-TP8]
 * Pure: no state, no time but what is given, no link. `maintainer.ts` acts on it.
 *
 * The mesh grows by splicing: a node with more neighbours than its target hands one of them over to a neighbour that
 * has too few. The handed-over link is let go only once its replacement stands, so no step can split the mesh.
 */
import type { NodeId } from '../base/ids.ts';
import type { Candidate } from './candidates.ts';
import type { MeshSettings } from './types.ts';

export interface NeighbourView {
  readonly nodeId: NodeId;
  /** Neighbours it has, as last told. */
  readonly degree: number;
  /** Silent for too long: counts for nothing until heard again. */
  readonly isSuspect: boolean;
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
  /** Candidates that may be dialled now; asked only when some are wanted. */
  readonly candidates: () => readonly Candidate[];
  /** The slow round is due, in which a node between low and target looks for one neighbour more. */
  readonly isRoundDue: boolean;
}

export interface TopologyActions {
  readonly dial: readonly Candidate[];
  /** `neighbour` is asked to link to `to` and then to let go. */
  readonly handOver: { readonly neighbour: NodeId; readonly to: NodeId } | undefined;
  /** What is lacking: candidates from anywhere, or just referrals of neighbours. */
  readonly needs: 'Nothing' | 'Referrals' | 'Candidates';
}

/** A newcomer's neighbours above their target splice it in within a few round trips; until then it waits for them. */
export const SPLICE_WAIT_MS = 2_000;
/** Strangers dialled at once by a node that has no neighbour: as many as PeerChannel asks for per resolve. */
export const FIRST_DIALS = 3;

export function decideTopology(view: TopologyView, fraction: () => number): TopologyActions {
  const { settings } = view;
  const healthy = view.neighbours.filter((neighbour) => !neighbour.isSuspect);
  const degree = healthy.length;
  const room = Math.max(0, settings.cap - view.connections);
  const want = wantedDials(view, healthy);
  const count = Math.min(want.count, room);
  const dial =
    count > 0 ? pickRandom(suitable(view.candidates(), settings, want.isUrgent, fraction), count, fraction) : [];
  return {
    dial,
    handOver: degree > settings.target ? chooseHandOver(view, healthy, fraction) : undefined,
    needs: count <= dial.length ? 'Nothing' : want.isUrgent ? 'Candidates' : 'Referrals',
  };
}

function wantedDials(view: TopologyView, healthy: readonly NeighbourView[]): { count: number; isUrgent: boolean } {
  const { settings, dials } = view;
  const degree = healthy.length;
  if (degree === 0) return { count: FIRST_DIALS - dials, isUrgent: true };
  if (degree >= settings.target) return { count: 0, isUrgent: false };
  if (degree >= settings.low) return { count: view.isRoundDue ? 1 - dials : 0, isUrgent: false };
  const splicesToCome = healthy.filter((n) => n.ageMs < SPLICE_WAIT_MS && n.degree > settings.target).length;
  return { count: settings.low - degree - dials - splicesToCome, isUrgent: true };
}

/**
 * Links beyond the target cost everybody traffic, so they go where they are lacking. Who is below low takes any
 * candidate, the needy first, but every other time one that the resolver named and no neighbour: neighbours that made
 * up needy nodes would keep it from all others. Who only misses the target links to the needy, or waits to be given one.
 */
function suitable(
  candidates: readonly Candidate[],
  settings: MeshSettings,
  isUrgent: boolean,
  fraction: () => number,
): readonly Candidate[] {
  const unheardOf = isUrgent ? candidates.filter(({ degree }) => degree === undefined) : [];
  if (unheardOf.length > 0 && fraction() < 0.5) return unheardOf;
  const needy = candidates.filter(({ degree }) => degree !== undefined && degree < settings.target);
  if (needy.length > 0 || !isUrgent) return needy;
  const open = candidates.filter(({ degree }) => degree === undefined || degree < settings.high);
  return open.length > 0 ? open : candidates;
}

function chooseHandOver(
  { settings, isRoundDue }: TopologyView,
  healthy: readonly NeighbourView[],
  fraction: () => number,
): TopologyActions['handOver'] {
  const idle = healthy.filter((neighbour) => !neighbour.isBusy);
  // Over the high mark anyone must take one. Below it who is below low is helped at once, who only misses the target
  // in the slow round: in a rush of newcomers most are given links by the next ones, and moving each link twice would
  // cost a crowded machine more than the links themselves.
  const limit = healthy.length > settings.high ? Infinity : isRoundDue ? settings.target : settings.low;
  const takers = idle.filter((neighbour) => neighbour.degree < limit);
  if (takers.length === 0 || idle.length < 2) return undefined;
  const least = Math.min(...takers.map((taker) => taker.degree));
  const [to] = pickRandom(
    takers.filter((taker) => taker.degree === least),
    1,
    fraction,
  );
  const [neighbour] = pickRandom(
    idle.filter((other) => other !== to),
    1,
    fraction,
  );
  return { neighbour: neighbour!.nodeId, to: to!.nodeId };
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
