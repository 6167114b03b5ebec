/**
 * How an envelope reaches everyone: each is verified once, taken once, passed on once. [FL1-FL9]
 * Owns what has been seen and what is being verified; by which links it goes on is the business of announcements.ts, and
 * what it means that of the observer.
 */
import { toHex } from '../base/bytes.ts';
import { dropOldest } from '../base/drop-oldest.ts';
import { createTokenBucket, type TokenBucket } from '../base/token-bucket.ts';
import type { EnvelopeId, MeshId, NodeId } from '../base/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Random } from '../ports/random.ts';
import type { Signer } from '../ports/signer.ts';
import {
  decodeBody,
  envelopeId,
  nodeIdOf,
  signedMessage,
  type EnvelopeBody,
  type SignedEnvelope,
} from '../wire/envelope.ts';
import { encodeRecord, MAX_HOPS, type LinkRecord } from '../wire/records.ts';
import { createAnnouncements, type Announcements, type Source } from './announcements.ts';
import { createEquivocations } from './equivocation.ts';
import { MAX_HISTORY, type EnvelopeStore, type HeldEnvelope } from './envelope-store.ts';
import type { Neighbour } from './neighbours.ts';
import type { FinishedEnvelope } from './origin.ts';
import { createSeenSet, signatureHead, type SeenSet } from './seen-set.ts';
import type { Equivocation, MeshCounters } from './types.ts';

/**
 * Envelopes of one identity key that a relay takes: twice what an origin sends (origin.ts), and a burst as large as a
 * catch-up may be. By key, for a node ID costs nothing but another epoch. What is beyond is dropped
 * without being marked as seen.
 */
export const RELAYED_ENVELOPES = { perSecond: 10, burst: MAX_HISTORY } as const;
/** Keys whose rate is watched; the longest silent go first and then start afresh. */
const MAX_WATCHED_KEYS = 4_096;
/**
 * Hops left from which on an envelope is meant for everybody. What may go less far takes all links: a tree's ways are
 * longer than the shortest, and "at most so many hops away" must stay true of everybody. [FL5]
 */
export const FAR_HOPS = MAX_HOPS / 2;
/** Signatures being checked at a time: more than this is a flood of new envelopes, and the newest are dropped. */
export const MAX_VERIFYING = 1_024;
/** A relay verifies before it passes on, so a neighbour that brings this many bad signatures makes them itself. */
export const MAX_BAD_SIGNATURES = 3;

export interface AcceptedEnvelope {
  readonly id: EnvelopeId;
  readonly origin: NodeId;
  readonly body: EnvelopeBody;
  readonly envelope: SignedEnvelope;
  readonly hops: number;
  /** Hops it may still take from here. */
  readonly hopLimit: number;
  /** The tree it travels on, its own ID if it grows one; undefined where it is flooded. */
  readonly tree: EnvelopeId | undefined;
  /** It was pulled: news to few. */
  readonly pulled: boolean;
  /** Who brought it first; nobody when it is the own. */
  readonly from: Neighbour | undefined;
  readonly own: boolean;
  /** Items that a propagation filter keeps from the local channels. */
  readonly withheld?: ReadonlySet<number> | undefined;
}

export interface FloodObserver {
  neighbours(): readonly Neighbour[];
  /** How many members are listed. */
  members(): number;
  /** When the median neighbour's answer is late. */
  lateMs(): number;
  /** What the application's filters hold back of an envelope of somebody else. */
  filter(accepted: AcceptedEnvelope): AcceptedEnvelope;
  onAccepted(accepted: AcceptedEnvelope): void;
  /** What was accepted before has come again by a way on which it may go farther. */
  onFarther(accepted: AcceptedEnvelope): void;
  /** Whether the neighbour told that it holds it. */
  isHeldBy(neighbour: Neighbour, origin: NodeId, sequence: number): boolean;
  /** A copy came in, and was or was not the first. */
  onCopy(neighbour: Neighbour, isNew: boolean): void;
  /** It announced a copy that it did not give. */
  onBroken(neighbour: Neighbour): void;
  /** An origin says one thing to some and another to others. */
  onEquivocation(equivocation: Equivocation): void;
  /** The neighbour broke a rule that no honest relay breaks. */
  onOffence(neighbour: Neighbour): void;
}

export interface Flood {
  readonly announcements: Announcements;
  receive(neighbour: Neighbour, copy: Extract<LinkRecord, { type: 'Flood' | 'Held' }>): void;
  missing: SeenSet['missing'];
  /** An own envelope, signed. */
  publish(finished: FinishedEnvelope): void;
  readonly seenCount: number;
}

export function createFlood(
  deps: { clock: Clock; random: Random; signer: Signer; log: Log; counters: MeshCounters },
  local: { meshId: MeshId; nodeId: NodeId; maxEnvelopeBytes: number },
  store: EnvelopeStore,
  observer: FloodObserver,
): Flood {
  const { clock, signer, log, counters } = deps;
  const seen = createSeenSet();
  const announcements = createAnnouncements(deps, {
    neighbours: observer.neighbours,
    members: observer.members,
    lateMs: observer.lateMs,
    // Only what may go far is announced: whoever has it from somebody who cut its way short still needs it.
    isSeen: (id) => seen.hopsLeft(id) >= FAR_HOPS,
    onBroken: observer.onBroken,
    onKnown: (neighbour) => observer.onCopy(neighbour, false),
    copyOf(id) {
      const held = store.get(id);
      return held && { id, tree: held.tree, record: recordOf(held) };
    },
  });
  /** By identity key. */
  const budgets = new Map<string, TokenBucket>();
  /** By ID and signature, or by ID where it may go farther: copies that came while the first was being checked. */
  const verifying = new Map<string, { readonly sources: Source[]; hopLimit: number }>();
  const equivocations = createEquivocations(store);
  const badSignatures = new WeakMap<Neighbour, number>();

  function duplicate(reason: string, neighbour: Neighbour): void {
    counters.duplicatesReceived += 1;
    log('flood', 'duplicate', { reason, from: neighbour.nodeId });
    observer.onCopy(neighbour, false);
  }

  function isWithinBudget(originKey: Uint8Array): boolean {
    const key = toHex(originKey);
    let bucket = budgets.get(key);
    if (bucket) budgets.delete(key);
    else bucket = createTokenBucket(RELAYED_ENVELOPES);
    budgets.set(key, bucket);
    dropOldest(budgets, MAX_WATCHED_KEYS);
    return bucket.take(clock.now());
  }

  /** `hopsLeft` may be more than the hop limit: what was held back here is held back for good. */
  function accept(accepted: AcceptedEnvelope, sources: readonly Source[], hopsLeft: number): void {
    seen.add(
      {
        id: accepted.id,
        signature: accepted.envelope.signature,
        origin: accepted.origin,
        sequence: accepted.body.sequence,
        hopsLeft,
      },
      clock.now(),
    );
    counters.envelopesAccepted += 1;
    if (!accepted.pulled) counters.lastHop = Math.max(counters.lastHop, accepted.hops);
    relay(accepted, sources);
    if (accepted.hopLimit === 0 && !accepted.own) equivocations.keep(accepted);
    observer.onAccepted(accepted);
  }

  function relay(accepted: AcceptedEnvelope, sources: readonly Source[]): void {
    const { id, origin, body, hopLimit, tree, pulled } = accepted;
    if (hopLimit === 0) return;
    const record = recordOf(accepted);
    if (hopLimit >= FAR_HOPS) {
      const isHeldBy = (neighbour: Neighbour) => pulled && observer.isHeldBy(neighbour, origin, body.sequence);
      return announcements.spread({ id, tree, record, isSparing: pulled, isHeldBy }, sources);
    }
    sendToAll(record, sources);
  }

  function sendToAll(record: Uint8Array, sources: readonly Source[]): void {
    for (const neighbour of observer.neighbours()) {
      if (sources.some((source) => source.neighbour === neighbour)) continue;
      neighbour.relay(record);
      counters.envelopesSent += 1;
    }
  }

  /**
   * Whoever has the one gets the other, so that all know: as far as any envelope goes, for who cut its way short would
   * hide it. Neither kept nor answered with, and of one key once. [FL9]
   */
  function expose(
    first: Pick<HeldEnvelope, 'id' | 'envelope'>,
    second: AcceptedEnvelope,
    sources: readonly Source[],
  ): void {
    const { id, origin, body, envelope } = second;
    const { signature } = envelope;
    seen.add({ id, signature, origin, sequence: body.sequence, hopsLeft: MAX_HOPS }, clock.now());
    log('flood', 'equivocation', { origin, sequence: body.sequence });
    const filtered = observer.filter({ ...second, hopLimit: MAX_HOPS, tree: undefined, pulled: false });
    if (filtered.hopLimit > 0) sendToAll(recordOf(filtered), sources);
    observer.onEquivocation(equivocations.expose(first, filtered));
  }

  function blame(neighbour: Neighbour): void {
    counters.invalidReceived += 1;
    log('flood', 'badSignature', { from: neighbour.nodeId });
    const count = (badSignatures.get(neighbour) ?? 0) + 1;
    badSignatures.set(neighbour, count);
    if (count >= MAX_BAD_SIGNATURES) observer.onOffence(neighbour);
  }

  /**
   * A copy of what was accepted with fewer hops left: that came the longer way first, or somebody cut its way short so that
   * nobody behind here gets it. Not delivered again, but checked anew, for a known head may stand before another body. [FL8]
   */
  function goFarther(
    id: EnvelopeId,
    neighbour: Neighbour,
    copy: Extract<LinkRecord, { type: 'Flood' | 'Held' }>,
  ): void {
    const { envelope, hops } = copy;
    const hopLimit = copy.hopLimit - 1;
    const message = signedMessage(local.meshId, envelope.bytes);
    const decoded = decodeBody(envelope.bytes);
    if (!decoded.ok || envelopeId(message) !== id || verifying.has(id) || verifying.size >= MAX_VERIFYING) return;
    const body = decoded.value;
    const source = { neighbour, hops };
    verifying.set(id, { sources: [source], hopLimit });
    signer.verify(body.originKey, envelope.signature, message, (valid) => {
      verifying.delete(id);
      if (!valid) return blame(neighbour);
      if (hopLimit <= seen.hopsLeft(id) || !isWithinBudget(body.originKey)) return;
      seen.extend(id, hopLimit);
      const farther = {
        id,
        origin: nodeIdOf(body.originKey, body.epoch),
        body,
        envelope,
        hops: hops + 1,
        hopLimit,
        tree: undefined,
        pulled: copy.type === 'Held',
        from: neighbour,
        own: false,
      };
      relay(farther, [source]);
      observer.onFarther(farther);
    });
  }

  return {
    announcements,
    missing: seen.missing,
    receive(neighbour, copy) {
      const { envelope, hops, hopLimit } = copy;
      const pulled = copy.type === 'Held';
      const tree = pulled ? undefined : copy.tree;
      counters.envelopesReceived += 1;
      if (envelope.bytes.length > local.maxEnvelopeBytes) return observer.onOffence(neighbour);
      // Most copies end here, before anything is decoded or hashed.
      const head = signatureHead(envelope.signature);
      const known = seen.find(head);
      if (known !== undefined) {
        duplicate('seen', neighbour);
        if (tree) announcements.onCopy(known, tree, { neighbour, hops });
        const hopsLeft = seen.hopsLeft(known);
        if (hopsLeft < FAR_HOPS && hopsLeft < hopLimit - 1) goFarther(known, neighbour, copy);
        return;
      }
      const decoded = decodeBody(envelope.bytes);
      if (!decoded.ok) return observer.onOffence(neighbour);
      const body = decoded.value;
      const message = signedMessage(local.meshId, envelope.bytes);
      const id = envelopeId(message);
      const origin = nodeIdOf(body.originKey, body.epoch);
      if (seen.has(id) || origin === local.nodeId) return duplicate('seen', neighbour);
      // Body and whole signature: a forgery of any part must not make the genuine copy look like a duplicate.
      const checked = id + toHex(envelope.signature);
      const others = verifying.get(checked);
      if (others) {
        others.sources.push({ neighbour, hops });
        others.hopLimit = Math.max(others.hopLimit, hopLimit - 1);
        return duplicate('verifying', neighbour);
      }
      if (seen.hasSequence(origin, body.sequence) && !equivocations.otherThan(id, { origin, body }))
        return duplicate('replayed', neighbour);
      if (verifying.size >= MAX_VERIFYING) return log('flood', 'quotaExceeded', { from: neighbour.nodeId });
      const copies = { sources: [{ neighbour, hops }], hopLimit: hopLimit - 1 };
      verifying.set(checked, copies);
      signer.verify(body.originKey, envelope.signature, message, (valid) => {
        verifying.delete(checked);
        if (!valid) return blame(neighbour);
        const accepted = {
          id,
          origin,
          body,
          envelope,
          hops: hops + 1,
          hopLimit: copies.hopLimit,
          tree,
          pulled,
          from: neighbour,
          own: false,
        };
        if (seen.hasSequence(origin, body.sequence)) {
          // Nothing where two copies of one body, under different valid signatures, were checked side by side.
          const first = equivocations.otherThan(id, accepted);
          if (first) expose(first, accepted, copies.sources);
          return;
        }
        // Only what an origin has really signed draws on its quota.
        if (!isWithinBudget(body.originKey)) return log('flood', 'quotaExceeded', { origin });
        observer.onCopy(neighbour, true);
        const filtered = observer.filter(accepted);
        accept(filtered, copies.sources, filtered.hopLimit === copies.hopLimit ? copies.hopLimit : MAX_HOPS);
      });
    },
    publish({ body, envelope, message, hopLimit, withheld }) {
      const id = envelopeId(message);
      const tree = announcements.chooseTree(id);
      accept(
        {
          id,
          origin: local.nodeId,
          body,
          envelope,
          hops: 0,
          hopLimit,
          tree,
          pulled: false,
          from: undefined,
          own: true,
          withheld,
        },
        [],
        // Nobody sends on for others what its author did not.
        MAX_HOPS,
      );
    },
    get seenCount() {
      return seen.size;
    },
  };
}

/** As it goes on: what was pulled stays so, since few lack it. */
export function recordOf(held: Pick<HeldEnvelope, 'envelope' | 'hops' | 'hopLimit' | 'tree' | 'pulled'>): Uint8Array {
  const { envelope, hopLimit, tree, pulled } = held;
  const hops = Math.min(held.hops, 255);
  return encodeRecord(
    pulled ? { type: 'Held', hops, hopLimit, envelope } : { type: 'Flood', hops, hopLimit, tree, envelope },
  );
}
