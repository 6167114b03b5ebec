import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { toHex } from '../base/bytes.ts';
import type { MeshId } from '../base/ids.ts';
import { createTestOrigin } from '../testing/cast.ts';
import { safetyNumber } from './safety-number.ts';

const [bob, carol] = ['bob', 'carol'].map((name) => createTestOrigin(name).key) as [Uint8Array, Uint8Array];
const mesh = 'harbour' as MeshId;

/** The same over Node's own hash, as the rule says it. */
function halfByTheRule(meshId: string, key: Uint8Array): string {
  let hash = Buffer.concat([Buffer.from(`peer-channel/safety-number/1:${meshId}`), key]);
  for (let round = 0; round < 5200; round++) hash = createHash('sha512').update(hash).update(key).digest();
  return Array.from({ length: 6 }, (_, i) => String(hash.readUIntBE(5 * i, 5) % 100_000).padStart(5, '0')).join(' ');
}

describe('safety number', () => {
  it('[IK7] has twelve groups of five digits, six of each key, the same from either end', () => {
    const number = safetyNumber(mesh, bob, carol);
    expect(number.every((group) => /^\d{5}$/.test(group))).toBe(true);
    expect(number).toHaveLength(12);
    expect(safetyNumber(mesh, carol, bob)).toEqual(number);
    expect(number.join(' ')).toBe([halfByTheRule(mesh, bob), halfByTheRule(mesh, carol)].sort().join(' '));
  });

  it('[IK7] is another for another mesh, and for a key that differs in one bit', () => {
    const number = safetyNumber(mesh, bob, carol);
    expect(safetyNumber('harbor' as MeshId, bob, carol)).not.toEqual(number);
    const flipped = bob.slice();
    flipped[31]! ^= 1;
    expect(toHex(flipped)).not.toBe(toHex(bob));
    expect(safetyNumber(mesh, flipped, carol)).not.toEqual(number);
  });
});
