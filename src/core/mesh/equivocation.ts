/** Two envelopes under one sequence, as the application is shown them. [FL9] Pure. */
import { assert } from '../base/assert.ts';
import type { NodeId } from '../base/ids.ts';
import { decodeBody, ItemKind, type SignedEnvelope } from '../wire/envelope.ts';
import type { Equivocation, Statement } from './types.ts';

/** Of envelopes that were decoded before, `first` being the one that was accepted. */
export function equivocationOf(origin: NodeId, first: SignedEnvelope, second: SignedEnvelope): Equivocation {
  const { originKey, sequence } = bodyOf(first);
  return { origin, originKey, sequence, statements: [statementOf(first), statementOf(second)] };
}

function statementOf(envelope: SignedEnvelope): Statement {
  const messages = bodyOf(envelope).items.flatMap(({ kind, path, payload }) =>
    kind === ItemKind.Message && path !== '' ? [{ path, payload }] : [],
  );
  return { envelope, messages };
}

function bodyOf({ bytes }: SignedEnvelope) {
  const decoded = decodeBody(bytes);
  assert(decoded.ok, 'an envelope that was accepted can be decoded');
  return decoded.value;
}
