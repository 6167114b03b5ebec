/** Endpoints of one node: who listens on which path. [FL6] Several channels share the node, also on one path (R3, R7). */
import type { EndpointPath } from '../base/ids.ts';
import type { Delivery } from './types.ts';

export interface Channels {
  add(path: EndpointPath): ChannelEntry;
  deliver(delivery: Delivery): void;
  /** There is a channel of this path. */
  has(path: EndpointPath): boolean;
  readonly size: number;
}

export interface ChannelEntry {
  onDelivery(listener: (delivery: Delivery) => void): () => void;
  /** Returns true when it was the last channel of its path. */
  remove(): boolean;
}

export function createChannels(): Channels {
  const entries = new Map<EndpointPath, Set<Set<(delivery: Delivery) => void>>>();
  let size = 0;
  return {
    get size() {
      return size;
    },
    add(path) {
      const listeners = new Set<(delivery: Delivery) => void>();
      const ofPath = entries.get(path) ?? new Set();
      entries.set(path, ofPath.add(listeners));
      size += 1;
      let isRemoved = false;
      return {
        onDelivery(listener) {
          const entry = (delivery: Delivery): void => listener(delivery);
          listeners.add(entry);
          return () => listeners.delete(entry);
        },
        remove() {
          if (isRemoved) return false;
          isRemoved = true;
          size -= 1;
          ofPath.delete(listeners);
          if (ofPath.size > 0) return false;
          entries.delete(path);
          return true;
        },
      };
    },
    has: (path) => entries.has(path),
    deliver(delivery) {
      for (const listeners of [...(entries.get(delivery.path) ?? [])])
        for (const listener of [...listeners]) listener(delivery);
    },
  };
}
