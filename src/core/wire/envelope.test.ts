import { sha256 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, fromHex, toHex, utf8 } from '../base/bytes.ts';
import { isNodeId, type EndpointPath, type MeshId } from '../base/ids.ts';
import { MAX_COUNTER } from '../base/stamp.ts';
import { createNobleSigner } from '../crypto/noble-signer.ts';
import { createTestRandom } from '../testing/test-random.ts';
import { decodeValue, encodeValue, type WireValue } from './codec.ts';
import {
  decodeBody,
  encodeBody,
  envelopeId,
  ENVELOPE_VERSION,
  EPOCH_BYTES,
  ItemKind,
  MAX_ITEMS,
  MAX_SEQUENCE,
  MAX_WALL_MS,
  nodeIdOf,
  signedMessage,
  type EnvelopeBody,
  type Item,
} from './envelope.ts';

const MALFORMED = { ok: false, reason: 'Malformed' };
const CHAT = '/chat' as EndpointPath;
const MESH = 'riverside' as MeshId;
const random = createTestRandom('envelope');
const alice = createNobleSigner(createTestRandom('alice'));
const bob = createNobleSigner(createTestRandom('bob'));

const body: EnvelopeBody = {
  originKey: alice.publicKey,
  epoch: random.bytes(EPOCH_BYTES),
  sequence: 7,
  stamp: { wallMs: 1_704_067_200_000, counter: 3 },
  items: [
    { kind: ItemKind.Presence, path: '', payload: new Uint8Array() },
    { kind: ItemKind.Retained, path: CHAT, payload: utf8('Join') },
    { kind: ItemKind.Message, path: CHAT, payload: utf8('hello') },
    { kind: ItemKind.Leaving, path: '', payload: new Uint8Array() },
    { kind: ItemKind.Suspicion, path: '', payload: Uint8Array.of(0x80) },
  ],
};

/** The fields of a good body with some of them replaced by position. */
function fieldsWith(changes: Readonly<Record<number, WireValue>>): WireValue[] {
  const decoded = decodeValue(encodeBody(body));
  if (!decoded.ok) throw new Error(decoded.reason);
  return (decoded.value as WireValue[]).map((field, index) => (index in changes ? changes[index]! : field));
}
const decodeFields = (fields: WireValue): ReturnType<typeof decodeBody> => decodeBody(encodeValue(fields));
const decodeItem = (...item: WireValue[]): ReturnType<typeof decodeBody> => decodeFields(fieldsWith({ 6: [item] }));

function signed(message: Uint8Array, signer = alice): Uint8Array {
  let made: Uint8Array | undefined;
  signer.sign(message, (signature) => (made = signature));
  return made!;
}

function isValid(key: Uint8Array, signature: Uint8Array, message: Uint8Array): boolean {
  let outcome: boolean | undefined;
  bob.verify(key, signature, message, (valid) => (outcome = valid));
  return outcome!;
}

describe('layout of an envelope', () => {
  it('[EN1] is version, key, epoch, sequence, stamp and items', () => {
    expect(decodeValue(encodeBody(body))).toEqual({
      ok: true,
      value: [
        1,
        body.originKey,
        body.epoch,
        7,
        1_704_067_200_000,
        3,
        [
          [1, '', new Uint8Array()],
          [2, '/chat', utf8('Join')],
          [0, '/chat', utf8('hello')],
          [3, '', new Uint8Array()],
          [4, '', Uint8Array.of(0x80)],
        ],
      ],
    });
    expect(decodeBody(encodeBody(body))).toEqual({ ok: true, value: body });
  });

  it('[EN1] every envelope comes through unchanged', () => {
    const payload = fc.uint8Array({ maxLength: 100 });
    const kindAndPath: fc.Arbitrary<[ItemKind, string]> = fc.oneof(
      fc.tuple(
        fc.constantFrom<ItemKind>(ItemKind.Message, ItemKind.Retained),
        fc.string({ maxLength: 30 }).map((path) => `/${path}`),
      ),
      fc.tuple(fc.constantFrom<ItemKind>(ItemKind.Presence, ItemKind.Leaving, ItemKind.Suspicion), fc.constant('')),
    );
    const item = fc.tuple(kindAndPath, payload).map(([[kind, path], bytes]): Item => {
      return { kind, path: path as EndpointPath, payload: bytes };
    });
    const anyBody = fc.record({
      originKey: fc.uint8Array({ minLength: 32, maxLength: 32 }),
      epoch: fc.uint8Array({ minLength: EPOCH_BYTES, maxLength: EPOCH_BYTES }),
      sequence: fc.integer({ min: 1, max: MAX_SEQUENCE }),
      stamp: fc.record({ wallMs: fc.integer({ min: 0, max: MAX_WALL_MS }), counter: fc.nat(MAX_COUNTER) }),
      items: fc.array(item, { minLength: 1, maxLength: 8 }),
    });
    fc.assert(
      fc.property(anyBody, (any) => {
        expect(decodeBody(encodeBody(any))).toEqual({ ok: true, value: any });
      }),
      { seed: 1, numRuns: 1000 },
    );
  });

  it('[EN1] with any one byte changed it is malformed, or means something else that is written just so', () => {
    const bytes = encodeBody(body);
    let decoded = 0;
    for (let at = 0; at < bytes.length; at++) {
      for (let value = 0; value < 256; value++) {
        if (value === bytes[at]) continue;
        const changed = bytes.slice();
        changed[at] = value;
        const read = decodeBody(changed);
        if (!read.ok) continue;
        decoded += 1;
        expect(toHex(encodeBody(read.value))).toBe(toHex(changed));
      }
    }
    expect(decoded).toBeGreaterThan(1000);
  });

  it.each<[string, WireValue]>([
    ['no array', 7],
    ['no field', []],
    ['a field short', fieldsWith({}).slice(0, 6)],
    ['a field too many', [...fieldsWith({}), 1]],
    ['another version', fieldsWith({ 0: ENVELOPE_VERSION + 1 })],
    ['a key of 31 bytes', fieldsWith({ 1: new Uint8Array(31) })],
    ['a key that is text', fieldsWith({ 1: 'a'.repeat(32) })],
    ['an epoch of 9 bytes', fieldsWith({ 2: new Uint8Array(EPOCH_BYTES + 1) })],
    ['sequence 0', fieldsWith({ 3: 0 })],
    ['a negative sequence', fieldsWith({ 3: -1 })],
    ['a sequence beyond the last', fieldsWith({ 3: MAX_SEQUENCE + 1 })],
    ['a negative time', fieldsWith({ 4: -1 })],
    ['no time', fieldsWith({ 4: null })],
    ['a time beyond all calendars', fieldsWith({ 4: MAX_WALL_MS + 1 })],
    ['a negative counter', fieldsWith({ 5: -1 })],
    ['a counter beyond the last', fieldsWith({ 5: MAX_COUNTER + 1 })],
    ['no items', fieldsWith({ 6: [] })],
    ['items that are no list', fieldsWith({ 6: 'items' })],
    ['one item too many', fieldsWith({ 6: Array.from({ length: MAX_ITEMS + 1 }, () => [1, '', new Uint8Array()]) })],
    ['one bad item among good ones', fieldsWith({ 6: [[1, '', new Uint8Array()], [9]] })],
  ])('[EN1] %s is malformed', (_what, fields) => {
    expect(decodeFields(fields)).toEqual(MALFORMED);
  });

  it(`[EN1] takes ${MAX_ITEMS} items, the last sequence and the last stamp`, () => {
    const items = Array.from({ length: MAX_ITEMS }, () => [1, '', new Uint8Array()]);
    expect(decodeFields(fieldsWith({ 3: MAX_SEQUENCE, 4: MAX_WALL_MS, 5: MAX_COUNTER, 6: items })).ok).toBe(true);
  });

  it('[EN1] Message and Retained have a path that begins with a slash, the others none', () => {
    const payload = new Uint8Array();
    for (const kind of [ItemKind.Message, ItemKind.Retained]) {
      expect(decodeItem(kind, '/chat', payload).ok).toBe(true);
      for (const path of ['', 'chat', ' /chat']) expect(decodeItem(kind, path, payload)).toEqual(MALFORMED);
    }
    for (const kind of [ItemKind.Presence, ItemKind.Leaving, ItemKind.Suspicion]) {
      expect(decodeItem(kind, '', payload).ok).toBe(true);
      for (const path of ['/chat', 'chat', '/']) expect(decodeItem(kind, path, payload)).toEqual(MALFORMED);
    }
  });

  it('[EN1] an item has a kind of the catalogue, a bounded path, bytes, and nothing else', () => {
    const payload = new Uint8Array();
    expect(decodeItem(5, '', payload)).toEqual(MALFORMED);
    expect(decodeItem(-1, '/chat', payload)).toEqual(MALFORMED);
    expect(decodeItem(0, '/chat')).toEqual(MALFORMED);
    expect(decodeItem(0, '/chat', payload, 1)).toEqual(MALFORMED);
    expect(decodeItem(0, '/chat', 'text')).toEqual(MALFORMED);
    expect(decodeItem(0, utf8('/chat'), payload)).toEqual(MALFORMED);
    expect(decodeItem(0, `/${'a'.repeat(255)}`, payload).ok).toBe(true);
    expect(decodeItem(0, `/${'a'.repeat(256)}`, payload)).toEqual(MALFORMED);
  });

  it('[EN1] random bytes are malformed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        expect(decodeBody(noise)).toEqual(MALFORMED);
      }),
      { seed: 2, numRuns: 3000 },
    );
  });
});

describe('what is signed', () => {
  const bytes = encodeBody(body);
  const message = signedMessage(MESH, bytes);

  it('[EN2] domain, length of the mesh ID in two bytes, mesh ID, envelope', () => {
    const expected = concat(utf8('peer-channel/envelope/1'), Uint8Array.of(0, 9), utf8('riverside'), bytes);
    expect(toHex(message)).toBe(toHex(expected));
    // 64 characters of four bytes each need the second byte of the length.
    const wide = signedMessage('\u{1d7d8}'.repeat(64) as MeshId, bytes);
    expect([...wide.subarray(23, 25)]).toEqual([1, 0]);
  });

  it('[EN2] an envelope of one mesh is nothing in another', () => {
    const signature = signed(message);
    expect(isValid(alice.publicKey, signature, message)).toBe(true);
    for (const other of ['riversid', 'riverside2', 'Riverside', ''])
      expect(isValid(alice.publicKey, signature, signedMessage(other as MeshId, bytes))).toBe(false);
    expect(isValid(bob.publicKey, signature, message)).toBe(false);
  });

  it('[EN2] bytes cannot move between mesh ID and envelope', () => {
    const one = signedMessage('ab' as MeshId, utf8('c'));
    const other = signedMessage('a' as MeshId, utf8('bc'));
    expect(toHex(one)).not.toBe(toHex(other));
  });

  it('[EN2, EN4] any change of body or path makes the signature void', () => {
    const signature = signed(message);
    for (const changed of [
      { ...body, sequence: 8 },
      { ...body, stamp: { wallMs: 1_704_067_200_001, counter: 3 } },
      { ...body, stamp: { wallMs: 1_704_067_200_000, counter: 4 } },
      { ...body, epoch: new Uint8Array(EPOCH_BYTES) },
      { ...body, items: body.items.slice(1) },
      { ...body, items: body.items.map((item) => (item.path ? { ...item, path: '/games' as EndpointPath } : item)) },
    ])
      expect(isValid(alice.publicKey, signature, signedMessage(MESH, encodeBody(changed)))).toBe(false);
  });

  it('[EN3] the ID is the head of the digest of what was signed', () => {
    expect(envelopeId(message)).toBe(toHex(sha256(message).subarray(0, 16)));
    expect(envelopeId(message)).toMatch(/^[0-9a-f]{32}$/);
    expect(envelopeId(signedMessage('lakeside' as MeshId, bytes))).not.toBe(envelopeId(message));
  });
});

describe('node IDs', () => {
  const key = fromHex('00'.repeat(31) + '01');
  const epoch = fromHex('0000000000000002');

  it('[ID1] are the head of a digest over domain, key and epoch', () => {
    const expected = sha256(concat(utf8('peer-channel/node/1'), key, epoch)).subarray(0, 16);
    expect(nodeIdOf(key, epoch)).toBe(toHex(expected));
    expect(isNodeId(nodeIdOf(key, epoch))).toBe(true);
  });

  it('[ID1] are others for another key and for another epoch', () => {
    const ids = new Set([nodeIdOf(key, epoch)]);
    for (let i = 0; i < 100; i++) {
      ids.add(nodeIdOf(random.bytes(32), epoch));
      ids.add(nodeIdOf(key, random.bytes(EPOCH_BYTES)));
    }
    expect(ids.size).toBe(201);
  });
});
