import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_SIGNAL_CHARS } from '../ports/transport.ts';
import { decodeSignal, encodeSignal, MAX_SESSION_SIGNAL_CHARS, type SessionSignal } from './signal.ts';

const SESSION = '0123456789abcdef';
const NONCE = '5a'.repeat(32);
const nonce = new Uint8Array(32).fill(0x5a);

describe('signals', () => {
  it.each<[string, SessionSignal]>([
    [`O${SESSION}${NONCE}offer`, { kind: 'Offer', session: SESSION, nonce, signal: 'offer' }],
    [`A${SESSION}${NONCE}answer`, { kind: 'Answer', session: SESSION, nonce, signal: 'answer' }],
    [`B${SESSION}`, { kind: 'Busy', session: SESSION }],
    [`T${SESSION}{"type":"offer"}`, { kind: 'Transport', session: SESSION, signal: '{"type":"offer"}' }],
    [`T${SESSION}\nC\u{1f4ac}`, { kind: 'Transport', session: SESSION, signal: '\nC\u{1f4ac}' }],
  ])('[SG2] %j is a letter, a session and what the transport said', (text, signal) => {
    expect(encodeSignal(signal)).toBe(text);
    expect(decodeSignal(text)).toEqual(signal);
  });

  it.each([
    ['nothing', ''],
    ['an unknown letter', `X${SESSION}`],
    ['a lower-case letter', `b${SESSION}`],
    ['a session that is too short', `B${SESSION.slice(1)}`],
    ['a session in upper case', `B${SESSION.toUpperCase()}`],
    ['an offer without one', `O${SESSION}${NONCE}`],
    ['an answer without a nonce', `A${SESSION}answer`],
    ['a nonce that is too short', `O${SESSION}${NONCE.slice(1)}x`],
    ['a nonce in upper case', `O${SESSION}${NONCE.toUpperCase()}offer`],
    ['busy with a line break behind it', `B${SESSION}\n`],
    ['busy with something behind it', `B${SESSION}x`],
    ['a transport signal without one', `T${SESSION}`],
    ['something before it', ` B${SESSION}`],
  ])('[SG2] %s is no signal', (_what, text) => {
    expect(decodeSignal(text)).toBeUndefined();
  });

  it('[SG2] is as long as the longest transport signal makes it, and no longer', () => {
    const longest = `O${SESSION}${NONCE}${'x'.repeat(MAX_SIGNAL_CHARS)}`;
    expect(longest).toHaveLength(MAX_SESSION_SIGNAL_CHARS);
    expect(decodeSignal(longest)).toMatchObject({ kind: 'Offer' });
    expect(decodeSignal(`${longest}x`)).toBeUndefined();
  });

  it('[SG2] whatever is read is written the same', () => {
    const text = fc.tuple(
      fc.constantFrom('O', 'A', 'B', 'T', 'X'),
      fc.constantFrom(SESSION, 'short'),
      fc.constantFrom(NONCE, ''),
      fc.string(),
    );
    fc.assert(
      fc.property(text, (parts) => {
        const signal = decodeSignal(parts.join(''));
        if (signal) expect(encodeSignal(signal)).toBe(parts.join(''));
      }),
      { seed: 1, numRuns: 2000 },
    );
  });
});
