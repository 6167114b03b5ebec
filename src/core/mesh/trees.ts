/**
 * Trees that envelopes travel on. A tree is grown by an envelope that is flooded, and bears its ID; it spans the mesh and
 * serves every origin, best those near where it grew. For each tree: which neighbours are sent envelopes at once (eager),
 * and which are only told of them (lazy). [DS1-DS8]
 * A pure table. Sends nothing and knows no envelope.
 */
import type { EnvelopeId } from '../base/ids.ts';

/** Trees in use at a time are few, because all take the latest few; what falls out is flooded and grows anew. */
export const MAX_TREES = 256;
/**
 * A tree only ever gains eager links: after this, or once links here have changed, who speaks grows another, but only by
 * this chance, so that many who speak at once after a silence do not all flood.
 */
export const FRESH_FOR_MS = 10_000;
export const RENEW_CHANCE = 0.25;
/**
 * Of so many trees, the latest, an origin takes the one that grew nearest to it: what leads over a far root is long. Each
 * has gained eager links since it grew, so that the oldest serve for a limited time.
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
/** A node that sends so many envelopes in this time grows a tree for itself, on which its own take the shortest ways. */
export const OWN_TREE = { after: 8, forMs: 30_000 } as const;

/**
 * A way of fewer hops is better unless it is so much slower: what comes late over it is announced by others and grafted
 * from them, and a tree of grafts has fast ways of many hops.
 */
export const BETTER_WITHIN_MS = 100;

/** A tree is used once the prunes of the envelope that grew it are in; until then those before it are. */
export const GROWS_FOR_MS = 500;

export type Way = 'Eager' | 'Lazy';

/** `Neighbour` is whatever identifies an open link. */
export interface Trees<Neighbour> {
  /** Links came or went here. */
  change(nowMs: number): void;
  /** The tree for an own envelope: the nearest, or the envelope's own, or none. `chance` is from 0 to 1. */
  choose(envelope: EnvelopeId, chance: number, nowMs: number): EnvelopeId | undefined;
  /** The envelope that grows this tree came from this neighbour before all others, having taken so many hops. */
  grew(tree: EnvelopeId, neighbour: Neighbour, hops: number, nowMs: number): void;
  /**
   * It came from another, too, which `isAnswered` by a copy of ours or was not. Returns the neighbour whose link is lazy
   * from now on, if that is decided at this end: of two ways the one of fewer hops stays, unless it is slow.
   */
  grewAlso(
    tree: EnvelopeId,
    neighbour: Neighbour,
    hops: number,
    isAnswered: boolean,
    nowMs: number,
  ): Neighbour | undefined;
  has(tree: EnvelopeId): boolean;
  /** An envelope travels on it. */
  use(tree: EnvelopeId): void;
  /** `undefined` for a link that was not there when the tree grew, or whose part in it is in doubt. */
  way(tree: EnvelopeId, neighbour: Neighbour): Way | undefined;
  set(tree: EnvelopeId, neighbour: Neighbour, way: Way): void;
  /** The link's part is in doubt. */
  forget(tree: EnvelopeId, neighbour: Neighbour): void;
  /** The neighbour is gone; returns the trees it was an eager link of. */
  lose(neighbour: Neighbour): EnvelopeId[];
}

interface Grown {
  readonly id: EnvelopeId;
  readonly atMs: number;
  /** From where it grew to here. */
  readonly hops: number;
}

interface Tree<Neighbour> {
  readonly ways: Map<Neighbour, Way>;
  /** Where it came from when it grew, and the hops it had taken there; nowhere, where it was grown. */
  parent: Neighbour | undefined;
  parentHops: number;
  /** Hops to here of the first copy, which is what went on, and when it came. */
  readonly hops: number;
  readonly atMs: number;
}

export function createTrees<Neighbour>(): Trees<Neighbour> {
  /** The longest unused first. */
  const trees = new Map<EnvelopeId, Tree<Neighbour>>();
  /** Those that everybody takes, the latest last; one that is growing, and one of one's own. */
  let common: Grown[] = [];
  let growing: Grown | undefined;
  /** When links last came or went; before the first there is nobody to grow a tree to. */
  let changedAt = Infinity;
  let own: Grown | undefined;
  /** When the last few own envelopes were sent. */
  let spokenAt: number[] = [];

  function rooted(parent: Neighbour | undefined, parentHops: number, atMs: number): Tree<Neighbour> {
    return { ways: new Map(), parent, parentHops, hops: parentHops + 1, atMs };
  }

  function put(id: EnvelopeId, tree: Tree<Neighbour>): Tree<Neighbour> {
    trees.delete(id);
    trees.set(id, tree);
    if (trees.size > MAX_TREES) trees.delete(trees.keys().next().value!);
    return tree;
  }

  function settle(nowMs: number): void {
    if (!growing || nowMs - growing.atMs < GROWS_FOR_MS) return;
    common = [...common, growing].slice(-COMMON_TREES);
    growing = undefined;
  }

  /** Whether an own envelope takes the nearest of the sound trees rather than grow another. */
  function isServed(nearest: Grown, sound: readonly Grown[], chance: number, nowMs: number): boolean {
    const latest = sound.at(-1);
    if (!latest || nowMs - latest.atMs >= FRESH_FOR_MS) return chance < 1 - RENEW_CHANCE;
    return sound.length === COMMON_TREES || chance < (FAR_FROM_TREE_HOPS - nearest.hops) / 2;
  }

  return {
    change: (nowMs) => void (changedAt = nowMs),
    choose(envelope, chance, nowMs) {
      spokenAt = [...spokenAt.filter((at) => nowMs - at < OWN_TREE.forMs), nowMs].slice(-OWN_TREE.after);
      settle(nowMs);
      if (nowMs - changedAt < CALM_AFTER_MS) return undefined;
      if (own && own !== growing && nowMs - own.atMs < OWN_TREE.forMs) return own.id;
      const sound = common.filter(({ id, atMs }) => atMs >= changedAt && nowMs - atMs < COMMON_FOR_MS && trees.has(id));
      // Of a tree whose links are gone not much is left: what travels on it is nearly flooded, on one that grows less.
      const nearest =
        sound.length > 0
          ? sound.reduce((near, tree) => (near.hops < tree.hops ? near : tree))
          : (growing ?? common.at(-1));
      if (growing && nearest) return nearest.id;
      const speaksMuch = spokenAt.length === OWN_TREE.after;
      if (nearest && !speaksMuch && isServed(nearest, sound, chance, nowMs)) return nearest.id;
      growing = { id: envelope, atMs: nowMs, hops: 0 };
      if (speaksMuch) own = growing;
      return envelope;
    },
    grew(id, neighbour, hops, nowMs) {
      settle(nowMs);
      growing ??= { id, atMs: nowMs, hops: hops + 1 };
      put(id, rooted(neighbour, hops, nowMs)).ways.set(neighbour, 'Eager');
    },
    grewAlso(id, neighbour, hops, isAnswered, nowMs) {
      const tree = trees.get(id);
      // Copies under way when it was asked are no news.
      if (!tree || tree.ways.get(neighbour) === 'Lazy') return undefined;
      if (hops < tree.parentHops && nowMs - tree.atMs <= BETTER_WITHIN_MS) {
        const left = tree.parent;
        tree.parent = neighbour;
        tree.parentHops = hops;
        tree.ways.set(neighbour, 'Eager');
        if (left !== undefined) tree.ways.set(left, 'Lazy');
        return left;
      }
      // Our copy may have taken fewer hops than the one it has from its own parent: then the choice is the neighbour's.
      if (isAnswered && tree.hops < hops - 1) return undefined;
      tree.ways.set(neighbour, 'Lazy');
      return neighbour;
    },
    has: (id) => trees.has(id),
    use(id) {
      const tree = trees.get(id);
      if (tree) put(id, tree);
    },
    way: (id, neighbour) => trees.get(id)?.ways.get(neighbour),
    set: (id, neighbour, way) =>
      void put(id, trees.get(id) ?? rooted(undefined, -1, -Infinity)).ways.set(neighbour, way),
    forget: (id, neighbour) => void trees.get(id)?.ways.delete(neighbour),
    lose(neighbour) {
      const orphaned: EnvelopeId[] = [];
      for (const [id, { ways }] of trees) {
        if (ways.get(neighbour) === 'Eager') orphaned.push(id);
        ways.delete(neighbour);
      }
      return orphaned;
    },
  };
}
