import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../base/bytes.ts';
import { decodeSequence, decodeValue, encodeValue, is, MAX_NESTING, type WireValue } from './codec.ts';

const MALFORMED = { ok: false, reason: 'Malformed' };

/** Arrays within arrays, `depth` of them, with `core` in the innermost. */
function nested(depth: number, core: WireValue[] = [1]): WireValue {
  let value: WireValue = core;
  for (let i = 1; i < depth; i++) value = [value];
  return value;
}

const leaf = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer({ min: 0, max: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.uint8Array({ maxLength: 300 }),
  fc.boolean(),
  fc.constant(null),
);
const wireValue = fc.letrec<{ value: WireValue }>((tie) => ({
  value: fc.oneof({ maxDepth: MAX_NESTING - 1 }, leaf, fc.array(tie('value'), { maxLength: 5 })),
})).value;

describe('codec', () => {
  it('[WR1] brings every value through unchanged', () => {
    fc.assert(
      fc.property(wireValue, (value) => {
        expect(decodeValue(encodeValue(value))).toEqual({ ok: true, value });
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  it.each<[WireValue, string]>([
    [0, '00'],
    [23, '17'],
    [24, '1818'],
    [256, '190100'],
    [65_536, '1a00010000'],
    [2 ** 32, '1b0000000100000000'],
    [Number.MAX_SAFE_INTEGER, '1b001fffffffffffff'],
    [-1, '20'],
    ['', '60'],
    ['\u00e9', '62c3a9'],
    [Uint8Array.of(1, 2), '420102'],
    [[1, [true, false, null]], '820183f5f4f6'],
  ])('[WR1] writes %j in its one form', (value, hex) => {
    expect(toHex(encodeValue(value))).toBe(hex);
    expect(decodeValue(fromHex(hex))).toEqual({ ok: true, value });
  });

  it.each([
    ['nothing', ''],
    ['a map', 'a10102'],
    ['an empty map', 'a0'],
    ['a map within an array', '81a0'],
    ['a tag', 'c100'],
    ['the tag that says CBOR', 'd9d9f700'],
    ['a half-precision float with an integer value', 'f93c00'],
    ['such a float within a record', '820af93c00'],
    ['negative zero', 'f98000'],
    ['a single-precision float', 'fa3f800000'],
    ['a double-precision float', 'fb3ff0000000000000'],
    ['infinity', 'f97c00'],
    ['not a number', 'f97e00'],
    ['undefined', 'f7'],
    ['an unassigned simple value', 'e0'],
    ['a simple value of two bytes', 'f8ff'],
    ['false in two bytes', 'f814'],
    ['a break', 'ff'],
    ['an array of indefinite length', '9f01ff'],
    ['bytes of indefinite length', '5f4101ff'],
    ['text of indefinite length', '7f6161ff'],
    ['a map of indefinite length', 'bfff'],
    ['a reserved head', '1c'],
    ['an integer with a longer head than needed', '1817'],
    ['an integer in four bytes that fits two', '1a0000ffff'],
    ['an integer in eight bytes that fits four', '1b00000000ffffffff'],
    ['a length with a longer head than needed', '580101'],
    ['an array with a longer head than needed', '980101'],
    ['a text with a longer head than needed', '780161'],
    ['an integer beyond the safe ones', '1b0020000000000000'],
    ['a negative one beyond the safe ones', '3b001fffffffffffff'],
    ['the largest integer', '1bffffffffffffffff'],
    ['ill-formed UTF-8', '61ff'],
    ['an overlong form of UTF-8', '62c080'],
    ['a surrogate in UTF-8', '63eda080'],
    ['a character that is cut off', '63f09f92'],
    ['a byte order mark, which decoders drop', '64efbbbf61'],
    ['bytes that are cut off', '430102'],
    ['a text that is cut off', '636161'],
    ['a head that is cut off', '19'],
    ['an array that is cut off', '8201'],
    ['bytes of a length that no memory holds', '5b7fffffffffffffff'],
    ['an array of a length that no memory holds', '9b7fffffffffffffff01'],
    ['a second value behind the first', '0000'],
    ['a byte behind the value', '810100'],
  ])('[WR1] %s is malformed', (_what, hex) => {
    expect(decodeValue(fromHex(hex))).toEqual(MALFORMED);
    // Behind a good value of a sequence as well; a second value is fine there.
    if (hex !== '' && hex !== '0000' && hex !== '810100')
      expect(decodeSequence(fromHex(`01${hex}`), 10)).toEqual(MALFORMED);
  });

  it('[WR1] writes text as it will be read', () => {
    const read = (text: string): unknown => {
      const decoded = decodeValue(encodeValue([text]));
      return decoded.ok ? (decoded.value as readonly string[])[0] : decoded.reason;
    };
    expect(read('\ufeff\ufeffhello')).toBe('hello');
    expect(read('hel\ufefflo')).toBe('hel\ufefflo');
    expect(read('a\ud800b')).toBe('a\ufffdb');
    fc.assert(
      fc.property(fc.string({ unit: fc.nat({ max: 0xffff }).map((unit) => String.fromCharCode(unit)) }), (text) => {
        expect(decodeValue(encodeValue(text)).ok).toBe(true);
      }),
      { seed: 2, numRuns: 1000 },
    );
  });

  it('[WR1] whatever decodes encodes to the very same bytes', () => {
    let decoded = 0;
    const check = (bytes: Uint8Array): void => {
      const value = decodeValue(bytes);
      if (!value.ok) return;
      decoded += 1;
      expect(toHex(encodeValue(value.value))).toBe(toHex(bytes));
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 12 }), check), { seed: 3, numRuns: 5000 });
    const flips = fc.tuple(wireValue, fc.nat(), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(flips, ([value, at, change]) => {
        const bytes = encodeValue(value).slice();
        bytes[at % bytes.length]! ^= change;
        check(bytes);
      }),
      { seed: 4, numRuns: 5000 },
    );
    expect(decoded).toBeGreaterThan(1000);
  });

  it(`[WR2] arrays nest ${MAX_NESTING} deep and no deeper, empty ones too`, () => {
    for (const core of [[], [1], [1, 'a', Uint8Array.of(0x81, 0x81)]]) {
      expect(decodeValue(encodeValue(nested(MAX_NESTING, core))).ok).toBe(true);
      expect(decodeValue(encodeValue(nested(MAX_NESTING + 1, core)))).toEqual(MALFORMED);
    }
    expect(decodeSequence(encodeValue(nested(MAX_NESTING + 1)), 10)).toEqual(MALFORMED);
  });

  it('[WR2] depth is counted where it is, not where values follow one another', () => {
    const siblings: WireValue = Array.from({ length: 100 }, () => nested(MAX_NESTING - 1));
    expect(decodeValue(encodeValue(siblings)).ok).toBe(true);
    // The same bytes within a string are no arrays.
    const heads = new Uint8Array(1000).fill(0x81);
    expect(decodeValue(encodeValue([heads, String.fromCharCode(0x61).repeat(1000), heads]))).toMatchObject({
      ok: true,
    });
  });

  it.each([
    ['arrays of one', 0x81],
    ['arrays of two', 0x82],
    ['arrays of indefinite length', 0x9f],
    ['maps', 0xa1],
    ['tags', 0xc1],
    ['bytes of indefinite length', 0x5f],
  ])('[WR2] refuses 16 MiB of heads of %s without recursion', (_what, head) => {
    const bytes = new Uint8Array(16 * 1024 * 1024).fill(head);
    expect(decodeValue(bytes)).toEqual(MALFORMED);
    expect(decodeSequence(bytes, 10)).toEqual(MALFORMED);
  });

  it('[WR3] reads a sequence of values, at most as many as asked for', () => {
    const sequence = fromHex('01420102f6');
    expect(decodeSequence(sequence, 3)).toEqual({ ok: true, value: [1, Uint8Array.of(1, 2), null] });
    expect(decodeSequence(sequence, 2)).toEqual(MALFORMED);
    expect(decodeSequence(new Uint8Array(0), 3)).toEqual({ ok: true, value: [] });
  });

  it('takes random bytes without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(typeof decodeValue(bytes).ok).toBe('boolean');
        expect(typeof decodeSequence(bytes, 50).ok).toBe('boolean');
      }),
      { seed: 5, numRuns: 5000 },
    );
  });
});

describe('narrowing', () => {
  it('holds values to their kind and bound', () => {
    expect([0, 5, 6, -1, '5', null, undefined].map((value) => is.count(value, 5))).toEqual([
      true,
      true,
      ...new Array<boolean>(5).fill(false),
    ]);
    expect([2, 3].map((length) => is.bytes(new Uint8Array(length), 3))).toEqual([false, true]);
    expect([3, 4].map((length) => is.bytesUpTo(new Uint8Array(length), 3))).toEqual([true, false]);
    expect(['abc', 'abcd', 3].map((value) => is.text(value, 3))).toEqual([true, false, false]);
    expect([[1], [1, 2], 'a'].map((value) => is.list(value, 1))).toEqual([true, false, false]);
  });
});
