import { describe, expect, it } from 'vitest';
import { utf8 } from '../base/bytes.ts';
import type { EndpointPath } from '../base/ids.ts';
import { CHAT, message, suspicion, TEST_MESH } from '../testing/cast.ts';
import { createFastSigner } from '../testing/fast-signer.ts';
import { createLateSigner } from '../testing/late-signer.ts';
import { createManualClock } from '../testing/manual-clock.ts';
import { createTestRandom } from '../testing/test-random.ts';
import { decodeBody, ItemKind, type Item } from '../wire/envelope.ts';
import {
  COALESCE_BYTES,
  createOrigin,
  MAX_WAITING_BYTES,
  maxPayloadBytes,
  OWN_ENVELOPES,
  type FinishedEnvelope,
} from './origin.ts';
import { MAX_PRESENCE_BYTES, MAX_RETAINED } from './membership.ts';

const MAX_ENVELOPE = 64 * 1024;

function setUp() {
  const clock = createManualClock();
  const signer = createLateSigner(createFastSigner(createTestRandom('alice')));
  const finished: FinishedEnvelope[] = [];
  const origin = createOrigin(
    { clock, signer },
    { meshId: TEST_MESH, epoch: new Uint8Array(8), maxEnvelopeBytes: MAX_ENVELOPE },
    (envelope) => finished.push(envelope),
  );
  /** Ends the turn and lets the signature be made, until nothing more follows. */
  function sign(): void {
    clock.settle();
    while (signer.pending > 0) {
      signer.release();
      clock.settle();
    }
  }
  const texts = (): string[][] =>
    finished.map(({ body }) => body.items.map(({ payload }) => new TextDecoder().decode(payload)));
  const say = (text: string, hopLimit = 64): boolean => origin.send(message(text), hopLimit);
  return { clock, signer, origin, finished, sign, texts, say };
}

describe('an origin', () => {
  it('[OR1] puts what is sent within a turn into one envelope, in order, signed once', () => {
    const { signer, clock, say, sign, texts, finished } = setUp();
    for (const text of ['one', 'two', 'three']) say(text);
    clock.settle();
    expect(signer.pending).toBe(1);
    sign();
    expect(texts()).toEqual([['one', 'two', 'three']]);
    expect(decodeBody(finished[0]!.envelope.bytes)).toMatchObject({ ok: true, value: { sequence: 1 } });
  });

  it('[OR1] collects what is sent while a signature is being made into the next one', () => {
    const { clock, signer, say, sign, texts } = setUp();
    say('one');
    clock.settle();
    for (const text of ['two', 'three', 'four']) {
      say(text);
      clock.settle();
    }
    expect(signer.pending).toBe(1);
    sign();
    expect(texts()).toEqual([['one'], ['two', 'three', 'four']]);
  });

  it('[OR1] numbers its envelopes 1, 2, 3', () => {
    const { say, sign, finished } = setUp();
    for (const text of ['one', 'two', 'three']) {
      say(text);
      sign();
    }
    expect(finished.map(({ body }) => body.sequence)).toEqual([1, 2, 3]);
  });

  it('[OR1] fills an envelope to 14 KiB, and gives a larger message one of its own', () => {
    const { say, sign, finished } = setUp();
    for (let i = 0; i < 10; i++) say('x'.repeat(4_000));
    say('y'.repeat(40_000));
    say('z');
    sign();
    const sizes = finished.map(({ envelope }) => envelope.bytes.length);
    expect(finished.map(({ body }) => body.items.length)).toEqual([3, 3, 3, 1, 1, 1]);
    expect(Math.max(...sizes.filter((size) => size < 40_000))).toBeLessThanOrEqual(COALESCE_BYTES);
  });

  it('[OR1, EN1] puts at most 256 messages into one envelope', () => {
    const { say, sign, finished } = setUp();
    for (let i = 0; i < 600; i++) say(`${i}`);
    sign();
    expect(finished.map(({ body }) => body.items.length)).toEqual([256, 256, 88]);
  });

  it('[OR1, FL5] messages that may travel unequally far do not share an envelope', () => {
    const { say, sign, texts, finished } = setUp();
    say('far');
    say('near', 1);
    say('near too', 1);
    say('far again');
    sign();
    expect(texts()).toEqual([['far'], ['near', 'near too'], ['far again']]);
    expect(finished.map(({ hopLimit }) => hopLimit)).toEqual([64, 1, 64]);
  });

  it('[OR1, PG2] what is not for here shares no envelope with what is', () => {
    const { origin, say, sign, texts, finished } = setUp();
    say('both');
    origin.send(message('only theirs'), 64, false);
    origin.send(message('theirs too'), 64, false);
    origin.announce();
    sign();
    expect(texts()).toEqual([
      ['', 'both'],
      ['only theirs', 'theirs too'],
    ]);
    expect(finished.map(({ withheld }) => [...(withheld ?? [])])).toEqual([[], [0, 1]]);
  });

  it('[ST1] stamps each envelope above those before it and above what it follows', () => {
    const { clock, origin, say, sign, finished } = setUp();
    const start = clock.wallNow();
    say('one');
    sign();
    say('two');
    sign();
    origin.follow({ wallMs: start + 60_000, counter: 5 });
    say('three');
    sign();
    clock.advance(60_001);
    say('four');
    sign();
    expect(finished.map(({ body }) => [body.stamp.wallMs - start, body.stamp.counter])).toEqual([
      [0, 0],
      [0, 1],
      [60_000, 6],
      [60_001, 0],
    ]);
  });

  it('[OB3] tells how much waits to be signed', () => {
    const { origin, say, sign } = setUp();
    say('hello');
    say('hello');
    expect(origin.waiting).toEqual({ items: 2, bytes: 2 * (5 + 3 * CHAT.length + 12) });
    sign();
    expect(origin.waiting).toEqual({ items: 0, bytes: 0 });
  });

  it('[PR1] tells its presence with everything retained, before what else waits', () => {
    const { origin, say, sign, finished } = setUp();
    say('hello');
    origin.retain(CHAT, utf8('here'));
    origin.announce();
    origin.announce();
    sign();
    expect(finished).toHaveLength(1);
    expect(finished[0]!.body.items.map(({ kind }) => kind)).toEqual([
      ItemKind.Presence,
      ItemKind.Retained,
      ItemKind.Message,
    ]);
    origin.retain(CHAT, undefined);
    origin.announce();
    sign();
    expect(finished[1]!.body.items.map(({ kind }) => kind)).toEqual([ItemKind.Presence]);
  });

  it('[PR1] a presence travels as far as there is, whatever waits behind it', () => {
    const { origin, say, sign, finished } = setUp();
    say('near', 1);
    origin.announce();
    sign();
    expect(finished.map(({ hopLimit, body }) => [hopLimit, body.items.length])).toEqual([
      [64, 1],
      [1, 1],
    ]);
  });

  it('[OR2] sends 20 envelopes at once and then 5 a second', () => {
    const { clock, say, sign, finished } = setUp();
    const sendFor = (turns: number): void => {
      for (let turn = 0; turn < turns; turn++) {
        say('x');
        sign();
      }
    };
    sendFor(50);
    expect(finished).toHaveLength(OWN_ENVELOPES.burst);
    for (let tenth = 0; tenth < 100; tenth++) {
      clock.advance(100);
      sendFor(3);
    }
    expect(finished.length - OWN_ENVELOPES.burst).toBe(OWN_ENVELOPES.perSecond * 10);
  });

  it('[OR2] loses nothing of what waits, and keeps its order', () => {
    const { clock, say, sign, texts } = setUp();
    const lines = Array.from({ length: 60 }, (_, index) => `${index}`);
    for (const line of lines) {
      say(line);
      sign();
    }
    for (let second = 0; second < 10; second++) {
      clock.advance(1_000);
      sign();
    }
    expect(texts().flat()).toEqual(lines);
  });

  it('[OR2] refuses what would wait beyond 1 MiB, and takes more once that has gone', () => {
    const { clock, origin, sign, finished } = setUp();
    const item: Item = { kind: ItemKind.Message, path: CHAT, payload: new Uint8Array(50_000) };
    let taken = 0;
    while (origin.send(item, 64)) taken += 1;
    expect(taken).toBe(Math.floor(MAX_WAITING_BYTES / 50_027));
    sign();
    for (let tenth = 0; tenth < 300; tenth++) {
      clock.advance(100);
      sign();
    }
    expect(finished).toHaveLength(taken);
    expect(origin.send(item, 64)).toBe(true);
  });

  it('[EN5] the largest payload makes an envelope that is just not too large', () => {
    const { origin, sign, finished } = setUp();
    const longPath = `/${'ä'.repeat(127)}` as EndpointPath;
    for (const path of [CHAT, longPath]) {
      origin.send({ kind: ItemKind.Message, path, payload: new Uint8Array(maxPayloadBytes(MAX_ENVELOPE, path)) }, 64);
      sign();
    }
    expect(finished).toHaveLength(2);
    for (const { envelope } of finished) expect(envelope.bytes.length).toBeLessThanOrEqual(MAX_ENVELOPE);
    expect(finished[0]!.envelope.bytes.length).toBeGreaterThan(MAX_ENVELOPE - 64);
  });

  it('[ND3] is idle when nothing waits, and closed leaves no timer', () => {
    const { clock, origin, say, sign, finished } = setUp();
    expect(origin.isIdle).toBe(true);
    for (let i = 0; i < 30; i++) {
      say('x');
      expect(origin.isIdle).toBe(false);
      sign();
    }
    expect(clock.timersLeft).toBe(1);
    origin.close();
    origin.send(suspicion(), 64);
    sign();
    clock.advance(60_000);
    expect(clock.timersLeft).toBe(0);
    expect(finished).toHaveLength(20);
  });

  it('[PR1] a presence has at most 4 KiB and 16 retained messages, whatever waits besides', () => {
    const { origin, say, sign, finished } = setUp();
    const path = (number: number): EndpointPath => `/${number}` as EndpointPath;
    for (let i = 0; i < MAX_RETAINED; i++) expect(origin.retain(path(i), utf8('here'))).toBe(true);
    expect(origin.retain(path(MAX_RETAINED), utf8('here'))).toBe(false);
    expect(origin.retain(path(0), new Uint8Array(MAX_PRESENCE_BYTES))).toBe(false);
    expect(origin.retain(path(0), new Uint8Array(3_000))).toBe(true);
    origin.announce();
    for (let i = 0; i < 10; i++) say('x'.repeat(500));
    sign();
    expect(finished.map(({ body }) => body.items.some(({ kind }) => kind === ItemKind.Presence))).toEqual([
      true,
      false,
    ]);
    expect(finished[0]!.envelope.bytes.length).toBeLessThanOrEqual(MAX_PRESENCE_BYTES);
    expect(finished.flatMap(({ body }) => body.items.filter(({ kind }) => kind === ItemKind.Message))).toHaveLength(10);
  });
});
