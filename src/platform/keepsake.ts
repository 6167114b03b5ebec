/**
 * What this device keeps of one mesh, where a person wants that: the identity key, and whom they met there. [IK1, IK2, IK8]
 * Owns one record of the browser's database. Scripts cannot read either key; the name of the mesh is not written, nor is
 * any other: what was met is sealed with the second key.
 */
import { createStore, del, get, set, update, type UseStore } from 'idb-keyval';
import { sha256 } from '@noble/hashes/sha2.js';
import { toHex, utf8 } from '../core/base/bytes.ts';
import type { MeshId } from '../core/base/ids.ts';
import { createAcquaintances, type Acquaintance } from '../core/chat/acquaintances.ts';
import { decodeAcquaintances, encodeAcquaintances } from '../core/chat/kept-acquaintances.ts';
import { ED25519 } from './webcrypto-signer.ts';

const SEAL = { name: 'AES-GCM', length: 256 } as const;
const IV_BYTES = 12;

interface Kept {
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
  keep(acquaintance: Acquaintance): void;
  /** Takes everything out; nothing is written any more. */
  forget(): Promise<void>;
}

/** Undefined where the browser has no place or no Ed25519 for it: then there is nothing that could be kept. */
export async function openKeepsake(meshId: MeshId): Promise<Keepsake | undefined> {
  const id = toHex(sha256(utf8(`peer-channel/kept/1:${meshId}`)));
  try {
    const store = createStore('peer-channel', 'meshes');
    const fresh = await makeKept();
    // In one step: two tabs that come at once bear one key.
    await update<Kept>(id, (kept) => kept ?? fresh, store);
    const kept = (await get<Kept>(id, store))!;
    return createKeepsake(id, store, kept.identity, await unseal(id, kept));
  } catch (error) {
    console.debug('nothing can be kept here', error);
    return undefined;
  }
}

async function makeKept(): Promise<Kept> {
  const { subtle } = crypto;
  const [identity, seal] = await Promise.all([
    subtle.generateKey(ED25519, false, ['sign', 'verify']),
    subtle.generateKey(SEAL, false, ['encrypt', 'decrypt']),
  ]);
  return { identity, seal };
}

function createKeepsake(
  id: string,
  store: UseStore,
  identity: CryptoKeyPair,
  acquaintances: readonly Acquaintance[],
): Keepsake {
  const pending = new Map<string, Acquaintance>();
  let isWriting = false;
  /** One tab after the other, and one thing after the other. */
  const alone = (task: () => Promise<void>): Promise<void> => navigator.locks.request(`peer-channel/${id}`, task);

  async function write(): Promise<void> {
    const kept = await get<Kept>(id, store);
    // This mesh was forgotten, here or in another tab.
    if (!kept) return pending.clear();
    // Another tab may have met others meanwhile.
    const before = await unseal(id, kept);
    const taken = [...pending];
    const all = [...before, ...taken.map(([, acquaintance]) => acquaintance)];
    const { list } = createAcquaintances({ ownKey: undefined, kept: all });
    await set(id, { ...kept, ...(await sealUp(id, kept.seal, list)) }, store);
    for (const [key, acquaintance] of taken) if (pending.get(key) === acquaintance) pending.delete(key);
  }

  async function writeAll(): Promise<void> {
    isWriting = true;
    try {
      while (pending.size > 0) await alone(write);
    } catch (error) {
      // The next who is met tries again.
      console.debug('not kept', error);
    }
    isWriting = false;
  }

  return {
    identity,
    acquaintances,
    keep(acquaintance) {
      pending.set(toHex(acquaintance.key), acquaintance);
      if (!isWriting) void writeAll();
    },
    forget: () => alone(() => del(id, store)),
  };
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
