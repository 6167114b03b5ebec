/**
 * What every raw connection is held to before a message of it is even looked at: how much it sends, and how much it
 * leaves unread. Owns the two measures of one connection. Knows nothing of operations. Implements RS15.
 */
import { createTokenBucket, type TokenBucketOptions } from '../src/core/base/token-bucket.ts';
import type { Clock } from '../src/core/ports/clock.ts';

/** As much of an engine.io connection as is needed here. */
export interface RawConnection {
  on(event: 'packet' | 'packetCreate', listener: (packet: { readonly data?: unknown }) => void): unknown;
  on(event: 'drain', listener: () => void): unknown;
  close(discard?: boolean): unknown;
}

/**
 * Traffic of any kind, acknowledgements and nonsense included. The session's own rates allow about 20 KiB/s, so a client
 * that keeps to them is never near; the burst is the session's signal burst with its JSON escapes, twice over.
 */
const TRAFFIC_RATE: TokenBucketOptions = { burst: 1024 * 1024, perSecond: 64 * 1024 };
/** Charged for each packet on top of its length, because a short packet costs a wake-up all the same. */
const PACKET_COST = 256;
/** Waiting for a client that does not read: 32 of the largest signals; beyond it the client is taken for dead. */
export const MAX_UNREAD_CHARS = 512 * 1024;

export function guardConnection(connection: RawConnection, clock: Pick<Clock, 'now'>): void {
  const traffic = createTokenBucket(TRAFFIC_RATE);
  let unread = 0;
  connection.on('packet', ({ data }) => {
    if (!traffic.take(clock.now(), PACKET_COST + lengthOf(data))) connection.close(true);
  });
  connection.on('packetCreate', ({ data }) => {
    unread += lengthOf(data);
    if (unread > MAX_UNREAD_CHARS) connection.close(true);
  });
  // Fires when all that waited was handed to the network in one go.
  connection.on('drain', () => {
    unread = 0;
  });
}

function lengthOf(data: unknown): number {
  if (typeof data === 'string') return data.length;
  return data instanceof Uint8Array ? data.byteLength : 0;
}
