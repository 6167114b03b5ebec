/**
 * How many others have an own message, of how many. [CH12]
 * Owns both numbers while they may still change. Is told who comes and goes and what the mesh counts; nobody is told who
 * has it, so who leaves is not taken off.
 */
import { dropOldest } from '../base/drop-oldest.ts';
import type { EnvelopeId, NodeId } from '../base/ids.ts';
import { MAX_MEMBERS } from '../mesh/membership.ts';
import { COUNTED_FOR_MS, MAX_COUNTED } from '../mesh/receipts.ts';
import type { Clock } from '../ports/clock.ts';

export interface Reach {
  /** Others that are known to have it, at least one and at most `of`. */
  readonly nodes: number;
  /** Others who were in the room when it was sent, or came while it is counted. Never falls. */
  readonly of: number;
}

export interface Reaches {
  /** An own message was sent, with `others` in the room. Messages of one envelope are told one after the other. */
  sent(envelope: EnvelopeId, messageId: string, others: number): void;
  /** So many nodes have it, as the mesh tells. */
  reached(envelope: EnvelopeId, nodes: number): void;
  joined(nodeId: NodeId): void;
  left(nodeId: NodeId): void;
}

interface Sent {
  readonly messageIds: string[];
  /** Its place among sendings and departures. */
  readonly step: number;
  of: number;
  nodes: number;
  /** When somebody first had it. */
  reachedAt: number;
}

export function createReaches(clock: Clock, onChanged: (messageIds: readonly string[], reach: Reach) => void): Reaches {
  /** Own envelopes that the mesh still counts, the oldest first. */
  const counted = new Map<EnvelopeId, Sent>();
  /** When members that are gone went. */
  const wentAt = new Map<NodeId, number>();
  let step = 0;

  function tell({ messageIds, of, nodes }: Sent): void {
    if (of > 0 && nodes > 0) onChanged(messageIds, { nodes: Math.min(nodes, of), of });
  }

  function forgetCounted(): void {
    for (const [envelope, { reachedAt }] of counted) {
      if (counted.size > MAX_COUNTED || clock.now() - reachedAt >= COUNTED_FOR_MS) counted.delete(envelope);
    }
  }

  return {
    sent(envelope, messageId, others) {
      const sent = counted.get(envelope);
      if (sent) sent.messageIds.push(messageId);
      else counted.set(envelope, { messageIds: [messageId], step: ++step, of: others, nodes: 0, reachedAt: Infinity });
      forgetCounted();
    },
    reached(envelope, nodes) {
      const sent = counted.get(envelope);
      if (!sent || nodes <= sent.nodes) return;
      if (sent.nodes === 0) sent.reachedAt = clock.now();
      sent.nodes = nodes;
      tell(sent);
    },
    joined(nodeId) {
      forgetCounted();
      const went = wentAt.get(nodeId) ?? 0;
      wentAt.delete(nodeId);
      for (const sent of counted.values()) {
        // It was there before it went, and is one of them already.
        if (went > sent.step) continue;
        sent.of += 1;
        tell(sent);
      }
    },
    left(nodeId) {
      wentAt.set(nodeId, ++step);
      dropOldest(wentAt, MAX_MEMBERS);
    },
  };
}
