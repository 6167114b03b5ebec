import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, fromHex, toHex } from '../base/bytes.ts';
import type { EnvelopeId, NodeId } from '../base/ids.ts';
import { MAX_FRAME_BYTES } from '../ports/transport.ts';
import { createTestRandom } from '../testing/test-random.ts';
import { decodeValue, encodeValue, type WireValue } from './codec.ts';
import { EPOCH_BYTES, MAX_SEQUENCE } from './envelope.ts';
import {
  decodeFrame,
  decodeRecords,
  encodeRecord,
  encodeSuspicion,
  ENVELOPE_ID_BYTES,
  LinkReason,
  MAX_ANNOUNCED,
  MAX_DIGEST_ENTRIES,
  MAX_ENVELOPE_BYTES,
  MAX_HOPS,
  MAX_RECORDS,
  MAX_REFERRALS,
  MAX_SUSPECTS,
  MAX_TRANSFER_BYTES,
  parseSuspicion,
  UTILITY_WINDOW,
  type WireRecord,
} from './records.ts';
import { MAX_SESSION_SIGNAL_CHARS } from './signal.ts';

const MALFORMED = { ok: false, reason: 'Malformed' };
const random = createTestRandom('records');
const bytes = (length: number): Uint8Array => random.bytes(length);
const ALICE = toHex(bytes(16)) as NodeId;
const BOB = toHex(bytes(16)) as NodeId;
const ALICE_BYTES = fromHex(ALICE);
const NO_NODE = new Uint8Array(16);
const ID_BYTES = bytes(16);
const ID = toHex(ID_BYTES) as EnvelopeId;
const HOLDINGS = [
  {
    origin: ALICE,
    ranges: [
      { from: 1, to: 3 },
      { from: 5, to: 5 },
    ],
  },
];

/** One of each, with the fields they are known by on the wire. */
const key = bytes(32);
const EXAMPLES: readonly (readonly [WireRecord, WireValue])[] = [
  [{ type: 'Hello', version: 1, key, epoch: key.subarray(0, 8), session: key }, [1, 1, key, key.subarray(0, 8), key]],
  [{ type: 'Share', share: key }, [2, key]],
  [
    { type: 'Confirm', confirmation: concat(key, key), signature: concat(key, key) },
    [3, concat(key, key), concat(key, key)],
  ],
  [{ type: 'Connect', degree: 3 }, [10, 3]],
  [{ type: 'Welcome', degree: 4, referrals: [{ nodeId: ALICE, degree: 2 }] }, [11, 4, [[ALICE_BYTES, 2]]]],
  [{ type: 'Refuse', reason: 'NodeBusy', referrals: [] }, [12, 6, []]],
  [{ type: 'Disconnect', reason: 'LeavingMesh', referrals: [] }, [13, 2, []]],
  [{ type: 'Ping', degree: 5, hungry: true }, [15, 5, true]],
  [{ type: 'Pong', degree: 5, referrals: [] }, [16, 5, []]],
  [{ type: 'LinkUtility', useful: 2, total: 3 }, [17, 2, 3]],
  [{ type: 'Shuffle', referrals: [{ nodeId: ALICE, degree: 2 }] }, [18, [[ALICE_BYTES, 2]]]],
  [{ type: 'Shuffled', referrals: [] }, [19, []]],
  [
    { type: 'Flood', hops: 2, hopLimit: 62, tree: undefined, envelope: { bytes: key, signature: concat(key, key) } },
    [20, 2, 62, new Uint8Array(), key, concat(key, key)],
  ],
  [
    { type: 'Flood', hops: 2, hopLimit: 62, tree: ID, envelope: { bytes: key, signature: concat(key, key) } },
    [20, 2, 62, ID_BYTES, key, concat(key, key)],
  ],
  [{ type: 'Fragment', last: false, bytes: key }, [21, false, key]],
  [
    { type: 'Digest', isWhole: true, presences: [{ nodeId: ALICE, sequence: 1 }], holdings: HOLDINGS },
    [22, true, [[ALICE_BYTES, 1]], [[ALICE_BYTES, 1, 3, 5, 5]]],
  ],
  [{ type: 'Announce', ids: [ID_BYTES], isLarge: false }, [23, [ID_BYTES], false]],
  [{ type: 'Prune', trees: [ID] }, [24, [ID_BYTES]]],
  [{ type: 'Graft', ids: [ID_BYTES] }, [25, [ID_BYTES]]],
  [{ type: 'Eager', trees: [ID] }, [26, [ID_BYTES]]],
  [{ type: 'Pull', wanted: HOLDINGS }, [27, [[ALICE_BYTES, 1, 3, 5, 5]]]],
  [
    { type: 'Held', hops: 2, hopLimit: 62, envelope: { bytes: key, signature: concat(key, key) } },
    [28, 2, 62, key, concat(key, key)],
  ],
  [{ type: 'Receipts', counts: [{ id: ID_BYTES, nodes: 7 }] }, [29, [[ID_BYTES, 7]]]],
  [{ type: 'SignalTo', to: ALICE, signal: 'C' }, [30, ALICE_BYTES, 'C']],
  [{ type: 'SignalFrom', from: ALICE, signal: 'C' }, [31, ALICE_BYTES, 'C']],
  [{ type: 'HandOver', nodeId: ALICE }, [32, ALICE_BYTES]],
];

function decodeOne(fields: WireValue): WireRecord | string {
  const records = decodeRecords(encodeValue(fields));
  return records.ok ? records.value[0]! : records.reason;
}

const OF_EACH_KIND: readonly WireValue[] = [null, true, -1, 'text', new Uint8Array(16).fill(1), [[]]];
function kindOf(value: WireValue): string {
  if (value === null || typeof value !== 'object') return value === -1 ? 'negative' : typeof value;
  return value instanceof Uint8Array ? 'bytes' : 'list';
}

describe('the catalogue of records', () => {
  it.each(EXAMPLES.map(([record, fields]) => [record.type, record, fields] as const))(
    '[WR3] %s is an array that begins with its type',
    (_type, record, fields) => {
      expect(toHex(encodeRecord(record))).toBe(toHex(encodeValue(fields)));
      expect(decodeFrame(encodeRecord(record))).toEqual({ ok: true, value: [record] });
    },
  );

  it.each(EXAMPLES.map(([record, fields]) => [record.type, fields as WireValue[]] as const))(
    '[WR3] %s has exactly its fields, each of its kind',
    (_type, fields) => {
      expect(decodeOne(fields.slice(0, -1))).toBe('Malformed');
      expect(decodeOne([...fields, 0])).toBe('Malformed');
      for (const [index, field] of fields.entries())
        for (const other of OF_EACH_KIND)
          if (kindOf(other) !== kindOf(field)) expect(decodeOne(fields.with(index, other))).toBe('Malformed');
    },
  );

  const n = (length: number): Uint8Array => new Uint8Array(length).fill(1);
  const originsOf = (length: number): Uint8Array[] =>
    Array.from({ length }, (_, i) =>
      Uint8Array.from({ length: 16 }, (_byte, at) => (at < 14 ? 7 : (i >> (8 * (at - 14))) & 255)),
    );
  const list = (length: number, entry: WireValue): WireValue => new Array<WireValue>(length).fill(entry);
  /** Ranges of one sequence each, with one between. */
  const gaps = (length: number): number[] => Array.from({ length }, (_, i) => [2 * i + 1, 2 * i + 1]).flat();
  it.each<[string, (bound: number) => WireValue, number]>([
    ['version of Hello', (bound) => [1, bound, n(32), n(EPOCH_BYTES), n(32)], 255],
    ['degree of Connect', (bound) => [10, bound], 255],
    ['degree of Welcome', (bound) => [11, bound, []], 255],
    ['degree of Ping', (bound) => [15, bound, false], 255],
    ['degree of Pong', (bound) => [16, bound, []], 255],
    ['degree of a referral', (bound) => [11, 1, [[n(16), bound]]], 255],
    ['referrals of Welcome', (bound) => [11, 1, list(bound, [n(16), 1])], MAX_REFERRALS],
    ['referrals of Refuse', (bound) => [12, 6, list(bound, [n(16), 1])], MAX_REFERRALS],
    ['referrals of Disconnect', (bound) => [13, 2, list(bound, [n(16), 1])], MAX_REFERRALS],
    ['referrals of Pong', (bound) => [16, 1, list(bound, [n(16), 1])], MAX_REFERRALS],
    ['copies counted', (bound) => [17, 0, bound], UTILITY_WINDOW],
    ['useful of seven copies', (bound) => [17, bound, 7], 7],
    ['referrals of Shuffle', (bound) => [18, list(bound, [n(16), 1])], MAX_REFERRALS],
    ['referrals of Shuffled', (bound) => [19, list(bound, [n(16), 1])], MAX_REFERRALS],
    ['hops taken', (bound) => [20, bound, 1, n(0), n(1), n(64)], 255],
    ['fragment', (bound) => [21, true, n(bound)], MAX_FRAME_BYTES],
    ['presences of a digest', (bound) => [22, true, list(bound, [n(16), 1]), []], MAX_DIGEST_ENTRIES],
    ['sequence of a presence', (bound) => [22, true, [[n(16), bound]], []], MAX_SEQUENCE],
    ['holdings of a digest', (bound) => [22, true, [], originsOf(bound).map((id) => [id, 1, 1])], MAX_DIGEST_ENTRIES],
    ['ranges of a holding', (bound) => [22, true, [], [[n(16), ...gaps(bound)]]], MAX_DIGEST_ENTRIES],
    [
      'ranges of a pull',
      (bound) => [
        27,
        [
          [originsOf(1)[0]!, 1, 1],
          [n(16), ...gaps(bound - 1)],
        ],
      ],
      MAX_DIGEST_ENTRIES,
    ],
    ['sequence of a range', (bound) => [27, [[n(16), 1, bound]]], MAX_SEQUENCE],
    ['envelopes announced', (bound) => [23, list(bound, n(ENVELOPE_ID_BYTES)), true], MAX_ANNOUNCED],
    ['trees pruned', (bound) => [24, list(bound, n(ENVELOPE_ID_BYTES))], MAX_ANNOUNCED],
    ['envelopes grafted', (bound) => [25, list(bound, n(ENVELOPE_ID_BYTES))], MAX_ANNOUNCED],
    ['trees called for', (bound) => [26, list(bound, n(ENVELOPE_ID_BYTES))], MAX_ANNOUNCED],
    ['envelopes of receipts', (bound) => [29, list(bound, [n(ENVELOPE_ID_BYTES), 1])], MAX_ANNOUNCED],
    ['nodes of a receipt', (bound) => [29, [[n(ENVELOPE_ID_BYTES), bound]]], 16_384],
    ['signal to', (bound) => [30, n(16), 'x'.repeat(bound)], MAX_SESSION_SIGNAL_CHARS],
    ['signal from', (bound) => [31, n(16), 'x'.repeat(bound)], MAX_SESSION_SIGNAL_CHARS],
  ])('[WR3] %s is taken to its bound and no further', (_what, make, bound) => {
    expect(typeof decodeOne(make(bound))).toBe('object');
    expect(decodeOne(make(bound + 1))).toBe('Malformed');
  });

  it.each<[string, WireValue]>([
    ['an empty array', []],
    ['a number', 10],
    ['a text', 'Connect'],
    ['an unknown type', [0, 1]],
    ['a type between the known ones', [14, 1]],
    ['a type that is text', ['Connect', 1]],
    ['a type that is an array', [[10], 1]],
    ['a reason that is none', [13, 1, []]],
    ['a reason by name', [13, 'LeavingMesh', []]],
    ['a node ID of zeros', [32, NO_NODE]],
    ['a node ID that is text', [32, ALICE]],
    ['a referral of zeros', [11, 1, [[NO_NODE, 1]]]],
    ['a referral with a field too many', [11, 1, [[ALICE_BYTES, 1, 1]]]],
    ['one bad referral among good ones', [11, 1, [[ALICE_BYTES, 1], [ALICE_BYTES]]]],
    ['an envelope ID of another length', [23, [new Uint8Array(ENVELOPE_ID_BYTES + 1)], true]],
    ['a tree of another length', [20, 0, 1, n(15), n(1), n(64)]],
    ['a holding of nothing', [27, [[ALICE_BYTES]]]],
    ['a range without an end', [27, [[ALICE_BYTES, 1]]]],
    ['a range from 0', [27, [[ALICE_BYTES, 0, 1]]]],
    ['a range that runs backward', [27, [[ALICE_BYTES, 2, 1]]]],
    ['ranges that touch', [27, [[ALICE_BYTES, 1, 2, 3, 4]]]],
    ['a holding of nobody', [27, [[NO_NODE, 1, 1]]]],
    [
      'two holdings of one origin',
      [
        27,
        [
          [ALICE_BYTES, 1, 1],
          [ALICE_BYTES, 3, 3],
        ],
      ],
    ],
    ['a receipt with a field too many', [29, [[ID_BYTES, 1, 1]]]],
  ])('[WR3] %s is no record', (_what, fields) => {
    expect(decodeOne(fields)).toBe('Malformed');
  });

  it('[WR3] reasons stand on the wire with their numbers', () => {
    expect(LinkReason).toEqual({
      LeavingMesh: 2,
      NotUsefulNeighbor: 3,
      DuplicateNeighbor: 4,
      DuplicateNodeId: 5,
      NodeBusy: 6,
      InternalFailure: 10,
      NodeTooSlow: 12,
    });
    for (const [reason, number] of Object.entries(LinkReason)) {
      expect(decodeOne([13, number, []])).toMatchObject({ type: 'Disconnect', reason });
      expect(decodeOne([12, number, []])).toMatchObject({ type: 'Refuse', reason });
    }
  });

  it('[WR3] the largest digest fits into a transfer', () => {
    const presences = new Array<WireValue>(MAX_DIGEST_ENTRIES).fill([n(16), MAX_SEQUENCE]);
    const holdings = new Array<WireValue>(MAX_DIGEST_ENTRIES).fill([n(16), MAX_SEQUENCE, MAX_SEQUENCE]);
    expect(encodeValue([22, true, presences, holdings]).length).toBeLessThan(MAX_TRANSFER_BYTES);
  });

  it('[EN4] nobody can give an envelope more than 64 hops, or none', () => {
    const flood = (hopsLeft: number): WireValue => [20, 0, hopsLeft, n(0), n(1), n(64)];
    expect(MAX_HOPS).toBe(64);
    for (const hopsLeft of [1, 64]) expect(decodeOne(flood(hopsLeft))).toMatchObject({ hopLimit: hopsLeft });
    for (const hopsLeft of [0, -1, 65, 255, 2 ** 32]) expect(decodeOne(flood(hopsLeft))).toBe('Malformed');
  });

  it('[EN4] hops stand beside the signed bytes, which a relay passes on as they are', () => {
    const envelope = { bytes: bytes(100), signature: bytes(64) };
    for (const hops of [0, 1, 63]) {
      const passed = decodeOne([20, hops, MAX_HOPS - hops, n(0), envelope.bytes, envelope.signature]);
      expect(passed).toEqual({ type: 'Flood', hops, hopLimit: MAX_HOPS - hops, tree: undefined, envelope });
    }
  });

  it('[EN5] an envelope of more than 64 KiB is malformed for everybody', () => {
    expect(MAX_ENVELOPE_BYTES).toBe(65_536);
    expect(decodeOne([20, 0, 1, n(0), n(MAX_ENVELOPE_BYTES), n(64)])).toMatchObject({ type: 'Flood' });
    expect(decodeOne([20, 0, 1, n(0), n(MAX_ENVELOPE_BYTES + 1), n(64)])).toBe('Malformed');
  });
});

describe('frames', () => {
  const ping = encodeRecord({ type: 'Ping', degree: 5, hungry: true });

  it('[WR3] are records one after the other', () => {
    const frame = concat(...EXAMPLES.map(([record]) => encodeRecord(record)));
    expect(decodeFrame(frame)).toEqual({ ok: true, value: EXAMPLES.map(([record]) => record) });
  });

  it('[WR3] are taken whole or not at all', () => {
    for (const bad of [encodeValue([99]), encodeValue(1), Uint8Array.of(0xff), Uint8Array.of(0x82, 10)]) {
      expect(decodeFrame(concat(ping, bad))).toEqual(MALFORMED);
      expect(decodeFrame(concat(bad, ping))).toEqual(MALFORMED);
    }
    for (let length = 1; length < ping.length; length++) {
      expect(decodeFrame(ping.subarray(0, length))).toEqual(MALFORMED);
      expect(decodeFrame(concat(ping, ping.subarray(0, length)))).toEqual(MALFORMED);
    }
  });

  it('[WR3] have 1 to 16,384 bytes', () => {
    const fragment = (length: number): Uint8Array => encodeValue([21, true, new Uint8Array(length)]);
    const largest = fragment(MAX_FRAME_BYTES - 6);
    expect(largest).toHaveLength(16_384);
    expect(decodeFrame(largest).ok).toBe(true);
    expect(decodeFrame(fragment(MAX_FRAME_BYTES - 5))).toEqual(MALFORMED);
    expect(decodeFrame(new Uint8Array(0))).toEqual(MALFORMED);
  });

  it('[WR3] have at most 1,024 records', () => {
    const connect = encodeRecord({ type: 'Connect', degree: 1 });
    const frame = (records: number): Uint8Array => concat(...new Array<Uint8Array>(records).fill(connect));
    expect(MAX_RECORDS).toBe(1024);
    expect(decodeFrame(frame(MAX_RECORDS))).toMatchObject({ ok: true });
    expect(decodeFrame(frame(MAX_RECORDS + 1))).toEqual(MALFORMED);
  });

  it('[WR3] with any one byte changed are malformed, or mean something else that is written just so', () => {
    let decoded = 0;
    for (const [record] of EXAMPLES) {
      const frame = encodeRecord(record);
      for (let at = 0; at < frame.length; at++) {
        for (let bit = 0; bit < 8; bit++) {
          const changed = frame.slice();
          changed[at]! ^= 1 << bit;
          const read = decodeFrame(changed);
          if (!read.ok) continue;
          decoded += 1;
          expect(toHex(concat(...read.value.map(encodeRecord)))).toBe(toHex(changed));
        }
      }
    }
    expect(decoded).toBeGreaterThan(1000);
  });

  it('[WR3] of noise between good records are malformed, or written just so', () => {
    const record = fc.constantFrom(...EXAMPLES.map(([one]) => encodeRecord(one)));
    const noise = fc.uint8Array({ maxLength: 60 });
    fc.assert(
      fc.property(fc.array(fc.oneof(record, noise), { maxLength: 5 }), (parts) => {
        const frame = concat(...parts);
        const read = decodeFrame(frame);
        if (read.ok) expect(toHex(concat(...read.value.map(encodeRecord)))).toBe(toHex(frame));
      }),
      { seed: 1, numRuns: 5000 },
    );
  });
});

describe('suspicions', () => {
  const suspects = [
    { nodeId: ALICE, sequence: 3 },
    { nodeId: BOB, sequence: 9 },
  ];

  function parse(payload: Uint8Array): unknown {
    const value = decodeValue(payload);
    return value.ok ? parseSuspicion(value.value) : value.reason;
  }

  it('come through unchanged', () => {
    expect(parse(encodeSuspicion(suspects))).toEqual(suspects);
    expect(parse(encodeSuspicion([]))).toEqual([]);
  });

  it('[WR3] name at most 256 nodes, each with its sequence', () => {
    const many = (length: number): Uint8Array => encodeSuspicion(new Array(length).fill(suspects[0]!));
    expect(parse(many(MAX_SUSPECTS))).toHaveLength(256);
    expect(parse(many(MAX_SUSPECTS + 1))).toBeUndefined();
    for (const bad of [7, [7], [[ALICE_BYTES]], [[ALICE_BYTES, -1]], [[ALICE_BYTES, MAX_SEQUENCE + 1]], [[NO_NODE, 1]]])
      expect(parse(encodeValue(bad as WireValue))).toBeUndefined();
  });
});
