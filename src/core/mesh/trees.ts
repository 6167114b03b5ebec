/**
 * Trees that envelopes travel on. A tree is grown by an envelope that is flooded, and bears its ID; it spans the mesh and
 * serves every origin, the one that grew it best. For each tree: which neighbours are sent envelopes at once (eager), and
 * which are only told of them (lazy). [DS1-DS8]
 * A pure table. Sends nothing and knows no envelope.
 */
import type { EnvelopeId } from '../base/ids.ts';

/** Trees in use at a time are few, because everybody takes the common one; what falls out is flooded and grows anew. */
export const MAX_TREES = 256;
/**
 * A tree only ever gains eager links: after this, or once links here have changed, the next to speak grows another, or,
 * with even chance, does not, so that many who speak at once after a silence do not all flood.
 */
export const COMMON_FOR_MS = 10_000;
/**
 * A tree that grows while links come and go is out of date before it serves, and growing costs prunes: until the links here
 * have not changed for so long, what this node says is flooded.
 */
export const CALM_AFTER_MS = 2_000;
/** A node that sends so many envelopes in this time grows a tree for itself, on which its own take the shortest ways. */
export const OWN_TREE = { after: 8, forMs: 30_000 } as const;

/** A tree is used once the prunes of the envelope that grew it are in; until then the one before it is. */
export const GROWS_FOR_MS = 500;

export type Way = 'Eager' | 'Lazy';

/** `Neighbour` is whatever identifies an open link. */
export interface Trees<Neighbour> {
  /** Links came or went here. */
  change(nowMs: number): void;
  /** The tree for an own envelope: the latest, or the envelope's own, or none. `chance` is from 0 to 1. */
  choose(envelope: EnvelopeId, chance: number, nowMs: number): EnvelopeId | undefined;
  /** The envelope that grows this tree came from this neighbour before all others, having taken so many hops. */
  grew(tree: EnvelopeId, neighbour: Neighbour, hops: number, nowMs: number): void;
  /**
   * It came from another, too, which `isAnswered` by a copy of ours or was not. Returns the neighbour whose link is lazy
   * from now on, if that is decided at this end: of two ways the one of fewer hops stays.
   */
  grewAlso(tree: EnvelopeId, neighbour: Neighbour, hops: number, isAnswered: boolean): Neighbour | undefined;
  has(tree: EnvelopeId): boolean;
  /** Hops that its first copy took to here; zero where it was grown, or is not known. */
  hops(tree: EnvelopeId): number;
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
}

interface Tree<Neighbour> {
  readonly ways: Map<Neighbour, Way>;
  /** Where it came from when it grew, and the hops it had taken there; nowhere, where it was grown. */
  parent: Neighbour | undefined;
  parentHops: number;
  /** Hops to here of the first copy, which is what went on. */
  readonly hops: number;
}

export function createTrees<Neighbour>(): Trees<Neighbour> {
  /** The longest unused first. */
  const trees = new Map<EnvelopeId, Tree<Neighbour>>();
  /** The tree that everybody takes, one that is growing, and one of one's own. */
  let common: Grown | undefined;
  let growing: Grown | undefined;
  /** When links last came or went; before the first there is nobody to grow a tree to. */
  let changedAt = Infinity;
  let own: Grown | undefined;
  /** When the last few own envelopes were sent. */
  let spokenAt: number[] = [];

  function rooted(parent: Neighbour | undefined, parentHops: number): Tree<Neighbour> {
    return { ways: new Map(), parent, parentHops, hops: parentHops + 1 };
  }

  function put(id: EnvelopeId, tree: Tree<Neighbour>): Tree<Neighbour> {
    trees.delete(id);
    trees.set(id, tree);
    if (trees.size > MAX_TREES) trees.delete(trees.keys().next().value!);
    return tree;
  }

  function settle(nowMs: number): void {
    if (!growing || nowMs - growing.atMs < GROWS_FOR_MS) return;
    common = growing;
    growing = undefined;
  }

  return {
    change: (nowMs) => void (changedAt = nowMs),
    choose(envelope, chance, nowMs) {
      spokenAt = [...spokenAt.filter((at) => nowMs - at < OWN_TREE.forMs), nowMs].slice(-OWN_TREE.after);
      settle(nowMs);
      if (nowMs - changedAt < CALM_AFTER_MS) return undefined;
      if (own && own !== growing && nowMs - own.atMs < OWN_TREE.forMs) return own.id;
      if (growing) return (common ?? growing).id;
      const speaksMuch = spokenAt.length === OWN_TREE.after;
      const isFresh = common && common.atMs >= changedAt && nowMs - common.atMs < COMMON_FOR_MS;
      if (common && !speaksMuch && (isFresh || chance < 0.5)) return common.id;
      growing = { id: envelope, atMs: nowMs };
      if (speaksMuch) own = growing;
      return envelope;
    },
    grew(id, neighbour, hops, nowMs) {
      settle(nowMs);
      growing ??= { id, atMs: nowMs };
      put(id, rooted(neighbour, hops)).ways.set(neighbour, 'Eager');
    },
    grewAlso(id, neighbour, hops, isAnswered) {
      const tree = trees.get(id);
      // Copies under way when it was asked are no news.
      if (!tree || tree.ways.get(neighbour) === 'Lazy') return undefined;
      if (hops < tree.parentHops) {
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
    hops: (id) => trees.get(id)?.hops ?? 0,
    use(id) {
      const tree = trees.get(id);
      if (tree) put(id, tree);
    },
    way: (id, neighbour) => trees.get(id)?.ways.get(neighbour),
    set: (id, neighbour, way) => void put(id, trees.get(id) ?? rooted(undefined, -1)).ways.set(neighbour, way),
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
