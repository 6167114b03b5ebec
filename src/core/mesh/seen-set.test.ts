import { describe, expect, it } from 'vitest';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { toHex, utf8 } from '../base/bytes.ts';
import type { EnvelopeId } from '../base/ids.ts';
import { nodeIdFor } from '../testing/cast.ts';
import { createSeenSet, MAX_MARKS, MAX_SEEN, SEEN_LIFETIME_MS, signatureHead } from './seen-set.ts';

const alice = nodeIdFor('alice');
const bob = nodeIdFor('bob');

function seen(origin: string, sequence: number) {
  return {
    id: toHex(sha256(utf8(`${origin} ${sequence}`)).subarray(0, 16)) as EnvelopeId,
    signature: sha512(utf8(`${origin} ${sequence}`)),
    origin: nodeIdFor(origin),
    sequence,
  };
}

/** Without hashes: a test that adds tens of thousands needs distinct ones only. */
function cheap(origin: string, sequence: number) {
  const signature = new Uint8Array(64);
  new DataView(signature.buffer).setUint32(0, sequence);
  return {
    id: `${origin} ${sequence}` as EnvelopeId,
    signature,
    origin: origin as ReturnType<typeof nodeIdFor>,
    sequence,
  };
}

describe('seen set', () => {
  it('[FL2] knows an envelope by its ID and by its signature', () => {
    const set = createSeenSet();
    const first = seen('alice', 1);
    expect(set.has(first.id) || set.hasSignature(signatureHead(first.signature))).toBe(false);
    set.add(first, 0);
    expect(set.has(first.id) && set.hasSignature(signatureHead(first.signature))).toBe(true);
    expect(set.hasSignature(signatureHead(seen('alice', 2).signature))).toBe(false);
  });

  it('[FL2] forgets after ten minutes, when the next one comes', () => {
    const set = createSeenSet();
    const first = seen('alice', 1);
    set.add(first, 0);
    set.add(seen('bob', 1), SEEN_LIFETIME_MS - 1);
    expect(set.has(first.id)).toBe(true);
    set.add(seen('bob', 2), SEEN_LIFETIME_MS);
    expect(set.has(first.id) || set.hasSignature(signatureHead(first.signature))).toBe(false);
  });

  it('[FL2] holds at most 50,000 envelopes', () => {
    const set = createSeenSet();
    for (let i = 1; i <= MAX_SEEN + 500; i++) set.add(cheap('mallory', i), 0);
    expect(set.size).toBe(MAX_SEEN);
    expect(set.hasSignature(signatureHead(cheap('mallory', 500).signature))).toBe(false);
    expect(set.hasSignature(signatureHead(cheap('mallory', 501).signature))).toBe(true);
  });

  it('[FL3] takes what is at or below the mark of its origin for a replay, and of no other', () => {
    const set = createSeenSet(2);
    for (const sequence of [1, 2, 3, 4]) set.add(seen('alice', sequence), 0);
    expect([1, 2, 3].map((sequence) => set.isStale(alice, sequence))).toEqual([true, true, false]);
    expect(set.isStale(bob, 1)).toBe(false);
  });

  it('[FL3] keeps the highest mark, in whatever order envelopes came and went', () => {
    const set = createSeenSet(1);
    for (const sequence of [5, 2, 9]) set.add(seen('alice', sequence), 0);
    expect(set.isStale(alice, 5)).toBe(true);
    expect(set.isStale(alice, 6)).toBe(false);
  });

  it('[FL3] keeps at most 20,000 marks: the longest silent goes first', () => {
    const set = createSeenSet(1);
    set.add(cheap('alice', 1), 0);
    set.add(cheap('bob', 1), 0);
    for (let i = 0; i < MAX_MARKS - 2; i++) set.add(cheap(`ghost ${i}`, 1), 0);
    // Heard of once more, so that bob is now the longest silent.
    set.add(cheap('alice', 2), 0);
    set.add(cheap('ghost', 1), 0);
    set.add(cheap('ghost', 2), 0);
    set.add(cheap('ghost', 3), 0);
    const isKnown = (name: string): boolean => set.isStale(name as ReturnType<typeof nodeIdFor>, 1);
    expect([isKnown('alice'), isKnown('bob')]).toEqual([true, false]);
  });
});
