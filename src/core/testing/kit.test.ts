/** The kit itself, as far as tests lean on it. */
import { describe, expect, it } from 'vitest';
import { createConnectionPair } from './connection-pair.ts';
import { createManualClock } from './manual-clock.ts';
import { createTestRandom } from './test-random.ts';

describe('manual clock', () => {
  it('runs timers at their time, in its order, each followed by what it defers', () => {
    const clock = createManualClock();
    const began = clock.now();
    const heard: [string, number][] = [];
    const note = (name: string) => () => heard.push([name, clock.now() - began]);
    clock.schedule(20, note('second'));
    clock.schedule(10, () => {
      note('first')();
      clock.defer(note('deferred'));
      clock.schedule(5, note('scheduled by the first'));
    });
    clock.schedule(10, note('as early, asked for later'));
    const cancel = clock.schedule(15, note('cancelled'));
    cancel();
    cancel();
    clock.schedule(21, note('too late'));
    clock.advance(20);
    expect(heard).toEqual([
      ['first', 10],
      ['deferred', 10],
      ['as early, asked for later', 10],
      ['scheduled by the first', 15],
      ['second', 20],
    ]);
    expect([clock.now() - began, clock.timersLeft]).toEqual([20, 1]);
  });

  it('stands still by itself', () => {
    const clock = createManualClock();
    const heard: string[] = [];
    clock.defer(() => {
      heard.push('deferred');
      clock.defer(() => heard.push('deferred again'));
    });
    expect(heard).toEqual([]);
    clock.settle();
    expect(heard).toEqual(['deferred', 'deferred again']);
  });
});

describe('connection pair', () => {
  it('carries frames in order, copied, and behind them the end', () => {
    const clock = createManualClock();
    const [alice, bob] = createConnectionPair(clock);
    const heard: string[] = [];
    bob.attach({ onFrame: (frame) => heard.push(String(frame[0])), onClosed: (reason) => heard.push(reason) });
    const frame = Uint8Array.of(1);
    alice.send(frame);
    frame[0] = 9;
    alice.send(Uint8Array.of(2));
    alice.close();
    alice.send(Uint8Array.of(3));
    clock.settle();
    expect(heard).toEqual(['1', '2', 'ClosedByPeer']);
    expect(alice.sent.map((one) => one[0])).toEqual([1, 2]);
    expect(bob.isClosed).toBe(true);
  });

  it('lets mallory change and add frames', () => {
    const clock = createManualClock();
    const [alice, bob] = createConnectionPair(clock);
    const heard: number[][] = [];
    bob.attach({ onFrame: (frame) => heard.push([...frame]) });
    alice.tamper = (frame) => (frame[0] === 1 ? [] : [frame, Uint8Array.of(7)]);
    alice.send(Uint8Array.of(1));
    alice.send(Uint8Array.of(2));
    alice.inject(Uint8Array.of(8));
    clock.settle();
    expect(heard).toEqual([[2], [7], [8]]);
  });
});

describe('test random', () => {
  it('is the same for the same seed, another for another, and fills the length asked for', () => {
    const draw = (seed: string): number[] => [...createTestRandom(seed).bytes(70)];
    expect(draw('alice')).toEqual(draw('alice'));
    expect(draw('alice')).not.toEqual(draw('bob'));
    expect(new Set(draw('alice')).size).toBeGreaterThan(40);
    const random = createTestRandom('fractions');
    for (let i = 0; i < 100; i++) {
      const fraction = random.fraction();
      expect(fraction).toBeGreaterThanOrEqual(0);
      expect(fraction).toBeLessThan(1);
    }
  });
});
