/**
 * A clock that stands still until a test moves it. Deferred tasks wait for `settle`, timers for `advance`; both run
 * everything that follows from them, so that a test sees a finished state and never sleeps.
 */
import { assert } from '../base/assert.ts';
import type { Clock } from '../ports/clock.ts';

export interface ManualClock extends Clock {
  /** Ends the present turn: runs deferred tasks, and those that they defer, until there are none. */
  settle(): void;
  /** Lets `ms` pass: timers run at their time and in its order, each followed by what it defers. */
  advance(ms: number): void;
  /** Lets `ms` pass in which no timer runs, as on a host that sleeps; those that are due run with the next advance. */
  sleep(ms: number): void;
  /** Timers that neither ran nor were cancelled. */
  readonly timersLeft: number;
}

/** Wall clock at the start: a moment of 2024, far from the monotonic start, so that a confusion of the two shows. */
const WALL_START_MS = 1_704_067_200_000;
/** A test that defers this often in one turn runs in a circle. */
const MAX_DEFERRED = 1_000_000;

interface Timer {
  readonly dueAt: number;
  readonly task: () => void;
}

export function createManualClock(startMs = 1_000): ManualClock {
  let now = startMs;
  let deferred: (() => void)[] = [];
  const timers = new Set<Timer>();

  function settle(): void {
    for (let ran = 0; deferred.length > 0;) {
      const tasks = deferred;
      deferred = [];
      for (const task of tasks) task();
      ran += tasks.length;
      assert(ran < MAX_DEFERRED, 'deferred tasks defer one another without end');
    }
  }

  /** The earliest; of those due at once, the one scheduled first. */
  function nextUntil(endMs: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of timers) if (timer.dueAt <= endMs && (!next || timer.dueAt < next.dueAt)) next = timer;
    return next;
  }

  return {
    now: () => now,
    wallNow: () => WALL_START_MS + now - startMs,
    schedule(delayMs, task) {
      const timer = { dueAt: now + Math.max(0, delayMs), task };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    defer: (task) => deferred.push(task),
    settle,
    advance(ms) {
      const end = now + ms;
      settle();
      for (let timer = nextUntil(end); timer; timer = nextUntil(end)) {
        timers.delete(timer);
        now = Math.max(now, timer.dueAt);
        timer.task();
        settle();
      }
      now = end;
    },
    sleep: (ms) => void (now += ms),
    get timersLeft() {
      return timers.size;
    },
  };
}
