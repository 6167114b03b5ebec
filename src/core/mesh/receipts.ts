/**
 * How many nodes what was said has reached. Each node tells whoever brought it an envelope how many have it behind it,
 * itself included if it delivered it; the numbers add up on the way back to the origin, a record for many envelopes at a
 * time. [RC1-RC3]
 * A number is what neighbours claim: it is shown to people, and nothing but the outbox depends on it.
 */
import { fromHex, toHex } from '../base/bytes.ts';
import type { EnvelopeId } from '../base/ids.ts';
import { about } from '../base/about.ts';
import { slices } from '../base/slices.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import { MAX_ANNOUNCED, type LinkRecord } from '../wire/records.ts';
import { MAX_MEMBERS } from './membership.ts';
import { MAX_OUTBOX_MESSAGES } from './outbox.ts';
import type { Neighbour } from './neighbours.ts';

/** Numbers wait this long for those from farther away: each step back to the origin takes it once. */
export const RECEIPT_AFTER_MS = 300;
/**
 * And about so long after those before, unless a frame leaves anyway: where announcements only ride, after those that the
 * same neighbour was told; else all are told together, for then announcements go with these.
 */
export const RECEIPT_EVERY_MS = 2_000;
/** Envelopes whose numbers are still added up; who takes one later than that is not counted. */
export const MAX_COUNTED = 512;
export const COUNTED_FOR_MS = 60_000;

export interface Receipts {
  /** An envelope with messages was taken; `from` brought it first, nobody when it is the own. */
  taken(id: EnvelopeId, from: Neighbour | undefined, isDelivered: boolean): void;
  onReceipts(neighbour: Neighbour, receipts: Extract<LinkRecord, { type: 'Receipts' }>): void;
  /** A frame leaves for the neighbour anyway: what has waited for others from farther away goes with it. */
  ride(neighbour: Neighbour): void;
  /** The link is about to end: what it is still to be told, it is told now. */
  tell(neighbour: Neighbour): void;
  close(): void;
}

interface Count {
  readonly from: Neighbour | undefined;
  /** This node, if it is one of those reached. */
  readonly here: 0 | 1;
  /** Counted since: taken, or of the own when a first number came. */
  at: number;
  /** Nodes behind each neighbour, as it said last. */
  readonly behind: Map<Neighbour, number>;
  told: number;
}

/** What a neighbour is to be told, and since when that has waited. */
interface Change {
  readonly since: number;
  readonly ids: Set<EnvelopeId>;
  /** It is not told at its time. */
  readonly cancel: () => void;
}

export function createReceipts(
  { clock, random }: { clock: Clock; random: Random },
  mesh: {
    /** Announcements have no frames of their own (announcements.ts). */
    announcementsRide(): boolean;
    /** So many others have an own envelope. */
    onReached(id: EnvelopeId, nodes: number): void;
  },
): Receipts {
  const counts = new Map<EnvelopeId, Count>();
  /** Envelopes whose number has grown, by who is to be told. */
  const changed = new Map<Neighbour | undefined, Change>();
  /** When a neighbour may be told again though no frame leaves for it. */
  const nextAt = new WeakMap<Neighbour, number>();
  let allAt = -Infinity;

  function tellSoon(id: EnvelopeId, from: Neighbour | undefined): void {
    const waiting = changed.get(from);
    if (waiting) return void waiting.ids.add(id);
    const since = clock.now();
    const isAlone = mesh.announcementsRide();
    const earliest = isAlone ? ((from && nextAt.get(from)) ?? since) : allAt;
    const delayMs = Math.max(about(RECEIPT_AFTER_MS, random.fraction()), earliest - since);
    const cancel = clock.schedule(delayMs, () => (isAlone ? tell(from) : tellAll()));
    changed.set(from, { since, ids: new Set([id]), cancel });
  }

  function tellAll(): void {
    allAt = clock.now() + about(RECEIPT_EVERY_MS, random.fraction());
    for (const neighbour of [...changed.keys()]) tell(neighbour);
  }

  function tell(neighbour: Neighbour | undefined): void {
    const change = changed.get(neighbour);
    if (!change) return;
    change.cancel();
    changed.delete(neighbour);
    const told: { id: Uint8Array; nodes: number }[] = [];
    for (const id of change.ids) {
      const count = counts.get(id);
      if (!count) continue;
      let nodes: number = count.here;
      for (const behind of count.behind.values()) nodes += behind;
      nodes = Math.min(nodes, MAX_MEMBERS);
      if (nodes <= count.told) continue;
      if (neighbour) told.push({ id: fromHex(id), nodes });
      else {
        if (count.told === 0) beginAgain(id, count);
        mesh.onReached(id, nodes);
      }
      count.told = nodes;
    }
    if (neighbour && told.length > 0) nextAt.set(neighbour, clock.now() + about(RECEIPT_EVERY_MS, random.fraction()));
    for (const some of slices(told, MAX_ANNOUNCED)) neighbour?.send({ type: 'Receipts', counts: some });
  }

  /** What waited for somebody is counted from then on, as the youngest. */
  function beginAgain(id: EnvelopeId, count: Count): void {
    count.at = clock.now();
    counts.delete(id);
    counts.set(id, count);
  }

  return {
    taken(id, from, isDelivered) {
      const now = clock.now();
      counts.set(id, { from, here: from && isDelivered ? 1 : 0, at: now, behind: new Map(), told: 0 });
      for (const [oldest, { at, from: bringer, told }] of counts) {
        if (counts.size <= MAX_COUNTED && now - at < COUNTED_FOR_MS) break;
        // The own that nobody has yet waits for somebody to come, as the outbox does.
        if (bringer || told > 0 || counts.size > MAX_COUNTED + MAX_OUTBOX_MESSAGES) counts.delete(oldest);
      }
      if (from) tellSoon(id, from);
    },
    onReceipts(neighbour, { counts: list }) {
      for (const { id: bytes, nodes } of list) {
        const id = toHex(bytes) as EnvelopeId;
        const count = counts.get(id);
        // Whoever brought it counts us, not we it.
        if (!count || count.from === neighbour || nodes <= (count.behind.get(neighbour) ?? 0)) continue;
        count.behind.set(neighbour, nodes);
        tellSoon(id, count.from);
      }
    },
    ride(neighbour) {
      const waiting = changed.get(neighbour);
      if (waiting && clock.now() - waiting.since >= RECEIPT_AFTER_MS) tell(neighbour);
    },
    tell,
    close() {
      for (const { cancel } of changed.values()) cancel();
    },
  };
}
