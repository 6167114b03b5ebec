/**
 * The memory resolver's table: who is registered under which rendezvous key, found by registration ID or node ID and
 * drawn from at random. An expired entry is never found, whether or not it was swept. Knows no time and no clients.
 */
import type { NodeId, RegistrationId, RendezvousKey } from '../src/core/base/ids.ts';
import type { SeededRandom } from './seeded-random.ts';

export interface RegistrationEntry<Holder> {
  readonly key: RendezvousKey;
  readonly registrationId: RegistrationId;
  readonly nodeId: NodeId;
  expiresAtMs: number;
  /** The connection it is bound to. */
  holder: Holder;
}

export interface Registrations<Holder> {
  add(entry: RegistrationEntry<Holder>): RegistrationEntry<Holder>;
  find(key: RendezvousKey, id: RegistrationId, nowMs: number): RegistrationEntry<Holder> | undefined;
  findNode(key: RendezvousKey, nodeId: NodeId, nowMs: number): RegistrationEntry<Holder> | undefined;
  /** At most `max` distinct others under the asker's key, each as likely as the next. */
  sample(asker: RegistrationEntry<Holder>, max: number, nowMs: number): readonly NodeId[];
  /** Binds it to another connection. */
  bind(entry: RegistrationEntry<Holder>, holder: Holder): void;
  remove(entry: RegistrationEntry<Holder>): void;
  removeAllOf(holder: Holder): void;
  clear(): void;
  count(nowMs: number): number;
}

/** The registrations of one mesh; the list is what is drawn from. */
interface Rendezvous<Holder> {
  readonly byId: Map<RegistrationId, RegistrationEntry<Holder>>;
  readonly byNode: Map<NodeId, RegistrationEntry<Holder>>;
  readonly list: RegistrationEntry<Holder>[];
  readonly places: Map<RegistrationEntry<Holder>, number>;
}

export function createRegistrations<Holder>(random: SeededRandom): Registrations<Holder> {
  const meshes = new Map<RendezvousKey, Rendezvous<Holder>>();
  const byHolder = new Map<Holder, Set<RegistrationEntry<Holder>>>();

  function remove(entry: RegistrationEntry<Holder>): void {
    const mesh = meshes.get(entry.key);
    const place = mesh?.places.get(entry);
    if (mesh === undefined || place === undefined) return;
    mesh.byId.delete(entry.registrationId);
    mesh.byNode.delete(entry.nodeId);
    mesh.places.delete(entry);
    const last = mesh.list.pop()!;
    if (last !== entry) {
      mesh.list[place] = last;
      mesh.places.set(last, place);
    }
    byHolder.get(entry.holder)?.delete(entry);
  }

  function hold(entry: RegistrationEntry<Holder>): void {
    const held = byHolder.get(entry.holder);
    if (held) held.add(entry);
    else byHolder.set(entry.holder, new Set([entry]));
  }

  function live(entry: RegistrationEntry<Holder> | undefined, nowMs: number): RegistrationEntry<Holder> | undefined {
    if (entry === undefined || entry.expiresAtMs > nowMs) return entry;
    remove(entry);
    return undefined;
  }

  const findNode = (key: RendezvousKey, nodeId: NodeId, nowMs: number): RegistrationEntry<Holder> | undefined =>
    live(meshes.get(key)?.byNode.get(nodeId), nowMs);

  return {
    add(entry) {
      let mesh = meshes.get(entry.key);
      if (!mesh) meshes.set(entry.key, (mesh = { byId: new Map(), byNode: new Map(), list: [], places: new Map() }));
      mesh.byId.set(entry.registrationId, entry);
      mesh.byNode.set(entry.nodeId, entry);
      mesh.places.set(entry, mesh.list.length);
      mesh.list.push(entry);
      hold(entry);
      return entry;
    },
    find: (key, id, nowMs) => live(meshes.get(key)?.byId.get(id), nowMs),
    findNode,
    sample(asker, max, nowMs) {
      const { list, places } = meshes.get(asker.key)!;
      const drawn: NodeId[] = [];
      // A partial shuffle: what is drawn moves to the front, so the next draw is from the rest.
      for (let front = 0; drawn.length < max && front < list.length;) {
        const place = front + random.below(list.length - front);
        const entry = list[place]!;
        if (entry.expiresAtMs <= nowMs) {
          remove(entry);
          continue;
        }
        const displaced = list[front]!;
        list[front] = entry;
        list[place] = displaced;
        places.set(entry, front);
        places.set(displaced, place);
        front++;
        if (entry !== asker) drawn.push(entry.nodeId);
      }
      return drawn;
    },
    bind(entry, holder) {
      byHolder.get(entry.holder)?.delete(entry);
      entry.holder = holder;
      hold(entry);
    },
    remove,
    removeAllOf(holder) {
      for (const entry of byHolder.get(holder) ?? []) remove(entry);
      byHolder.delete(holder);
    },
    clear() {
      meshes.clear();
      byHolder.clear();
    },
    count(nowMs) {
      let count = 0;
      for (const mesh of meshes.values()) count += mesh.list.filter((entry) => entry.expiresAtMs > nowMs).length;
      return count;
    },
  };
}
