/**
 * Records: what a frame is made of. A frame is a CBOR sequence of records, a record an array that begins with its type. [WR3]
 * One catalogue, each field documented; strict both ways. Which record is legal when is the link's business.
 */
import { isNodeId, type NodeId } from '../base/ids.ts';
import { fromHex, toHex } from '../base/bytes.ts';
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
/** Records in one frame: the smallest is two bytes, but nobody has reason to send more than a few hundred at once. */
export const MAX_RECORDS = 1024;
/** A record larger than a frame travels in fragments; together at most this. */
export const MAX_TRANSFER_BYTES = 256 * 1024;
/** Hops an envelope may take at most; a relay cannot raise it (R45). A settled mesh of 1,000 needs about 12. */
export const MAX_HOPS = 64;

/** Reasons of [MC-PRCH] that stand on the wire, with its numbers. */
export const LinkReason = {
  LeavingMesh: 2,
  NotUsefulNeighbor: 3,
  DuplicateNeighbor: 4,
  DuplicateNodeId: 5,
  NodeBusy: 6,
  InternalFailure: 10,
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
      readonly nonce: Uint8Array;
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
  /** Signal to be passed on to a neighbour of the receiver. */
  | { readonly type: 'SignalTo'; readonly to: NodeId; readonly signal: string }
  /** Signal passed on; the receiver of this record trusts its neighbour for `from`. */
  | { readonly type: 'SignalFrom'; readonly from: NodeId; readonly signal: string }
  /** Please link to `nodeId` (over me), then let go of me. */
  | { readonly type: 'HandOver'; readonly nodeId: NodeId }
  | { readonly type: 'Flood'; readonly hops: number; readonly hopLimit: number; readonly envelope: SignedEnvelope }
  /** What I hold: present members, and envelopes received lately; `ageMs` says for how long I have been here. */
  | {
      readonly type: 'Digest';
      readonly ageMs: number;
      readonly presences: readonly PresenceMark[];
      readonly recent: readonly Uint8Array[];
    }
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
  Flood: 20,
  Fragment: 21,
  Digest: 22,
  SignalTo: 30,
  SignalFrom: 31,
  HandOver: 32,
} as const;

/** Envelope IDs in a digest, as bytes. */
export const ENVELOPE_ID_BYTES = 16;
const NODE_ID_BYTES = 16;
/** A degree is told for orientation; whoever claims more than this is not believed. */
const MAX_DEGREE = 255;

export function encodeRecord(record: WireRecord): Uint8Array {
  return encodeValue(fieldsOf(record));
}

function fieldsOf(record: WireRecord): WireValue {
  switch (record.type) {
    case 'Hello':
      return [Type.Hello, record.version, record.key, record.epoch, record.nonce];
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
    case 'SignalTo':
      return [Type.SignalTo, fromHex(record.to), record.signal];
    case 'SignalFrom':
      return [Type.SignalFrom, fromHex(record.from), record.signal];
    case 'HandOver':
      return [Type.HandOver, fromHex(record.nodeId)];
    case 'Flood':
      return [Type.Flood, record.hops, record.hopLimit, record.envelope.bytes, record.envelope.signature];
    case 'Digest':
      return [Type.Digest, record.ageMs, presenceFields(record.presences), record.recent];
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
  const [type, a, b, c, d] = fields;
  const has = (length: number): boolean => fields.length === length + 1;
  switch (type) {
    case Type.Hello:
      return has(4) && is.count(a, 255) && is.bytes(b, 32) && is.bytes(c, EPOCH_BYTES) && is.bytes(d, 32)
        ? { type: 'Hello', version: a, key: b, epoch: c, nonce: d }
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
    case Type.Flood:
      return has(4) &&
        is.count(a, 255) &&
        is.count(b, MAX_HOPS) &&
        b > 0 &&
        is.bytesUpTo(c, MAX_ENVELOPE_BYTES) &&
        is.bytes(d, 64)
        ? { type: 'Flood', hops: a, hopLimit: b, envelope: { bytes: c, signature: d } }
        : undefined;
    case Type.Digest: {
      const presences = parsePresences(b);
      if (!has(3) || !is.count(a, Number.MAX_SAFE_INTEGER) || !presences || !is.list(c, MAX_DIGEST_ENTRIES))
        return undefined;
      if (!c.every((id) => is.bytes(id, ENVELOPE_ID_BYTES))) return undefined;
      return { type: 'Digest', ageMs: a, presences, recent: c };
    }
    case Type.Fragment:
      return has(2) && typeof a === 'boolean' && is.bytesUpTo(b, MAX_FRAME_BYTES)
        ? { type: 'Fragment', last: a, bytes: b }
        : undefined;
    default:
      return undefined;
  }
}

function parseNodeId(value: WireValue | undefined): NodeId | undefined {
  if (!is.bytes(value, NODE_ID_BYTES)) return undefined;
  const text = toHex(value);
  return isNodeId(text) ? text : undefined;
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
