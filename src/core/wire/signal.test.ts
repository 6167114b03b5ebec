import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_SIGNAL_CHARS } from '../ports/transport.ts';
import { decodeSignal, encodeSignal, MAX_SESSION_SIGNAL_CHARS, type SessionSignal } from './signal.ts';

const SESSION = '0123456789abcdef';

describe('signals', () => {
  it.each<[string, SessionSignal]>([
    [`C${SESSION}`, { kind: 'Call', session: SESSION }],
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
    ['a lower-case letter', `c${SESSION}`],
    ['a session that is too short', `C${SESSION.slice(1)}`],
    ['a session in upper case', `C${SESSION.toUpperCase()}`],
    ['a call with something behind it', `C${SESSION}x`],
    ['a call with a line break behind it', `C${SESSION}\n`],
    ['busy with something behind it', `B${SESSION}x`],
    ['a transport signal without one', `T${SESSION}`],
    ['something before it', ` C${SESSION}`],
  ])('[SG2] %s is no signal', (_what, text) => {
    expect(decodeSignal(text)).toBeUndefined();
  });

  it('[SG2] is as long as the longest transport signal makes it, and no longer', () => {
    const longest = `T${SESSION}${'x'.repeat(MAX_SIGNAL_CHARS)}`;
    expect(longest).toHaveLength(MAX_SESSION_SIGNAL_CHARS);
    expect(decodeSignal(longest)).toMatchObject({ kind: 'Transport' });
    expect(decodeSignal(`${longest}x`)).toBeUndefined();
  });

  it('[SG2] whatever is read is written the same', () => {
    const text = fc.tuple(fc.constantFrom('C', 'B', 'T', 'X'), fc.constantFrom(SESSION, 'short'), fc.string());
    fc.assert(
      fc.property(text, (parts) => {
        const signal = decodeSignal(parts.join(''));
        if (signal) expect(encodeSignal(signal)).toBe(parts.join(''));
      }),
      { seed: 1, numRuns: 2000 },
    );
  });
});
