/**
 * The node as an origin: collects what is sent within a turn, numbers, stamps and signs it once. [OR1, OR2, ST1]
 * One envelope is signed at a time; what is sent meanwhile goes into the next, so bursts coalesce by themselves.
 * Knows no link: hands finished envelopes on.
 */
import type { EndpointPath, MeshId } from '../base/ids.ts';
import { createTokenBucket } from '../base/token-bucket.ts';
import type { Stamp } from '../base/stamp.ts';
import type { Clock } from '../ports/clock.ts';
import type { Signer } from '../ports/signer.ts';
import {
  encodeBody,
  ItemKind,
  MAX_ITEMS,
  signedMessage,
  type EnvelopeBody,
  type Item,
  type SignedEnvelope,
} from '../wire/envelope.ts';
import { MAX_HOPS } from '../wire/records.ts';
import { createHybridClock } from './hybrid-clock.ts';
import { MAX_PRESENCE_BYTES, MAX_RETAINED } from './membership.ts';

/** An origin keeps to half of what relays bear (flood.ts), so that nothing of an honest one is dropped. */
export const OWN_ENVELOPES = { perSecond: 5, burst: 20 } as const;
/** Items are put together up to this size: a frame's worth, so that no fragment is needed. */
export const COALESCE_BYTES = 14 * 1024;
/** What may wait to be signed: more than anybody types, less than a runaway loop. */
export const MAX_WAITING_BYTES = 1024 * 1024;
/** Bytes of an envelope beside its items, and of an item beside its payload and path; rounded up. */
const BODY_OVERHEAD = 96;
const ITEM_OVERHEAD = 12;

export interface FinishedEnvelope {
  readonly body: EnvelopeBody;
  readonly envelope: SignedEnvelope;
  /** The bytes that were signed. */
  readonly message: Uint8Array;
  readonly hopLimit: number;
  /** Items that are not for the local channels. */
  readonly withheld?: ReadonlySet<number> | undefined;
}

export interface Origin {
  /** False when too much is waiting already. Unless `local`, it is not delivered here. */
  send(item: Item, hopLimit: number, local?: boolean): boolean;
  /** Has what is sent from now on stand below what bears this stamp; false if that cannot be believed. */
  follow(stamp: Stamp): boolean;
  /**
   * Keeps a message as present state of its path; undefined removes it. Told with the next presence. False when there
   * are too many paths, or all that is retained would be more than a presence may be.
   */
  retain(path: EndpointPath, payload: Uint8Array | undefined): boolean;
  /** Tells the own presence, with all that is retained, anew. */
  announce(): void;
  /** What waits to be signed. */
  readonly waiting: { readonly items: number; readonly bytes: number };
  /** Nothing waits and nothing is being signed. */
  readonly isIdle: boolean;
  close(): void;
}

export function createOrigin(
  deps: { clock: Clock; signer: Signer },
  local: { meshId: MeshId; epoch: Uint8Array; maxEnvelopeBytes: number },
  onFinished: (finished: FinishedEnvelope) => void,
): Origin {
  const { clock, signer } = deps;
  const bucket = createTokenBucket(OWN_ENVELOPES);
  const retained = new Map<EndpointPath, Uint8Array>();
  const hybridClock = createHybridClock(clock);
  let waiting: { item: Item; hopLimit: number; local: boolean; bytes: number }[] = [];
  let waitingBytes = 0;
  let isPresenceDue = false;
  let isSigning = false;
  let isFlushDue = false;
  let cancelWait: (() => void) | undefined;
  let isClosed = false;
  let sequence = 0;

  function requestFlush(): void {
    if (isFlushDue || isSigning || isClosed || cancelWait) return;
    isFlushDue = true;
    clock.defer(() => {
      isFlushDue = false;
      flush();
    });
  }

  function flush(): void {
    if (isClosed || isSigning || (waiting.length === 0 && !isPresenceDue)) return;
    const waitMs = bucket.waitMs(clock.now());
    if (waitMs > 0) {
      cancelWait ??= clock.schedule(waitMs, () => {
        cancelWait = undefined;
        flush();
      });
      return;
    }
    bucket.take(clock.now());
    const { items, hopLimit, local: isLocal } = nextItems();
    sequence += 1;
    const body = {
      originKey: signer.publicKey,
      epoch: local.epoch,
      sequence,
      stamp: hybridClock.stamp(),
      items,
    };
    const bytes = encodeBody(body);
    const message = signedMessage(local.meshId, bytes);
    isSigning = true;
    signer.sign(message, (signature) => {
      isSigning = false;
      if (isClosed) return;
      const withheld = isLocal ? undefined : new Set(items.keys());
      onFinished({ body, envelope: { bytes, signature }, message, hopLimit, withheld });
      requestFlush();
    });
  }

  /** Presence first, then messages that go equally far, up to a frame's worth. */
  function nextItems(): { items: Item[]; hopLimit: number; local: boolean } {
    const items: Item[] = [];
    let bytes = BODY_OVERHEAD;
    if (isPresenceDue) {
      isPresenceDue = false;
      items.push({ kind: ItemKind.Presence, path: '', payload: new Uint8Array() });
      for (const [path, payload] of retained) {
        items.push({ kind: ItemKind.Retained, path, payload });
        bytes += itemBytes(path, payload);
      }
    }
    const limit = items.length > 0 ? MAX_PRESENCE_BYTES : COALESCE_BYTES;
    const { hopLimit, local: isLocal } = items.length > 0 ? { hopLimit: MAX_HOPS, local: true } : waiting[0]!;
    let taken = 0;
    while (taken < waiting.length && items.length < MAX_ITEMS) {
      const next = waiting[taken]!;
      const fits = bytes + next.bytes <= limit || items.length === 0;
      if (next.hopLimit !== hopLimit || next.local !== isLocal || !fits) break;
      items.push(next.item);
      bytes += next.bytes;
      waitingBytes -= next.bytes;
      taken += 1;
    }
    waiting = waiting.slice(taken);
    return { items, hopLimit, local: isLocal };
  }

  return {
    send(item, hopLimit, isLocal = true) {
      const bytes = itemBytes(item.path, item.payload);
      if (waitingBytes + bytes > MAX_WAITING_BYTES) return false;
      waiting.push({ item, hopLimit, local: isLocal, bytes });
      waitingBytes += bytes;
      requestFlush();
      return true;
    },
    retain(path, payload) {
      if (!payload) {
        retained.delete(path);
        return true;
      }
      if (!retained.has(path) && retained.size === MAX_RETAINED) return false;
      let bytes = BODY_OVERHEAD + ITEM_OVERHEAD + itemBytes(path, payload);
      for (const [other, kept] of retained) if (other !== path) bytes += itemBytes(other, kept);
      if (bytes > MAX_PRESENCE_BYTES) return false;
      retained.set(path, payload);
      return true;
    },
    announce() {
      isPresenceDue = true;
      requestFlush();
    },
    follow: (stamp) => hybridClock.follow(stamp),
    get waiting() {
      return { items: waiting.length, bytes: waitingBytes };
    },
    get isIdle() {
      return waiting.length === 0 && !isPresenceDue && !isSigning;
    },
    close() {
      isClosed = true;
      cancelWait?.();
      waiting = [];
    },
  };
}

/** An item in an envelope, at most: a character of the path takes up to three bytes. */
function itemBytes(path: EndpointPath | '', payload: Uint8Array): number {
  return payload.length + path.length * 3 + ITEM_OVERHEAD;
}

/** Largest payload that one envelope of `maxEnvelopeBytes` carries on `path`. */
export function maxPayloadBytes(maxEnvelopeBytes: number, path: EndpointPath): number {
  return maxEnvelopeBytes - BODY_OVERHEAD - ITEM_OVERHEAD - path.length * 3;
}
