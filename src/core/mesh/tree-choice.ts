/**
 * Which tree an own envelope takes: one that others grew, or one that it grows, or none. [DS7]
 * Knows of each tree when and how far from here it grew; by which links it leads is trees.ts's.
 */
import type { EnvelopeId } from '../base/ids.ts';

/**
 * What leads over a tree that is used gains eager links where it was late, and ways that were once the shortest. So long
 * after its first use, or once links here have changed, who speaks grows another, but only by this chance, so that many who
 * speak at once after a silence do not all flood.
 */
export const FRESH_FOR_MS = 60_000;
export const RENEW_CHANCE = 0.25;
/**
 * Of so many trees, the latest, an origin takes the one that grew nearest to it: what leads over a far root is long. The
 * oldest serve for a limited time of use.
 */
export const COMMON_TREES = 8;
export const COMMON_FOR_MS = COMMON_TREES * FRESH_FOR_MS;
/**
 * Who is so far from the nearest grows another, and of those one hop less far every other; in a small mesh nobody is. With
 * a few trees nobody is in a large one either.
 */
export const FAR_FROM_TREE_HOPS = 6;
/**
 * A tree that grows while links come and go is out of date before it serves, and growing costs prunes: until the links here
 * have not changed for so long, what this node says is flooded.
 */
export const CALM_AFTER_MS = 2_000;
/** Links that have not come or gone for so long may stay: time to grow a tree before anybody speaks. */
export const REST_AFTER_MS = 3_000;
/** And for so long, that each member may grow its own; with others who do then, two seconds sooner. */
export const LONG_REST_AFTER_MS = 8_000;
export const TOGETHER_WITHIN_MS = 2_000;
/**
 * On a tree of its own a node's envelopes take the shortest ways: two links instead of three with 32 members. For a tree of
 * each to grow costs as many floods as there are members, so in a larger mesh only a node that sends so many envelopes in
 * this time has one, and for no longer, since of what changes far away it does not know.
 */
export const EACH_A_TREE = 48;
export const OWN_TREE = { after: 8, forMs: 30_000 } as const;
/** A tree is used once the prunes of the envelope that grew it are in; until then those before it are. */
export const GROWS_FOR_MS = 500;

export interface TreeChoice {
  /** The mesh is so small that each member has a tree of its own. */
  hasEachATree(): boolean;
  /** Links came or went here. */
  change(nowMs: number): void;
  /** A neighbour fell silent. It may come back: no reason to grow another tree before somebody speaks. */
  doubt(nowMs: number): void;
  /**
   * Links here have come to rest, and no tree grew since; or for longer, and none of this node's own, where each has one.
   * `isGrowing`: others grow theirs now.
   */
  isTreeMissing(isGrowing: boolean, nowMs: number): boolean;
  /** The next own envelope grows a tree. */
  growNext(): void;
  /** For an own envelope: the nearest tree, or the envelope's own, or none. `chance` is from 0 to 1. */
  choose(envelope: EnvelopeId, chance: number, nowMs: number): EnvelopeId | undefined;
  /** A tree grew that begins so many hops from here. */
  grew(tree: EnvelopeId, hops: number, nowMs: number): void;
  /** An envelope travelled on it that did not grow it. */
  use(tree: EnvelopeId, nowMs: number): void;
}

interface Grown {
  readonly id: EnvelopeId;
  readonly atMs: number;
  /** From where it grew to here. */
  readonly hops: number;
  /** When an envelope first travelled on it. */
  usedAt: number;
}

/** `isKnown`: something is still known of the tree's links here. `members`: how many are listed. */
export function createTreeChoice(isKnown: (tree: EnvelopeId) => boolean, members: () => number): TreeChoice {
  /** Those that everybody takes, the latest last; one that is growing, and one of one's own. */
  let common: Grown[] = [];
  let growing: Grown | undefined;
  let own: Grown | undefined;
  /** Of who speaks much in a mesh in which not each has one. */
  let ownUntil = -Infinity;
  /** When links last came or went; before the first there is nobody to grow a tree to. */
  let changedAt = Infinity;
  /** Or fell silent. */
  let doubtedAt = Infinity;
  let isToGrow = false;
  /** When the last few own envelopes were sent. */
  let spokenAt: number[] = [];

  function grow(id: EnvelopeId, hops: number, nowMs: number): Grown {
    return (growing = { id, atMs: nowMs, hops, usedAt: Infinity });
  }

  const hasEachATree = (): boolean => members() <= EACH_A_TREE;

  function isSound({ id, atMs, usedAt }: Grown, nowMs: number): boolean {
    return atMs >= doubtedAt && nowMs - usedAt < COMMON_FOR_MS && isKnown(id);
  }

  function growHere(id: EnvelopeId, speaksMuch: boolean, nowMs: number): EnvelopeId {
    const grown = grow(id, 0, nowMs);
    if (hasEachATree()) own = grown;
    else if (speaksMuch) [own, ownUntil] = [grown, nowMs + OWN_TREE.forMs];
    return id;
  }

  function settle(nowMs: number): void {
    if (!growing || nowMs - growing.atMs < GROWS_FOR_MS) return;
    common = [...common, growing].slice(-COMMON_TREES);
    growing = undefined;
  }

  /** Whether an own envelope takes the nearest of the sound trees rather than grow another. */
  function isServed(nearest: Grown, sound: readonly Grown[], chance: number, nowMs: number): boolean {
    const latest = sound.at(-1);
    if (!latest || nowMs - latest.usedAt >= FRESH_FOR_MS) return chance < 1 - RENEW_CHANCE;
    return sound.length === COMMON_TREES || chance < (FAR_FROM_TREE_HOPS - nearest.hops) / 2;
  }

  return {
    hasEachATree,
    change: (nowMs) => void (changedAt = doubtedAt = nowMs),
    doubt: (nowMs) => void (doubtedAt = nowMs),
    isTreeMissing(isGrowing, nowMs) {
      const restedMs = nowMs - changedAt;
      const isOld = (tree: Grown | undefined): boolean => !tree || tree.atMs < changedAt;
      const ownAfterMs = LONG_REST_AFTER_MS - (isGrowing ? TOGETHER_WITHIN_MS : 0);
      return (
        (restedMs >= REST_AFTER_MS && isOld(growing ?? common.at(-1))) ||
        (restedMs >= ownAfterMs && isOld(own) && hasEachATree())
      );
    },
    growNext: () => void (isToGrow = true),
    choose(envelope, chance, nowMs) {
      spokenAt = [...spokenAt.filter((at) => nowMs - at < OWN_TREE.forMs), nowMs].slice(-OWN_TREE.after);
      const speaksMuch = spokenAt.length === OWN_TREE.after;
      settle(nowMs);
      if (nowMs - doubtedAt < CALM_AFTER_MS) return undefined;
      if (isToGrow) {
        isToGrow = false;
        return growHere(envelope, speaksMuch, nowMs);
      }
      if (own && own !== growing && (hasEachATree() ? isSound(own, nowMs) : nowMs < ownUntil)) return own.id;
      const sound = common.filter((tree) => isSound(tree, nowMs));
      // Of a tree whose links are gone not much is left: what travels on it is nearly flooded, on one that grows less.
      const nearest =
        sound.length > 0
          ? sound.reduce((near, tree) => (near.hops < tree.hops ? near : tree))
          : (growing ?? common.at(-1));
      if (growing && nearest) return nearest.id;
      if (nearest && !speaksMuch && isServed(nearest, sound, chance, nowMs)) return nearest.id;
      return growHere(envelope, speaksMuch, nowMs);
    },
    grew(tree, hops, nowMs) {
      settle(nowMs);
      if (!growing) grow(tree, hops, nowMs);
    },
    use(tree, nowMs) {
      const used = [own, growing, ...common].find((one) => one?.id === tree);
      if (used) used.usedAt = Math.min(used.usedAt, nowMs);
    },
  };
}
