/**
 * Who introduced whom: through which neighbour a node was named, or its wish for a link came. [TP11]
 * One neighbour introduces two at most, so that none makes up the whole of a node's acquaintance.
 */
import type { NodeId } from '../base/ids.ts';
import type { SignalPath } from './signalling.ts';

export const MAX_INTRODUCED = 2;

export interface Introductions {
  /** Undefined for who was introduced by nobody here. */
  note(nodeId: NodeId, introducer: SignalPath): void;
  /** Whether it has introduced as many as it may, of those that are linked or about to be; one may be left out. */
  isSpent(introducer: NodeId, besides?: NodeId): boolean;
}

/** `isHeld` says whether there is a link or an attempt with a node; others are forgotten. */
export function createIntroductions(isHeld: (nodeId: NodeId) => boolean): Introductions {
  const introducers = new Map<NodeId, NodeId>();
  return {
    note(nodeId, introducer) {
      introducers.delete(nodeId);
      if (introducer !== undefined) introducers.set(nodeId, introducer);
    },
    isSpent(introducer, besides) {
      let count = 0;
      for (const [nodeId, by] of introducers) {
        if (!isHeld(nodeId)) introducers.delete(nodeId);
        else if (by === introducer && nodeId !== besides) count += 1;
      }
      return count >= MAX_INTRODUCED;
    },
  };
}
