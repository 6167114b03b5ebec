import { describe, expect, it } from 'vitest';
import { AssertionError } from '../core/base/assert.ts';
import { createBrowserClock } from './clock.ts';

describe('browser clock', () => {
  const clock = createBrowserClock();

  it('runs deferred tasks after the turn, in their order, and scheduled ones in order of their time', async () => {
    const order: string[] = [];
    await new Promise<void>((resolve) => {
      clock.schedule(25, () => (order.push('later'), resolve()));
      clock.schedule(20, () => order.push('soon'));
      clock.defer(() => {
        order.push('deferred');
        clock.defer(() => order.push('deferred by that'));
      });
      clock.defer(() => order.push('deferred too'));
      order.push('now');
    });
    expect(order).toEqual(['now', 'deferred', 'deferred too', 'deferred by that', 'soon', 'later']);
  });

  it('takes in what has come already before it runs what was deferred', async () => {
    const { port1, port2 } = new MessageChannel();
    const order: unknown[] = [];
    await new Promise<void>((resolve) => {
      port1.onmessage = ({ data }) => {
        order.push(data);
        clock.defer(() => {
          if (order.push('deferred') === 4) resolve();
        });
      };
      for (const message of ['one', 'two']) port2.postMessage(message);
    });
    port1.close();
    expect(order).toEqual(['one', 'two', 'deferred', 'deferred']);
  });

  it('a cancelled task does not run, cancelling twice is harmless', async () => {
    let ran = false;
    const cancel = clock.schedule(0, () => (ran = true));
    cancel();
    cancel();
    await new Promise<void>((resolve) => void clock.schedule(2, resolve));
    cancel();
    expect(ran).toBe(false);
  });

  it('does not go backwards, and refuses delays that a timer cannot hold', () => {
    const before = clock.now();
    expect(clock.now()).toBeGreaterThanOrEqual(before);
    expect(Math.abs(clock.wallNow() - Date.now())).toBeLessThan(1000);
    expect(() => clock.schedule(2 ** 31, () => undefined)).toThrow(AssertionError);
    expect(() => clock.schedule(-1, () => undefined)).toThrow(AssertionError);
  });
});
