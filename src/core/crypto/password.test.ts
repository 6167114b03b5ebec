import { describe, expect, it } from 'vitest';
import { toHex, utf8 } from '../base/bytes.ts';
import { MAX_PASSWORD_BYTES, preparePassword } from './password.ts';

function hex(text: string): string {
  const result = preparePassword(text);
  if (!result.ok) throw new Error(result.reason);
  return toHex(result.value);
}

describe('preparePassword', () => {
  it('[PW1] composed and decomposed input are one password', () => {
    expect(hex('cafe\u0301')).toBe(hex('caf\u00e9'));
    expect(hex('\u1112\u1161\u11ab')).toBe(hex('\ud55c'));
    expect(hex('\u212b')).toBe(hex('\u00c5'));
  });

  it('[PW1] case and compatibility forms stay apart', () => {
    expect(hex('Secret')).not.toBe(hex('secret'));
    expect(hex('\uff41')).not.toBe(hex('a'));
    expect(hex('\ufb01')).not.toBe(hex('fi'));
  });

  it('[PW2] every kind of space is the ASCII space', () => {
    for (const space of ['\u00a0', '\u1680', '\u2003', '\u202f', '\u205f', '\u3000']) {
      expect(hex(`correct${space}horse`)).toBe(hex('correct horse'));
    }
  });

  it('[PW2] nothing is trimmed or folded', () => {
    expect(hex('secret ')).not.toBe(hex('secret'));
    expect(hex(' secret')).not.toBe(hex('secret'));
    expect(hex('a  b')).not.toBe(hex('a b'));
    expect(hex(' ')).toBe('20');
  });

  it('[PW3] emoji pass unchanged, joiners and variation selectors included', () => {
    for (const text of ['\u{1f511}', '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}', '\u2764\ufe0f', '\u{1f1e9}\u{1f1ea}']) {
      expect(hex(text)).toBe(toHex(utf8(text)));
    }
  });

  it('[PW4] an empty password is refused', () => {
    expect(preparePassword('')).toEqual({ ok: false, reason: 'Empty' });
  });

  it('[PW4] control characters, lone surrogates and noncharacters are refused', () => {
    for (const text of ['a\nb', 'a\tb', '\u0000', 'a\u007f', 'a\u0085', '\ud800', 'a\udc00b', '\uffff', '\u{1fffe}']) {
      expect(preparePassword(text), JSON.stringify(text)).toEqual({ ok: false, reason: 'BadCharacter' });
    }
  });

  it('[PW4] the bound counts bytes after preparation', () => {
    expect(preparePassword('x'.repeat(MAX_PASSWORD_BYTES)).ok).toBe(true);
    expect(preparePassword('x'.repeat(MAX_PASSWORD_BYTES + 1))).toEqual({ ok: false, reason: 'TooLong' });
    expect(preparePassword('e\u0301'.repeat(MAX_PASSWORD_BYTES / 2)).ok).toBe(true);
    expect(preparePassword('\u00e9'.repeat(MAX_PASSWORD_BYTES / 2 + 1))).toEqual({ ok: false, reason: 'TooLong' });
  });
});
