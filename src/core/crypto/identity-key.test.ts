import { ED25519_TORSION_SUBGROUP, ed25519 } from '@noble/curves/ed25519.js';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../base/bytes.ts';
import { checkPublicKey, createKeyChecks } from './identity-key.ts';

const { Point } = ed25519;
const alice = ed25519.getPublicKey(new Uint8Array(32).fill(1));

describe('checkPublicKey', () => {
  it('[CP8] takes ordinary keys', () => {
    expect(checkPublicKey(alice)).toEqual({ ok: true, value: alice });
  });

  it('[CP8] refuses other lengths', () => {
    for (const length of [0, 31, 33, 64]) {
      expect(checkPublicKey(new Uint8Array(length))).toEqual({ ok: false, reason: 'WrongLength' });
    }
  });

  it('[CP8] refuses what is no point and what is not its one encoding', () => {
    const notCanonical = [
      'ff'.repeat(32),
      // y = p, p + 1: second encodings of 0 and 1.
      `ed${'ff'.repeat(30)}7f`,
      `ee${'ff'.repeat(30)}7f`,
      // x = 0 with its sign bit set.
      `01${'00'.repeat(30)}80`,
      // y = 2 is on no point of the curve.
      `02${'00'.repeat(31)}`,
    ];
    for (const hex of notCanonical) {
      expect(checkPublicKey(fromHex(hex)), hex).toEqual({ ok: false, reason: 'NotCanonical' });
    }
  });

  it('[CP8] refuses the eight keys of small order', () => {
    expect(ED25519_TORSION_SUBGROUP.length).toBe(8);
    for (const hex of ED25519_TORSION_SUBGROUP) {
      expect(checkPublicKey(fromHex(hex)), hex).toEqual({ ok: false, reason: 'SmallOrder' });
    }
  });

  it('[CP8] takes an ordinary key with a small-order part added: its signatures are judged alike (CP11)', () => {
    for (const hex of ED25519_TORSION_SUBGROUP) {
      const mixed = Point.fromBytes(alice).add(Point.fromHex(hex)).toBytes();
      expect(checkPublicKey(mixed), hex).toEqual({ ok: true, value: mixed });
    }
  });
});

describe('createKeyChecks', () => {
  it('[CP9] remembers both outcomes, within its bound', () => {
    const isGood = createKeyChecks(2);
    const bad = fromHex(ED25519_TORSION_SUBGROUP[1]!);
    for (let i = 0; i < 3; i++) {
      expect(isGood(alice)).toBe(true);
      expect(isGood(bad)).toBe(false);
      expect(isGood(new Uint8Array(i))).toBe(false);
    }
  });
});
