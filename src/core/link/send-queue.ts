/**
 * What waits to leave on one link: records queued within a turn go into one frame, a record larger than a frame goes in
 * fragments, and nothing is handed to the connection while it is backed up. [LN3, LN4, LN5]
 * Knows bytes only.
 */
import type { Clock } from '../ports/clock.ts';
import { MAX_FRAME_BYTES, type Connection } from '../ports/transport.ts';
import { encodeRecord } from '../wire/records.ts';

/** Queued bytes a link may have: a few seconds of a bad line. */
export const MAX_QUEUED_BYTES = 1024 * 1024;
/** Above this the connection is left to drain: enough to keep it busy, little enough that fresh records are not stale. */
export const HIGH_WATER_BYTES = 256 * 1024;
/** Payload of one fragment: a frame less the record's own head. */
const FRAGMENT_BYTES = MAX_FRAME_BYTES - 16;

export interface SendQueue {
  /** False when more than `maxBytes` would wait; nothing was queued. */
  push(record: Uint8Array, maxBytes?: number): boolean;
  /** Sends what is queued now, as far as the connection takes it. */
  flush(): void;
  /** What waits here and in the connection. */
  bytes(): number;
  /** What the connection was handed and has let go of. */
  leftBytes(): number;
  /** Drops what waits here. */
  discard(): void;
  close(): void;
}

export interface SendQueueObserver {
  /** Frames are about to leave: what is pushed now goes with them. */
  onLeaving(): void;
  onFrameSent(bytes: number): void;
}

export function createSendQueue(clock: Clock, connection: Connection, observer: SendQueueObserver): SendQueue {
  let records: Uint8Array[] = [];
  let queuedBytes = 0;
  let handedBytes = 0;
  let isFlushDue = false;
  let isClosed = false;

  function flush(): void {
    let taken = 0;
    while (taken < records.length && connection.bufferedBytes < HIGH_WATER_BYTES) {
      let bytes = records[taken]!.length;
      let end = taken + 1;
      while (end < records.length && bytes + records[end]!.length <= MAX_FRAME_BYTES) bytes += records[end++]!.length;
      const frame = end === taken + 1 ? records[taken]! : joined(records, taken, end, bytes);
      connection.send(frame);
      observer.onFrameSent(bytes);
      queuedBytes -= bytes;
      handedBytes += bytes;
      taken = end;
    }
    if (taken > 0) records = records.slice(taken);
  }

  function discard(): void {
    records = [];
    queuedBytes = 0;
  }

  return {
    push(record, maxBytes = MAX_QUEUED_BYTES) {
      if (isClosed) return true;
      if (queuedBytes + record.length > maxBytes) return false;
      if (record.length <= MAX_FRAME_BYTES) {
        records.push(record);
        queuedBytes += record.length;
      } else {
        for (let at = 0; at < record.length; at += FRAGMENT_BYTES) {
          const last = at + FRAGMENT_BYTES >= record.length;
          const fragment = encodeRecord({ type: 'Fragment', last, bytes: record.subarray(at, at + FRAGMENT_BYTES) });
          records.push(fragment);
          queuedBytes += fragment.length;
        }
      }
      if (!isFlushDue) {
        isFlushDue = true;
        clock.defer(() => {
          if (!isClosed) observer.onLeaving();
          isFlushDue = false;
          if (!isClosed) flush();
        });
      }
      return true;
    },
    flush,
    bytes: () => queuedBytes + connection.bufferedBytes,
    leftBytes: () => handedBytes - connection.bufferedBytes,
    discard,
    close() {
      isClosed = true;
      discard();
    },
  };
}

function joined(records: readonly Uint8Array[], from: number, to: number, length: number): Uint8Array {
  const frame = new Uint8Array(length);
  let at = 0;
  for (let i = from; i < to; i++) {
    frame.set(records[i]!, at);
    at += records[i]!.length;
  }
  return frame;
}
