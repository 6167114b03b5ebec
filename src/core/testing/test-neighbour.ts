/** A neighbour at the end of no link: keeps what it is sent, as the far end of one would read it. */
import { assert } from '../base/assert.ts';
import type { Neighbour } from '../mesh/neighbours.ts';
import { decodeRecords, encodeRecord, type LinkRecord } from '../wire/records.ts';
import { nodeIdFor } from './cast.ts';

export interface TestNeighbour extends Neighbour {
  isSuspect: boolean;
  /** What it was sent as records, in order. */
  readonly told: LinkRecord[];
  /** Copies of envelopes it was sent, encoded. */
  readonly copies: Uint8Array[];
}

/** The same name is always the same node. */
export function createTestNeighbour(name: string, facts: Partial<Neighbour> = {}): TestNeighbour {
  const told: LinkRecord[] = [];
  const copies: Uint8Array[] = [];
  return {
    nodeId: nodeIdFor(name),
    key: new Uint8Array(32),
    dialled: true,
    openedAt: 0,
    degree: 6,
    isSuspect: false,
    isSlow: false,
    utility: undefined,
    queuedBytes: 0,
    told,
    copies,
    send: (record) => told.push(readRecord(encodeRecord(record))),
    relay: (record) => copies.push(record) > 0,
    passSignal: () => undefined,
    ...facts,
  };
}

export function readRecord(bytes: Uint8Array): LinkRecord {
  const decoded = decodeRecords(bytes);
  assert(decoded.ok && decoded.value.length === 1, 'what is sent is one legal record');
  return decoded.value[0] as LinkRecord;
}
