/**
 * Records: what a frame is made of. A frame is a CBOR sequence of records, a record an array that begins with its type. [WR3]
 * One catalogue, each field documented; strict both ways. Which record is legal when is the link's business.
 */
import { isNodeId, type EnvelopeId, type NodeId } from '../base/ids.ts';
import { fromHex, toHex } from '../base/bytes.ts';
import { isCanonical, type Range, type Ranges } from '../base/ranges.ts';
import { failure, success, type Result } from '../base/result.ts';
import { MAX_FRAME_BYTES } from '../ports/transport.ts';
import { decodeSequence, encodeValue, is, type WireValue } from './codec.ts';
import { EPOCH_BYTES, MAX_SEQUENCE, type SignedEnvelope } from './envelope.ts';
import { MAX_SESSION_SIGNAL_CHARS } from './signal.ts';

/** Largest envelope on the wire (R47). */
export const MAX_ENVELOPE_BYTES = 64 * 1024;
/** Referrals in one record, as in PeerChannel. */
export const MAX_REFERRALS = 10;
/** Members or envelopes named in one digest: four meshes' worth; both lists full are 180 KiB, below MAX_TRANSFER_BYTES. */
export const MAX_DIGEST_ENTRIES = 4096;
/** Envelopes or trees named in one Announce, Prune, Graft or Eager. */
export const MAX_ANNOUNCED = 512;
/** Records in one frame: the smallest is two bytes, but nobody has reason to send more than a few hundred at once. */
export const MAX_RECORDS = 1024;
/** A record larger than a frame travels in fragments; together at most this. */
export const MAX_TRANSFER_BYTES = 256 * 1024;
/** Hops an envelope may take at most; a relay cannot raise it (R45). A settled mesh of 1,000 needs about 12. */
export const MAX_HOPS = 64;

/** Copies that one LinkUtility tells about at most: told as soon as there are so many, as in PeerChannel. */
export const UTILITY_WINDOW = 32;

/** Reasons of [MC-PRCH] with its numbers; NodeTooSlow stands on the wire here, so that the victim is told. */
export const LinkReason = {
  LeavingMesh: 2,
  NotUsefulNeighbor: 3,
  DuplicateNeighbor: 4,
  DuplicateNodeId: 5,
  NodeBusy: 6,
  InternalFailure: 10,
  NodeTooSlow: 12,
} as const;
export type LinkReason = keyof typeof LinkReason;
const REASON_NAMES = new Map<number, LinkReason>(
  Object.entries(LinkReason).map(([name, number]) => [number, name as LinkReason]),
);

export interface Referral {
  readonly nodeId: NodeId;
  /** Neighbours it had when last heard. */
  readonly degree: number;
}

/** Sequences of one origin: ascending, disjoint, not touching. */
export interface Holding {
  readonly origin: NodeId;
  readonly ranges: Ranges;
}

/** Latest presence held of a member. */
export interface PresenceMark {
  readonly nodeId: NodeId;
  readonly sequence: number;
}

/** Allowed before the proof; nothing else is parsed then. */
export type ProofRecord =
  | {
      readonly type: 'Hello';
      readonly version: number;
      readonly key: Uint8Array;
      readonly epoch: Uint8Array;
      readonly session: Uint8Array;
    }
  | { readonly type: 'Share'; readonly share: Uint8Array }
  | { readonly type: 'Confirm'; readonly confirmation: Uint8Array; readonly signature: Uint8Array };

/** Allowed after the proof. */
export type LinkRecord =
  /** The dialler asks to be a neighbour. */
  | { readonly type: 'Connect'; readonly degree: number }
  | { readonly type: 'Welcome'; readonly degree: number; readonly referrals: readonly Referral[] }
  | { readonly type: 'Refuse'; readonly reason: LinkReason; readonly referrals: readonly Referral[] }
  | { readonly type: 'Disconnect'; readonly reason: LinkReason; readonly referrals: readonly Referral[] }
  /** Wants a Pong; `hungry` wants referrals in it. */
  | { readonly type: 'Ping'; readonly degree: number; readonly hungry: boolean }
  | { readonly type: 'Pong'; readonly degree: number; readonly referrals: readonly Referral[] }
  /** Of the last `total` copies of envelopes on this link, `useful` were new to me. */
  | { readonly type: 'LinkUtility'; readonly useful: number; readonly total: number }
  /** These are neighbours of mine, reached through me; name me some of yours. */
  | { readonly type: 'Shuffle'; readonly referrals: readonly Referral[] }
  | { readonly type: 'Shuffled'; readonly referrals: readonly Referral[] }
  /** Signal to be passed on to a neighbour of the receiver. */
  | { readonly type: 'SignalTo'; readonly to: NodeId; readonly signal: string }
  /** Signal passed on; the receiver of this record trusts its neighbour for `from`. */
  | { readonly type: 'SignalFrom'; readonly from: NodeId; readonly signal: string }
  /** Please link to `nodeId` (over me), then let go of me. */
  | { readonly type: 'HandOver'; readonly nodeId: NodeId }
  | {
      readonly type: 'Flood';
      readonly hops: number;
      readonly hopLimit: number;
      /** The tree it travels on, its own ID if it grows one; undefined where it is flooded. */
      readonly tree: EnvelopeId | undefined;
      readonly envelope: SignedEnvelope;
    }
  /** Envelopes I hold and do not send unasked; `isLarge` when they are too large to be sent where they may not be needed. */
  | { readonly type: 'Announce'; readonly ids: readonly Uint8Array[]; readonly isLarge: boolean }
  /** What travels on these reaches me by another way: please announce it only. */
  | { readonly type: 'Prune'; readonly trees: readonly EnvelopeId[] }
  /** Please send me these, and at once what travels on the same trees. */
  | { readonly type: 'Graft'; readonly ids: readonly Uint8Array[] }
  /** My parent in these is gone: please send me at once what travels on them. */
  | { readonly type: 'Eager'; readonly trees: readonly EnvelopeId[] }
  /** Present members, when `isWhole`, and envelopes that I hold: all of them, or those of the last minutes. */
  | {
      readonly type: 'Digest';
      readonly isWhole: boolean;
      readonly presences: readonly PresenceMark[];
      readonly holdings: readonly Holding[];
    }
  /** Please send me what you hold of these. */
  | { readonly type: 'Pull'; readonly wanted: readonly Holding[] }
  /** An envelope that was pulled. */
  | { readonly type: 'Held'; readonly hops: number; readonly hopLimit: number; readonly envelope: SignedEnvelope }
  /** How many nodes have these through me, me included. */
  | { readonly type: 'Receipts'; readonly counts: readonly { readonly id: Uint8Array; readonly nodes: number }[] }
  | { readonly type: 'Fragment'; readonly last: boolean; readonly bytes: Uint8Array };

export type WireRecord = ProofRecord | LinkRecord;

const Type = {
  Hello: 1,
  Share: 2,
  Confirm: 3,
  Connect: 10,
  Welcome: 11,
  Refuse: 12,
  Disconnect: 13,
  Ping: 15,
  Pong: 16,
  LinkUtility: 17,
  Shuffle: 18,
  Shuffled: 19,
  Flood: 20,
  Fragment: 21,
  Digest: 22,
  Announce: 23,
  Prune: 24,
  Graft: 25,
  Eager: 26,
  Pull: 27,
  Held: 28,
  Receipts: 29,
  SignalTo: 30,
  SignalFrom: 31,
  HandOver: 32,
} as const;

/** Envelope IDs in a digest, as bytes. */
export const ENVELOPE_ID_BYTES = 16;
const NODE_ID_BYTES = 16;
/** A degree is told for orientation; whoever claims more than this is not believed. */
const MAX_DEGREE = 255;
/** Nodes told of in a receipt: as many as members are held. */
const MAX_COUNT = 16_384;

export function encodeRecord(record: WireRecord): Uint8Array {
  return encodeValue(fieldsOf(record));
}

function fieldsOf(record: WireRecord): WireValue {
  switch (record.type) {
    case 'Hello':
      return [Type.Hello, record.version, record.key, record.epoch, record.session];
    case 'Share':
      return [Type.Share, record.share];
    case 'Confirm':
      return [Type.Confirm, record.confirmation, record.signature];
    case 'Connect':
      return [Type.Connect, record.degree];
    case 'Welcome':
      return [Type.Welcome, record.degree, referralFields(record.referrals)];
    case 'Refuse':
      return [Type.Refuse, LinkReason[record.reason], referralFields(record.referrals)];
    case 'Disconnect':
      return [Type.Disconnect, LinkReason[record.reason], referralFields(record.referrals)];
    case 'Ping':
      return [Type.Ping, record.degree, record.hungry];
    case 'Pong':
      return [Type.Pong, record.degree, referralFields(record.referrals)];
    case 'LinkUtility':
      return [Type.LinkUtility, record.useful, record.total];
    case 'Shuffle':
    case 'Shuffled':
      return [Type[record.type], referralFields(record.referrals)];
    case 'SignalTo':
      return [Type.SignalTo, fromHex(record.to), record.signal];
    case 'SignalFrom':
      return [Type.SignalFrom, fromHex(record.from), record.signal];
    case 'HandOver':
      return [Type.HandOver, fromHex(record.nodeId)];
    case 'Flood':
      return [
        Type.Flood,
        record.hops,
        record.hopLimit,
        record.tree === undefined ? new Uint8Array() : fromHex(record.tree),
        record.envelope.bytes,
        record.envelope.signature,
      ];
    case 'Digest':
      return [Type.Digest, record.isWhole, presenceFields(record.presences), holdingFields(record.holdings)];
    case 'Announce':
      return [Type.Announce, record.ids, record.isLarge];
    case 'Prune':
      return [Type.Prune, record.trees.map((tree) => fromHex(tree))];
    case 'Graft':
      return [Type.Graft, record.ids];
    case 'Eager':
      return [Type.Eager, record.trees.map((tree) => fromHex(tree))];
    case 'Pull':
      return [Type.Pull, holdingFields(record.wanted)];
    case 'Held':
      return [Type.Held, record.hops, record.hopLimit, record.envelope.bytes, record.envelope.signature];
    case 'Receipts':
      return [Type.Receipts, record.counts.map(({ id, nodes }): WireValue => [id, nodes])];
    case 'Fragment':
      return [Type.Fragment, record.last, record.bytes];
  }
}

/** All records of one frame, or Malformed: a frame is taken whole or not at all. */
export function decodeFrame(frame: Uint8Array): Result<WireRecord[], 'Malformed'> {
  if (frame.length === 0 || frame.length > MAX_FRAME_BYTES) return failure('Malformed');
  return decodeRecords(frame);
}

/** As `decodeFrame`, for a record put together from fragments. */
export function decodeRecords(bytes: Uint8Array): Result<WireRecord[], 'Malformed'> {
  const sequence = decodeSequence(bytes, MAX_RECORDS);
  if (!sequence.ok) return sequence;
  const records: WireRecord[] = [];
  for (const value of sequence.value) {
    const record = Array.isArray(value) ? parseRecord(value as readonly WireValue[]) : undefined;
    if (!record) return failure('Malformed');
    records.push(record);
  }
  return success(records);
}

function parseRecord(fields: readonly WireValue[]): WireRecord | undefined {
  const [type, a, b, c, d, e] = fields;
  const has = (length: number): boolean => fields.length === length + 1;
  switch (type) {
    case Type.Hello:
      return has(4) && is.count(a, 255) && is.bytes(b, 32) && is.bytes(c, EPOCH_BYTES) && is.bytes(d, 32)
        ? { type: 'Hello', version: a, key: b, epoch: c, session: d }
        : undefined;
    case Type.Share:
      return has(1) && is.bytes(a, 32) ? { type: 'Share', share: a } : undefined;
    case Type.Confirm:
      return has(2) && is.bytes(a, 64) && is.bytes(b, 64)
        ? { type: 'Confirm', confirmation: a, signature: b }
        : undefined;
    case Type.Connect:
      return has(1) && is.count(a, MAX_DEGREE) ? { type: 'Connect', degree: a } : undefined;
    case Type.Welcome:
    case Type.Pong: {
      const referrals = parseReferrals(b);
      if (!has(2) || !is.count(a, MAX_DEGREE) || !referrals) return undefined;
      return { type: type === Type.Welcome ? 'Welcome' : 'Pong', degree: a, referrals };
    }
    case Type.Refuse:
    case Type.Disconnect: {
      const reason = typeof a === 'number' ? REASON_NAMES.get(a) : undefined;
      const referrals = parseReferrals(b);
      if (!has(2) || !reason || !referrals) return undefined;
      return { type: type === Type.Refuse ? 'Refuse' : 'Disconnect', reason, referrals };
    }
    case Type.Ping:
      return has(2) && is.count(a, MAX_DEGREE) && typeof b === 'boolean'
        ? { type: 'Ping', degree: a, hungry: b }
        : undefined;
    case Type.LinkUtility:
      return has(2) && is.count(b, UTILITY_WINDOW) && is.count(a, b)
        ? { type: 'LinkUtility', useful: a, total: b }
        : undefined;
    case Type.Shuffle:
    case Type.Shuffled: {
      const referrals = parseReferrals(a);
      if (!has(1) || !referrals) return undefined;
      return { type: type === Type.Shuffle ? 'Shuffle' : 'Shuffled', referrals };
    }
    case Type.SignalTo: {
      const to = parseNodeId(a);
      return has(2) && to && is.text(b, MAX_SESSION_SIGNAL_CHARS) ? { type: 'SignalTo', to, signal: b } : undefined;
    }
    case Type.SignalFrom: {
      const from = parseNodeId(a);
      return has(2) && from && is.text(b, MAX_SESSION_SIGNAL_CHARS)
        ? { type: 'SignalFrom', from, signal: b }
        : undefined;
    }
    case Type.HandOver: {
      const nodeId = parseNodeId(a);
      return has(1) && nodeId ? { type: 'HandOver', nodeId } : undefined;
    }
    case Type.Flood: {
      const tree = is.bytes(c, ENVELOPE_ID_BYTES) ? (toHex(c) as EnvelopeId) : undefined;
      const travelled = parseTravelled(a, b, d, e);
      return has(5) && travelled && (tree !== undefined || is.bytes(c, 0))
        ? { type: 'Flood', ...travelled, tree }
        : undefined;
    }
    case Type.Digest: {
      const presences = parsePresences(b);
      const holdings = parseHoldings(c);
      return has(3) && typeof a === 'boolean' && presences && holdings
        ? { type: 'Digest', isWhole: a, presences, holdings }
        : undefined;
    }
    case Type.Pull: {
      const wanted = parseHoldings(a);
      return has(1) && wanted ? { type: 'Pull', wanted } : undefined;
    }
    case Type.Held: {
      const travelled = parseTravelled(a, b, c, d);
      return has(4) && travelled ? { type: 'Held', ...travelled } : undefined;
    }
    case Type.Announce: {
      const ids = parseEnvelopeIds(a, MAX_ANNOUNCED);
      return has(2) && ids && typeof b === 'boolean' ? { type: 'Announce', ids, isLarge: b } : undefined;
    }
    case Type.Graft: {
      const ids = parseEnvelopeIds(a, MAX_ANNOUNCED);
      return has(1) && ids ? { type: 'Graft', ids } : undefined;
    }
    case Type.Prune:
    case Type.Eager: {
      const trees = parseEnvelopeIds(a, MAX_ANNOUNCED)?.map((id) => toHex(id) as EnvelopeId);
      return has(1) && trees ? { type: type === Type.Prune ? 'Prune' : 'Eager', trees } : undefined;
    }
    case Type.Receipts: {
      const counts = parseCounts(a);
      return has(1) && counts ? { type: 'Receipts', counts } : undefined;
    }
    case Type.Fragment:
      return has(2) && typeof a === 'boolean' && is.bytesUpTo(b, MAX_FRAME_BYTES)
        ? { type: 'Fragment', last: a, bytes: b }
        : undefined;
    default:
      return undefined;
  }
}

/** An envelope with the hops it took and may still take. */
function parseTravelled(
  hops: WireValue | undefined,
  hopLimit: WireValue | undefined,
  bytes: WireValue | undefined,
  signature: WireValue | undefined,
): { hops: number; hopLimit: number; envelope: SignedEnvelope } | undefined {
  if (!is.count(hops, 255) || !is.count(hopLimit, MAX_HOPS) || hopLimit === 0) return undefined;
  if (!is.bytesUpTo(bytes, MAX_ENVELOPE_BYTES) || !is.bytes(signature, 64)) return undefined;
  return { hops, hopLimit, envelope: { bytes, signature } };
}

function holdingFields(holdings: readonly Holding[]): WireValue {
  return holdings.map(({ origin, ranges }): WireValue => [
    fromHex(origin),
    ...ranges.flatMap(({ from, to }) => [from, to]),
  ]);
}

/** At most MAX_DIGEST_ENTRIES ranges together, in canonical form, of sequences there can be, each origin once. */
function parseHoldings(value: WireValue | undefined): Holding[] | undefined {
  if (!is.list(value, MAX_DIGEST_ENTRIES)) return undefined;
  const holdings: Holding[] = [];
  const origins = new Set<NodeId>();
  let left = MAX_DIGEST_ENTRIES;
  for (const entry of value) {
    if (!is.list(entry, 1 + 2 * left) || entry.length < 3 || entry.length % 2 === 0) return undefined;
    const origin = parseNodeId(entry[0]);
    const ranges: Range[] = [];
    for (let at = 1; at < entry.length; at += 2) {
      const [from, to] = [entry[at], entry[at + 1]];
      if (!is.count(from, MAX_SEQUENCE) || from === 0 || !is.count(to, MAX_SEQUENCE)) return undefined;
      ranges.push({ from, to });
    }
    // Looked up once for each time it is named: a list of the same origin would cost as many times as much.
    if (!origin || origins.has(origin) || !isCanonical(ranges)) return undefined;
    origins.add(origin);
    left -= ranges.length;
    holdings.push({ origin, ranges });
  }
  return holdings;
}

function parseCounts(value: WireValue | undefined): { id: Uint8Array; nodes: number }[] | undefined {
  if (!is.list(value, MAX_ANNOUNCED)) return undefined;
  const counts: { id: Uint8Array; nodes: number }[] = [];
  for (const entry of value) {
    if (!is.list(entry, 2) || entry.length !== 2) return undefined;
    const [id, nodes] = entry;
    if (!is.bytes(id, ENVELOPE_ID_BYTES) || !is.count(nodes, MAX_COUNT)) return undefined;
    counts.push({ id, nodes });
  }
  return counts;
}

function parseNodeId(value: WireValue | undefined): NodeId | undefined {
  if (!is.bytes(value, NODE_ID_BYTES)) return undefined;
  const text = toHex(value);
  return isNodeId(text) ? text : undefined;
}

function parseEnvelopeIds(value: WireValue | undefined, max: number): Uint8Array[] | undefined {
  if (!is.list(value, max)) return undefined;
  return value.every((id) => is.bytes(id, ENVELOPE_ID_BYTES)) ? (value as Uint8Array[]) : undefined;
}

function referralFields(referrals: readonly Referral[]): WireValue {
  return referrals.map((referral): WireValue => [fromHex(referral.nodeId), referral.degree]);
}

function parseReferrals(value: WireValue | undefined): Referral[] | undefined {
  if (!is.list(value, MAX_REFERRALS)) return undefined;
  return parseEach(value, (nodeId, degree) => (is.count(degree, MAX_DEGREE) ? { nodeId, degree } : undefined));
}

function presenceFields(presences: readonly PresenceMark[]): WireValue {
  return presences.map((presence): WireValue => [fromHex(presence.nodeId), presence.sequence]);
}

function parsePresences(value: WireValue | undefined): PresenceMark[] | undefined {
  if (!is.list(value, MAX_DIGEST_ENTRIES)) return undefined;
  return parsePresenceMarks(value);
}

/** Pairs of node ID and number; one bad pair spoils the list. */
function parseEach<Entry>(
  list: readonly WireValue[],
  make: (nodeId: NodeId, number: WireValue | undefined) => Entry | undefined,
): Entry[] | undefined {
  const entries: Entry[] = [];
  for (const value of list) {
    if (!is.list(value, 2) || value.length !== 2) return undefined;
    const nodeId = parseNodeId(value[0]);
    const entry = nodeId && make(nodeId, value[1]);
    if (!entry) return undefined;
    entries.push(entry);
  }
  return entries;
}

function parsePresenceMarks(list: readonly WireValue[]): PresenceMark[] | undefined {
  return parseEach(list, (nodeId, sequence) => (is.count(sequence, MAX_SEQUENCE) ? { nodeId, sequence } : undefined));
}

/** Nodes named in one suspicion; a partition in two halves of 1,000 needs several. */
export const MAX_SUSPECTS = 256;

/** Payload of a Suspicion item. [PR5] */
export function encodeSuspicion(suspects: readonly PresenceMark[]): Uint8Array {
  return encodeValue(presenceFields(suspects));
}

export function parseSuspicion(value: WireValue): PresenceMark[] | undefined {
  return is.list(value, MAX_SUSPECTS) ? parsePresenceMarks(value) : undefined;
}
