/**
 * A link whose far end has proven the password: the only thing that carries records of the mesh. [LN1-LN5]
 * Owns the frames of one connection after the proof: queue, fragments, budget, when it was last heard.
 * Does not know what records mean.
 */
import { createTokenBucket } from '../base/token-bucket.ts';
import type { NodeId } from '../base/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { Connection } from '../ports/transport.ts';
import {
  decodeFrame,
  decodeRecords,
  encodeRecord,
  MAX_TRANSFER_BYTES,
  type LinkRecord,
  type WireRecord,
} from '../wire/records.ts';
import { createSendQueue, MAX_QUEUED_BYTES } from './send-queue.ts';
import type { Proof } from './proof.ts';

/**
 * What one neighbour may send: a catch-up after a partition is a few MiB at once, a busy mesh far below 1 MiB/s.
 * A neighbour above it is cut, because a data channel has no way to slow its sender.
 */
export const INBOUND_BUDGET = { perSecond: 1024 * 1024, burst: 8 * 1024 * 1024 } as const;
/** What is relayed to one neighbour: half of that, so that whoever floods us does not make our neighbours cut us. */
export const RELAY_BUDGET = { perSecond: 512 * 1024, burst: 4 * 1024 * 1024 } as const;
/**
 * Records of one neighbour: the smallest have a few bytes, and each costs some ten microseconds. A thousand nodes that all
 * speak at once come to three thousand on a link.
 */
export const INBOUND_RECORDS = { perSecond: 4_096, burst: 32_768 } as const;

/**
 * Fragments of one transfer. Ours take 17 for MAX_TRANSFER_BYTES; without the bound, empty ones or ones of a byte would
 * cost a hundred times what they carry.
 */
export const MAX_FRAGMENTS = 64;

/** Beyond the bound for what is relayed: pings, own signals and farewells of a link that is full of floods. */
const RESERVED_BYTES = 64 * 1024;
/** A link that took nothing for so long is clogged; before that somebody may just be flooding everybody. */
export const CLOGGED_AFTER_MS = 10_000;

export type LinkFault = 'Malformed' | 'BudgetExceeded' | 'QueueFull';

export interface ProvenLink {
  readonly nodeId: NodeId;
  readonly key: Uint8Array;
  /** Monotonic ms when anything was last received. */
  lastHeardAt(): number;
  /** Since then, or since silence was excused. */
  silenceMs(): number;
  send(record: LinkRecord): void;
  /**
   * What is sent for others, encoded once: left out when too much waits or goes out already, for it has other ways.
   * Whether it was taken.
   */
  relay(record: Uint8Array): boolean;
  /** Bytes that wait to leave. */
  queuedBytes(): number;
  /** Bytes that have left since the link was made. */
  leftBytes(): number;
  /** Drops what the connection was not handed yet. */
  discardQueue(): void;
  /** Frames of the connection, whole, in order. */
  acceptFrame(frame: Uint8Array): void;
  onDrain(): void;
  /** Silence so far says nothing about the far end, because the own host slept. */
  excuseSilence(): void;
  close(): void;
}

export interface ProvenLinkObserver {
  onRecord(record: LinkRecord): void;
  onFault(fault: LinkFault): void;
  /** Frames are about to leave: what is sent now goes with them. */
  onLeaving(): void;
  onFrameSent(bytes: number): void;
}

export function createProvenLink(
  clock: Clock,
  connection: Connection,
  proof: Proof,
  observer: ProvenLinkObserver,
): ProvenLink {
  const queue = createSendQueue(clock, connection, observer);
  const budget = createTokenBucket(INBOUND_BUDGET);
  const recordBudget = createTokenBucket(INBOUND_RECORDS);
  const relayBudget = createTokenBucket(RELAY_BUDGET);
  let lastHeardAt = clock.now();
  let silentSince = lastHeardAt;
  let fragments: Uint8Array[] = [];
  let fragmentBytes = 0;
  /** Since when nothing could be relayed. */
  let fullSince: number | undefined;
  let isClosed = false;

  function fault(kind: LinkFault): void {
    if (isClosed) return;
    observer.onFault(kind);
  }

  function acceptRecord(record: WireRecord): void {
    switch (record.type) {
      case 'Hello':
      case 'Share':
      case 'Confirm':
        return fault('Malformed');
      case 'Fragment':
        return acceptFragment(record.bytes, record.last);
      default:
        return observer.onRecord(record);
    }
  }

  function acceptFragment(bytes: Uint8Array, last: boolean): void {
    fragmentBytes += bytes.length;
    if (fragmentBytes > MAX_TRANSFER_BYTES || fragments.length === MAX_FRAGMENTS) return fault('Malformed');
    fragments.push(bytes);
    if (!last) return;
    const whole = new Uint8Array(fragmentBytes);
    let at = 0;
    for (const fragment of fragments) {
      whole.set(fragment, at);
      at += fragment.length;
    }
    fragments = [];
    fragmentBytes = 0;
    const records = decodeRecords(whole);
    // A fragment within a fragment would let one transfer hide another, past the bound.
    if (!records.ok || records.value.length !== 1 || records.value[0]!.type === 'Fragment') return fault('Malformed');
    acceptRecord(records.value[0]!);
  }

  function send(record: LinkRecord): void {
    if (!isClosed && !queue.push(encodeRecord(record), MAX_QUEUED_BYTES + RESERVED_BYTES)) fault('QueueFull');
  }

  function relay(record: Uint8Array): boolean {
    const now = clock.now();
    if (isClosed || !relayBudget.take(now, record.length)) return false;
    if (queue.push(record)) {
      fullSince = undefined;
      return true;
    }
    fullSince ??= now;
    if (now - fullSince >= CLOGGED_AFTER_MS) fault('QueueFull');
    return false;
  }

  return {
    nodeId: proof.nodeId,
    key: proof.key,
    lastHeardAt: () => lastHeardAt,
    silenceMs: () => clock.now() - silentSince,
    send,
    relay,
    queuedBytes: () => queue.bytes(),
    leftBytes: () => queue.leftBytes(),
    discardQueue: () => queue.discard(),
    acceptFrame(frame) {
      if (isClosed) return;
      silentSince = lastHeardAt = clock.now();
      if (!budget.take(lastHeardAt, frame.length)) return fault('BudgetExceeded');
      const records = decodeFrame(frame);
      if (!records.ok) return fault('Malformed');
      if (!recordBudget.take(lastHeardAt, records.value.length)) return fault('BudgetExceeded');
      for (const record of records.value) {
        if (isClosed) return;
        acceptRecord(record);
      }
    },
    onDrain: () => queue.flush(),
    excuseSilence() {
      silentSince = clock.now();
    },
    close() {
      if (isClosed) return;
      queue.flush();
      isClosed = true;
      queue.close();
    },
  };
}
