/**
 * Own messages that nobody is known to have: kept, and given to whoever comes, until a receipt says that one has them.
 * [OB1-OB3]
 * Knows envelopes as copies to be given; signs and delivers nothing.
 */
import type { EnvelopeId } from '../base/ids.ts';
import { encodeRecord } from '../wire/records.ts';
import type { SignedEnvelope } from '../wire/envelope.ts';
import type { Neighbour } from './neighbours.ts';
import type { DeliveryState, MeshCounters } from './types.ts';

/** What somebody alone may write: an evening's notes, given to the first who comes within a second. */
export const MAX_OUTBOX_MESSAGES = 200;
/** A quarter of what a link may queue. */
export const MAX_OUTBOX_BYTES = 256 * 1024;
export interface OwnMessages {
  readonly id: EnvelopeId;
  readonly messageIds: readonly string[];
  readonly envelope: SignedEnvelope;
  readonly hopLimit: number;
}

export interface Outbox {
  /** Sent just now, to `given`. */
  add(own: OwnMessages, given: readonly Neighbour[]): DeliveryState;
  /** A neighbour that can be given what waits. */
  welcome(neighbour: Neighbour): void;
  lose(neighbour: Neighbour): void;
  /** Somebody has it. */
  reached(id: EnvelopeId): void;
  /** False when so much more may not wait. */
  hasRoom(messages: number, bytes: number): boolean;
  tick(): void;
}

interface Kept extends OwnMessages {
  state: DeliveryState;
  /** Neighbours it went to. */
  readonly given: Set<Neighbour>;
}

export function createOutbox(
  counters: MeshCounters,
  onChanged: (messageIds: readonly string[], state: DeliveryState) => void,
): Outbox {
  const kept = new Map<EnvelopeId, Kept>();
  const welcomed = new Set<Neighbour>();
  let messages = 0;
  let bytes = 0;

  function forget(one: Kept): void {
    kept.delete(one.id);
    messages -= one.messageIds.length;
    bytes -= one.envelope.bytes.length;
  }

  function put(one: Kept, state: DeliveryState): void {
    if (one.state === state) return;
    one.state = state;
    onChanged(one.messageIds, state);
  }

  function settle(one: Kept): void {
    if (stateOf(one.given) === 'waiting') {
      for (const neighbour of welcomed) {
        if (neighbour.isSuspect || one.given.has(neighbour)) continue;
        one.given.add(neighbour);
        const { hopLimit, envelope } = one;
        neighbour.relay(encodeRecord({ type: 'Flood', hops: 0, hopLimit, tree: undefined, envelope }));
        counters.envelopesSent += 1;
      }
    }
    put(one, stateOf(one.given));
  }

  const settleAll = (): void => [...kept.values()].forEach(settle);

  return {
    add(own, given) {
      const one: Kept = { ...own, state: stateOf(given), given: new Set(given) };
      kept.set(own.id, one);
      messages += one.messageIds.length;
      bytes += one.envelope.bytes.length;
      // Who speaks much to somebody does not fill it: what was given to the living is most likely received.
      for (const oldest of kept.values()) {
        if (messages <= MAX_OUTBOX_MESSAGES && bytes <= MAX_OUTBOX_BYTES) break;
        if (oldest.state === 'sent') forget(oldest);
      }
      return one.state;
    },
    welcome(neighbour) {
      welcomed.add(neighbour);
      settleAll();
    },
    lose(neighbour) {
      welcomed.delete(neighbour);
      for (const one of kept.values()) one.given.delete(neighbour);
      settleAll();
    },
    reached(id) {
      const one = kept.get(id);
      if (!one) return;
      forget(one);
      put(one, 'sent');
    },
    hasRoom: (more, moreBytes) => messages + more <= MAX_OUTBOX_MESSAGES && bytes + moreBytes <= MAX_OUTBOX_BYTES,
    tick: settleAll,
  };
}

/** Who is suspect may never have got it. */
function stateOf(given: Iterable<Neighbour>): DeliveryState {
  for (const neighbour of given) if (!neighbour.isSuspect) return 'sent';
  return 'waiting';
}
