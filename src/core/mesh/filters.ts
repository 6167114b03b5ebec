/**
 * Propagation filters: what an application lets in and on, by path. [PG1-PG4]
 * Owns the filters and what their answers mean for an envelope; neither relays nor delivers.
 */
import { assert } from '../base/assert.ts';
import type { EndpointPath } from '../base/ids.ts';
import { ItemKind } from '../wire/envelope.ts';
import type { AcceptedEnvelope } from './flood.ts';
import type { FilteredMessage, Propagation, PropagationFilter } from './types.ts';

const ANSWERS: readonly Propagation[] = ['None', 'Local', 'Remote', 'LocalAndRemote'];

export interface Filters {
  set(path: EndpointPath, filter: PropagationFilter | undefined): void;
  /** Where an own message goes. What the filter throws is thrown to who sends. */
  ask(message: FilteredMessage): Propagation;
  /** An envelope of somebody else, with what the filters hold back of it. */
  apply(accepted: AcceptedEnvelope): AcceptedEnvelope;
}

export function createFilters(
  /** Filters of paths without a channel are not asked. */
  isListening: (path: EndpointPath) => boolean,
  onFault: (path: EndpointPath, error: unknown) => void,
): Filters {
  const filters = new Map<EndpointPath, PropagationFilter>();

  function ask(message: FilteredMessage): Propagation {
    const filter = isListening(message.path) ? filters.get(message.path) : undefined;
    if (!filter) return 'LocalAndRemote';
    // A copy: whoever changed the bytes of an envelope would have its neighbours cut this node for it.
    const answer = filter({ ...message, payload: message.payload.slice() });
    assert(ANSWERS.includes(answer), `a propagation filter answers one of ${ANSWERS.join(', ')}`);
    return answer;
  }

  /** A fault of the application keeps the message from it, and from nobody else. */
  function askSafely(message: FilteredMessage): Propagation {
    try {
      return ask(message);
    } catch (error) {
      onFault(message.path, error);
      return 'Remote';
    }
  }

  return {
    set(path, filter) {
      if (filter) filters.set(path, filter);
      else filters.delete(path);
    },
    ask,
    apply(accepted) {
      if (filters.size === 0) return accepted;
      const { origin, body } = accepted;
      const withheld = new Set<number>();
      let goesOn = false;
      body.items.forEach(({ kind, path, payload }, index) => {
        const isMessage = kind === ItemKind.Message && path !== '';
        const answer = isMessage
          ? askSafely({ path, payload, origin, originKey: body.originKey, own: false })
          : 'LocalAndRemote';
        if (!isLocal(answer)) withheld.add(index);
        if (isRemote(answer)) goesOn = true;
      });
      return { ...accepted, withheld, hopLimit: goesOn ? accepted.hopLimit : 0 };
    },
  };
}

export function isLocal(answer: Propagation): boolean {
  return answer === 'Local' || answer === 'LocalAndRemote';
}

export function isRemote(answer: Propagation): boolean {
  return answer === 'Remote' || answer === 'LocalAndRemote';
}
