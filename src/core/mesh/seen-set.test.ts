import { describe, expect, it } from 'vitest';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { toHex, utf8 } from '../base/bytes.ts';
import type { EnvelopeId } from '../base/ids.ts';
import { nodeIdFor } from '../testing/cast.ts';
import { createSeenSet, MAX_GAPS, MAX_ORIGINS, MAX_SEEN, SEEN_LIFETIME_MS, signatureHead } from './seen-set.ts';

const alice = nodeIdFor('alice');
const bob = nodeIdFor('bob');

function seen(origin: string, sequence: number) {
  return {
    id: toHex(sha256(utf8(`${origin} ${sequence}`)).subarray(0, 16)) as EnvelopeId,
    signature: sha512(utf8(`${origin} ${sequence}`)),
    origin: nodeIdFor(origin),
    sequence,
    hopsLeft: 64,
  };
}

/** Without hashes: a test that adds tens of thousands needs distinct ones only. */
function cheap(origin: string, sequence: number) {
  const signature = new Uint8Array(64);
  new DataView(signature.buffer).setUint32(32, sequence);
  return {
    id: `${origin} ${sequence}` as EnvelopeId,
    signature,
    origin: origin as ReturnType<typeof nodeIdFor>,
    sequence,
    hopsLeft: 64,
  };
}

describe('seen set', () => {
  it('[FL2] knows an envelope by its ID and by its signature', () => {
    const set = createSeenSet();
    const first = seen('alice', 1);
    expect([set.has(first.id), set.find(signatureHead(first.signature))]).toEqual([false, undefined]);
    set.add(first, 0);
    expect([set.has(first.id), set.find(signatureHead(first.signature))]).toEqual([true, first.id]);
    expect(set.find(signatureHead(seen('alice', 2).signature))).toBeUndefined();
  });

  it('[FL2] forgets after ten minutes, when the next one comes', () => {
    const set = createSeenSet();
    const first = seen('alice', 1);
    set.add(first, 0);
    set.add(seen('bob', 1), SEEN_LIFETIME_MS - 1);
    expect(set.has(first.id)).toBe(true);
    set.add(seen('bob', 2), SEEN_LIFETIME_MS);
    expect([set.has(first.id), set.find(signatureHead(first.signature))]).toEqual([false, undefined]);
  });

  it('[FL2] holds at most 50,000 envelopes', () => {
    const set = createSeenSet();
    for (let i = 1; i <= MAX_SEEN + 500; i++) set.add(cheap('mallory', i), 0);
    expect(set.size).toBe(MAX_SEEN);
    expect(set.find(signatureHead(cheap('mallory', 500).signature))).toBeUndefined();
    expect(set.find(signatureHead(cheap('mallory', 501).signature))).toBeDefined();
  });

  it('[FL2] one R under two bodies, which the owner of a key may choose, is two heads', () => {
    const [one, other] = [new Uint8Array(64).fill(1), new Uint8Array(64).fill(1)];
    other.fill(2, 32);
    expect(signatureHead(one)).not.toBe(signatureHead(other));
  });

  it('[FL3] knows by its sequence what it has long forgotten otherwise, and nothing else', () => {
    const set = createSeenSet(1);
    for (const sequence of [1, 2, 5]) set.add(seen('alice', sequence), 0);
    const taken = [1, 2, 3, 4, 5, 6].map((sequence) => set.hasSequence(alice, sequence));
    expect(taken).toEqual([true, true, false, false, true, false]);
    expect(set.hasSequence(bob, 1)).toBe(false);
    expect(set.missing(alice, [{ from: 2, to: 9 }])).toEqual([
      { from: 3, to: 4 },
      { from: 6, to: 9 },
    ]);
  });

  it('[FL3] of an origin that leaves out every other sequence it remembers 256 gaps', () => {
    const set = createSeenSet(1);
    for (let i = 0; i < 2 * MAX_GAPS; i++) set.add(cheap('mallory', 2 * i + 1), 0);
    const missing = set.missing('mallory' as typeof alice, [{ from: 1, to: 4 * MAX_GAPS }]);
    expect(missing).toHaveLength(MAX_GAPS);
    expect(missing[0]!.from).toBe(2 * MAX_GAPS + 2);
  });

  it('[FL3] remembers at most 20,000 origins: the longest silent goes first', () => {
    const set = createSeenSet(1);
    set.add(cheap('alice', 1), 0);
    set.add(cheap('bob', 1), 0);
    for (let i = 0; i < MAX_ORIGINS - 2; i++) set.add(cheap(`ghost ${i}`, 1), 0);
    // Heard of once more, so that bob is now the longest silent.
    set.add(cheap('alice', 2), 0);
    set.add(cheap('ghost', 1), 0);
    const isKnown = (name: string): boolean => set.hasSequence(name as typeof alice, 1);
    expect([isKnown('alice'), isKnown('bob')]).toEqual([true, false]);
  });
});
