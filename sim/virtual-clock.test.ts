import { describe, expect, it } from 'vitest';
import { createVirtualClock } from './virtual-clock.ts';

describe('virtual clock', () => {
  it('[SM1] runs tasks in the order of their time, and time stands still while one runs', () => {
    const clock = createVirtualClock();
    const alice = clock.view();
    const heard: [string, number][] = [];
    const note = (name: string) => () => heard.push([name, clock.now()]);
    alice.schedule(30, note('third'));
    alice.schedule(10, () => {
      note('first')();
      alice.schedule(5, note('second'));
      alice.schedule(100, note('never within the run'));
    });
    clock.runFor(50);
    expect(heard).toEqual([
      ['first', 10],
      ['second', 15],
      ['third', 30],
    ]);
    expect(clock.now()).toBe(50);
  });

  it('[SM1] runs deferred tasks when the present event is over and before any other, nested ones too', () => {
    const clock = createVirtualClock();
    const alice = clock.view();
    const bob = clock.view();
    const heard: string[] = [];
    alice.schedule(10, () => {
      alice.defer(() => {
        heard.push('deferred');
        alice.defer(() => heard.push('deferred while deferred'));
      });
      heard.push('event');
    });
    bob.schedule(10, () => heard.push('next event of the same instant'));
    clock.runFor(10);
    expect(heard).toEqual(['event', 'deferred', 'deferred while deferred', 'next event of the same instant']);
  });

  it('runs what was deferred between two runs at the start of the next', () => {
    const clock = createVirtualClock();
    const heard: string[] = [];
    clock.view().defer(() => heard.push('deferred'));
    clock.runFor(0);
    expect(heard).toEqual(['deferred']);
  });

  it('cancels; cancelling twice or after the run changes nothing', () => {
    const clock = createVirtualClock();
    const alice = clock.view();
    const heard: string[] = [];
    const cancelled = alice.schedule(10, () => heard.push('cancelled'));
    const kept = alice.schedule(20, () => heard.push('kept'));
    expect(alice.timersLeft()).toBe(2);
    cancelled();
    cancelled();
    expect(alice.timersLeft()).toBe(1);
    clock.runFor(30);
    // The slot of the first may serve this one now; the old cancel must not reach it.
    alice.schedule(10, () => heard.push('later'));
    alice.schedule(10, () => heard.push('latest'));
    cancelled();
    kept();
    expect(alice.timersLeft()).toBe(2);
    clock.runFor(30);
    expect(heard).toEqual(['kept', 'later', 'latest']);
    expect(alice.timersLeft()).toBe(0);
  });

  it('does not hoard cancelled timers', () => {
    const clock = createVirtualClock();
    const alice = clock.view();
    const heard: number[] = [];
    for (let i = 0; i < 100_000; i++) {
      const cancel = alice.schedule(1000 + i, () => heard.push(i));
      if (i % 1000 !== 0) cancel();
    }
    expect(clock.pending).toBeLessThan(10_000);
    expect(alice.timersLeft()).toBe(100);
    clock.runFor(200_000);
    expect(heard).toEqual(Array.from({ length: 100 }, (_, i) => i * 1000));
    expect(clock.pending).toBe(0);
  });

  it('[SM4] runs nothing more of a halted node, and counts nothing for it', () => {
    const clock = createVirtualClock();
    const alice = clock.view();
    const bob = clock.view();
    const heard: string[] = [];
    alice.schedule(10, () => heard.push('alice'));
    bob.schedule(10, () => heard.push('bob'));
    clock.post(5, () => {
      alice.defer(() => heard.push('alice, deferred'));
      alice.halt();
    });
    clock.runFor(20);
    expect(heard).toEqual(['bob']);
    expect(alice.timersLeft()).toBe(0);
  });

  it('[SM13] runs what came due while the host slept on waking, in the order it was due, unless it was cancelled', () => {
    const clock = createVirtualClock();
    const alice = clock.view();
    const bob = clock.view();
    const heard: [string, number][] = [];
    const note = (name: string) => () => heard.push([name, clock.now()]);
    alice.schedule(300, note('due third'));
    alice.schedule(100, note('due first'));
    alice.schedule(200, note('due second'));
    const cancel = alice.schedule(250, note('cancelled'));
    alice.schedule(2000, note('due after waking'));
    bob.schedule(400, note('bob'));
    alice.sleepUntil(1000);
    clock.post(500, cancel);
    clock.runFor(3000);
    expect(heard).toEqual([
      ['bob', 400],
      ['due first', 1000],
      ['due second', 1000],
      ['due third', 1000],
      ['due after waking', 2000],
    ]);
    expect(alice.timersLeft()).toBe(0);
  });

  it('[SM13] sets one wall clock anew, and no other', () => {
    const clock = createVirtualClock();
    const alice = clock.view(500);
    const bob = clock.view(500);
    alice.shiftWall(3_600_000);
    expect(alice.wallNow() - bob.wallNow()).toBe(3_600_000);
  });

  it('gives every node its own wall clock on the same monotonic time', () => {
    const clock = createVirtualClock();
    const alice = clock.view(1500);
    const bob = clock.view(-500);
    clock.runFor(1000);
    expect(alice.now()).toBe(bob.now());
    expect(alice.wallNow() - bob.wallNow()).toBe(2000);
  });

  it('refuses a delay that is negative or no number', () => {
    const alice = createVirtualClock().view();
    expect(() => alice.schedule(-1, () => undefined)).toThrow('delay');
    expect(() => alice.schedule(NaN, () => undefined)).toThrow('delay');
  });
});
