/** What every Signer must do, whatever engine it is made of. Called by the test file of each adapter. */
import { ED25519_TORSION_SUBGROUP, ed25519 } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { describe, expect, it } from 'vitest';
import { concat, fromHex, utf8 } from '../../src/core/base/bytes.ts';
import type { Signer } from '../../src/core/ports/signer.ts';

const { Point } = ed25519;
const message = utf8('hello, bob');

export const sign = (signer: Signer, text: Uint8Array): Promise<Uint8Array> =>
  new Promise((resolve) => signer.sign(text, resolve));
export const verify = (signer: Signer, key: Uint8Array, signature: Uint8Array, text: Uint8Array): Promise<boolean> =>
  new Promise((resolve) => signer.verify(key, signature, text, resolve));

/** A signature that is right but for small-order parts: engines that clear the cofactor take it, the others need not. */
function craftedSignature({ ofKey = Point.ZERO, ofR = Point.ZERO, r = 123456789n }, text: Uint8Array) {
  const { scalar, point } = ed25519.utils.getExtendedPublicKey(new Uint8Array(32).fill(7));
  const publicKey = point.add(ofKey).toBytes();
  const rBytes = Point.BASE.multiplyUnsafe(r).add(ofR).toBytes();
  const k = littleEndian(sha512(concat(rBytes, publicKey, text))) % Point.Fn.ORDER;
  const s = Point.Fn.create(r + k * scalar);
  return { publicKey, signature: concat(rBytes, Point.Fn.toBytes(s)), k };
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

export function describeSigner(name: string, create: () => Promise<Signer>): void {
  describe(`${name} is a Signer`, () => {
    it('[CP10] signs what others verify, and verifies what others signed', async () => {
      const alice = await create();
      const signature = await sign(alice, message);
      expect(alice.publicKey.length).toBe(32);
      expect(signature.length).toBe(64);
      expect(ed25519.verify(signature, message, alice.publicKey, { zip215: false })).toBe(true);
      const bobsSecret = new Uint8Array(32).fill(9);
      const bobsKey = ed25519.getPublicKey(bobsSecret);
      expect(await verify(alice, bobsKey, ed25519.sign(message, bobsSecret), message)).toBe(true);
    });

    it('[CP10] every signer has a key of its own', async () => {
      const [alice, bob] = [await create(), await create()];
      expect(alice.publicKey).not.toEqual(bob.publicKey);
      expect(await verify(alice, bob.publicKey, await sign(alice, message), message)).toBe(false);
    });

    it('[CP10] a changed message, signature or key is not valid', async () => {
      const alice = await create();
      const signature = await sign(alice, message);
      for (let at = 0; at < 64; at += 9) {
        const changed = signature.slice();
        changed[at]! ^= 1;
        expect(await verify(alice, alice.publicKey, changed, message)).toBe(false);
      }
      expect(await verify(alice, alice.publicKey, signature, utf8('hello, bob!'))).toBe(false);
      for (const length of [0, 63, 65]) {
        expect(await verify(alice, alice.publicKey, new Uint8Array(length), message)).toBe(false);
      }
    });

    it('[CP8] mallory uses a small-order key, under which one signature fits every message', async () => {
      const alice = await create();
      for (const hex of ED25519_TORSION_SUBGROUP) {
        const key = fromHex(hex);
        expect(await verify(alice, key, concat(key, new Uint8Array(32)), message), hex).toBe(false);
      }
      // The all-valid forgery: A and R the identity, S zero.
      const identity = fromHex(`01${'00'.repeat(31)}`);
      expect(await verify(alice, identity, concat(identity, new Uint8Array(32)), message)).toBe(false);
    });

    it('[CP8] malformed keys are not valid, and take nothing down', async () => {
      const alice = await create();
      const signature = await sign(alice, message);
      for (const key of [new Uint8Array(0), new Uint8Array(31), new Uint8Array(33), new Uint8Array(32).fill(255)]) {
        expect(await verify(alice, key, signature, message)).toBe(false);
      }
    });

    it('[CP11] mallory gives R a small-order part: no engine takes it', async () => {
      const alice = await create();
      for (const hex of ED25519_TORSION_SUBGROUP) {
        const torsion = Point.fromHex(hex, true);
        const { publicKey, signature } = craftedSignature({ ofR: torsion }, message);
        // Without torsion it is an ordinary signature: the construction itself is right.
        expect(await verify(alice, publicKey, signature, message), hex).toBe(torsion.is0());
      }
    });

    it('[CP11] mallory gives her key a small-order part: every engine takes what fits as it is, and nothing else', async () => {
      const alice = await create();
      for (const hex of ED25519_TORSION_SUBGROUP) {
        const ofKey = Point.fromHex(hex, true);
        const seen = new Set<boolean>();
        for (let r = 1n; r <= 48n; r++) {
          const { publicKey, signature, k } = craftedSignature({ ofKey, r }, message);
          const fits = ofKey.multiplyUnsafe(k).is0();
          expect(await verify(alice, publicKey, signature, message), `${hex}, r ${r}`).toBe(fits);
          seen.add(fits);
        }
        // Both happen, but without a small-order part everything fits.
        expect(seen.size, hex).toBe(ofKey.is0() ? 1 : 2);
      }
    });

    it('[CP11] mallory makes signatures whose R is of small order, which some engines take: none is valid', async () => {
      const alice = await create();
      for (const hex of ED25519_TORSION_SUBGROUP) {
        const { publicKey, signature } = craftedSignature({ ofR: Point.fromHex(hex, true), r: 0n }, message);
        expect(await verify(alice, publicKey, signature, message), hex).toBe(false);
      }
    });

    it('[CP11] a signature with S beyond the group order is not valid', async () => {
      const alice = await create();
      const signature = await sign(alice, message);
      const s = littleEndian(signature.subarray(32)) + Point.Fn.ORDER;
      const larger = Uint8Array.from({ length: 32 }, (_, i) => Number((s >> BigInt(8 * i)) & 255n));
      expect(await verify(alice, alice.publicKey, concat(signature.slice(0, 32), larger), message)).toBe(false);
    });
  });
}
