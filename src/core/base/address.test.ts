import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAddress, formatFragment, MAX_MESH_ID_CHARS, MAX_PATH_CHARS, parseAddress } from './address.ts';

/** `mesh path` of what was read, or the reason. */
function read(text: string): string {
  const parsed = parseAddress(text);
  return parsed.ok ? `${parsed.value.meshId} ${parsed.value.path}` : parsed.reason;
}

describe('addresses as people type them', () => {
  it.each([
    ['net.p2p://riverside/games/chess', 'riverside /games/chess'],
    ['NET.P2P://riverside/chat', 'riverside /chat'],
    ['riverside', 'riverside /chat'],
    ['riverside/', 'riverside /chat'],
    ['riverside/games', 'riverside /games'],
    ['  riverside  ', 'riverside /chat'],
    ['#riverside/chat', 'riverside /chat'],
    ['https://peer.example/#riverside/chat', 'riverside /chat'],
    ['http://localhost:8080/?lang=en#riverside', 'riverside /chat'],
    ['riverside//games///chess/', 'riverside /games/chess'],
    ['A-b_c.d~9', 'a-b_c.d~9 /chat'],
  ])('[AD1] takes %s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it.each([
    ['letter case', 'RiverSide/CHAT', 'riverside/chat'],
    ['composed and decomposed letters', 'caf\u00e9', 'cafe\u0301'],
    ['upper case of a letter that is composed in lower case only', 'J\u030c', '\u01f0'],
    ['the Kelvin sign', '\u212a', 'k'],
    ['percent-encoding', 'caf%C3%A9/%63hat', 'caf\u00e9/chat'],
    ['an encoded slash', 'riverside%2Fgames', 'riverside/games'],
    ['other scripts', '\u041c\u043e\u0441\u0442', '\u043c\u043e\u0441\u0442'],
  ])('[AD2] does not regard %s', (_what, one, other) => {
    expect(read(one)).toBe(read(other));
    expect(parseAddress(one).ok).toBe(true);
  });

  it.each([
    ['', 'Empty'],
    ['   ', 'Empty'],
    ['#', 'Empty'],
    ['net.p2p://', 'Empty'],
    ['net.p2p:///chat', 'Empty'],
    ['net.p2p://#riverside', 'BadCharacter'],
    ['https://peer.example/#', 'Empty'],
    ['https://peer.example/riverside', 'BadScheme'],
    ['ftp://riverside/chat', 'BadScheme'],
    ['two words', 'BadCharacter'],
    ['riverside/a b', 'BadCharacter'],
    ['riverside?x', 'BadCharacter'],
    ['river#side', 'BadCharacter'],
    ['river:side', 'BadCharacter'],
    ['river\u0000side', 'BadCharacter'],
    ['river\u202eside', 'BadCharacter'],
    ['river\ud800side', 'BadCharacter'],
    ['<script>', 'BadCharacter'],
    ['\u{1f4ac}', 'BadCharacter'],
    ['100%', 'BadCharacter'],
    ['%C3', 'BadCharacter'],
    ['%2523', 'BadCharacter'],
  ])('[AD3] refuses %j as %s', (text, reason) => {
    expect(read(text)).toBe(reason);
  });

  it('[AD3] takes sizes to their bound and no further, counted in characters and not in code units', () => {
    const wide = '\u{1d7d8}'; // a digit beyond the basic plane: two code units
    expect(read('a'.repeat(MAX_MESH_ID_CHARS))).not.toBe('TooLong');
    expect(read('a'.repeat(MAX_MESH_ID_CHARS + 1))).toBe('TooLong');
    expect(parseAddress(wide.repeat(MAX_MESH_ID_CHARS)).ok).toBe(true);
    expect(read(wide.repeat(MAX_MESH_ID_CHARS + 1))).toBe('TooLong');
    expect(parseAddress(`a/${'b'.repeat(MAX_PATH_CHARS - 1)}`).ok).toBe(true);
    expect(read(`a/${'b'.repeat(MAX_PATH_CHARS)}`)).toBe('TooLong');
    expect(read(`a${'/b'.repeat(MAX_PATH_CHARS / 2)}`)).toBe(`a ${'/b'.repeat(MAX_PATH_CHARS / 2)}`);
    expect(read(`a${'/b'.repeat(MAX_PATH_CHARS / 2)}/b`)).toBe('TooLong');
  });

  it('[AD3] answers a megabyte at once', () => {
    for (const text of ['a', '/', '#', '%41', '\u0301', ' ', 'a/'].map((part) => part.repeat(1_000_000 / part.length)))
      expect(parseAddress(text).ok).toBe(false);
  });

  it('[AD4] formats for reading and for links', () => {
    const parsed = parseAddress('caf\u00e9/chat');
    if (!parsed.ok) throw new Error(parsed.reason);
    expect(formatAddress(parsed.value)).toBe('net.p2p://caf\u00e9/chat');
    expect(formatFragment(parsed.value)).toBe('caf%C3%A9/chat');
  });

  it('[AD2, AD4] what was read reads back as the same address, in either form', () => {
    const letter = fc.oneof(
      fc.constantFrom(...'aB9-_.~/%#\u00c9\u0301\u030cJ\u0130\u03a3\u00df'),
      fc.string({ maxLength: 1 }),
    );
    let taken = 0;
    fc.assert(
      fc.property(fc.string({ unit: letter, minLength: 1, maxLength: 12 }), (typed) => {
        const parsed = parseAddress(typed);
        if (!parsed.ok) return;
        taken += 1;
        expect(parseAddress(formatAddress(parsed.value))).toEqual(parsed);
        expect(parseAddress(`#${formatFragment(parsed.value)}`)).toEqual(parsed);
        expect(parseAddress(`https://peer.example/#${formatFragment(parsed.value)}`)).toEqual(parsed);
      }),
      { seed: 1, numRuns: 3000 },
    );
    expect(taken).toBeGreaterThan(300);
  });

  it('[AD2, AD4] every letter with another case or form reads back as the same address', () => {
    const wrong: string[] = [];
    let tried = 0;
    for (let point = 0; point <= 0x1ffff; point++) {
      const letter = String.fromCodePoint(point);
      const forms = [letter.toLowerCase(), letter.toUpperCase(), letter.normalize('NFC'), letter.normalize('NFD')];
      if (forms.every((form) => form === letter)) continue;
      for (const typed of ['', '\u030c', '\u0301', '\u0307', '\u0331', '\u0342', '\u0345'].map(
        (mark) => letter + mark,
      )) {
        const parsed = parseAddress(typed);
        if (!parsed.ok) continue;
        tried += 1;
        if (read(formatAddress(parsed.value)) !== read(typed)) wrong.push(typed);
      }
    }
    expect(tried).toBeGreaterThan(10_000);
    expect(wrong).toEqual([]);
  });
});
