/**
 * Keeps the passive list fresh: now and then this node and one neighbour name each other their neighbours. [TP9]
 * Each name is one that the neighbour itself can reach, so that every candidate comes with a way for its signals.
 * Owns when to ask and whom; does not keep what it hears.
 */
import { about } from '../base/about.ts';
import { createTokenBuckets } from '../base/token-bucket.ts';
import type { NodeId } from '../base/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { LinkRecord, Referral } from '../wire/records.ts';
import type { Neighbour, Neighbours } from './neighbours.ts';

/** Six neighbours that each do this name themselves anew within the life of a candidate several times over. */
export const SHUFFLE_MS = 30_000;
/** Shuffles that one neighbour may begin: an honest one does so every few minutes, and again when it has lost others. */
export const SHUFFLES = { perSecond: 1 / 15, burst: 2 } as const;

export interface Shuffle {
  receive(from: Neighbour, record: Extract<LinkRecord, { type: 'Shuffle' | 'Shuffled' }>): void;
  tick(): void;
}

export interface ShuffleObserver {
  /** Whether neighbours may be named to others (R28). */
  sharesReferrals(): boolean;
  onReferrals(from: NodeId, referrals: readonly Referral[]): void;
}

export function createShuffle(
  deps: { clock: Clock; random: Random },
  neighbours: Pick<Neighbours, 'list' | 'referralsFor'>,
  observer: ShuffleObserver,
): Shuffle {
  const { clock, random } = deps;
  const budgets = createTokenBuckets<Neighbour>(SHUFFLES);
  let dueAt = clock.now() + SHUFFLE_MS * random.fraction();
  /** Whose answer is awaited: names that were not asked for are how a neighbour would choose whom we meet. */
  let asked: Neighbour | undefined;

  return {
    receive(from, { type, referrals }) {
      if (!observer.sharesReferrals()) return;
      if (type === 'Shuffled') {
        if (from !== asked) return;
        asked = undefined;
      } else {
        if (!budgets.take(from, clock.now())) return;
        from.send({ type: 'Shuffled', referrals: neighbours.referralsFor(from.nodeId) });
      }
      observer.onReferrals(from.nodeId, referrals);
    },
    tick() {
      const now = clock.now();
      if (now < dueAt) return;
      dueAt = now + about(SHUFFLE_MS, random.fraction());
      const healthy = neighbours.list.filter(({ isSuspect, isSlow }) => !isSuspect && !isSlow);
      asked = undefined;
      const chosen = healthy[Math.floor(random.fraction() * healthy.length)];
      // Two that know only each other have nobody to name.
      if (!chosen || healthy.length === 1 || !observer.sharesReferrals()) return;
      asked = chosen;
      chosen.send({ type: 'Shuffle', referrals: neighbours.referralsFor(chosen.nodeId) });
    },
  };
}
