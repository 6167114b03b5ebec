import { describe, expect, it } from 'vitest';
import { createTestOrigin, message } from '../testing/cast.ts';
import { envelopeId } from '../wire/envelope.ts';
import {
  createEnvelopeStore,
  LATELY_MS,
  MAX_HISTORY,
  MAX_HISTORY_BYTES,
  MAX_LATELY,
  MAX_LATELY_BYTES,
  type HeldEnvelope,
} from './envelope-store.ts';

const alice = createTestOrigin('alice');
const bob = createTestOrigin('bob');
const ALL = [{ from: 1, to: 1_000_000 }];

function said(origin: typeof alice, text: string, sequence?: number): HeldEnvelope {
  const { envelope, message: signed, body } = origin.say([message(text)], sequence === undefined ? {} : { sequence });
  const id = envelopeId(signed);
  return {
    id,
    origin: origin.nodeId,
    sequence: body.sequence,
    envelope,
    hops: 1,
    hopLimit: 63,
    tree: id,
    pulled: false,
  };
}

describe('envelope store', () => {
  it('[CU3] keeps what people said, and everything else for a minute and a half', () => {
    const store = createEnvelopeStore();
    const [talk, other] = [said(alice, 'hello', 1), said(alice, 'presence', 2)];
    store.add(talk, true, 0);
    store.add(other, false, 0);
    store.expire(LATELY_MS);
    expect([store.get(talk.id), store.get(other.id)]).toMatchObject([talk, other]);
    store.expire(LATELY_MS + 1);
    expect(store.get(other.id)).toBeUndefined();
    store.expire(24 * 3_600_000);
    expect(store.get(talk.id)).toMatchObject(talk);
    expect(store.holdings(10)).toEqual([{ origin: alice.nodeId, ranges: [{ from: 1, to: 1 }] }]);
  });

  it('[CU1] tells the sequences held of each origin, the latest if there are too many', () => {
    const store = createEnvelopeStore();
    for (const sequence of [1, 2, 4]) store.add(said(alice, `${sequence}`, sequence), true, sequence);
    store.add(said(bob, 'hello', 7), true, 9);
    const of = (origin: typeof alice, ...ranges: [number, number][]) => ({
      origin: origin.nodeId,
      ranges: ranges.map(([from, to]) => ({ from, to })),
    });
    expect(store.holdings(10)).toEqual([of(bob, [7, 7]), of(alice, [1, 2], [4, 4])]);
    expect(store.holdings(2)).toEqual([of(bob, [7, 7]), of(alice, [4, 4])]);
  });

  it('[CU5] leaves out what was received before a given time', () => {
    const store = createEnvelopeStore();
    store.add(said(alice, 'old', 1), true, 1_000);
    store.add(said(alice, 'new', 2), true, 2_000);
    store.add(said(alice, 'presence', 3), false, 2_000);
    expect(store.holdings(10, { fromMs: 1_500, toMs: 9_000 })).toEqual([
      { origin: alice.nodeId, ranges: [{ from: 2, to: 3 }] },
    ]);
    expect(store.holdings(10)).toEqual([{ origin: alice.nodeId, ranges: [{ from: 1, to: 2 }] }]);
  });

  it('[CU6] gives what is asked for, in order', () => {
    const store = createEnvelopeStore();
    for (const sequence of [3, 1, 2, 5]) store.add(said(alice, `${sequence}`, sequence), true, 0);
    const given = store.within(alice.nodeId, [
      { from: 2, to: 3 },
      { from: 5, to: 2 ** 40 },
    ]);
    expect(given.map(({ sequence }) => sequence)).toEqual([2, 3, 5]);
    expect(store.within(bob.nodeId, ALL)).toEqual([]);
  });

  it.each([
    ['2,000 envelopes that people said', true, MAX_HISTORY],
    ['2,000 others', false, MAX_LATELY],
  ])('[CU3] keeps %s, the newest', (_what, isHistory, most) => {
    const store = createEnvelopeStore();
    for (let sequence = 1; sequence <= most + 3; sequence++) store.add(said(alice, 'x', sequence), isHistory, 0);
    expect(store.size).toBe(most);
    expect(store.holdings(10, { fromMs: 0, toMs: Infinity })).toEqual([
      { origin: alice.nodeId, ranges: [{ from: 4, to: most + 3 }] },
    ]);
    expect(store.within(alice.nodeId, ALL)).toHaveLength(most);
  });

  it.each([
    ['2 MiB of what people said', true, MAX_HISTORY_BYTES],
    ['1 MiB of the rest', false, MAX_LATELY_BYTES],
  ])('[CU3] keeps at most %s, and counts again what it let go', (_what, isHistory, most) => {
    const store = createEnvelopeStore();
    for (let sequence = 1; sequence <= 400; sequence++) {
      store.add(said(alice, 'x'.repeat(16_000), sequence), isHistory, 0);
      const bytes = store.within(alice.nodeId, ALL).reduce((sum, { envelope }) => sum + envelope.bytes.length, 0);
      expect(bytes).toBeLessThanOrEqual(most);
      if (sequence > 150) expect(bytes).toBeGreaterThan(most - 17_000);
    }
  });

  it('[FL3] keeps one envelope of a sequence', () => {
    const store = createEnvelopeStore();
    const [first, second] = [said(alice, 'one', 1), said(alice, 'another', 1)];
    store.add(first, true, 0);
    store.add(second, true, 0);
    expect([store.size, store.get(second.id)]).toEqual([1, undefined]);
  });
});
