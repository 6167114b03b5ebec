/**
 * What two nodes tell each other so that nothing is lost: who is here and what each holds, when a link comes up; what each
 * received lately, now and then with one neighbour; and what is missing, when it is asked for. [CU1-CU7]
 * Owns digests, pulls and what is owed for them; what to ask for is decided in repair.ts.
 */
import type { NodeId } from '../base/ids.ts';
import { createTokenBuckets } from '../base/token-bucket.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import { encodeRecord, MAX_DIGEST_ENTRIES, MAX_HOPS, type LinkRecord } from '../wire/records.ts';
import { LATELY_MS, type EnvelopeStore, type HeldEnvelope } from './envelope-store.ts';
import { recordOf } from './flood.ts';
import type { Membership } from './membership.ts';
import type { Neighbour } from './neighbours.ts';
import { createRepair, MAX_PULLED, type Repair, type RepairObserver } from './repair.ts';
import type { MeshCounters } from './types.ts';

/** What waits to leave on a link is kept below this while a neighbour catches up: room for what is said meanwhile. */
export const CATCH_UP_QUEUE_BYTES = 256 * 1024;
/** Digests one neighbour may send: one a link-up is owed and one now and then, and an answer to each may be large. */
const DIGESTS = { perSecond: 0.2, burst: 3 } as const;
/** Pulls one neighbour may send: a whole history takes eight. */
export const PULLS = { perSecond: 2, burst: 16 } as const;
/** Between two digests to random neighbours, from the first to the sum of both. */
export const DIGEST_EVERY_MS = 20_000;
export const DIGEST_JITTER_MS = 10_000;
/** Those say nothing of what came after this: it is on its way to the others too, and what is pulled knows no tree. */
export const UNDER_WAY_MS = 2_000;

export interface CatchUp {
  greet(neighbour: Neighbour): void;
  onDigest(neighbour: Neighbour, digest: Extract<LinkRecord, { type: 'Digest' }>): void;
  onPull(neighbour: Neighbour, pull: Extract<LinkRecord, { type: 'Pull' }>): void;
  /** An envelope was taken; `from` brought it first, nobody when it is the own. */
  onTaken(origin: NodeId, sequence: number, from: Neighbour | undefined): void;
  /** Whether the neighbour told that it holds it. */
  isHeldBy: Repair<Neighbour>['holds'];
  lose(neighbour: Neighbour): void;
  /** Goes on with what did not fit into the links' queues, what was not answered, and digests. */
  tick(neighbours: readonly Neighbour[]): void;
}

export function createCatchUp(
  deps: { clock: Clock; random: Random; counters: MeshCounters },
  membership: Membership,
  store: EnvelopeStore,
  observer: Pick<RepairObserver, 'missing' | 'lateMs'>,
): CatchUp {
  const { clock, random, counters } = deps;
  const digestBudgets = createTokenBuckets<Neighbour>(DIGESTS);
  const pullBudgets = createTokenBuckets<Neighbour>(PULLS);
  const repair = createRepair<Neighbour>({ ...observer, onBroken: () => (counters.promisesBroken += 1) });
  /** What each neighbour is still to be given, last first; undefined where it is held no more by then. */
  const owed = new WeakMap<Neighbour, (() => Uint8Array | undefined)[]>();
  /** When each neighbour was last told what is held here. */
  const toldAt = new WeakMap<Neighbour, number>();
  let takenAt = -Infinity;
  let digestAt = Infinity;
  let isAskDue = false;

  function give(neighbour: Neighbour): void {
    const copies = owed.get(neighbour);
    if (!copies) return;
    while (neighbour.queuedBytes < CATCH_UP_QUEUE_BYTES) {
      const copy = copies.at(-1);
      if (!copy) return void owed.delete(neighbour);
      const record = copy();
      // What a link does not take now it is given at a later tick.
      if (record && !neighbour.relay(record)) return;
      copies.pop();
      if (record) counters.envelopesSent += 1;
    }
  }

  function owe(neighbour: Neighbour, copies: (() => Uint8Array | undefined)[]): void {
    owed.set(neighbour, [...copies.reverse(), ...(owed.get(neighbour) ?? [])].slice(-2 * MAX_DIGEST_ENTRIES));
    give(neighbour);
  }

  function ask(): void {
    for (const { neighbour, wanted } of repair.due(clock.now())) neighbour.send({ type: 'Pull', wanted });
  }

  /** Envelopes come in by the hundred: once a turn is enough. */
  function askSoon(): void {
    if (isAskDue) return;
    isAskDue = true;
    clock.defer(() => {
      isAskDue = false;
      ask();
    });
  }

  function scheduleDigest(): void {
    digestAt = clock.now() + DIGEST_EVERY_MS + random.fraction() * DIGEST_JITTER_MS;
  }

  return {
    greet(neighbour) {
      toldAt.set(neighbour, clock.now());
      neighbour.send({
        type: 'Digest',
        isWhole: true,
        presences: membership.marks().slice(0, MAX_DIGEST_ENTRIES),
        holdings: store.holdings(MAX_DIGEST_ENTRIES),
      });
    },
    onDigest(neighbour, { isWhole, presences, holdings }) {
      const now = clock.now();
      if (!digestBudgets.take(neighbour, now)) return void (counters.requestsRefused += 1);
      if (isWhole) {
        // Presences are news to everybody behind the neighbour too: they are flooded.
        const lacking = membership.compare(presences, now);
        owe(
          neighbour,
          lacking.map(
            (envelope) => () => encodeRecord({ type: 'Flood', hops: 0, hopLimit: MAX_HOPS, tree: undefined, envelope }),
          ),
        );
      }
      repair.offer(neighbour, holdings, isWhole, now);
      askSoon();
    },
    onPull(neighbour, { wanted }) {
      if (!pullBudgets.take(neighbour, clock.now())) return void (counters.requestsRefused += 1);
      const asked: HeldEnvelope[] = [];
      for (const { origin, ranges } of wanted) {
        if (asked.length >= MAX_PULLED) break;
        asked.push(...store.within(origin, ranges));
      }
      owe(
        neighbour,
        // By its ID: what waits for a neighbour that reads slowly must not outlive the store's bound.
        asked.slice(0, MAX_PULLED).map(({ id }) => () => {
          const held = store.get(id);
          return held && recordOf({ ...held, pulled: true });
        }),
      );
    },
    onTaken(origin, sequence, from) {
      takenAt = clock.now();
      if (from) repair.brought(from, origin, sequence, takenAt);
      askSoon();
    },
    isHeldBy: repair.holds,
    lose: repair.lose,
    tick(neighbours) {
      const now = clock.now();
      neighbours.forEach(give);
      ask();
      if (digestAt === Infinity) scheduleDigest();
      if (now < digestAt) return;
      scheduleDigest();
      const span = { fromMs: now - LATELY_MS, toMs: now - UNDER_WAY_MS };
      const untold = neighbours.filter((neighbour) => (toldAt.get(neighbour) ?? -Infinity) <= takenAt);
      const chosen = untold[Math.floor(random.fraction() * untold.length)];
      if (!chosen) return;
      const holdings = store.holdings(MAX_DIGEST_ENTRIES, span);
      if (holdings.length === 0) return;
      toldAt.set(chosen, span.toMs);
      chosen.send({ type: 'Digest', isWhole: false, presences: [], holdings });
    },
  };
}
