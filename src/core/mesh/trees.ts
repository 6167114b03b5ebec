/**
 * Trees that envelopes travel on. A tree is grown by an envelope that is flooded, and bears its ID; it spans the mesh and
 * serves every origin. For each tree: which neighbours are sent envelopes at once (eager), and which are only told of them
 * (lazy). [DS1-DS6, DS8]
 *
 * Each node has a parent in it, the neighbour by which it grew to here, and never gives up that link while it lasts: so
 * whatever else is pruned, however late or often, the tree stays whole.
 * A pure table. Sends nothing and knows no envelope.
 */
import { dropOldest } from '../base/drop-oldest.ts';
import type { EnvelopeId } from '../base/ids.ts';

/** Trees in use at a time are few, because all take the latest few; what falls out is flooded and grows anew. */
export const MAX_TREES = 256;
/**
 * A way of fewer hops is better unless it is so much slower: what comes late over it is announced by others and grafted
 * from them, and a tree of grafts has fast ways of many hops.
 */
export const BETTER_WITHIN_MS = 100;
/** A new neighbour is told of so many trees, the last used, that it need not send what travels on them. */
export const TOLD_TREES = 64;

export type Way = 'Eager' | 'Lazy';

/** Trees without the parent they had, with the new one. */
export type Orphaned<Neighbour> = Map<EnvelopeId, Neighbour | undefined>;

/** `Neighbour` is whatever identifies an open link. */
export interface Trees<Neighbour> {
  has(tree: EnvelopeId): boolean;
  /** An own envelope grows it. */
  plant(tree: EnvelopeId, nowMs: number): void;
  /** The envelope that grows it came from this neighbour before all others, having taken so many hops there. */
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
  /**
   * An envelope that did not grow it came by it, from this neighbour before all others, having taken so many hops there.
   * Who knows nothing of the tree hangs below that neighbour from then on.
   */
  came(tree: EnvelopeId, neighbour: Neighbour, hops: number): void;
  /** It came from another, too: whether that is to be told, now, that it need not send what travels on the tree. */
  cameAlso(tree: EnvelopeId, neighbour: Neighbour): boolean;
  /** A neighbour is new: the trees on which it need not send, which it is to be told. */
  gain(neighbour: Neighbour): EnvelopeId[];
  /** The neighbour says that it need not be sent what travels on the tree. */
  prune(tree: EnvelopeId, neighbour: Neighbour): void;
  /** It is in use: others are forgotten before it. */
  use(tree: EnvelopeId): void;
  /** `undefined` for a link that was not there when the tree grew, or whose part in it is in doubt. */
  way(tree: EnvelopeId, neighbour: Neighbour): Way | undefined;
  set(tree: EnvelopeId, neighbour: Neighbour, way: Way): void;
  /** What either end has pruned is in doubt; returns whether there was anything. */
  doubt(tree: EnvelopeId, neighbour: Neighbour): boolean;
  /**
   * The neighbour needs what travels on these trees from all, so its own way to their roots may be lost. Returns those whose
   * parent it was, each with the next, if there is one; once, until something comes by the tree.
   */
  seek(trees: readonly EnvelopeId[], neighbour: Neighbour): Orphaned<Neighbour>;
  /** The neighbour is gone. Returns the trees whose parent it was, each with the next, if there is one. */
  lose(neighbour: Neighbour): Orphaned<Neighbour>;
}

interface Tree<Neighbour> {
  /** For what goes out from here. */
  readonly ways: Map<Neighbour, Way>;
  /** Told that they need not send. */
  readonly spared: Set<Neighbour>;
  readonly isRoot: boolean;
  /** Never told to spare this node, nor obeyed if it tells so. */
  parent: Neighbour | undefined;
  /** That the first envelope had taken at the parent; Infinity where that was not what grew the tree. */
  parentHops: number;
  /**
   * Neighbours that it reached after fewer hops than this node, and those hops: they cannot hang below it. One of them is the
   * next parent, should the parent be lost.
   */
  readonly nearer: Map<Neighbour, number>;
  /** The parent has told that it needs the tree from all, and nothing has come by it since. */
  isSought: boolean;
  /** Of the first copy, which is what went on, to here; and when it came. */
  readonly hops: number;
  readonly atMs: number;
}

export function createTrees<Neighbour>(): Trees<Neighbour> {
  /** The longest unused first. */
  const trees = new Map<EnvelopeId, Tree<Neighbour>>();

  function put(
    id: EnvelopeId,
    {
      parent,
      parentHops = Infinity,
      atMs = -Infinity,
    }: { parent?: Neighbour | undefined; parentHops?: number; atMs?: number } = {},
  ): Tree<Neighbour> {
    const tree: Tree<Neighbour> = {
      ways: new Map(),
      spared: new Set(),
      isRoot: parentHops === -1,
      parent,
      parentHops,
      nearer: new Map(),
      isSought: false,
      hops: parentHops + 1,
      atMs,
    };
    return keep(id, tree);
  }

  function keep(id: EnvelopeId, tree: Tree<Neighbour>): Tree<Neighbour> {
    trees.delete(id);
    trees.set(id, tree);
    dropOldest(trees, MAX_TREES);
    return tree;
  }

  /** Whoever has no parent needs all its links. */
  function canSpare({ isRoot, parent }: Tree<Neighbour>, neighbour: Neighbour): boolean {
    return isRoot || (parent !== undefined && parent !== neighbour);
  }

  /** The nearest but its parent, and those hops. */
  function nextParent({ nearer, parent }: Tree<Neighbour>): [Neighbour, number] | undefined {
    let next: [Neighbour, number] | undefined;
    for (const [neighbour, hops] of nearer) {
      if (neighbour !== parent && (!next || hops < next[1])) next = [neighbour, hops];
    }
    return next;
  }

  return {
    has: (id) => trees.has(id),
    plant: (id, nowMs) => void put(id, { parentHops: -1, atMs: nowMs }),
    grew(id, neighbour, hops, nowMs) {
      const tree = put(id, { parent: neighbour, parentHops: hops, atMs: nowMs });
      tree.ways.set(neighbour, 'Eager');
      tree.nearer.set(neighbour, hops);
    },
    grewAlso(id, neighbour, hops, isAnswered, nowMs) {
      const tree = trees.get(id);
      // Copies under way when it was asked are no news.
      if (!tree) return undefined;
      if (hops < tree.hops) tree.nearer.set(neighbour, hops);
      if (tree.ways.get(neighbour) === 'Lazy') return undefined;
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
    came(id, neighbour, hops) {
      const tree = trees.get(id);
      if (tree) tree.isSought = false;
      // Where the author of it hangs, its own word does not tell.
      else if (hops > 0) put(id, { parent: neighbour }).ways.set(neighbour, 'Eager');
    },
    cameAlso(id, neighbour) {
      const tree = trees.get(id);
      if (!tree || !canSpare(tree, neighbour) || tree.spared.has(neighbour)) return false;
      tree.spared.add(neighbour);
      return true;
    },
    gain(neighbour) {
      const told = [...trees].slice(-TOLD_TREES).filter(([, tree]) => canSpare(tree, neighbour));
      for (const [, { spared }] of told) spared.add(neighbour);
      return told.map(([id]) => id);
    },
    prune(id, neighbour) {
      const tree = trees.get(id);
      if (tree && canSpare(tree, neighbour)) tree.ways.set(neighbour, 'Lazy');
    },
    use(id) {
      const tree = trees.get(id);
      if (tree) keep(id, tree);
    },
    way: (id, neighbour) => trees.get(id)?.ways.get(neighbour),
    set(id, neighbour, way) {
      const known = trees.get(id);
      const tree = known ? keep(id, known) : put(id);
      tree.ways.set(neighbour, way);
      tree.spared.delete(neighbour);
    },
    doubt(id, neighbour) {
      const tree = trees.get(id);
      if (!tree) return false;
      const wasLazy = tree.ways.get(neighbour) === 'Lazy' && tree.ways.delete(neighbour);
      return tree.spared.delete(neighbour) || wasLazy;
    },
    seek(ids, neighbour) {
      const orphaned: Orphaned<Neighbour> = new Map();
      for (const id of ids) {
        const tree = trees.get(id);
        if (tree?.parent !== neighbour || tree.isSought) continue;
        tree.isSought = true;
        const next = nextParent(tree);
        // Without a next it stays: those below it may be all it has, and what they find comes to it over this node.
        if (next) [tree.parent, tree.parentHops] = next;
        orphaned.set(id, next?.[0]);
      }
      return orphaned;
    },
    lose(neighbour) {
      const orphaned: Orphaned<Neighbour> = new Map();
      for (const [id, tree] of trees) {
        tree.ways.delete(neighbour);
        tree.spared.delete(neighbour);
        tree.nearer.delete(neighbour);
        if (tree.parent !== neighbour) continue;
        [tree.parent, tree.parentHops] = nextParent(tree) ?? [undefined, Infinity];
        orphaned.set(id, tree.parent);
      }
      return orphaned;
    },
  };
}
