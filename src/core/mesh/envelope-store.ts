/**
 * Envelopes kept for others: all of the last minute and a half, for neighbours that missed one, and what people said
 * for whoever comes later. [CU3, CU5]
 * Bounded in count and bytes; ages are by the own clock, so nobody's clock has to be right.
 */
import { addTo, contains, type Range, type Ranges } from '../base/ranges.ts';
import type { EnvelopeId, NodeId } from '../base/ids.ts';
import type { SignedEnvelope } from '../wire/envelope.ts';
import type { Holding } from '../wire/records.ts';

/** History: as many envelopes as a tab shows messages, and a newcomer's first seconds on a slow line. */
export const MAX_HISTORY = 2_000;
export const MAX_HISTORY_BYTES = 2 * 1024 * 1024;
/** Everything else: until three digests with random neighbours have told of it. */
export const LATELY_MS = 90_000;
export const MAX_LATELY = 2_000;
export const MAX_LATELY_BYTES = 1024 * 1024;

export interface HeldEnvelope {
  readonly id: EnvelopeId;
  readonly origin: NodeId;
  readonly sequence: number;
  readonly envelope: SignedEnvelope;
  /** Hops it had taken on arrival. */
  readonly hops: number;
  /** Hops it may still take from here; envelopes that may take none are not kept. */
  readonly hopLimit: number;
  /** The tree it came by, its own ID if it grew one; undefined if it was flooded. */
  readonly tree: EnvelopeId | undefined;
  /** It was pulled. */
  readonly pulled: boolean;
}

export interface EnvelopeStore {
  /** `isHistory`: people said it. */
  add(entry: HeldEnvelope, isHistory: boolean, nowMs: number): void;
  get(id: EnvelopeId): HeldEnvelope | undefined;
  /** The history, or all that was received in a span of time; of more than `maxRanges` ranges the latest. */
  holdings(maxRanges: number, span?: { fromMs: number; toMs: number }): Holding[];
  /** Held envelopes of an origin within the ranges, in order. */
  within(origin: NodeId, ranges: Ranges): HeldEnvelope[];
  expire(nowMs: number): void;
  readonly size: number;
}

interface Kept {
  readonly held: HeldEnvelope;
  readonly at: number;
}

/** First in, first out. */
interface Shelf {
  readonly entries: Map<EnvelopeId, Kept>;
  bytes: number;
}

export function createEnvelopeStore(): EnvelopeStore {
  const history: Shelf = { entries: new Map(), bytes: 0 };
  const lately: Shelf = { entries: new Map(), bytes: 0 };
  /** As they came; most origins of a large mesh have said one thing. */
  const byOrigin = new Map<NodeId, Kept[]>();

  function dropWhile(shelf: Shelf, isOver: (oldest: Kept) => boolean): void {
    for (const [id, oldest] of shelf.entries) {
      if (!isOver(oldest)) return;
      const { origin, envelope } = oldest.held;
      shelf.entries.delete(id);
      shelf.bytes -= envelope.bytes.length;
      const ofOrigin = byOrigin.get(origin)!;
      ofOrigin.splice(ofOrigin.indexOf(oldest), 1);
      if (ofOrigin.length === 0) byOrigin.delete(origin);
    }
  }

  return {
    add(entry, isHistory, nowMs) {
      const shelf = isHistory ? history : lately;
      const ofOrigin = byOrigin.get(entry.origin) ?? [];
      if (ofOrigin.some(({ held }) => held.sequence === entry.sequence)) return;
      // Not a copy with a field more: such copies get a shape each, which takes more than the fields.
      const kept = { held: entry, at: nowMs };
      shelf.entries.set(entry.id, kept);
      shelf.bytes += entry.envelope.bytes.length;
      ofOrigin.push(kept);
      byOrigin.set(entry.origin, ofOrigin);
      dropWhile(history, () => history.entries.size > MAX_HISTORY || history.bytes > MAX_HISTORY_BYTES);
      dropWhile(lately, () => lately.entries.size > MAX_LATELY || lately.bytes > MAX_LATELY_BYTES);
    },
    get: (id) => (history.entries.get(id) ?? lately.entries.get(id))?.held,
    holdings(maxRanges, span) {
      const ranges = new Map<NodeId, Range[]>();
      let left = maxRanges;
      const entries = [...history.entries.values(), ...(span ? lately.entries.values() : [])];
      for (const { held, at } of entries.sort((a, b) => b.at - a.at)) {
        if ((span && at < span.fromMs) || left <= 0) break;
        if (span && at > span.toMs) continue;
        const { origin, sequence } = held;
        const ofOrigin = ranges.get(origin) ?? [];
        const before = ofOrigin.length;
        addTo(ofOrigin, sequence);
        left -= ofOrigin.length - before;
        ranges.set(origin, ofOrigin);
      }
      return [...ranges].map(([origin, ofOrigin]) => ({ origin, ranges: ofOrigin }));
    },
    within(origin, ranges) {
      const ofOrigin = (byOrigin.get(origin) ?? []).map(({ held }) => held);
      return ofOrigin.filter(({ sequence }) => contains(ranges, sequence)).sort((a, b) => a.sequence - b.sequence);
    },
    expire: (nowMs) => dropWhile(lately, (oldest) => nowMs - oldest.at > LATELY_MS),
    get size() {
      return history.entries.size + lately.entries.size;
    },
  };
}
