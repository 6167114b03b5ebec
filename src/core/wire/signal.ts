/**
 * Signals between two nodes that want a link, with the attempt they belong to. [SG1, SG2]
 * The text travels over the resolver or over a common neighbour; neither looks into it.
 */
import { MAX_SIGNAL_CHARS, type Signal } from '../ports/transport.ts';

/** 16 hex digits, chosen by whoever speaks first; stale signals of an earlier attempt are told by it. */
export type SessionId = string;

export const SESSION_ID_CHARS = 16;
/** A session signal is a letter and the session before the transport's signal. */
export const MAX_SESSION_SIGNAL_CHARS = MAX_SIGNAL_CHARS + 1 + SESSION_ID_CHARS;

export type SessionSignal =
  /** Please make an offer: sent by the node with the larger ID, which never offers itself. */
  | { readonly kind: 'Call'; readonly session: SessionId }
  /** No link possible now. */
  | { readonly kind: 'Busy'; readonly session: SessionId }
  | { readonly kind: 'Transport'; readonly session: SessionId; readonly signal: Signal };

const LETTERS = { Call: 'C', Busy: 'B', Transport: 'T' } as const;
const FORM = /^([CBT])([0-9a-f]{16})/;

export function encodeSignal(signal: SessionSignal): string {
  return LETTERS[signal.kind] + signal.session + (signal.kind === 'Transport' ? signal.signal : '');
}

export function decodeSignal(text: string): SessionSignal | undefined {
  if (text.length > MAX_SESSION_SIGNAL_CHARS) return undefined;
  const match = FORM.exec(text);
  if (!match) return undefined;
  const [head, letter, session] = match as unknown as [string, string, string];
  const rest = text.slice(head.length);
  if (letter === 'T') return rest === '' ? undefined : { kind: 'Transport', session, signal: rest };
  if (rest !== '') return undefined;
  return { kind: letter === 'C' ? 'Call' : 'Busy', session };
}
