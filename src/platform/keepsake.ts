/**
 * What this device keeps of one mesh, where a person wants that: the identity key, and whom they met there. [IK1, IK2, IK8]
 * Owns one record of the browser's database. Scripts cannot read either key; the name of the mesh is not written, nor is
 * any other: what was met is sealed with the second key.
 */
import { createStore, del, get, set, update, type UseStore } from 'idb-keyval';
import { sha256 } from '@noble/hashes/sha2.js';
import { compareBytes, toHex, utf8 } from '../core/base/bytes.ts';
import type { MeshId } from '../core/base/ids.ts';
import { createAcquaintances, type Acquaintance, type AcquaintanceField } from '../core/chat/acquaintances.ts';
import { decodeAcquaintances, encodeAcquaintances } from '../core/chat/kept-acquaintances.ts';
import { ED25519 } from './webcrypto-signer.ts';

const SEAL = { name: 'AES-GCM', length: 256 } as const;
const IV_BYTES = 12;

const DATABASE = 'peer-channel';

interface Kept {
  /** Another one when the mesh was forgotten and kept anew: who opened this one has no business with that. */
  readonly made: string;
  readonly identity: CryptoKeyPair;
  readonly seal: CryptoKey;
  readonly iv?: Uint8Array<ArrayBuffer>;
  readonly sealed?: ArrayBuffer;
}

export interface Keepsake {
  readonly identity: CryptoKeyPair;
  /** As it was when this was opened. */
  readonly acquaintances: readonly Acquaintance[];
  /** Written at once, or with what else comes while something is being written. */
  keep(acquaintance: Acquaintance, changed: readonly AcquaintanceField[]): void;
  /** Takes everything out; nothing is written any more. */
  forget(): Promise<void>;
}

const idOf = (meshId: MeshId): string => toHex(sha256(utf8(`peer-channel/kept/1:${meshId}`)));

/** One tab after the other, and one thing after the other. */
const alone = (id: string, task: () => Promise<void>): Promise<void> =>
  navigator.locks.request(`peer-channel/${id}`, task);

/** Undefined where the browser has no place or no Ed25519 for it: then there is nothing that could be kept. */
export async function openKeepsake(meshId: MeshId): Promise<Keepsake | undefined> {
  const id = idOf(meshId);
  try {
    const store = createStore(DATABASE, 'meshes');
    if (!(await get<Kept>(id, store))) {
      const fresh = await makeKept();
      // In one step: two tabs that come at once bear one key.
      await update<Kept>(id, (kept) => kept ?? fresh, store);
    }
    const kept = (await get<Kept>(id, store))!;
    return createKeepsake(id, store, kept, await unseal(id, kept));
  } catch (error) {
    console.debug('nothing can be kept here', error);
    return undefined;
  }
}

/** How to forget what is kept of a mesh from before, if anything is. Looking leaves nothing behind. */
export async function findKept(meshId: MeshId): Promise<(() => Promise<void>) | undefined> {
  const id = idOf(meshId);
  try {
    if (!(await indexedDB.databases()).some(({ name }) => name === DATABASE)) return undefined;
    const store = createStore(DATABASE, 'meshes');
    return (await get<Kept>(id, store)) && (() => alone(id, () => del(id, store)));
  } catch (error) {
    console.debug('what is kept here cannot be looked at', error);
    return undefined;
  }
}

async function makeKept(): Promise<Kept> {
  const { subtle } = crypto;
  const [identity, seal] = await Promise.all([
    subtle.generateKey(ED25519, false, ['sign', 'verify']),
    subtle.generateKey(SEAL, false, ['encrypt', 'decrypt']),
  ]);
  return { made: crypto.randomUUID(), identity, seal };
}

function createKeepsake(
  id: string,
  store: UseStore,
  { made, identity }: Kept,
  acquaintances: readonly Acquaintance[],
): Keepsake {
  /** By key, and what of each is to be written. */
  const pending = new Map<string, { acquaintance: Acquaintance; fields: Set<AcquaintanceField> }>();
  let isWriting = false;
  let isForgotten = false;

  async function write(): Promise<void> {
    const kept = await get<Kept>(id, store);
    const taken = [...pending.values()];
    pending.clear();
    // This mesh was forgotten, here or in another tab.
    if (isForgotten || kept?.made !== made) return void (isForgotten = true);
    // Another tab may have met others meanwhile, and decided something else of the same.
    const before = await unseal(id, kept);
    const after = createAcquaintances({
      ownKey: undefined,
      kept: [...before, ...taken.map((one) => merge(before, one))],
    });
    await set(id, { ...kept, ...(await sealUp(id, kept.seal, after.list)) }, store);
  }

  async function writeAll(): Promise<void> {
    isWriting = true;
    try {
      while (pending.size > 0) await alone(id, write);
    } catch (error) {
      // What is met or decided next is tried again.
      console.debug('not kept', error);
    }
    isWriting = false;
  }

  return {
    identity,
    acquaintances,
    keep(acquaintance, changed) {
      if (isForgotten) return;
      const key = toHex(acquaintance.key);
      pending.set(key, { acquaintance, fields: new Set([...(pending.get(key)?.fields ?? []), ...changed]) });
      if (!isWriting) void writeAll();
    },
    forget() {
      isForgotten = true;
      return alone(id, () => del(id, store));
    },
  };
}

function merge(
  before: readonly Acquaintance[],
  { acquaintance, fields }: { acquaintance: Acquaintance; fields: ReadonlySet<AcquaintanceField> },
): Acquaintance {
  const known = before.find(({ key }) => compareBytes(key, acquaintance.key) === 0);
  const changed = Object.fromEntries([...fields].map((field) => [field, acquaintance[field]]));
  return known ? { ...known, ...changed } : acquaintance;
}

async function sealUp(id: string, key: CryptoKey, list: readonly Acquaintance[]): Promise<Pick<Kept, 'iv' | 'sealed'>> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const text = encodeAcquaintances(list) as Uint8Array<ArrayBuffer>;
  return { iv, sealed: await crypto.subtle.encrypt({ name: SEAL.name, iv, additionalData: bytesOf(id) }, key, text) };
}

/** What cannot be opened or read is nobody: the next write puts what is known then in its place. */
async function unseal(id: string, { seal, iv, sealed }: Kept): Promise<readonly Acquaintance[]> {
  if (!iv || !sealed) return [];
  try {
    const text = await crypto.subtle.decrypt({ name: SEAL.name, iv, additionalData: bytesOf(id) }, seal, sealed);
    const list = decodeAcquaintances(new Uint8Array(text));
    return list.ok ? list.value : [];
  } catch (error) {
    console.debug('what was kept of this mesh cannot be opened', error);
    return [];
  }
}

/** A record that is put in another's place does not open. */
const bytesOf = (id: string): Uint8Array<ArrayBuffer> => utf8(id);
