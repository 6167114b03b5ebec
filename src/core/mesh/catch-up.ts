/**
 * What two nodes tell each other when a link comes up: who is here, and what was said while they were apart. [CU1-CU4]
 * Each sends a digest; each then sends what the other lacks, as ordinary floods that go on from there.
 */
import { createTokenBuckets } from '../base/token-bucket.ts';
import type { Clock } from '../ports/clock.ts';
import { encodeRecord, MAX_DIGEST_ENTRIES, MAX_HOPS, type LinkRecord } from '../wire/records.ts';
import type { Membership } from './membership.ts';
import type { Neighbour } from './neighbours.ts';
import type { RecentEnvelope, RecentEnvelopes } from './recent.ts';
import type { MeshCounters } from './types.ts';

/** What waits to leave on a link is kept below this while a neighbour catches up: room for what is said meanwhile. */
export const CATCH_UP_QUEUE_BYTES = 256 * 1024;
/** Digests one neighbour may send: one a link-up is owed, and an answer to each may be large. */
const DIGESTS = { perSecond: 0.2, burst: 3 } as const;

export interface CatchUp {
  greet(neighbour: Neighbour): void;
  receive(neighbour: Neighbour, digest: Extract<LinkRecord, { type: 'Digest' }>): void;
  /** Goes on with what did not fit into the links' queues. */
  tick(neighbours: readonly Neighbour[]): void;
}

export function createCatchUp(
  deps: { clock: Clock; counters: MeshCounters },
  openedAt: number,
  membership: Membership,
  recent: RecentEnvelopes,
): CatchUp {
  const { clock, counters } = deps;
  const budgets = createTokenBuckets<Neighbour>(DIGESTS);
  /** What each neighbour is still to be given, last first. */
  const owed = new WeakMap<Neighbour, RecentEnvelope[]>();

  function give(neighbour: Neighbour): void {
    const copies = owed.get(neighbour);
    if (!copies) return;
    while (neighbour.queuedBytes < CATCH_UP_QUEUE_BYTES) {
      const copy = copies.pop();
      if (!copy) return void owed.delete(neighbour);
      neighbour.relay(encodeRecord({ type: 'Flood', ...copy, hops: Math.min(copy.hops, 255) }));
      counters.envelopesSent += 1;
    }
  }

  return {
    greet(neighbour) {
      neighbour.send({
        type: 'Digest',
        ageMs: Math.floor(clock.now() - openedAt),
        presences: membership.marks().slice(0, MAX_DIGEST_ENTRIES),
        recent: recent.ids(),
      });
    },
    receive(neighbour, digest) {
      const now = clock.now();
      if (!budgets.take(neighbour, now)) return;
      const presences = membership.compare(digest.presences, now);
      const copies: RecentEnvelope[] = [
        ...presences.map((envelope) => ({ envelope, hops: 0, hopLimit: MAX_HOPS })),
        ...recent.missing(digest.recent, digest.ageMs, now),
      ];
      owed.set(neighbour, copies.reverse());
      give(neighbour);
    },
    tick(neighbours) {
      neighbours.forEach(give);
    },
  };
}
