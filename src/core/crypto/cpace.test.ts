import { readFileSync } from 'node:fs';
import { ristretto255 } from '@noble/curves/ed25519.js';
import { randomBytes } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import { AssertionError } from '../base/assert.ts';
import { fromHex, toHex, utf8 } from '../base/bytes.ts';
import type { PakeInput, PakeRun } from '../ports/pake.ts';
import type { Random } from '../ports/random.ts';
import {
  confirmationTag,
  createCPace,
  deriveGenerator,
  intermediateSessionKey,
  multiplyChecked,
  SHARE_BYTES,
  startRun,
} from './cpace.ts';

const { vectors } = JSON.parse(
  readFileSync(new URL('../../../test/vectors/cpace-draft21.json', import.meta.url), 'utf8'),
) as {
  vectors: {
    G_Coffee25519: Record<string, string>;
    G_Coffee25519_points: Record<string, string | Record<string, string>>;
  };
};
/** "Coffee25519" is the name of ristretto255 in the draft's machine-readable vectors. */
const vector = Object.fromEntries(Object.entries(vectors.G_Coffee25519).map(([key, hex]) => [key, fromHex(hex)]));
const points = vectors.G_Coffee25519_points;
const littleEndian = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(bytes.slice().reverse())}`);

const input: PakeInput = {
  secret: utf8('stretched password'),
  channelIdentifier: utf8('peer-channel/1 mesh alice bob'),
  sessionId: utf8('session'),
  associatedData: utf8('alice, nonce 1'),
};
const bobs = (change: Partial<PakeInput> = {}): PakeInput => ({
  ...input,
  associatedData: utf8('bob, nonce 2'),
  ...change,
});
const cpace = createCPace({ bytes: (length) => randomBytes(length), fraction: Math.random });

/** What both ends hold after the exchange, if both accept the other's share. */
function exchange(alice: PakeRun, aliceInput: PakeInput, bob: PakeRun, bobInput: PakeInput) {
  const a = alice.finish({ share: bob.share, associatedData: bobInput.associatedData });
  const b = bob.finish({ share: alice.share, associatedData: aliceInput.associatedData });
  if (!a.ok || !b.ok) throw new Error('share refused');
  return { a: a.value, b: b.value };
}

const flipped = (bytes: Uint8Array, bit: number): Uint8Array => {
  const copy = bytes.slice();
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
};

describe('published vectors of CPACE-RISTR255-SHA512', () => {
  const { PRS, CI, sid, ya, ADa, yb, ADb } = vector as Record<
    'PRS' | 'CI' | 'sid' | 'ya' | 'ADa' | 'yb' | 'ADb',
    Uint8Array
  >;
  const base = { secret: PRS, channelIdentifier: CI, sessionId: sid };
  const start = () => ({
    alice: startRun({ ...base, associatedData: ADa }, littleEndian(ya)),
    bob: startRun({ ...base, associatedData: ADb }, littleEndian(yb)),
  });

  it('[CP2] generator and both shares', () => {
    expect(deriveGenerator(PRS, CI, sid).toBytes()).toEqual(vector.g);
    const { alice, bob } = start();
    expect(alice.share).toEqual(vector.Ya);
    expect(bob.share).toEqual(vector.Yb);
  });

  it('[CP2] shared point, symmetric intermediate session key and session id output', () => {
    expect(multiplyChecked(littleEndian(ya), vector.Yb!)?.toBytes()).toEqual(vector.K);
    expect(multiplyChecked(littleEndian(yb), vector.Ya!)?.toBytes()).toEqual(vector.K);
    const { alice, bob } = start();
    const { a, b } = exchange(alice, { ...base, associatedData: ADa }, bob, { ...base, associatedData: ADb });
    expect(a.transcript).toEqual(vector.sid_output_oc);
    expect(b.transcript).toEqual(vector.sid_output_oc);
    // The confirmation is made from the ISK, so a tag computed from the published one must be the run's.
    expect(a.confirmation).toEqual(confirmationTag(sid, vector.ISK_SY!, vector.Ya!, ADa));
    expect(b.confirmation).toEqual(confirmationTag(sid, vector.ISK_SY!, vector.Yb!, ADb));
  });

  it('[CP2] intermediate session key from the published shared point, both transcripts of the draft', () => {
    const lv = (bytes: Uint8Array): number[] => [bytes.length, ...bytes];
    const a = [...lv(vector.Ya!), ...lv(ADa)];
    const b = [...lv(vector.Yb!), ...lv(ADb)];
    expect(intermediateSessionKey(sid, vector.K!, Uint8Array.from([...a, ...b]))).toEqual(vector.ISK_IR);
    const larger = toHex(vector.Ya!) > toHex(vector.Yb!) ? [...a, ...b] : [...b, ...a];
    const ordered = Uint8Array.from([...utf8('oc'), ...larger]);
    expect(intermediateSessionKey(sid, vector.K!, ordered)).toEqual(vector.ISK_SY);
  });

  it('[CP3] valid point', () => {
    const valid = points.Valid as Record<string, string>;
    const product = multiplyChecked(littleEndian(fromHex(valid.s!)), fromHex(valid.X!));
    expect(toHex(product!.toBytes())).toBe(valid['G.scalar_mult_vfy(s,X)']!.toLowerCase());
  });

  const invalid = Object.entries(points).filter(([name]) => name.startsWith('Invalid'));
  it('[CP3] the vectors hold invalid points', () => expect(invalid.length).toBe(2));
  for (const [name, hex] of invalid) {
    it(`[CP3] ${name} is refused`, () => {
      expect(multiplyChecked(littleEndian(ya), fromHex(hex as string))).toBeUndefined();
      const mallory = { share: fromHex(hex as string), associatedData: ADb };
      expect(start().alice.finish(mallory)).toEqual({ ok: false, reason: 'InvalidShare' });
    });
  }
});

describe('a run', () => {
  const alice = () => cpace.start(input);
  const bob = (change: Partial<PakeInput> = {}) => cpace.start(bobs(change));
  const agree = (a: PakeRun, b: PakeRun, bobInput = bobs()): boolean => {
    const both = exchange(a, input, b, bobInput);
    const accepted = toHex(both.a.expectedConfirmation) === toHex(both.b.confirmation);
    // Never one-sided: what alice believes of bob, bob believes of alice.
    expect(toHex(both.b.expectedConfirmation) === toHex(both.a.confirmation)).toBe(accepted);
    return accepted;
  };

  it('[CP5] with one password each end expects what the other sends, and both share the transcript', () => {
    const { a, b } = exchange(alice(), input, bob(), bobs());
    expect(a.expectedConfirmation).toEqual(b.confirmation);
    expect(b.expectedConfirmation).toEqual(a.confirmation);
    expect(a.transcript).toEqual(b.transcript);
    for (const bytes of [a.confirmation, a.expectedConfirmation, a.transcript]) expect(bytes.length).toBe(64);
  });

  it('[CP5] the two confirmations differ, so neither end can echo the other', () => {
    const { a } = exchange(alice(), input, bob(), bobs());
    expect(a.confirmation).not.toEqual(a.expectedConfirmation);
  });

  for (const field of ['secret', 'channelIdentifier', 'sessionId'] as const) {
    it(`[CP6] any flipped bit of the ${field} fails the proof at both ends`, () => {
      for (let bit = 0; bit < input[field].length * 8; bit += 7) {
        const change = { [field]: flipped(input[field], bit) };
        expect(agree(alice(), bob(change), bobs(change)), `bit ${bit}`).toBe(false);
      }
    });
  }

  it('[CP6] associated data changed on the way fails the proof at both ends', () => {
    const [a, b] = [alice(), bob()];
    const altered = flipped(bobs().associatedData, 3);
    const atAlice = a.finish({ share: b.share, associatedData: altered });
    const atBob = b.finish({ share: a.share, associatedData: input.associatedData });
    if (!atAlice.ok || !atBob.ok) throw new Error('share refused');
    expect(atAlice.value.expectedConfirmation).not.toEqual(atBob.value.confirmation);
    expect(atBob.value.expectedConfirmation).not.toEqual(atAlice.value.confirmation);
  });

  it('[CP6] a share changed on the way is refused or fails the proof', () => {
    let refused = 0;
    for (let bit = 0; bit < SHARE_BYTES * 8; bit += 5) {
      const [a, b] = [alice(), bob()];
      const atAlice = a.finish({ share: flipped(b.share, bit), associatedData: bobs().associatedData });
      const atBob = b.finish({ share: a.share, associatedData: input.associatedData });
      if (!atBob.ok) throw new Error('honest share refused');
      if (!atAlice.ok) refused++;
      else expect(atAlice.value.expectedConfirmation).not.toEqual(atBob.value.confirmation);
    }
    expect(refused).toBeGreaterThan(0);
  });

  it('[CP4] mallory sends own values back', () => {
    const a = alice();
    const reflected = { ok: false, reason: 'Reflected' };
    expect(a.finish({ share: a.share, associatedData: input.associatedData })).toEqual(reflected);
    const b = bob();
    expect(alice().finish({ share: b.share, associatedData: input.associatedData })).toEqual(reflected);
    const again = alice();
    expect(again.finish({ share: again.share, associatedData: bobs().associatedData })).toEqual(reflected);
  });

  it('[CP3] mallory sends the identity, a wrong length or a non-canonical encoding', () => {
    const identity = new Uint8Array(SHARE_BYTES);
    // noble takes it: this is why the check is ours.
    expect(ristretto255.Point.fromBytes(identity).is0()).toBe(true);
    const fieldPrime = fromHex('edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f');
    const shares = [
      identity,
      new Uint8Array(0),
      new Uint8Array(31),
      new Uint8Array(33),
      fieldPrime,
      new Uint8Array(32).fill(255),
    ];
    for (const share of shares) {
      expect(alice().finish({ share, associatedData: utf8('mallory') })).toEqual({ ok: false, reason: 'InvalidShare' });
    }
  });

  it('[CP7] every run has a fresh scalar, taken from the random port and never zero', () => {
    expect(alice().share).not.toEqual(alice().share);
    const asked: number[] = [];
    const fixed = (byte: number): Random => ({
      bytes: (length) => (asked.push(length), new Uint8Array(length).fill(byte)),
      fraction: () => 0,
    });
    for (const byte of [0, 255]) {
      const share = createCPace(fixed(byte)).start(input).share;
      expect(ristretto255.Point.fromBytes(share).is0()).toBe(false);
    }
    expect(asked).toEqual([64, 64]);
  });

  it('[CP7] a run cannot be finished twice', () => {
    const [a, b] = [alice(), bob()];
    const peer = { share: b.share, associatedData: bobs().associatedData };
    expect(a.finish(peer).ok).toBe(true);
    expect(() => a.finish(peer)).toThrow(AssertionError);
  });
});
