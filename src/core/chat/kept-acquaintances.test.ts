import { describe, expect, it } from 'vitest';
import { createTestOrigin } from '../testing/cast.ts';
import { encodeValue, type WireValue } from '../wire/codec.ts';
import { MAX_ACQUAINTANCES, type Acquaintance } from './acquaintances.ts';
import { decodeAcquaintances, encodeAcquaintances } from './kept-acquaintances.ts';

const acquaintance = (name: string, more: Partial<Acquaintance> = {}): Acquaintance => ({
  key: createTestOrigin(name).key,
  names: [name],
  metAt: 1_800_000_000_000,
  comparedAs: undefined,
  isMuted: false,
  isBlocked: false,
  ...more,
});

describe('kept acquaintances', () => {
  it('[IK8] are read back as they were', () => {
    const list = [
      acquaintance('bob', { comparedAs: 'bob', names: ['robert', 'bob'] }),
      acquaintance('Oluwaseun Adébáyò 👩‍🚀', { isMuted: true }),
      acquaintance('mallory', { names: [], metAt: 0 }),
      acquaintance('carol', { comparedAs: 'carol', isMuted: true }),
      acquaintance('dave', { isBlocked: true }),
    ];
    expect(decodeAcquaintances(encodeAcquaintances(list))).toEqual({ ok: true, value: list });
    expect(decodeAcquaintances(encodeAcquaintances([]))).toEqual({ ok: true, value: [] });
  });

  it('[IK8] of those that were kept before there was blocking nobody is blocked', () => {
    const before = encodeValue([1, [[key, ['bob'], 1, null, true]]]);
    expect(decodeAcquaintances(before)).toEqual({
      ok: true,
      value: [acquaintance('bob', { metAt: 1, isMuted: true })],
    });
  });

  const key = createTestOrigin('bob').key;
  const whole = [key, ['bob'], 1, null, false];
  it.each<[string, WireValue]>([
    ['another version', [2, []]],
    ['no list', [1, 'bob']],
    ['more than there can be', [1, Array<WireValue>(MAX_ACQUAINTANCES + 1).fill(whole)]],
    ['a row that is none', [1, [whole, 'bob']]],
    ['a short key', [1, [[key.subarray(1), ['bob'], 1, null, false]]]],
    ['no names', [1, [[key, 'bob', 1, null, false]]]],
    ['a name that is none', [1, [[key, ['bob', 1], 1, null, false]]]],
    ['a strange word on blocking', [1, [[key, ['bob'], 1, null, false, 1]]]],
    ['no time', [1, [[key, ['bob'], 'then', null, false]]]],
    ['a strange name it was compared as', [1, [[key, ['bob'], 1, 1, false]]]],
    ['nothing said of muting', [1, [[key, ['bob'], 1, null]]]],
    ['no array', 'bob'],
  ])('[IK8] are refused with %s', (_, value) => {
    expect(decodeAcquaintances(encodeValue(value))).toEqual({ ok: false, reason: 'Malformed' });
    expect(decodeAcquaintances(encodeValue([1, [whole]])).ok).toBe(true);
  });

  it('[IK8] are refused as anything that is not CBOR', () => {
    expect(decodeAcquaintances(Uint8Array.of(0xff)).ok).toBe(false);
    expect(decodeAcquaintances(encodeAcquaintances([acquaintance('bob')]).subarray(1)).ok).toBe(false);
  });
});
