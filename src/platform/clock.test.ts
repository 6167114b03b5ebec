import { describe, expect, it } from 'vitest';
import { AssertionError } from '../core/base/assert.ts';
import { createBrowserClock } from './clock.ts';

describe('browser clock', () => {
  const clock = createBrowserClock();

  it('runs deferred tasks before scheduled ones, and those in order of their time', async () => {
    const order: string[] = [];
    await new Promise<void>((resolve) => {
      clock.schedule(5, () => (order.push('later'), resolve()));
      clock.schedule(0, () => order.push('soon'));
      clock.defer(() => order.push('deferred'));
      order.push('now');
    });
    expect(order).toEqual(['now', 'deferred', 'soon', 'later']);
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
