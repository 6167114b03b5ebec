/**
 * The cast of the core's tests: node IDs by name, and origins that sign what a test gives them.
 * An origin is no node: it has a key, an epoch and a sequence, and says whatever the test wants.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { toHex, utf8 } from '../base/bytes.ts';
import type { EndpointPath, MeshId, NodeId } from '../base/ids.ts';
import type { Stamp } from '../base/stamp.ts';
import {
  encodeBody,
  EPOCH_BYTES,
  ItemKind,
  nodeIdOf,
  signedMessage,
  type EnvelopeBody,
  type Item,
  type SignedEnvelope,
} from '../wire/envelope.ts';
import { encodeSuspicion, type PresenceMark } from '../wire/records.ts';
import { createFastSigner } from './fast-signer.ts';
import { createTestRandom } from './test-random.ts';

export const TEST_MESH = 'test-mesh' as MeshId;
export const CHAT = '/chat' as EndpointPath;
/** Of origins whose clock does not matter. */
const NO_STAMP: Stamp = { wallMs: 0, counter: 0 };

/** The same name is always the same node. */
export function nodeIdFor(name: string): NodeId {
  return toHex(sha256(utf8(`node ${name}`)).subarray(0, 16)) as NodeId;
}

export const message = (text: string, path = CHAT): Item => ({ kind: ItemKind.Message, path, payload: utf8(text) });
export const presence: Item = { kind: ItemKind.Presence, path: '', payload: new Uint8Array() };
export const leaving: Item = { kind: ItemKind.Leaving, path: '', payload: new Uint8Array() };
export const retained = (text: string, path = CHAT): Item => ({ kind: ItemKind.Retained, path, payload: utf8(text) });
export const suspicion = (...suspects: PresenceMark[]): Item => ({
  kind: ItemKind.Suspicion,
  path: '',
  payload: encodeSuspicion(suspects),
});

export interface SaidEnvelope {
  readonly body: EnvelopeBody;
  readonly envelope: SignedEnvelope;
  /** What the signature is over. */
  readonly message: Uint8Array;
}

export interface TestOrigin {
  readonly nodeId: NodeId;
  readonly key: Uint8Array;
  /** The next envelope, or the one of a given sequence, signed as `createFastSigner` signs. */
  say(items: readonly Item[], options?: { sequence?: number; stamp?: Stamp; meshId?: MeshId }): SaidEnvelope;
}

export function createTestOrigin(name: string): TestOrigin {
  return createTestEpoch(name);
}

/** Another node of the same key, unless no `epoch` is given. */
export function createTestEpoch(name: string, epochGiven?: Uint8Array): TestOrigin {
  const random = createTestRandom(`origin ${name}`);
  const signer = createFastSigner(random);
  const epoch = epochGiven ?? random.bytes(EPOCH_BYTES);
  let last = 0;
  return {
    nodeId: nodeIdOf(signer.publicKey, epoch),
    key: signer.publicKey,
    say(items, { sequence = last + 1, stamp = NO_STAMP, meshId = TEST_MESH } = {}) {
      last = sequence;
      const body: EnvelopeBody = { originKey: signer.publicKey, epoch, sequence, stamp, items };
      const bytes = encodeBody(body);
      const signed = signedMessage(meshId, bytes);
      let signature = new Uint8Array();
      // The fast signer settles within the call.
      signer.sign(signed, (made) => (signature = made as Uint8Array<ArrayBuffer>));
      return { body, envelope: { bytes, signature }, message: signed };
    },
  };
}
