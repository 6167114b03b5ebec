/**
 * Which envelopes have been seen. The latest by ID and by a piece of their signature, which is read from a copy without
 * decoding it; all of them by origin and sequence, so that what was taken once is never taken again. [FL2, FL3]
 */
import { dropOldest } from '../base/drop-oldest.ts';
import { addTo, contains, without, type Range, type Ranges } from '../base/ranges.ts';
import type { EnvelopeId, NodeId } from '../base/ids.ts';

/** At five envelopes a second from each of 15 speakers this is ten minutes. */
export const MAX_SEEN = 50_000;
export const SEEN_LIFETIME_MS = 10 * 60_000;
/** Origins whose sequences are remembered; the longest silent go first. */
export const MAX_ORIGINS = 20_000;
/** Gaps in the sequences of one origin; beyond it the lowest is closed, and what was in it is never taken. */
export const MAX_GAPS = 256;

interface Entry {
  readonly id: EnvelopeId;
  readonly signatureHead: string;
  readonly seenAt: number;
  hopsLeft: number;
}

export interface SeenSet {
  /** The envelope that was accepted under a signature of this head (signatureHead). */
  find(head: string): EnvelopeId | undefined;
  has(id: EnvelopeId): boolean;
  /** The most hops that a copy which was taken might still go from here; 0 where none was. */
  hopsLeft(id: EnvelopeId): number;
  /** A copy that may go farther was taken. */
  extend(id: EnvelopeId, hopsLeft: number): void;
  /** An envelope of this origin with this sequence has been taken, however long ago. */
  hasSequence(origin: NodeId, sequence: number): boolean;
  /** What of the ranges has not been taken. */
  missing(origin: NodeId, ranges: Ranges): Range[];
  add(
    entry: { id: EnvelopeId; signature: Uint8Array; origin: NodeId; sequence: number; hopsLeft: number },
    nowMs: number,
  ): void;
  readonly size: number;
}

export function createSeenSet(maxSeen = MAX_SEEN): SeenSet {
  const byId = new Map<EnvelopeId, Entry>();
  const bySignature = new Map<string, EnvelopeId>();
  /** The longest silent first. */
  const sequences = new Map<NodeId, Range[]>();

  return {
    find: (head) => bySignature.get(head),
    has: (id) => byId.has(id),
    hopsLeft: (id) => byId.get(id)?.hopsLeft ?? 0,
    extend(id, hopsLeft) {
      const entry = byId.get(id);
      if (entry) entry.hopsLeft = hopsLeft;
    },
    hasSequence: (origin, sequence) => contains(sequences.get(origin) ?? [], sequence),
    missing: (origin, ranges) => without(ranges, sequences.get(origin) ?? []),
    add({ id, signature, origin, sequence, hopsLeft }, nowMs) {
      const entry: Entry = { id, signatureHead: signatureHead(signature), seenAt: nowMs, hopsLeft };
      byId.set(id, entry);
      bySignature.set(entry.signatureHead, id);
      for (const oldest of byId.values()) {
        if (byId.size <= maxSeen && nowMs - oldest.seenAt < SEEN_LIFETIME_MS) break;
        byId.delete(oldest.id);
        bySignature.delete(oldest.signatureHead);
      }
      const taken = sequences.get(origin) ?? [];
      addTo(taken, sequence, MAX_GAPS);
      sequences.delete(origin);
      sequences.set(origin, taken);
      dropOldest(sequences, MAX_ORIGINS);
    },
    get size() {
      return byId.size;
    },
  };
}

/**
 * 192 bits of S as a string of as many bytes: nobody makes a valid signature of another body with the same head, not even
 * the owner of the key, who may use one R for two. Asked for every copy of every envelope, so it is not spelt out in hex.
 */
export function signatureHead(signature: Uint8Array): string {
  return String.fromCharCode.apply(null, signature.subarray(32, 56) as unknown as number[]);
}
