/**
 * How an envelope goes on: at once over eager links, as an announcement over lazy ones; what was announced and does not
 * come is grafted. So envelopes settle on a tree, and the lazy links mend it. [DS1-DS8]
 * The idea is Plumtree's (Leitão, Pereira, Rodrigues 2007), with trees that one envelope grows and many origins share.
 *
 * Owns the announcements under way and what is missing. Verifies nothing and keeps no copies.
 */
import { about } from '../base/about.ts';
import { fromHex, toHex } from '../base/bytes.ts';
import type { EnvelopeId } from '../base/ids.ts';
import { slices } from '../base/slices.ts';
import { createTokenBuckets } from '../base/token-bucket.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { Log } from '../ports/log.ts';
import { MAX_ANNOUNCED, type LinkRecord } from '../wire/records.ts';
import type { Neighbour } from './neighbours.ts';
import { BUSY_MS } from './patience.ts';
import { createTreeChoice } from './tree-choice.ts';
import { createTrees, type Orphaned } from './trees.ts';
import type { MeshCounters } from './types.ts';

/**
 * Announcements wait for a frame that leaves anyway, for what costs is the frame; else, in a large mesh, one neighbour is
 * told after this, the one told longest ago, and the others in their turn. Of several who announce the same to one, the
 * first is soon.
 */
export const ANNOUNCE_AFTER_MS = 100;
export const ANNOUNCE_EVERY_MS = 300;
/**
 * Prunes go so long after what the neighbour was told before, mostly at once: what is said right after a tree grew would be
 * flooded too.
 */
export const PRUNE_AFTER_MS = 100;
/** What was announced and has not come in this time is grafted: eager ways are rarely slower than lazy ones by more. */
export const GRAFT_AFTER_MS = 350;
/** Where everything is late, however late it is. */
export const MAX_GRAFT_AFTER_MS = 5_000;
/**
 * Where something was grafted more may be broken, and who lies behind it waits: so long what is announced is announced at
 * once, and grafted sooner.
 */
export const BROKEN_FOR_MS = 2_000;
export const GRAFT_WHERE_BROKEN_MS = 175;
/** The next who announced it is asked after this. */
export const NEXT_GRAFT_MS = 500;
/**
 * Larger envelopes, of more than a packet, go only where they are known to be needed; other neighbours are told of them at
 * once.
 */
export const LARGE_BYTES = 1024;
/** Announced by one neighbour and missing; beyond it its announcements are not noted, and digests find what is lost. */
export const MAX_MISSING = 512;
/** Envelopes one neighbour may graft: a branch of a busy mesh at once. */
export const GRAFTS = { perSecond: 100, burst: 1_000 } as const;

export interface Copy {
  readonly id: EnvelopeId;
  /** Undefined where it is flooded: to all, or, if it is large, to those who lack it. */
  readonly tree: EnvelopeId | undefined;
  /** The encoded Flood record. */
  readonly record: Uint8Array;
  /** Most neighbours are thought to hold it: they are told of it, at once, and not sent it. */
  readonly isSparing?: boolean;
  /** The neighbour told that it holds it. */
  isHeldBy?(neighbour: Neighbour): boolean;
}

/** A copy that came in: from whom, and how many hops it had taken there. */
export interface Source {
  readonly neighbour: Neighbour;
  readonly hops: number;
}

export interface Announcements {
  /**
   * They have no frames of their own: where each has a tree every link is in some, so a frame leaves soon, and if only for a
   * heartbeat. Not where fewer are listed than there are neighbours: that mesh may be large.
   */
  doRide(): boolean;
  /** A tree is to grow before anybody speaks; `isGrowing`: others grow theirs now. */
  isTreeMissing(isGrowing: boolean): boolean;
  /** The next own envelope grows a tree. */
  growTree(): void;
  /** The tree for the next own envelope; undefined when it is to be flooded. */
  chooseTree(envelope: EnvelopeId): EnvelopeId | undefined;
  /** Passes a new envelope on to all but `sources`, of whom the first brought it before the others. */
  spread(copy: Copy, sources: readonly Source[]): void;
  /** Another copy came of an envelope that was passed on already. */
  onCopy(id: EnvelopeId, tree: EnvelopeId, source: Source): void;
  onAnnounce(neighbour: Neighbour, announce: Extract<LinkRecord, { type: 'Announce' }>): void;
  onPrune(neighbour: Neighbour, trees: readonly EnvelopeId[]): void;
  onGraft(neighbour: Neighbour, ids: readonly Uint8Array[]): void;
  onEager(neighbour: Neighbour, trees: readonly EnvelopeId[]): void;
  /** What waits for the neighbour is told now, because a frame leaves for it anyway. */
  tell(neighbour: Neighbour): void;
  /** There is a new neighbour. */
  gain(neighbour: Neighbour): void;
  /** The neighbour is gone: what came over it must come over others. */
  lose(neighbour: Neighbour): void;
  /** The neighbour is silent, and may be gone. */
  doubt(neighbour: Neighbour): void;
  close(): void;
}

/** What waits to be told to a neighbour, and what it promised. */
interface Gossip {
  announced: Set<EnvelopeId>;
  /** When it was last told anything of this. */
  toldAt: number;
  pruned: EnvelopeId[];
  missing: number;
}

interface Missing {
  /** Who announced it and was not asked yet, first come first. */
  readonly announcers: Neighbour[];
  readonly announcedBy: Neighbour;
  readonly asked: Neighbour[];
  dueAt: number;
}

export function createAnnouncements(
  deps: { clock: Clock; random: Random; log: Log; counters: MeshCounters },
  mesh: {
    neighbours(): readonly Neighbour[];
    /** How many are listed. */
    members(): number;
    /** When the median neighbour's answer is late. */
    lateMs(): number;
    isSeen(id: EnvelopeId): boolean;
    /** The neighbour told of an envelope that had come by another way. */
    onKnown(neighbour: Neighbour): void;
    /** The neighbour did not give what it had announced. */
    onBroken(neighbour: Neighbour): void;
    /** What is held of it, if it is. */
    copyOf(id: EnvelopeId): Copy | undefined;
  },
): Announcements {
  const { clock, random, log, counters } = deps;
  const trees = createTrees<Neighbour>();
  const choice = createTreeChoice(trees.has, mesh.members);
  const gossip = new WeakMap<Neighbour, Gossip>();
  const graftBudgets = createTokenBuckets<Neighbour>(GRAFTS);
  const missing = new Map<EnvelopeId, Missing>();
  let cancelAnnounce: (() => void) | undefined;
  let cancelPrune: (() => void) | undefined;
  let announceAt = -Infinity;
  let brokenUntil = -Infinity;
  let cancelGraft: (() => void) | undefined;
  let graftAt = Infinity;
  let isClosed = false;

  function gossipOf(neighbour: Neighbour): Gossip {
    let found = gossip.get(neighbour);
    if (!found) gossip.set(neighbour, (found = { announced: new Set(), toldAt: -Infinity, pruned: [], missing: 0 }));
    return found;
  }

  function isBroken(): boolean {
    return clock.now() < brokenUntil && mesh.lateMs() < BUSY_MS;
  }

  /** Where everything is late, what has not come is most likely on its way: to ask for it makes everything later. */
  function graftAfterMs(): number {
    const lateMs = mesh.lateMs();
    if (lateMs >= BUSY_MS) return Math.min(lateMs, MAX_GRAFT_AFTER_MS);
    return clock.now() < brokenUntil ? GRAFT_WHERE_BROKEN_MS : GRAFT_AFTER_MS;
  }

  function announceSoon(neighbour: Neighbour, id: EnvelopeId): void {
    const { announced } = gossipOf(neighbour);
    announced.add(id);
    if (announced.size === MAX_ANNOUNCED || isBroken()) tell(neighbour);
    else announceLater();
  }

  function doRide(): boolean {
    return choice.hasEachATree() && mesh.members() > mesh.neighbours().length;
  }

  function announceLater(): void {
    if (doRide()) return;
    cancelAnnounce ??= clock.schedule(
      Math.max(about(ANNOUNCE_AFTER_MS, random.fraction()), announceAt - clock.now()),
      announceDue,
    );
  }

  function announceDue(): void {
    cancelAnnounce = undefined;
    announceAt = clock.now() + about(ANNOUNCE_EVERY_MS, random.fraction());
    const waiting = mesh.neighbours().filter((neighbour) => gossipOf(neighbour).announced.size > 0);
    if (waiting.length === 0) return;
    tell(waiting.reduce((one, other) => (gossipOf(other).toldAt < gossipOf(one).toldAt ? other : one)));
    if (waiting.length > 1) announceLater();
  }

  function tell(neighbour: Neighbour): void {
    const waiting = gossipOf(neighbour);
    const { announced, pruned } = waiting;
    if (announced.size === 0 && pruned.length === 0) return;
    waiting.announced = new Set();
    waiting.pruned = [];
    waiting.toldAt = clock.now();
    const told = [...announced].map((id) => fromHex(id));
    for (const ids of slices(told, MAX_ANNOUNCED)) neighbour.send({ type: 'Announce', ids, isLarge: false });
    for (const some of slices(pruned, MAX_ANNOUNCED)) neighbour.send({ type: 'Prune', trees: some });
  }

  function sendCopy(neighbour: Neighbour, { record }: Copy): void {
    neighbour.relay(record);
    counters.envelopesSent += 1;
  }

  function forget(id: EnvelopeId, entry: Missing): void {
    missing.delete(id);
    gossipOf(entry.announcedBy).missing -= 1;
  }

  function graftLater(atMs: number): void {
    if (atMs >= graftAt) return;
    cancelGraft?.();
    graftAt = atMs;
    // After what has come in meanwhile: on a busy machine what is missing may be among it.
    cancelGraft = clock.schedule(Math.max(0, atMs - clock.now()), () => clock.defer(graftDue));
  }

  function graftDue(): void {
    if (isClosed) return;
    cancelGraft = undefined;
    graftAt = Infinity;
    const now = clock.now();
    const nextGraftMs = Math.max(NEXT_GRAFT_MS, graftAfterMs());
    const asks = new Map<Neighbour, Uint8Array[]>();
    let nextAt = Infinity;
    for (const [id, entry] of missing) {
      if (entry.dueAt <= now) {
        const announcer = entry.announcers.shift();
        // Who was asked before has not brought it.
        const asked = entry.asked.at(-1);
        if (asked && !mesh.isSeen(id)) {
          counters.promisesBroken += 1;
          mesh.onBroken(asked);
        }
        if (!announcer || mesh.isSeen(id)) {
          forget(id, entry);
          continue;
        }
        entry.asked.push(announcer);
        entry.dueAt = now + nextGraftMs;
        const ids = asks.get(announcer);
        if (ids) ids.push(fromHex(id));
        else asks.set(announcer, [fromHex(id)]);
      }
      nextAt = Math.min(nextAt, entry.dueAt);
    }
    if (asks.size > 0) brokenUntil = now + BROKEN_FOR_MS;
    for (const [announcer, ids] of asks) {
      log('flood', 'graft', { node: announcer.nodeId, count: ids.length });
      for (const some of slices(ids, MAX_ANNOUNCED)) announcer.send({ type: 'Graft', ids: some });
    }
    if (nextAt !== Infinity) graftLater(nextAt);
  }

  function pruneSoon(neighbour: Neighbour, tree: EnvelopeId): void {
    const { pruned, toldAt } = gossipOf(neighbour);
    pruned.push(tree);
    if (clock.now() - toldAt >= PRUNE_AFTER_MS) return tell(neighbour);
    cancelPrune ??= clock.schedule(PRUNE_AFTER_MS, () => {
      cancelPrune = undefined;
      for (const other of mesh.neighbours()) if (gossipOf(other).pruned.length > 0) tell(other);
    });
  }

  function grow(id: EnvelopeId, first: Source | undefined): void {
    if (!first) return trees.plant(id, clock.now());
    trees.grew(id, first.neighbour, first.hops, clock.now());
    choice.grew(id, first.hops + 1, clock.now());
  }

  function travel(tree: EnvelopeId, first: Source | undefined): void {
    trees.use(tree);
    choice.use(tree, clock.now());
    if (first) trees.came(tree, first.neighbour, first.hops);
  }

  function cameAlso(tree: EnvelopeId, neighbour: Neighbour): void {
    if (trees.cameAlso(tree, neighbour)) pruneSoon(neighbour, tree);
  }

  function comeAgain(id: EnvelopeId, tree: EnvelopeId, { neighbour, hops }: Source, isAnswered: boolean): void {
    if (tree !== id) return cameAlso(tree, neighbour);
    const pruned = trees.grewAlso(tree, neighbour, hops, isAnswered, clock.now());
    if (pruned) pruneSoon(pruned, tree);
  }

  /** Whoever has no other parent needs what travels on the tree from all. */
  function ask(orphaned: Orphaned<Neighbour>, lost: Neighbour): void {
    for (const neighbour of mesh.neighbours()) {
      if (neighbour === lost) continue;
      const sought: EnvelopeId[] = [];
      for (const [tree, parent] of orphaned) {
        if (parent !== undefined && parent !== neighbour) continue;
        // Without a parent those are told, too, that may hang below it: for what they find.
        if (trees.doubt(tree, neighbour) || parent === undefined) sought.push(tree);
      }
      if (sought.length > 0) neighbour.send({ type: 'Eager', trees: sought });
    }
  }

  function avoid(lost: Neighbour): void {
    ask(trees.lose(lost), lost);
    for (const { announcers } of missing.values()) {
      const at = announcers.indexOf(lost);
      if (at >= 0) announcers.splice(at, 1);
    }
  }

  return {
    doRide,
    isTreeMissing: (isGrowing) => choice.isTreeMissing(isGrowing, clock.now()),
    growTree: choice.growNext,
    chooseTree: (envelope) => choice.choose(envelope, random.fraction(), clock.now()),
    spread(copy, sources) {
      const { id, tree, record } = copy;
      const [first] = sources;
      if (tree === id) grow(id, first);
      else if (tree) travel(tree, first);
      const entry = missing.get(id);
      if (entry) forget(id, entry);
      for (const asked of (tree && entry?.asked) ?? []) {
        // Who was asked sends eagerly from now on, and is sent to: trees carry both ways. If it was asked in vain, it need not.
        if (asked === first?.neighbour) trees.set(tree!, asked, 'Eager');
        else cameAlso(tree!, asked);
      }
      const isLarge = record.length > LARGE_BYTES;
      // Here the tree was broken, so farther out nobody has it, and there may be more such places on the way.
      const isMended = !isLarge && first !== undefined && entry?.asked.includes(first.neighbour) === true;
      for (const neighbour of mesh.neighbours()) {
        if (
          sources.some((source) => source.neighbour === neighbour) ||
          entry?.announcers.includes(neighbour) ||
          entry?.asked.includes(neighbour) ||
          copy.isHeldBy?.(neighbour)
        )
          continue;
        const way = tree && !copy.isSparing && !isMended ? trees.way(tree, neighbour) : undefined;
        if (way === 'Lazy') {
          announceSoon(neighbour, id);
          continue;
        }
        const isEager = way === 'Eager' || !(isLarge || copy.isSparing);
        if (tree === id && way === undefined) trees.set(tree, neighbour, isEager ? 'Eager' : 'Lazy');
        if (isEager) sendCopy(neighbour, copy);
        else neighbour.send({ type: 'Announce', ids: [fromHex(id)], isLarge: true });
      }
      if (tree) for (const other of sources.slice(1)) comeAgain(id, tree, other, false);
    },
    onCopy: (id, tree, source) => comeAgain(id, tree, source, true),
    onAnnounce(neighbour, { ids, isLarge }) {
      const now = clock.now();
      const dueAt = now + graftAfterMs();
      const from = gossipOf(neighbour);
      for (const bytes of ids) {
        const id = toHex(bytes) as EnvelopeId;
        if (mesh.isSeen(id)) {
          // It has it: no need to tell it.
          from.announced.delete(id);
          mesh.onKnown(neighbour);
          continue;
        }
        let entry = missing.get(id);
        if (!entry) {
          if (from.missing >= MAX_MISSING) return;
          from.missing += 1;
          entry = { announcers: [], announcedBy: neighbour, asked: [], dueAt };
          missing.set(id, entry);
        }
        if (![...entry.announcers, ...entry.asked].includes(neighbour)) entry.announcers.push(neighbour);
        if (isLarge && entry.asked.length === 0) entry.dueAt = now;
        graftLater(entry.dueAt);
      }
    },
    onPrune(neighbour, pruned) {
      for (const tree of pruned) trees.prune(tree, neighbour);
    },
    onGraft(neighbour, ids) {
      for (const bytes of ids) {
        // Before it is looked up: to encode what one holds costs more than to ask for it.
        if (!graftBudgets.take(neighbour, clock.now())) {
          counters.requestsRefused += 1;
          continue;
        }
        const copy = mesh.copyOf(toHex(bytes) as EnvelopeId);
        if (!copy) continue;
        brokenUntil = clock.now() + BROKEN_FOR_MS;
        if (copy.tree) trees.set(copy.tree, neighbour, 'Eager');
        sendCopy(neighbour, copy);
      }
    },
    onEager(neighbour, sought) {
      // It may have missed what has waited.
      tell(neighbour);
      for (const tree of sought) trees.doubt(tree, neighbour);
      ask(trees.seek(sought, neighbour), neighbour);
    },
    gain(neighbour) {
      choice.change(clock.now());
      // A tree of many origins gains by it: there it is pruned only if it turns out not to be needed.
      if (!choice.hasEachATree()) return;
      gossipOf(neighbour).pruned.push(...trees.gain(neighbour));
      tell(neighbour);
    },
    lose(neighbour) {
      choice.change(clock.now());
      avoid(neighbour);
    },
    doubt(neighbour) {
      choice.doubt(clock.now());
      avoid(neighbour);
    },
    tell,
    close() {
      isClosed = true;
      cancelAnnounce?.();
      cancelPrune?.();
      cancelGraft?.();
    },
  };
}
