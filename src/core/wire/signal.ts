/**
 * Signals between two nodes that want a link, with the attempt they belong to. [SG1, SG2]
 * The text travels over the resolver or over a common neighbour; neither looks into it.
 */
import { fromHex, toHex } from '../base/bytes.ts';
import { MAX_SIGNAL_CHARS, type Signal } from '../ports/transport.ts';

/** 16 hex digits, chosen by whoever offers; stale signals of an earlier attempt are told by it. */
export type SessionId = string;

export const SESSION_ID_CHARS = 16;
/** Of the proof [PF3]: told with the description, so that both ends can begin it while the connection opens. */
export const NONCE_BYTES = 32;
/** A session signal is a letter, the session and maybe the nonce before the transport's signal. */
export const MAX_SESSION_SIGNAL_CHARS = MAX_SIGNAL_CHARS + 1 + SESSION_ID_CHARS + 2 * NONCE_BYTES;

export type SessionSignal =
  /** The transport's first signal of the end that dials, and of the other end. */
  | {
      readonly kind: 'Offer' | 'Answer';
      readonly session: SessionId;
      readonly nonce: Uint8Array;
      readonly signal: Signal;
    }
  /** What the transport signals after that. */
  | { readonly kind: 'Transport'; readonly session: SessionId; readonly signal: Signal }
  /** No link possible now. */
  | { readonly kind: 'Busy'; readonly session: SessionId };

const LETTERS = { Offer: 'O', Answer: 'A', Transport: 'T', Busy: 'B' } as const;
const FORM = /^(?:([OA])([0-9a-f]{16})([0-9a-f]{64})(?=.)|(T)([0-9a-f]{16})(?=.)|(B)([0-9a-f]{16})$)/s;

export function encodeSignal(signal: SessionSignal): string {
  const head = LETTERS[signal.kind] + signal.session;
  if (signal.kind === 'Busy') return head;
  return signal.kind === 'Transport' ? head + signal.signal : head + toHex(signal.nonce) + signal.signal;
}

export function decodeSignal(text: string): SessionSignal | undefined {
  if (text.length > MAX_SESSION_SIGNAL_CHARS) return undefined;
  const match = FORM.exec(text);
  if (!match) return undefined;
  const signal = text.slice(match[0].length);
  if (match[1])
    return { kind: match[1] === 'O' ? 'Offer' : 'Answer', session: match[2]!, nonce: fromHex(match[3]!), signal };
  return match[4] ? { kind: 'Transport', session: match[5]!, signal } : { kind: 'Busy', session: match[7]! };
}
