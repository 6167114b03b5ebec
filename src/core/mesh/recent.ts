/**
 * Envelopes received lately, kept to be told to a new neighbour that was here when they were sent but missed them. [CU1-CU4]
 * Bounded in count, bytes and time. Ages are by the own clock, so nobody's clock has to be right.
 */
import { fromHex, toHex } from '../base/bytes.ts';
import type { EnvelopeId } from '../base/ids.ts';
import type { SignedEnvelope } from '../wire/envelope.ts';

/** Longer than a partition that people would not notice as one. */
export const RECENT_LIFETIME_MS = 5 * 60_000;
export const MAX_RECENT = 2_000;
/** Half of what a link may queue, so that a catch-up never makes a neighbour look slow. */
export const MAX_RECENT_BYTES = 512 * 1024;
/** Ages are compared across a link that took some time to open; this much overlap costs a few duplicates at most. */
export const AGE_SLACK_MS = 2_000;

export interface RecentEnvelope {
  readonly envelope: SignedEnvelope;
  /** Hops it had taken on arrival. */
  readonly hops: number;
  /** Hops it may still take from here; envelopes that may take none are not kept. */
  readonly hopLimit: number;
}

export interface RecentEnvelopes {
  add(id: EnvelopeId, entry: RecentEnvelope, nowMs: number): void;
  ids(): readonly Uint8Array[];
  /** What a node that has been here for `ageMs` and holds `held` has missed, oldest first. */
  missing(held: readonly Uint8Array[], ageMs: number, nowMs: number): readonly RecentEnvelope[];
  expire(nowMs: number): void;
}

export function createRecentEnvelopes(): RecentEnvelopes {
  const kept = new Map<EnvelopeId, RecentEnvelope & { receivedAt: number }>();
  let bytes = 0;

  function dropOldestWhile(condition: (oldest: { receivedAt: number }) => boolean): void {
    for (const [id, oldest] of kept) {
      if (!condition(oldest)) return;
      kept.delete(id);
      bytes -= oldest.envelope.bytes.length;
    }
  }

  return {
    add(id, entry, nowMs) {
      kept.set(id, { ...entry, receivedAt: nowMs });
      bytes += entry.envelope.bytes.length;
      dropOldestWhile(() => kept.size > MAX_RECENT || bytes > MAX_RECENT_BYTES);
    },
    ids: () => [...kept.keys()].map((id) => fromHex(id)),
    missing(held, ageMs, nowMs) {
      const theirs = new Set(held.map((id) => toHex(id)));
      const since = nowMs - ageMs - AGE_SLACK_MS;
      return [...kept].filter(([id, entry]) => entry.receivedAt >= since && !theirs.has(id)).map(([, entry]) => entry);
    },
    expire: (nowMs) => dropOldestWhile((oldest) => nowMs - oldest.receivedAt > RECENT_LIFETIME_MS),
  };
}
