/** Clock port over the page's own timers. */
import { assert } from '../core/base/assert.ts';
import type { Clock } from '../core/ports/clock.ts';

/** Timers keep their delay in 32 bits: a longer one would fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

export function createBrowserClock(): Clock {
  return {
    now: () => performance.now(),
    wallNow: () => Date.now(),
    schedule(delayMs, task) {
      assert(delayMs >= 0 && delayMs <= MAX_DELAY_MS, 'a delay lies between 0 and 24 days');
      const timer = setTimeout(task, delayMs);
      return () => clearTimeout(timer);
    },
    defer: (task) => queueMicrotask(task),
  };
}
