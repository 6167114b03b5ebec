import { describe, expect, it } from 'vitest';
import { cleanNickname, isNamesake, parseNickname } from './nickname.ts';

describe('nickname', () => {
  it.each([
    ['alice', 'alice'],
    ['  alice   of  the\tlake ', 'alice of the lake'],
    ['ame\u0301lie', 'am\u00e9lie'],
    ['al\u200bi\u202ece\u2066', 'alice'],
    ['a\u0000b\u001bc', 'abc'],
    ['al \u200b ice', 'al ice'],
    ['alice\u2028of\u00a0the lake', 'alice of the lake'],
    ['\u65e5\u672c\u8a9e', '\u65e5\u672c\u8a9e'],
    ['\u{1f469}\u200d\u{1f4bb}', '\u{1f469}\u200d\u{1f4bb}'],
    ['\u0645\u06cc\u200c\u062e\u0648\u0627\u0647', '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647'],
    ['\u200dal\u200c ice\u200d', 'al ice'],
    ['al\u200d\u200cice', 'alice'],
  ])('[CH2] %j is %j', (typed, nickname) => {
    expect(parseNickname(typed)).toEqual({ ok: true, value: nickname });
  });

  it.each(['', '   ', '\u200b\u200b', '\u202e', '\n'])('[CH2] %j is DefaultName', (typed) => {
    expect(parseNickname(typed)).toEqual({ ok: true, value: 'DefaultName' });
  });

  it('[CH2] has at most 40 characters, of whatever script; a longer one is refused', () => {
    expect(parseNickname('x'.repeat(40)).ok).toBe(true);
    expect(parseNickname('👋'.repeat(40)).ok).toBe(true);
    expect(parseNickname('x'.repeat(41))).toEqual({ ok: false, reason: 'TooLong' });
    expect(parseNickname(`${'x'.repeat(40)}\u200b  `).ok).toBe(true);
  });

  it('[CH2] one that another sent is cut when it is longer', () => {
    expect([...cleanNickname('👋'.repeat(160))]).toHaveLength(40);
    expect(cleanNickname(`${'x'.repeat(39)} ${'y'.repeat(100)}`)).toBe('x'.repeat(39));
  });

  it.each([
    ['alice', 'ALICE'],
    ['alice', 'ａｌｉｃｅ'],
    ['\ufb01ona', 'fiona'],
    ['strasse', 'Strasse'],
    ['alice', 'al\u200dice'],
  ])('[CH3] %s and %s are namesakes', (a, b) => {
    expect(isNamesake(a, b)).toBe(true);
    expect(isNamesake(b, a)).toBe(true);
  });

  it.each([
    ['alice', 'alicia'],
    ['alice', 'al ice'],
    ['émile', 'emile'],
  ])('[CH3] %s and %s are not', (a, b) => {
    expect(isNamesake(a, b)).toBe(false);
  });
});
