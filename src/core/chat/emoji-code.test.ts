import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTestOrigin, TEST_MESH } from '../testing/cast.ts';
import { createTestRandom } from '../testing/test-random.ts';
import { commitmentOf, emojiCode, NONCE_BYTES } from './emoji-code.ts';

const [alice, bob] = [createTestOrigin('alice'), createTestOrigin('bob')];
const pair = { meshId: TEST_MESH, askerKey: alice.key, askedKey: bob.key };
const random = createTestRandom('nonces');
const [one, other] = [random.bytes(NONCE_BYTES), random.bytes(NONCE_BYTES)];

describe('the pictures', () => {
  it('[IK10] are seven of 64, the same for the same keys and nonces', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (nonce) => {
        const code = emojiCode(pair, nonce, other);
        expect(code).toHaveLength(7);
        expect(code.every((place) => Number.isInteger(place) && place >= 0 && place < 64)).toBe(true);
        expect(emojiCode(pair, nonce, other)).toEqual(code);
      }),
      { numRuns: 50 },
    );
  });

  it('[IK10] take all 42 bits: each place takes each value, and one as often as the next', () => {
    const seen = Array.from({ length: 7 }, () => new Set<number>());
    for (let i = 0; i < 1_000; i++)
      emojiCode(pair, random.bytes(32), other).forEach((value, place) => seen[place]!.add(value));
    expect(seen.map(({ size }) => size)).toEqual([64, 64, 64, 64, 64, 64, 64]);
  });

  it('[IK10] are others for other keys, nonces, meshes and the other way round', () => {
    const codes = [
      emojiCode(pair, one, other),
      emojiCode({ ...pair, askedKey: createTestOrigin('mallory').key }, one, other),
      emojiCode({ ...pair, meshId: 'another' as never }, one, other),
      emojiCode({ ...pair, askerKey: bob.key, askedKey: alice.key }, one, other),
      emojiCode(pair, other, one),
    ];
    expect(new Set(codes.map(String)).size).toBe(codes.length);
  });

  it('[IK10] the commitment is of one nonce between these two', () => {
    const commitments = [
      commitmentOf(pair, one),
      commitmentOf(pair, other),
      commitmentOf({ ...pair, askerKey: bob.key, askedKey: alice.key }, one),
      commitmentOf({ ...pair, meshId: 'another' as never }, one),
    ];
    expect(new Set(commitments).size).toBe(commitments.length);
    for (const commitment of commitments) expect(commitment).toMatch(/^[0-9a-f]{64}$/);
  });
});
