import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AssertionError } from '../base/assert.ts';
import { concat, fromHex, toHex, utf8 } from '../base/bytes.ts';
import { generatorString, leb128, lvCat, orderedCat, orderedTranscript, prependLength } from './cpace-strings.ts';

/** The keys of the published vectors are the draft's Python expressions, the values their results in hex. */
const vectors = (
  JSON.parse(readFileSync(new URL('../../../test/vectors/cpace-string-utils.json', import.meta.url), 'utf8')) as {
    vectors: Record<string, string>[];
  }
).vectors;

const functions: Record<string, (...args: Uint8Array[]) => Uint8Array> = {
  prepend_len: (a) => prependLength(a),
  lv_cat: (...parts) => lvCat(...parts),
  o_cat: (a, b) => orderedCat(a, b),
  transcript_ir: (ya, ada, yb, adb) => concat(lvCat(ya, ada), lvCat(yb, adb)),
  transcript_oc: (ya, ada, yb, adb) => orderedTranscript(ya, ada, yb, adb),
};

function argument(text: string): Uint8Array {
  const range = /^bytes\(range\((\d+)\)\)$/.exec(text);
  if (range) return Uint8Array.from({ length: Number(range[1]) }, (_, i) => i);
  const literal = /^b'(.*)'$/.exec(text);
  if (!literal) throw new Error(`unknown argument ${text}`);
  return utf8(literal[1]!);
}

describe('string utilities', () => {
  const calls = new Map(vectors.flatMap((group) => Object.entries(group)));
  for (const [expression, hex] of calls) {
    const call = /^(\w+)\((.*)\)$/.exec(expression);
    if (!call) continue; // A bare literal of the draft: an input, not a result.
    it(`[CP1] ${expression.slice(0, 60)} as published`, () => {
      const [, name, args] = call;
      expect(toHex(functions[name!]!(...args!.split(',').map(argument)))).toBe(hex.toLowerCase());
    });
  }

  it('[CP1] every function of the published vectors was exercised', () => {
    const seen = new Set([...calls.keys()].map((key) => /^(\w+)\(/.exec(key)?.[1]).filter(Boolean));
    expect([...seen].sort()).toEqual(Object.keys(functions).sort());
  });

  it('[CP1] lengths of more than one LEB128 byte', () => {
    expect(toHex(leb128(16383))).toBe('ff7f');
    expect(toHex(leb128(16384))).toBe('808001');
    expect(() => leb128(-1)).toThrow(AssertionError);
  });

  it('[CP1] ordered concatenation does not depend on who asks', () => {
    const [a, b] = [fromHex('0102'), fromHex('010203')];
    expect(orderedCat(a, b)).toEqual(orderedCat(b, a));
    expect(orderedCat(a, a)).toEqual(concat(utf8('oc'), a, a));
  });

  it('[CP1] a long secret leaves no padding, a short one is padded to the hash block', () => {
    const domain = utf8('CPaceRistretto255');
    const short = generatorString(domain, utf8('Password'), utf8('ci'), utf8('sid'));
    // The block of SHA-512 ends exactly before the channel identifier.
    expect(short.subarray(128)).toEqual(concat(prependLength(utf8('ci')), prependLength(utf8('sid'))));
    const secret = new Uint8Array(200);
    expect(generatorString(domain, secret, utf8('ci'), utf8('sid'))).toEqual(
      lvCat(domain, secret, new Uint8Array(0), utf8('ci'), utf8('sid')),
    );
  });
});
