import { describe, expect, it } from 'vitest';
import { concat } from '../src/core/base/bytes.ts';
import type { NodeId } from '../src/core/base/ids.ts';
import { encodeRecord, type WireRecord } from '../src/core/wire/records.ts';
import { carriesPayload } from './payload-frames.ts';

const nodeId = 'ab'.repeat(16) as NodeId;
const envelope = { bytes: new Uint8Array(300), signature: new Uint8Array(64) };
const flood: WireRecord = { type: 'Flood', hops: 3, hopLimit: 60, tree: undefined, envelope };
const held: WireRecord = { type: 'Held', hops: 3, hopLimit: 60, envelope };
const others: WireRecord[] = [
  { type: 'Ping', degree: 20, hungry: true },
  { type: 'Pong', degree: 200, referrals: [{ nodeId, degree: 20 }] },
  {
    type: 'Digest',
    isWhole: true,
    presences: [{ nodeId, sequence: 70_000 }],
    holdings: [{ origin: nodeId, ranges: [{ from: 20, to: 21 }] }],
  },
  { type: 'Announce', ids: [new Uint8Array(16).fill(0x84)], isLarge: true },
  { type: 'SignalTo', to: nodeId, signal: 'T'.repeat(300) },
  { type: 'Hello', version: 1, key: new Uint8Array(32), epoch: new Uint8Array(8), session: new Uint8Array(32) },
];

describe('frames that carry payload', () => {
  it('[SM20] are those with an envelope or a piece of one, wherever it stands', () => {
    const before = others.map(encodeRecord);
    expect(carriesPayload(encodeRecord(flood))).toBe(true);
    expect(carriesPayload(encodeRecord(held))).toBe(true);
    expect(carriesPayload(concat(...before, encodeRecord(flood)))).toBe(true);
    expect(
      carriesPayload(concat(...before, encodeRecord({ type: 'Fragment', last: true, bytes: new Uint8Array(9) }))),
    ).toBe(true);
  });

  it('[SM20] and no others, whatever stands in them', () => {
    for (const record of others) expect(carriesPayload(encodeRecord(record)), record.type).toBe(false);
    expect(carriesPayload(concat(...others.map(encodeRecord)))).toBe(false);
    // Cut short, and no record at all.
    expect(carriesPayload(encodeRecord(others[3]!).subarray(0, 40))).toBe(false);
    expect(carriesPayload(Uint8Array.of(0x14, 0x85, 0x14))).toBe(false);
    expect(carriesPayload(Uint8Array.of(0x82, 0x18))).toBe(false);
  });
});
