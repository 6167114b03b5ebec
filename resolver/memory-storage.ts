/**
 * Registrations in the memory of one process.
 * Owns the entries and their three indices (by mesh and ID, by mesh and node, by holder); a mesh's entries stand in a
 * dense array, so that a random choice costs as many steps as nodes are asked for, however large the mesh.
 * Implements RS8, RS11, RS12, RS13, RS16.
 */
import { assert } from '../src/core/base/assert.ts';
import type { NodeId, RegistrationId, RendezvousKey } from '../src/core/base/ids.ts';
import { failure, success } from '../src/core/base/result.ts';
import type { Clock } from '../src/core/ports/clock.ts';
import type { Random } from '../src/core/ports/random.ts';
import type { RegistrationRef } from '../src/core/ports/resolver.ts';
import {
  MAX_REGISTRATIONS,
  MAX_REGISTRATIONS_PER_HOLDER,
  MAX_REGISTRATIONS_PER_KEY,
  type NewRegistration,
  type RegistrationStorage,
} from './storage.ts';

interface Entry {
  readonly key: RendezvousKey;
  readonly registrationId: RegistrationId;
  readonly nodeId: NodeId;
  holder: string | undefined;
  expiresAt: number;
  /** Own place in the mesh's dense array. */
  index: number;
}

interface Mesh {
  readonly entries: Entry[];
  readonly byRegistration: Map<RegistrationId, Entry>;
  readonly byNode: Map<NodeId, Entry>;
}

export interface MemoryStorageBounds {
  readonly maxPerKey: number;
  readonly maxPerHolder: number;
  readonly maxTotal: number;
}

const DEFAULT_BOUNDS: MemoryStorageBounds = {
  maxPerKey: MAX_REGISTRATIONS_PER_KEY,
  maxPerHolder: MAX_REGISTRATIONS_PER_HOLDER,
  maxTotal: MAX_REGISTRATIONS,
};

export function createMemoryStorage(
  { clock, random }: { clock: Pick<Clock, 'now'>; random: Pick<Random, 'fraction'> },
  bounds: MemoryStorageBounds = DEFAULT_BOUNDS,
): RegistrationStorage {
  const meshes = new Map<RendezvousKey, Mesh>();
  const byHolder = new Map<string, Set<Entry>>();
  let total = 0;

  const isLive = (entry: Entry): boolean => entry.expiresAt > clock.now();

  function liveEntry(ref: RegistrationRef): Entry | undefined {
    const entry = meshes.get(ref.key)?.byRegistration.get(ref.registrationId);
    return entry && isLive(entry) ? entry : undefined;
  }

  function loosen(entry: Entry): void {
    if (entry.holder === undefined) return;
    const held = byHolder.get(entry.holder);
    held?.delete(entry);
    if (held?.size === 0) byHolder.delete(entry.holder);
    entry.holder = undefined;
  }

  function attach(entry: Entry, holder: string): void {
    loosen(entry);
    let held = byHolder.get(holder);
    if (!held) byHolder.set(holder, (held = new Set()));
    held.add(entry);
    entry.holder = holder;
  }

  function erase(entry: Entry): void {
    const mesh = meshes.get(entry.key);
    assert(mesh?.entries[entry.index] === entry, 'an entry stands where its index says');
    loosen(entry);
    const last = mesh.entries.pop();
    if (last && last !== entry) {
      mesh.entries[entry.index] = last;
      last.index = entry.index;
    }
    mesh.byRegistration.delete(entry.registrationId);
    mesh.byNode.delete(entry.nodeId);
    if (mesh.entries.length === 0) meshes.delete(entry.key);
    total--;
  }

  /** Whether `holder` may hold one more. What it let expire does not count, and is erased on the way. */
  function hasRoom(holder: string): boolean {
    for (const entry of [...(byHolder.get(holder) ?? [])]) if (!isLive(entry)) erase(entry);
    return (byHolder.get(holder)?.size ?? 0) < bounds.maxPerHolder;
  }

  function insert(
    registration: NewRegistration,
    lifetimeMs: number,
  ): ReturnType<typeof failure<'NodeIdTaken' | 'Full'>> | ReturnType<typeof success<undefined>> {
    const { key, registrationId, nodeId, holder } = registration;
    const namesake = meshes.get(key)?.byNode.get(nodeId);
    // Who asks twice over one connection did not hear the first answer: the later registration replaces the earlier.
    if (namesake && isLive(namesake) && namesake.holder !== holder) return failure('NodeIdTaken');
    if (namesake) erase(namesake);
    if (!hasRoom(holder) || total >= bounds.maxTotal) return failure('Full');
    let mesh = meshes.get(key);
    if (mesh && mesh.entries.length >= bounds.maxPerKey) return failure('Full');
    if (!mesh) meshes.set(key, (mesh = { entries: [], byRegistration: new Map(), byNode: new Map() }));
    assert(!mesh.byRegistration.has(registrationId), 'a registration ID is fresh');
    const expiresAt = clock.now() + lifetimeMs;
    const entry: Entry = { key, registrationId, nodeId, holder: undefined, expiresAt, index: mesh.entries.length };
    mesh.entries.push(entry);
    mesh.byRegistration.set(registrationId, entry);
    mesh.byNode.set(nodeId, entry);
    attach(entry, holder);
    total++;
    return success(undefined);
  }

  /** Fisher-Yates without touching the array: swaps are remembered for the few places that were drawn. */
  function drawn(mesh: Mesh, max: number, except: NodeId): NodeId[] {
    const picked: NodeId[] = [];
    const swapped = new Map<number, number>();
    for (let i = 0; i < mesh.entries.length && picked.length < max; i++) {
      const j = i + Math.floor(random.fraction() * (mesh.entries.length - i));
      const entry = mesh.entries[swapped.get(j) ?? j];
      swapped.set(j, swapped.get(i) ?? i);
      assert(entry !== undefined, 'a draw stays within the mesh');
      if (entry.nodeId !== except && entry.holder !== undefined && isLive(entry)) picked.push(entry.nodeId);
    }
    return picked;
  }

  return {
    async add(registration, lifetimeMs) {
      return insert(registration, lifetimeMs);
    },
    async bind(ref, holder, lifetimeMs) {
      const entry = liveEntry(ref);
      if (!entry) return failure('NotFound');
      if (entry.holder !== holder && !hasRoom(holder)) return failure('Full');
      attach(entry, holder);
      entry.expiresAt = clock.now() + lifetimeMs;
      return success({ nodeId: entry.nodeId });
    },
    async find(ref) {
      const entry = liveEntry(ref);
      return entry && { nodeId: entry.nodeId };
    },
    async findHeld(key, nodeId) {
      const entry = meshes.get(key)?.byNode.get(nodeId);
      return entry?.holder !== undefined && isLive(entry) ? { nodeId, holder: entry.holder } : undefined;
    },
    async pick(key, max, except) {
      const mesh = meshes.get(key);
      return mesh ? drawn(mesh, max, except) : [];
    },
    async remove(ref) {
      const entry = liveEntry(ref);
      if (entry) erase(entry);
      return entry !== undefined;
    },
    async release(holder, graceMs) {
      for (const entry of [...(byHolder.get(holder) ?? [])]) {
        loosen(entry);
        entry.expiresAt = Math.min(entry.expiresAt, clock.now() + graceMs);
      }
    },
    async sweep() {
      const expired = [...meshes.values()].flatMap((mesh) => mesh.entries.filter((entry) => !isLive(entry)));
      for (const entry of expired) erase(entry);
      return expired.length;
    },
    async counts() {
      return { registrations: total, meshes: meshes.size };
    },
  };
}
