/**
 * Virtual time: a discrete-event clock. Time stands still while a task runs and then jumps to the next event. [SM1]
 * Owns the event queue and one `Clock` view a node, with that node's wall-clock skew and its count of timers.
 * Everything is synchronous; it knows nothing of nodes, frames or messages.
 * What exists once a node or connection has methods instead of getters: a getter in an object literal gives each object
 * a hidden class of its own, and every access to it then misses the engine's caches.
 */
import { assert } from '../src/core/base/assert.ts';
import type { Clock } from '../src/core/ports/clock.ts';
import { createEventHeap } from './event-heap.ts';

/** Wall clock at virtual time zero: any fixed instant serves, 2026-01-01T00:00:00Z reads well in a trace. */
const WALL_EPOCH_MS = 1_767_225_600_000;

/** Below this many cancelled entries a sweep costs more than the memory it frees. */
const MIN_SWEEP = 4096;

export interface NodeClock extends Clock {
  /** The host sleeps: what is due before `timeMs` runs then, late and in the order it was due. [SM13] */
  sleepUntil(timeMs: number): void;
  /** The wall clock is set anew, this much ahead of where it stood. */
  shiftWall(byMs: number): void;
  /** Scheduled tasks that neither ran nor were cancelled. 0 once the node was halted. */
  timersLeft(): number;
  /** The process of this node ends here: none of its tasks runs any more. */
  halt(): void;
}

export interface VirtualClock {
  /** Virtual milliseconds since the start. */
  now(): number;
  /** An event of the world outside the nodes (a frame arrives, a fault happens): belongs to nobody, is never cancelled. */
  post(delayMs: number, task: () => void): void;
  /** The clock of one node; its wall clock is `wallSkewMs` ahead of the true one. */
  view(wallSkewMs?: number): NodeClock;
  /** Runs every event up to and including `durationMs` from now; the clock then stands exactly there. */
  runFor(durationMs: number): void;
  /** Events waiting, cancelled ones that were not swept yet included. */
  readonly pending: number;
  /** Events run since the start. */
  readonly eventsRun: number;
}

/** What the clock knows of a view. */
interface Owner {
  timersLeft: number;
  halted: boolean;
  /** In the future while the host sleeps. */
  awakeAtMs: number;
  wallSkewMs: number;
}

const newOwner = (wallSkewMs: number): Owner => ({ timersLeft: 0, halted: false, awakeAtMs: 0, wallSkewMs });

export function createVirtualClock(): VirtualClock {
  const heap = createEventHeap();
  const world = newOwner(0);
  // One slot an event, used again once it was popped. A cancelled event keeps its slot, but neither task nor owner.
  const tasks: ((() => void) | undefined)[] = [];
  const owners: (Owner | undefined)[] = [];
  const sequences: number[] = [];
  const freeSlots: number[] = [];
  let deferred: (() => void)[] = [];
  let deferredOwners: Owner[] = [];
  let nowMs = 0;
  let nextSequence = 0;
  let cancelled = 0;
  let eventsRun = 0;

  function push(delayMs: number, task: () => void, owner: Owner): number {
    assert(delayMs >= 0 && delayMs < Infinity, `delay ${delayMs} ms`);
    const slot = freeSlots.length > 0 ? freeSlots.pop()! : tasks.length;
    tasks[slot] = task;
    owners[slot] = owner;
    sequences[slot] = nextSequence;
    heap.push(nowMs + delayMs, nextSequence, slot);
    nextSequence++;
    return slot;
  }

  function release(slot: number): void {
    tasks[slot] = undefined;
    owners[slot] = undefined;
    sequences[slot] = -1;
    freeSlots.push(slot);
  }

  /** Timers are set and cancelled far more often than they run: the dead half of the heap goes in one pass. */
  function sweep(): void {
    heap.filter((slot) => {
      if (tasks[slot] !== undefined && !owners[slot]!.halted) return true;
      release(slot);
      return false;
    });
    cancelled = 0;
  }

  function cancel(slot: number, sequence: number): void {
    // The slot may serve another event by now, or have been cancelled before.
    if (sequences[slot] !== sequence || tasks[slot] === undefined) return;
    owners[slot]!.timersLeft--;
    tasks[slot] = undefined;
    owners[slot] = undefined;
    cancelled++;
    if (cancelled > MIN_SWEEP && cancelled * 2 > heap.size) sweep();
  }

  function drainDeferred(): void {
    for (let i = 0; i < deferred.length; i++) {
      if (!deferredOwners[i]!.halted) deferred[i]!();
    }
    if (deferred.length > 0) {
      deferred = [];
      deferredOwners = [];
    }
  }

  return {
    now: () => nowMs,
    post(delayMs, task) {
      push(delayMs, task, world);
    },
    view(wallSkewMs = 0) {
      const owner = newOwner(wallSkewMs);
      return {
        now: () => nowMs,
        // Whole milliseconds, as Date.now() gives.
        wallNow: () => Math.floor(WALL_EPOCH_MS + nowMs + owner.wallSkewMs),
        schedule(delayMs, task) {
          const slot = push(delayMs, task, owner);
          const sequence = sequences[slot]!;
          owner.timersLeft++;
          return () => cancel(slot, sequence);
        },
        defer(task) {
          deferred.push(task);
          deferredOwners.push(owner);
        },
        sleepUntil(timeMs) {
          owner.awakeAtMs = timeMs;
        },
        shiftWall(byMs) {
          owner.wallSkewMs += byMs;
        },
        timersLeft: () => (owner.halted ? 0 : owner.timersLeft),
        halt() {
          owner.halted = true;
        },
      };
    },
    runFor(durationMs) {
      assert(durationMs >= 0 && durationMs < Infinity, `run for ${durationMs} ms`);
      const endMs = nowMs + durationMs;
      drainDeferred();
      for (let timeMs = heap.peekTimeMs(); timeMs <= endMs; timeMs = heap.peekTimeMs()) {
        const slot = heap.pop();
        const task = tasks[slot];
        const owner = owners[slot];
        if (task === undefined || owner === undefined) {
          release(slot);
          cancelled--;
          continue;
        }
        if (owner.awakeAtMs > timeMs) {
          // The slot stays its own, so that it can still be cancelled.
          heap.push(owner.awakeAtMs, nextSequence++, slot);
          continue;
        }
        release(slot);
        owner.timersLeft--;
        if (owner.halted) continue;
        nowMs = timeMs;
        eventsRun++;
        task();
        if (deferred.length > 0) drainDeferred();
      }
      nowMs = endMs;
    },
    get pending() {
      return heap.size;
    },
    get eventsRun() {
      return eventsRun;
    },
  };
}
