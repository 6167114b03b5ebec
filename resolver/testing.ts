/** For the tests of the resolver and its adapter only: a clock that is advanced by hand, and names to use. */
import type { NodeId, RegistrationId, RendezvousKey } from '../src/core/base/ids.ts';
import type { Clock } from '../src/core/ports/clock.ts';
import type { Random } from '../src/core/ports/random.ts';

export interface ManualClock extends Clock {
  /** Moves time on, running what falls due in its order. */
  advance(durationMs: number): void;
  readonly pending: number;
}

export function createManualClock(): ManualClock {
  let now = 1_000;
  const tasks = new Set<{ readonly at: number; readonly run: () => void }>();
  return {
    now: () => now,
    wallNow: () => now,
    schedule(delayMs, run) {
      const task = { at: now + delayMs, run };
      tasks.add(task);
      return () => tasks.delete(task);
    },
    defer: queueMicrotask,
    advance(durationMs) {
      const until = now + durationMs;
      for (;;) {
        const [next] = [...tasks].filter((task) => task.at <= until).sort((a, b) => a.at - b.at);
        if (!next) break;
        tasks.delete(next);
        now = next.at;
        next.run();
      }
      now = until;
    },
    get pending() {
      return tasks.size;
    },
  };
}

/** A small linear congruential generator: the same choices in every run. */
export function createSeededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  return {
    bytes: (length) => Uint8Array.from({ length }, () => Math.floor(next() * 256)),
    fraction: next,
  };
}

const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, '0');

export const nodeIdOf = (number: number): NodeId => hex(number, 32) as NodeId;
export const registrationIdOf = (number: number): RegistrationId => hex(number, 32) as RegistrationId;
export const keyOf = (number: number): RendezvousKey => hex(number, 64) as RendezvousKey;

export const alice = nodeIdOf(0xa11ce);
export const bob = nodeIdOf(0xb0b);
export const carol = nodeIdOf(0xca201);
export const mallory = nodeIdOf(0x3a1);
/** The mesh most tests happen in. */
export const staffRoom = keyOf(0x57aff);
