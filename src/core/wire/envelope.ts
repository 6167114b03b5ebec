/**
 * Envelopes: the unit that is flooded. Signed bytes at the origin, read by everybody, changed by nobody. [EN1-EN5]
 * Owns the layout of the signed bytes; knows neither keys' secrets nor links.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { concat, toHex, utf8 } from '../base/bytes.ts';
import type { EndpointPath, EnvelopeId, MeshId, NodeId } from '../base/ids.ts';
import { MAX_PATH_CHARS } from '../base/address.ts';
import { failure, success, type Result } from '../base/result.ts';
import { MAX_COUNTER, type Stamp } from '../base/stamp.ts';
import { decodeValue, encodeValue, is, type WireValue } from './codec.ts';

export const ENVELOPE_VERSION = 1;
/** Bytes of an epoch: 64 random bits, new at every open, so that a sequence never starts twice under one node ID. */
export const EPOCH_BYTES = 8;
/** Messages in one envelope: what an origin sends in one turn; more go into the next. */
export const MAX_ITEMS = 256;
/** 2^40 envelopes outlast any session; the bound keeps arithmetic exact. */
export const MAX_SEQUENCE = 2 ** 40;
/** The last millisecond that a `Date` can hold: whoever shows a stamp need not ask whether it is one. */
export const MAX_WALL_MS = 8.64e15;

/** What an item is. The numbers stand on the wire. */
export const ItemKind = {
  /** A message of an endpoint. */
  Message: 0,
  /** The origin is here; stands in the envelope that also carries all its retained messages. [PR1] */
  Presence: 1,
  /** A message that is kept as the origin's present state of its path. [PR2] */
  Retained: 2,
  /** The origin is leaving the mesh. [PR4] */
  Leaving: 3,
  /** The origin lost touch with the nodes named in the payload. [PR5] */
  Suspicion: 4,
} as const;
export type ItemKind = (typeof ItemKind)[keyof typeof ItemKind];

export interface Item {
  readonly kind: ItemKind;
  /** Empty for the kinds of the mesh itself: Presence, Leaving, Suspicion. */
  readonly path: EndpointPath | '';
  readonly payload: Uint8Array;
}

export interface EnvelopeBody {
  /** Ed25519 public key of the origin, 32 bytes. */
  readonly originKey: Uint8Array;
  readonly epoch: Uint8Array;
  /** 1, 2, 3 … within the epoch. */
  readonly sequence: number;
  /** When it was sent by the origin's hybrid logical clock: a claim. [ST1] */
  readonly stamp: Stamp;
  readonly items: readonly Item[];
}

export interface SignedEnvelope {
  /** The exact bytes the origin signed (behind the domain and mesh ID). */
  readonly bytes: Uint8Array;
  readonly signature: Uint8Array;
}

export function encodeBody(body: EnvelopeBody): Uint8Array {
  return encodeValue([
    ENVELOPE_VERSION,
    body.originKey,
    body.epoch,
    body.sequence,
    body.stamp.wallMs,
    body.stamp.counter,
    body.items.map((item): WireValue => [item.kind, item.path, item.payload]),
  ]);
}

export function decodeBody(bytes: Uint8Array): Result<EnvelopeBody, 'Malformed'> {
  const decoded = decodeValue(bytes);
  if (!decoded.ok || !is.list(decoded.value, 7) || decoded.value.length !== 7) return failure('Malformed');
  const [version, originKey, epoch, sequence, wallMs, counter, list] = decoded.value;
  if (version !== ENVELOPE_VERSION) return failure('Malformed');
  if (!is.bytes(originKey, 32) || !is.bytes(epoch, EPOCH_BYTES)) return failure('Malformed');
  if (!is.count(sequence, MAX_SEQUENCE) || sequence === 0) return failure('Malformed');
  if (!is.count(wallMs, MAX_WALL_MS) || !is.count(counter, MAX_COUNTER)) return failure('Malformed');
  if (!is.list(list, MAX_ITEMS) || list.length === 0) return failure('Malformed');
  const items: Item[] = [];
  for (const entry of list) {
    const item = decodeItem(entry);
    if (!item) return failure('Malformed');
    items.push(item);
  }
  return success({ originKey, epoch, sequence, stamp: { wallMs, counter }, items });
}

function decodeItem(entry: WireValue): Item | undefined {
  if (!is.list(entry, 3) || entry.length !== 3) return undefined;
  const [kind, path, payload] = entry;
  if (!is.count(kind, ItemKind.Suspicion) || !is.text(path, MAX_PATH_CHARS * 2)) return undefined;
  if (!(payload instanceof Uint8Array)) return undefined;
  const forEndpoint = kind === ItemKind.Message || kind === ItemKind.Retained;
  if (forEndpoint !== path.startsWith('/')) return undefined;
  if (!forEndpoint && path !== '') return undefined;
  return { kind: kind as ItemKind, path: path as EndpointPath | '', payload };
}

const SIGNED_DOMAIN = utf8('peer-channel/envelope/1');
const NODE_DOMAIN = utf8('peer-channel/node/1');

/** What the signature is over: domain, mesh and body, so that an envelope of one mesh is nothing in another. [EN2] */
export function signedMessage(meshId: MeshId, bytes: Uint8Array): Uint8Array {
  const name = utf8(meshId);
  return concat(SIGNED_DOMAIN, Uint8Array.of(name.length >> 8, name.length & 0xff), name, bytes);
}

/** Truncated SHA-256 of the signed message: never of the signature, which some signers randomise. [EN3] */
export function envelopeId(message: Uint8Array): EnvelopeId {
  return toHex(sha256(message).subarray(0, 16)) as EnvelopeId;
}

/** A node ID is the hash of its identity key and epoch: nobody can bear another's. [ID1] */
export function nodeIdOf(key: Uint8Array, epoch: Uint8Array): NodeId {
  return toHex(sha256(concat(NODE_DOMAIN, key, epoch)).subarray(0, 16)) as NodeId;
}
