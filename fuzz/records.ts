/** Legal records of every type, within their bounds, as arbitraries. */
import fc from 'fast-check';
import { toHex } from '../src/core/base/bytes.ts';
import type { EndpointPath, EnvelopeId, NodeId } from '../src/core/base/ids.ts';
import type { Ranges } from '../src/core/base/ranges.ts';
import { encodeBody, ItemKind, MAX_SEQUENCE, type EnvelopeBody, type Item } from '../src/core/wire/envelope.ts';
import {
  encodeRecord,
  LinkReason,
  MAX_HOPS,
  MAX_REFERRALS,
  UTILITY_WINDOW,
  type Holding,
  type LinkRecord,
  type ProofRecord,
  type WireRecord,
} from '../src/core/wire/records.ts';
import { byteMutations, mutateBytes } from './mutation.ts';

const bytesOf = (length: number): fc.Arbitrary<Uint8Array> =>
  fc
    .nat({ max: 0xffffffff })
    .map((seed) => Uint8Array.from({ length }, (_, i) => ((seed + i * 2654435761) >>> (i % 24)) & 0xff));
const upTo = (maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength });
const few = <Value>(of: fc.Arbitrary<Value>, maxLength = 3): fc.Arbitrary<Value[]> => fc.array(of, { maxLength });

/** Few nodes, so that records meet the same ones again. Never all zeros. */
const nodeIds: fc.Arbitrary<NodeId> = fc
  .integer({ min: 1, max: 12 })
  .map((number) => number.toString(16).padStart(32, 'a') as NodeId);
const envelopeIds: fc.Arbitrary<EnvelopeId> = bytesOf(16).map((id) => toHex(id) as EnvelopeId);
const degree = fc.nat({ max: 64 });
const hops = fc.nat({ max: MAX_HOPS });
const hopLimit = fc.integer({ min: 1, max: MAX_HOPS });
const referrals = fc.array(fc.record({ nodeId: nodeIds, degree }), { maxLength: MAX_REFERRALS });
const reason = fc.constantFrom(...(Object.keys(LinkReason) as LinkReason[]));

const ranges: fc.Arbitrary<Ranges> = fc
  .array(fc.tuple(fc.integer({ min: 2, max: 1_000 }), fc.nat({ max: 1_000 })), { minLength: 1, maxLength: 4 })
  .map((steps) => {
    let at = 0;
    return steps.map(([gap, length]) => {
      const from = at + gap;
      at = from + length;
      return { from, to: at };
    });
  });
const holdings: fc.Arbitrary<Holding[]> = fc.uniqueArray(fc.record({ origin: nodeIds, ranges }), {
  selector: ({ origin }) => origin,
  maxLength: 3,
});

const items: fc.Arbitrary<Item> = fc.oneof(
  fc.record({
    kind: fc.constantFrom(ItemKind.Message, ItemKind.Retained),
    path: fc.constantFrom('/chat' as EndpointPath, '/bridge' as EndpointPath),
    payload: upTo(60),
  }),
  fc.record({
    kind: fc.constantFrom(ItemKind.Presence, ItemKind.Leaving, ItemKind.Suspicion),
    path: fc.constant('' as const),
    payload: upTo(60),
  }),
);

export const bodies: fc.Arbitrary<EnvelopeBody> = fc.record({
  originKey: bytesOf(32),
  epoch: bytesOf(8),
  sequence: fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: MAX_SEQUENCE })),
  stamp: fc.record({ wallMs: fc.nat({ max: 2 ** 31 - 1 }), counter: fc.nat({ max: 65_535 }) }),
  items: fc.array(items, { minLength: 1, maxLength: 4 }),
});
const envelope = fc.record({ bytes: bodies.map(encodeBody), signature: bytesOf(64) });

export const linkRecords: fc.Arbitrary<LinkRecord> = fc.oneof(
  fc.record({ type: fc.constant('Connect'), degree }),
  fc.record({ type: fc.constant('Welcome'), degree, referrals }),
  fc.record({ type: fc.constant('Refuse'), reason, referrals }),
  fc.record({ type: fc.constant('Disconnect'), reason, referrals }),
  fc.record({ type: fc.constant('Ping'), degree, hungry: fc.boolean() }),
  fc.record({ type: fc.constant('Pong'), degree, referrals }),
  fc.record({
    type: fc.constant('LinkUtility'),
    useful: fc.nat({ max: 3 }),
    total: fc.integer({ min: 3, max: UTILITY_WINDOW }),
  }),
  fc.record({ type: fc.constant('Shuffle'), referrals }),
  fc.record({ type: fc.constant('Shuffled'), referrals }),
  fc.record({ type: fc.constant('SignalTo'), to: nodeIds, signal: fc.string({ minLength: 1, maxLength: 40 }) }),
  fc.record({ type: fc.constant('SignalFrom'), from: nodeIds, signal: fc.string({ minLength: 1, maxLength: 40 }) }),
  fc.record({ type: fc.constant('HandOver'), nodeId: nodeIds }),
  fc.record({ type: fc.constant('Flood'), hops, hopLimit, tree: fc.option(envelopeIds, { nil: undefined }), envelope }),
  fc.record({ type: fc.constant('Announce'), ids: few(bytesOf(16)), isLarge: fc.boolean() }),
  fc.record({ type: fc.constant('Prune'), trees: few(envelopeIds) }),
  fc.record({ type: fc.constant('Graft'), ids: few(bytesOf(16)) }),
  fc.record({ type: fc.constant('Eager'), trees: few(envelopeIds) }),
  fc.record({
    type: fc.constant('Digest'),
    isWhole: fc.boolean(),
    presences: fc.uniqueArray(fc.record({ nodeId: nodeIds, sequence: fc.integer({ min: 1, max: 9 }) }), {
      selector: ({ nodeId }) => nodeId,
      maxLength: 4,
    }),
    holdings,
  }),
  fc.record({ type: fc.constant('Pull'), wanted: holdings }),
  fc.record({ type: fc.constant('Held'), hops, hopLimit, envelope }),
  fc.record({
    type: fc.constant('Receipts'),
    counts: few(fc.record({ id: bytesOf(16), nodes: fc.integer({ min: 1, max: 16_384 }) })),
  }),
);

export const proofRecords: fc.Arbitrary<ProofRecord> = fc.oneof(
  fc.record({
    type: fc.constant('Hello'),
    version: fc.nat({ max: 3 }),
    key: bytesOf(32),
    epoch: bytesOf(8),
    session: bytesOf(32),
  }),
  fc.record({ type: fc.constant('Share'), share: bytesOf(32) }),
  fc.record({ type: fc.constant('Confirm'), confirmation: bytesOf(64), signature: bytesOf(64) }),
);

/** As they are written, but for at most so many changes. */
export const changed = (records: fc.Arbitrary<WireRecord>, most?: number): fc.Arbitrary<Uint8Array> =>
  fc.tuple(records, byteMutations(most)).map(([record, changes]) => mutateBytes(encodeRecord(record), changes));
