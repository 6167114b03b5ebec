/**
 * Who says one thing to some and another to others, under one sequence: what was accepted is compared with what comes. [FL9]
 * Owns which keys did, and what was accepted and is held nowhere else; passes nothing on.
 */
import { assert } from '../base/assert.ts';
import { toHex } from '../base/bytes.ts';
import { dropOldest } from '../base/drop-oldest.ts';
import type { EnvelopeId, NodeId } from '../base/ids.ts';
import { decodeBody, ItemKind, type EnvelopeBody, type SignedEnvelope } from '../wire/envelope.ts';
import type { EnvelopeStore } from './envelope-store.ts';
import type { Equivocation, Statement } from './types.ts';

/** Keys known for it: once is enough. The oldest are forgotten first. */
export const MAX_EQUIVOCATORS = 512;
/** Envelopes that went no farther, so that nobody may ask for them: what neighbours say to neighbours in some seconds. */
const MAX_UNHELD = 256;

interface Held {
  readonly id: EnvelopeId;
  readonly envelope: SignedEnvelope;
}

interface Named {
  readonly origin: NodeId;
  readonly body: EnvelopeBody;
}

export interface Equivocations {
  /** Accepted, and not for others. */
  keep(accepted: Held & Named): void;
  /** What was accepted under the sequence of an envelope that is another; undefined if that would be no news. */
  otherThan(id: EnvelopeId, named: Named): Held | undefined;
  /** From now on it is no news of this key. `withheld` are items of the second that an application does not want. */
  expose(first: Held, second: Held & Named & { readonly withheld?: ReadonlySet<number> | undefined }): Equivocation;
}

export function createEquivocations(store: Pick<EnvelopeStore, 'within'>): Equivocations {
  const equivocators = new Set<string>();
  const unheld = new Map<string, Held>();

  const nameOf = ({ origin, body }: Named): string => `${origin}/${body.sequence}`;

  return {
    keep(accepted) {
      unheld.set(nameOf(accepted), { id: accepted.id, envelope: accepted.envelope });
      dropOldest(unheld, MAX_UNHELD);
    },
    otherThan(id, named) {
      const { originKey, sequence } = named.body;
      if (equivocators.has(toHex(originKey))) return undefined;
      const [held] = store.within(named.origin, [{ from: sequence, to: sequence }]);
      const first = held ?? unheld.get(nameOf(named));
      return first?.id === id ? undefined : first;
    },
    expose(first, { origin, body, envelope, withheld }) {
      equivocators.add(toHex(body.originKey));
      dropOldest(equivocators, MAX_EQUIVOCATORS);
      const statements = [statementOf(first.envelope), statementOf(envelope, withheld)] as const;
      return { origin, originKey: body.originKey, sequence: body.sequence, statements };
    },
  };
}

/** With bytes of its own: whoever changed those of an envelope would have its neighbours cut this node for it. */
function statementOf({ bytes, signature }: SignedEnvelope, withheld?: ReadonlySet<number>): Statement {
  const envelope = { bytes: bytes.slice(), signature: signature.slice() };
  return { envelope, messages: messagesOf(bodyOf(envelope), withheld) };
}

function messagesOf({ items }: EnvelopeBody, withheld?: ReadonlySet<number>): Statement['messages'] {
  return items.flatMap(({ kind, path, payload }, index) =>
    (kind === ItemKind.Message || kind === ItemKind.Retained) && path !== '' && !withheld?.has(index)
      ? [{ path, payload }]
      : [],
  );
}

function bodyOf({ bytes }: SignedEnvelope): EnvelopeBody {
  const decoded = decodeBody(bytes);
  assert(decoded.ok, 'an envelope that was accepted can be decoded');
  return decoded.value;
}
