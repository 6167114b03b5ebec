/**
 * The clock that an origin stamps by: its wall clock, held above all it has stamped and heard. [ST1, ST2]
 * A hybrid logical clock (Kulkarni et al., 2014), with a bound on whom it follows.
 */
import { compareStamps, isCredible, MAX_COUNTER, type Stamp } from '../base/stamp.ts';
import type { Clock } from '../ports/clock.ts';

export interface HybridClock {
  /** Greater than every stamp before it and every one that was followed, whatever the wall clock does. */
  stamp(): Stamp;
  /** Follows a stamp that was heard; false if it cannot be believed. */
  follow(heard: Stamp): boolean;
}

export function createHybridClock(clock: Clock): HybridClock {
  let last: Stamp = { wallMs: 0, counter: 0 };
  const wallNow = (): number => Math.max(0, Math.floor(clock.wallNow()));

  return {
    stamp() {
      const wallMs = wallNow();
      if (wallMs > last.wallMs) last = { wallMs, counter: 0 };
      else if (last.counter < MAX_COUNTER) last = { wallMs: last.wallMs, counter: last.counter + 1 };
      else last = { wallMs: last.wallMs + 1, counter: 0 };
      return last;
    },
    follow(heard) {
      if (!isCredible(heard, wallNow())) return false;
      if (compareStamps(heard, last) > 0) last = heard;
      return true;
    },
  };
}
