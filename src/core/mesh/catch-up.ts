/**
 * What two nodes tell each other when a link comes up: who is here, and what was said while they were apart. [CU1-CU4]
 * Each sends a digest; each then sends what the other lacks, as ordinary floods that go on from there.
 */
import { createTokenBucket, type TokenBucket } from '../base/token-bucket.ts';
import type { Clock } from '../ports/clock.ts';
import { encodeRecord, MAX_DIGEST_ENTRIES, MAX_HOPS, type LinkRecord } from '../wire/records.ts';
import type { Membership } from './membership.ts';
import type { Neighbour } from './neighbours.ts';
import type { RecentEnvelopes } from './recent.ts';
import type { MeshCounters } from './types.ts';

/** Digests one neighbour may send: one a link-up is owed, and an answer to each may be large. */
export const DIGESTS = { perSecond: 0.2, burst: 3 } as const;

export interface CatchUp {
  greet(neighbour: Neighbour): void;
  receive(neighbour: Neighbour, digest: Extract<LinkRecord, { type: 'Digest' }>): void;
}

export function createCatchUp(
  deps: { clock: Clock; counters: MeshCounters },
  openedAt: number,
  membership: Membership,
  recent: RecentEnvelopes,
): CatchUp {
  const { clock, counters } = deps;
  const budgets = new WeakMap<Neighbour, TokenBucket>();
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
      let budget = budgets.get(neighbour);
      if (!budget) budgets.set(neighbour, (budget = createTokenBucket(DIGESTS)));
      const now = clock.now();
      if (!budget.take(now)) return;
      for (const envelope of membership.compare(digest.presences, now)) {
        neighbour.sendEncoded(encodeRecord({ type: 'Flood', hops: 0, hopLimit: MAX_HOPS, envelope }));
        counters.envelopesSent += 1;
      }
      for (const { envelope, hops, hopLimit } of recent.missing(digest.recent, digest.ageMs, now)) {
        neighbour.sendEncoded(encodeRecord({ type: 'Flood', hops: Math.min(hops, 255), hopLimit, envelope }));
        counters.envelopesSent += 1;
      }
    },
  };
}
