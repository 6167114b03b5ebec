import { describe, expect, it } from 'vitest';
import type { EnvelopeId } from '../base/ids.ts';
import { COUNTED_FOR_MS, MAX_COUNTED } from '../mesh/receipts.ts';
import { nodeIdFor } from '../testing/cast.ts';
import { createManualClock } from '../testing/manual-clock.ts';
import { createReaches } from './reach.ts';

const [bob, carol, dave] = [nodeIdFor('bob'), nodeIdFor('carol'), nodeIdFor('dave')];
const [one, two] = ['one', 'two'] as [EnvelopeId, EnvelopeId];

function setUp() {
  const clock = createManualClock();
  const told: string[] = [];
  const reaches = createReaches(clock, (messageIds, { nodes, of }) => {
    told.push(`${messageIds.join(' ')}: ${nodes} of ${of}`);
  });
  return { clock, reaches, told };
}

describe('how many have an own message', () => {
  it('[CH12] is told with how many were there, each time it grows', () => {
    const { reaches, told } = setUp();
    reaches.sent(one, 'hello', 9);
    for (const nodes of [1, 7, 7, 5, 9]) reaches.reached(one, nodes);
    expect(told).toEqual(['hello: 1 of 9', 'hello: 7 of 9', 'hello: 9 of 9']);
  });

  it('[CH12] is told of all messages of an envelope, and of none that were not sent', () => {
    const { reaches, told } = setUp();
    for (const id of ['hello', 'there']) reaches.sent(one, id, 2);
    reaches.reached(one, 2);
    reaches.reached(two, 2);
    expect(told).toEqual(['hello there: 2 of 2']);
  });

  it('[CH12] is never more than there are, whatever neighbours claim', () => {
    const { reaches, told } = setUp();
    reaches.sent(one, 'hello', 3);
    reaches.reached(one, 16_384);
    expect(told).toEqual(['hello: 3 of 3']);
  });

  it('[CH12] who leaves is not taken off, and not counted again on coming back', () => {
    const { reaches, told } = setUp();
    reaches.joined(bob);
    reaches.sent(one, 'hello', 2);
    reaches.left(bob);
    reaches.reached(one, 1);
    reaches.joined(bob);
    reaches.left(bob);
    reaches.joined(bob);
    expect(told).toEqual(['hello: 1 of 2']);
  });

  it('[CH12] who comes later is one more, once, also one who had gone before', () => {
    const { reaches, told } = setUp();
    reaches.joined(carol);
    reaches.left(carol);
    reaches.sent(one, 'hello', 1);
    reaches.reached(one, 1);
    reaches.joined(carol);
    reaches.left(carol);
    reaches.joined(carol);
    reaches.joined(dave);
    expect(told).toEqual(['hello: 1 of 1', 'hello: 1 of 2', 'hello: 1 of 3']);
  });

  it('[CH12] a message to nobody waits for whom it is of, however long that takes', () => {
    const { clock, reaches, told } = setUp();
    reaches.sent(one, 'anybody?', 0);
    clock.advance(60 * COUNTED_FOR_MS);
    // The first number may be faster than the name.
    reaches.reached(one, 1);
    expect(told).toEqual([]);
    reaches.joined(bob);
    reaches.joined(carol);
    reaches.reached(one, 2);
    expect(told).toEqual(['anybody?: 1 of 1', 'anybody?: 1 of 2', 'anybody?: 2 of 2']);
  });

  it('[CH12, RC2] a minute after somebody had it who comes is counted no more', () => {
    const { clock, reaches, told } = setUp();
    reaches.sent(one, 'hello', 1);
    clock.advance(COUNTED_FOR_MS);
    reaches.reached(one, 1);
    clock.advance(COUNTED_FOR_MS - 1);
    reaches.joined(bob);
    clock.advance(1);
    reaches.joined(carol);
    reaches.reached(one, 2);
    expect(told).toEqual(['hello: 1 of 1', 'hello: 1 of 2']);
  });

  it('[CH12, RC2] no more envelopes are kept than the mesh counts, the latest of them', () => {
    const { reaches, told } = setUp();
    const ids = Array.from({ length: 2 * MAX_COUNTED }, (_, index) => `${index}` as EnvelopeId);
    for (const id of ids) reaches.sent(id, id, 1);
    for (const id of ids) reaches.reached(id, 1);
    expect(told).toHaveLength(MAX_COUNTED);
    expect(told.at(-1)).toBe(`${2 * MAX_COUNTED - 1}: 1 of 1`);
  });
});
