/**
 * Stamps of a hybrid logical clock, and the order of messages by them. [ST2, ST3]
 * A stamp is a claim of its origin. Knows no clock: the keeper of one is mesh/hybrid-clock.ts.
 */
import type { NodeId } from './ids.ts';

export interface Stamp {
  /** Wall clock in ms since the Unix epoch: the origin's own, or the latest it has heard of. */
  readonly wallMs: number;
  /** Tells apart what falls within one millisecond. */
  readonly counter: number;
}

/** Beyond this the next stamp is one of the next millisecond. */
export const MAX_COUNTER = 0xffff;
/**
 * How far from the own wall clock a stamp is believed, either way. Clocks of another time zone or of the wrong day are
 * not rare, and whoever is not followed speaks above what they answer; a tab may sleep, or wait alone, for days. Clocks
 * that lost their battery are years off. Alike both ways, or those between the bounds would be believed by one side only
 * (docs/decisions/0009-order-of-messages.md).
 */
export const MAX_SKEW_MS = 30 * 24 * 3_600_000;

/** Where a message stands among all of its mesh. */
export interface Place {
  readonly stamp: Stamp;
  readonly origin: NodeId;
  /** Of its envelope, within the origin's epoch. */
  readonly sequence: number;
  /** Within its envelope. */
  readonly index: number;
}

export function compareStamps(a: Stamp, b: Stamp): number {
  return a.wallMs - b.wallMs || a.counter - b.counter;
}

/** Total over different messages; nobody but an origin that lies about its stamps can have its later message first. */
export function comparePlaces(a: Place, b: Place): number {
  return (
    compareStamps(a.stamp, b.stamp) ||
    (a.origin === b.origin ? 0 : a.origin < b.origin ? -1 : 1) ||
    a.sequence - b.sequence ||
    a.index - b.index
  );
}

/** Whether a stamp can be what it says, to somebody whose wall clock shows `wallMs`. */
export function isCredible(stamp: Stamp, wallMs: number): boolean {
  return Math.abs(stamp.wallMs - wallMs) <= MAX_SKEW_MS;
}
