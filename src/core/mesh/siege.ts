/**
 * What a node does when neighbours do not relay: it tries others one after the other, in the place of those that bring
 * nothing, and keeps those that bring something. So insiders who link to everybody and pass nothing on end up with each
 * other. [TP14-TP16]
 * Which links are barren is known by contributions.ts; dials and farewells are the maintainer's.
 */
import { about } from '../base/about.ts';
import { dropOldest } from '../base/drop-oldest.ts';
import type { NodeId } from '../base/ids.ts';
import { createTokenBucket } from '../base/token-bucket.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { Candidate } from './candidates.ts';
import type { Contributions } from './contributions.ts';
import type { Neighbour } from './neighbours.ts';
import type { SignalPath } from './signalling.ts';
import { pickRandom } from './topology.ts';

/** One is tried in this time: where fewer than low bring something, and where more do. */
export const TRY_EVERY_MS = { lacking: 500, served: 2_000 } as const;
/** Two barren links besiege a node; they must not have it dial without end. */
export const TRIES = { perSecond: 0.5, burst: 120 } as const;
/**
 * Who hears by this one link alone has nothing to bring at first: so long it may look for more; longer with a node that has
 * low neighbours who bring something and can wait.
 */
export const BARREN_GRACE_MS = { lacking: 15_000, served: 60_000 } as const;
/** Nobody here has ever brought anything, though something was heard before: so long ago, at least and at most. */
export const DEAF_AFTER_MS = 10_000;
export const DEAF_UNTIL_MS = 60_000;
/** Who was let go of is neither dialled nor admitted for so long. */
export const BACK_OFF_MS = 60_000;
/** For so long after a siege links that have brought something are kept, for in silence nobody can be told from the others. */
export const ON_GUARD_FOR_MS = 10 * 60_000;
/** Who is full makes room for somebody new no more often. */
export const ROOM_EVERY_MS = 2_000;
/** What was made for who is welcome is kept for such. */
export const RESERVED_FOR_MS = 5_000;
/** Let go of lately; beyond it the first are forgotten. */
const MAX_BACKED_OFF = 200;

export interface Siege {
  /** Counts for nothing, and is named to nobody. */
  isDiscounted(neighbour: Neighbour): boolean;
  /** Neither handed over nor let go of for its utility. */
  isKept(neighbour: Neighbour): boolean;
  isBackedOff(nodeId: NodeId): boolean;
  isOnGuard(): boolean;
  /** Whether somebody who seeks a link here may have it. On guard room is kept for who is sought from here. */
  admits(seeker: NodeId, introducer: SignalPath): boolean;
  tick(): void;
}

export function createSiege(
  { clock, random }: { clock: Clock; random: Random },
  contributions: Contributions,
  mesh: {
    neighbours(): readonly Neighbour[];
    readonly low: number;
    readonly cap: number;
    /** Connections that can still be made. */
    room(): number;
    /** Whether it may be dialled now, if there is a way. */
    isDialable(nodeId: NodeId): boolean;
    candidates(): readonly Candidate[];
    dial(candidate: Candidate): void;
    letGo(nodeId: NodeId, restMs: number): void;
    askForReferrals(neighbour: Neighbour): void;
    resolve(): void;
  },
): Siege {
  const tries = createTokenBucket(TRIES);
  const backedOff = new Map<NodeId, number>();
  /** To be tried once more. */
  let again: NodeId | undefined;
  let tryAt = -Infinity;
  let roomAt = -Infinity;
  /** One place is for who is welcome. */
  let reservedUntil = -Infinity;
  let onGuardUntil = -Infinity;

  const isOnGuard = (): boolean => clock.now() < onGuardUntil;

  const hasGiven = (neighbour: Neighbour): boolean =>
    contributions.hasGiven(neighbour) && !contributions.isBarren(neighbour);

  const oneOf = <Element>(list: readonly Element[]): Element | undefined =>
    pickRandom(list, 1, () => random.fraction())[0];

  /** All links are new, and what was heard before they came is heard no more. */
  function isDeaf(now: number): boolean {
    const silentMs = now - contributions.takenAt;
    if (silentMs < DEAF_AFTER_MS || silentMs >= DEAF_UNTIL_MS) return false;
    const neighbours = mesh.neighbours();
    return neighbours.length >= mesh.low && !neighbours.some(contributions.hasGiven);
  }

  const supply = (): 'lacking' | 'served' =>
    mesh.neighbours().filter(hasGiven).length < mesh.low ? 'lacking' : 'served';

  /** Whether to let go of the one rather than of the other. */
  function isLess(one: Neighbour, other: Neighbour): boolean {
    const longer = contributions.barrenFor(one) - contributions.barrenFor(other);
    if (longer !== 0) return longer > 0;
    // Whoever hears nothing at all cannot tell them apart: those that it sought itself stay, and those it has for long.
    return one.dialled === other.dialled ? one.openedAt > other.openedAt : !one.dialled;
  }

  /** Barren ones first, then those that never brought anything. */
  function letGoOfLeast(graceMs: number, mayGo: (neighbour: Neighbour) => boolean = () => true): void {
    const now = clock.now();
    let least: Neighbour | undefined;
    for (const neighbour of mesh.neighbours()) {
      if (hasGiven(neighbour) || now - neighbour.openedAt < graceMs || !mayGo(neighbour)) continue;
      if (!least || isLess(neighbour, least)) least = neighbour;
    }
    if (!least) return;
    const { nodeId } = least;
    backedOff.delete(nodeId);
    backedOff.set(nodeId, now + BACK_OFF_MS);
    dropOldest(backedOff, MAX_BACKED_OFF);
    mesh.letGo(nodeId, BACK_OFF_MS);
  }

  /**
   * Who once relayed, twice, for whoever is full makes room for the second time; one that somebody named who relays, for
   * such know each other; one whom the resolver named.
   */
  function tryAnother(): void {
    const givers = mesh.neighbours().filter(hasGiven);
    const known = again ?? oneOf([...contributions.givers].filter(mesh.isDialable));
    if (known !== undefined && mesh.isDialable(known) && (givers.length === 0 || random.fraction() < 1 / 3)) {
      again = again === undefined ? known : undefined;
      return mesh.dial({ nodeId: known, degree: undefined, path: undefined, isResolved: true });
    }
    again = undefined;
    const candidates = mesh.candidates();
    const named = candidates.filter(({ path }) => givers.some(({ nodeId }) => nodeId === path));
    const resolved = candidates.filter(({ isResolved }) => isResolved);
    const candidate = oneOf(named.length > 0 && random.fraction() < 0.5 ? named : resolved);
    if (candidate) mesh.dial(candidate);
    if (resolved.length <= 1) mesh.resolve();
    const asked = named.length === 0 ? oneOf(givers) : undefined;
    if (asked) mesh.askForReferrals(asked);
  }

  return {
    isDiscounted: (neighbour) => contributions.isBesieged(clock.now()) && contributions.isBarren(neighbour),
    isKept: (neighbour) => isOnGuard() && hasGiven(neighbour),
    isBackedOff: (nodeId) => clock.now() < (backedOff.get(nodeId) ?? -Infinity),
    isOnGuard,
    admits(seeker, introducer) {
      if (!isOnGuard()) return true;
      const now = clock.now();
      const isNamed = mesh.neighbours().some((neighbour) => neighbour.nodeId === introducer && hasGiven(neighbour));
      const isWelcome = isNamed || contributions.givers.has(seeker);
      const sought = mesh.neighbours().filter((neighbour) => !neighbour.dialled && !hasGiven(neighbour)).length;
      const room = mesh.room() - (isWelcome || now >= reservedUntil ? 0 : 1);
      const hasRoom = room > 0 && (isWelcome || sought < mesh.cap / 2);
      if (!hasRoom && now >= roomAt) {
        roomAt = now + ROOM_EVERY_MS;
        if (isWelcome) reservedUntil = now + RESERVED_FOR_MS;
        // Where there is room, it is those who sought it that are too many.
        letGoOfLeast(BARREN_GRACE_MS[isWelcome ? 'lacking' : supply()], ({ dialled }) => room <= 0 || !dialled);
      }
      return hasRoom;
    },
    tick() {
      const now = clock.now();
      if (!contributions.isBesieged(now) && !isDeaf(now)) return;
      onGuardUntil = now + ON_GUARD_FOR_MS;
      if (now < tryAt) return;
      const current = supply();
      tryAt = now + about(TRY_EVERY_MS[current], random.fraction());
      if (mesh.room() <= 0) letGoOfLeast(BARREN_GRACE_MS[current]);
      else if (tries.take(now)) tryAnother();
    },
  };
}
