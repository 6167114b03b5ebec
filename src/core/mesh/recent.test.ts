import { describe, expect, it } from 'vitest';
import { fromHex } from '../base/bytes.ts';
import { envelopeId } from '../wire/envelope.ts';
import { createTestOrigin, message } from '../testing/cast.ts';
import { AGE_SLACK_MS, createRecentEnvelopes, MAX_RECENT, MAX_RECENT_BYTES, RECENT_LIFETIME_MS } from './recent.ts';

const origin = createTestOrigin('alice');

function said(text: string) {
  const { envelope, message: signed } = origin.say([message(text)]);
  return { id: envelopeId(signed), entry: { envelope, hops: 1, hopLimit: 63 } };
}

describe('recent envelopes', () => {
  it('[CU2] gives what is lacking, oldest first', () => {
    const recent = createRecentEnvelopes();
    const lines = ['one', 'two', 'three'].map(said);
    lines.forEach(({ id, entry }, index) => recent.add(id, entry, index));
    const held = [fromHex(lines[1]!.id)];
    expect(recent.missing(held, 60_000, 10)).toMatchObject([lines[0]!.entry, lines[2]!.entry]);
  });

  it('[CU2] gives a newcomer nothing from before it opened, but for what a link takes to open', () => {
    const recent = createRecentEnvelopes();
    const [early, late] = [said('early'), said('late')];
    recent.add(early.id, early.entry, 0);
    recent.add(late.id, late.entry, 10_000);
    expect(recent.missing([], 5_000, 12_000)).toMatchObject([late.entry]);
    expect(recent.missing([], 12_000 - AGE_SLACK_MS, 12_000)).toHaveLength(2);
  });

  it('[CU1] holds the last five minutes', () => {
    const recent = createRecentEnvelopes();
    const { id, entry } = said('hello');
    recent.add(id, entry, 0);
    recent.expire(RECENT_LIFETIME_MS);
    expect(recent.ids()).toEqual([fromHex(id)]);
    recent.expire(RECENT_LIFETIME_MS + 1);
    expect(recent.ids()).toEqual([]);
  });

  it('[CU1] holds at most 2,000 envelopes, the newest', () => {
    const recent = createRecentEnvelopes();
    const lines = Array.from({ length: MAX_RECENT + 3 }, (_, index) => said(`${index}`));
    for (const { id, entry } of lines) recent.add(id, entry, 0);
    expect(recent.ids()).toHaveLength(MAX_RECENT);
    expect(recent.ids()[0]).toEqual(fromHex(lines[3]!.id));
  });

  it('[CU1] holds at most 512 KiB, and counts again what it let go', () => {
    const recent = createRecentEnvelopes();
    for (let round = 0; round < 3; round++) {
      const lines = Array.from({ length: 40 }, (_, index) => said(`${round} ${index} ${'x'.repeat(16_000)}`));
      for (const { id, entry } of lines) recent.add(id, entry, 0);
      const bytes = recent.missing([], 0, 0).reduce((sum, { envelope }) => sum + envelope.bytes.length, 0);
      expect(bytes).toBeLessThanOrEqual(MAX_RECENT_BYTES);
      expect(bytes).toBeGreaterThan(MAX_RECENT_BYTES - 17_000);
    }
  });
});
