/**
 * Which envelopes have been seen: bounded in count and time, with a mark per origin that survives both. [FL2, FL3]
 * Two keys lead to an entry: the head of the signature, read from a copy without decoding it, and the envelope ID.
 */
import type { EnvelopeId, NodeId } from '../base/ids.ts';

/** At five envelopes a second from each of 15 speakers this is ten minutes. */
export const MAX_SEEN = 50_000;
export const SEEN_LIFETIME_MS = 10 * 60_000;
/** Origins whose mark is kept; the longest silent go first. */
export const MAX_MARKS = 20_000;

interface Entry {
  readonly id: EnvelopeId;
  readonly signatureHead: string;
  readonly origin: NodeId;
  readonly sequence: number;
  readonly seenAt: number;
}

export interface SeenSet {
  /** A copy whose signature has this head (signatureHead) has been accepted before. */
  hasSignature(head: string): boolean;
  has(id: EnvelopeId): boolean;
  /** Older than what has already been forgotten of this origin: a replay, or far too late to matter. */
  isStale(origin: NodeId, sequence: number): boolean;
  add(entry: { id: EnvelopeId; signature: Uint8Array; origin: NodeId; sequence: number }, nowMs: number): void;
  readonly size: number;
}

export function createSeenSet(maxSeen = MAX_SEEN): SeenSet {
  const byId = new Map<EnvelopeId, Entry>();
  const bySignature = new Set<string>();
  const marks = new Map<NodeId, number>();

  function forget(entry: Entry): void {
    byId.delete(entry.id);
    bySignature.delete(entry.signatureHead);
    const mark = Math.max(marks.get(entry.origin) ?? 0, entry.sequence);
    // Set anew, so that insertion order is order of use.
    marks.delete(entry.origin);
    marks.set(entry.origin, mark);
    if (marks.size > MAX_MARKS) marks.delete(marks.keys().next().value!);
  }

  return {
    hasSignature: (head) => bySignature.has(head),
    has: (id) => byId.has(id),
    isStale: (origin, sequence) => sequence <= (marks.get(origin) ?? 0),
    add({ id, signature, origin, sequence }, nowMs) {
      const entry: Entry = { id, signatureHead: signatureHead(signature), origin, sequence, seenAt: nowMs };
      byId.set(id, entry);
      bySignature.add(entry.signatureHead);
      for (const oldest of byId.values()) {
        if (byId.size <= maxSeen && nowMs - oldest.seenAt < SEEN_LIFETIME_MS) break;
        forget(oldest);
      }
    },
    get size() {
      return byId.size;
    },
  };
}

/**
 * 128 bits of R as a string of as many bytes: nobody makes another valid signature with the same head. Asked for every
 * copy of every envelope, so it is not spelt out in hex.
 */
export function signatureHead(signature: Uint8Array): string {
  return String.fromCharCode.apply(null, signature.subarray(0, 16) as unknown as number[]);
}
