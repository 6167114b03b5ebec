/**
 * How an envelope reaches everyone: each is verified once, taken once, passed on once to every neighbour but those it
 * came from. [FL1-FL7]
 * Owns what has been seen and what is being verified; does not know what envelopes mean (its observer does).
 */
import { toHex } from '../base/bytes.ts';
import { createTokenBucket, type TokenBucket } from '../base/token-bucket.ts';
import type { EnvelopeId, MeshId, NodeId } from '../base/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Signer } from '../ports/signer.ts';
import {
  decodeBody,
  envelopeId,
  nodeIdOf,
  signedMessage,
  type EnvelopeBody,
  type SignedEnvelope,
} from '../wire/envelope.ts';
import { encodeRecord } from '../wire/records.ts';
import type { Neighbour } from './neighbours.ts';
import type { FinishedEnvelope } from './origin.ts';
import { MAX_RECENT } from './recent.ts';
import { createSeenSet, signatureHead } from './seen-set.ts';
import type { MeshCounters } from './types.ts';

/**
 * Envelopes of one identity key that a relay takes: twice what an origin sends (origin.ts), and a burst as large as a
 * catch-up may be. By key, for a node ID costs nothing but another epoch. What is beyond is dropped
 * without being marked as seen.
 */
export const RELAYED_ENVELOPES = { perSecond: 10, burst: MAX_RECENT } as const;
/** Keys whose rate is watched; the longest silent go first and then start afresh. */
const MAX_WATCHED_KEYS = 4_096;
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
  readonly own: boolean;
}

export interface FloodObserver {
  neighbours(): readonly Neighbour[];
  onAccepted(accepted: AcceptedEnvelope): void;
  /** The neighbour broke a rule that no honest relay breaks. */
  onOffence(neighbour: Neighbour): void;
}

export interface Flood {
  receive(neighbour: Neighbour, copy: { envelope: SignedEnvelope; hops: number; hopLimit: number }): void;
  /** An own envelope, signed. */
  publish(finished: FinishedEnvelope): void;
}

export function createFlood(
  deps: { clock: Clock; signer: Signer; log: Log; counters: MeshCounters },
  local: { meshId: MeshId; nodeId: NodeId; maxEnvelopeBytes: number },
  observer: FloodObserver,
): Flood {
  const { clock, signer, log, counters } = deps;
  const seen = createSeenSet();
  /** By identity key. */
  const budgets = new Map<string, TokenBucket>();
  /** By ID and signature: who brought copies while the first was being checked. */
  const verifying = new Map<string, Set<NodeId>>();
  const badSignatures = new WeakMap<Neighbour, number>();

  function duplicate(reason: string, neighbour: Neighbour): void {
    counters.duplicatesReceived += 1;
    log('flood', 'duplicate', { reason, from: neighbour.nodeId });
  }

  function isWithinBudget(originKey: Uint8Array): boolean {
    const key = toHex(originKey);
    let bucket = budgets.get(key);
    if (bucket) budgets.delete(key);
    else bucket = createTokenBucket(RELAYED_ENVELOPES);
    budgets.set(key, bucket);
    if (budgets.size > MAX_WATCHED_KEYS) budgets.delete(budgets.keys().next().value!);
    return bucket.take(clock.now());
  }

  function accept(accepted: AcceptedEnvelope, sources: ReadonlySet<NodeId>): void {
    seen.add(
      {
        id: accepted.id,
        signature: accepted.envelope.signature,
        origin: accepted.origin,
        sequence: accepted.body.sequence,
      },
      clock.now(),
    );
    counters.envelopesAccepted += 1;
    counters.lastHop = Math.max(counters.lastHop, accepted.hops);
    relay(accepted, sources);
    observer.onAccepted(accepted);
  }

  function relay({ envelope, hops, hopLimit }: AcceptedEnvelope, sources: ReadonlySet<NodeId>): void {
    if (hopLimit === 0) return;
    const record = encodeRecord({ type: 'Flood', hops: Math.min(hops, 255), hopLimit, envelope });
    for (const neighbour of observer.neighbours()) {
      if (sources.has(neighbour.nodeId)) continue;
      neighbour.relay(record);
      counters.envelopesSent += 1;
    }
  }

  return {
    receive(neighbour, { envelope, hops, hopLimit }) {
      counters.envelopesReceived += 1;
      if (envelope.bytes.length > local.maxEnvelopeBytes) return observer.onOffence(neighbour);
      // Most copies end here, before anything is decoded or hashed.
      const head = signatureHead(envelope.signature);
      if (seen.hasSignature(head)) return duplicate('seen', neighbour);
      const decoded = decodeBody(envelope.bytes);
      if (!decoded.ok) return observer.onOffence(neighbour);
      const body = decoded.value;
      const message = signedMessage(local.meshId, envelope.bytes);
      const id = envelopeId(message);
      const origin = nodeIdOf(body.originKey, body.epoch);
      if (seen.has(id) || origin === local.nodeId) return duplicate('seen', neighbour);
      // Body and whole signature: a forgery of any part must not make the genuine copy look like a duplicate.
      const copy = id + toHex(envelope.signature);
      const others = verifying.get(copy);
      if (others) {
        others.add(neighbour.nodeId);
        return duplicate('verifying', neighbour);
      }
      if (seen.isStale(origin, body.sequence)) return duplicate('stale', neighbour);
      if (verifying.size >= MAX_VERIFYING) return log('flood', 'quotaExceeded', { from: neighbour.nodeId });
      const sources = new Set([neighbour.nodeId]);
      verifying.set(copy, sources);
      signer.verify(body.originKey, envelope.signature, message, (valid) => {
        verifying.delete(copy);
        if (!valid) {
          counters.invalidReceived += 1;
          log('flood', 'badSignature', { from: neighbour.nodeId });
          const count = (badSignatures.get(neighbour) ?? 0) + 1;
          badSignatures.set(neighbour, count);
          if (count >= MAX_BAD_SIGNATURES) observer.onOffence(neighbour);
          return;
        }
        // Two copies under different valid signatures may have been checked side by side.
        if (seen.has(id)) return;
        // Only what an origin has really signed draws on its quota.
        if (!isWithinBudget(body.originKey)) return log('flood', 'quotaExceeded', { origin });
        accept({ id, origin, body, envelope, hops: hops + 1, hopLimit: hopLimit - 1, own: false }, sources);
      });
    },
    publish({ body, envelope, message, hopLimit }) {
      const id = envelopeId(message);
      accept({ id, origin: local.nodeId, body, envelope, hops: 0, hopLimit, own: true }, new Set());
    },
  };
}
