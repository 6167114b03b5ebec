/** Clock port over the page's own timers. */
import { assert } from '../core/base/assert.ts';
import type { Clock } from '../core/ports/clock.ts';

/** Timers keep their delay in 32 bits: a longer one would fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

export function createBrowserClock(): Clock {
  // After the messages that have come in already, so that on a busy machine what they cause shares a frame; a timer of no
  // time would take up to 4 ms, or a second where the page is hidden.
  const { port1, port2 } = new MessageChannel();
  let deferred: (() => void)[] = [];
  port1.onmessage = () => {
    const due = deferred;
    deferred = [];
    for (const task of due) task();
  };
  return {
    now: () => performance.now(),
    wallNow: () => Date.now(),
    schedule(delayMs, task) {
      assert(delayMs >= 0 && delayMs <= MAX_DELAY_MS, 'a delay lies between 0 and 24 days');
      const timer = setTimeout(task, delayMs);
      return () => clearTimeout(timer);
    },
    defer(task) {
      if (deferred.push(task) === 1) port2.postMessage(undefined);
    },
  };
}
