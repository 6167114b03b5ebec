/**
 * Priority queue of event slots, ordered by time and, at equal times, by the order in which they were pushed.
 * A four-way heap over typed arrays: no object per entry, half the depth of a binary heap, and the four children
 * of a place lie side by side in memory.
 * Owns the order only; what a slot stands for is the clock's (virtual-clock.ts).
 */

/** Room for this many entries to begin with; doubled when full. */
const INITIAL_CAPACITY = 1024;

export interface EventHeap {
  readonly size: number;
  push(timeMs: number, sequence: number, slot: number): void;
  /** Time of the earliest entry; Infinity when there is none. */
  peekTimeMs(): number;
  /** Removes the earliest entry and returns its slot; -1 when there is none. */
  pop(): number;
  /** Drops every entry whose slot `keep` turns down, in one pass. */
  filter(keep: (slot: number) => boolean): void;
}

export function createEventHeap(): EventHeap {
  let times = new Float64Array(INITIAL_CAPACITY);
  let sequences = new Float64Array(INITIAL_CAPACITY);
  let slots = new Int32Array(INITIAL_CAPACITY);
  let size = 0;

  function grow(): void {
    const capacity = times.length * 2;
    const [oldTimes, oldSequences, oldSlots] = [times, sequences, slots];
    times = new Float64Array(capacity);
    sequences = new Float64Array(capacity);
    slots = new Int32Array(capacity);
    times.set(oldTimes);
    sequences.set(oldSequences);
    slots.set(oldSlots);
  }

  /** Puts an entry in at `place` or above, moving later ones down. */
  function siftUp(from: number, timeMs: number, sequence: number, slot: number): void {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 2;
      const parentTime = times[parent]!;
      if (parentTime < timeMs || (parentTime === timeMs && sequences[parent]! < sequence)) break;
      times[place] = parentTime;
      sequences[place] = sequences[parent]!;
      slots[place] = slots[parent]!;
      place = parent;
    }
    times[place] = timeMs;
    sequences[place] = sequence;
    slots[place] = slot;
  }

  /** Puts an entry in at `place` or below, moving earlier ones up. */
  function siftDown(from: number, timeMs: number, sequence: number, slot: number): void {
    let place = from;
    for (;;) {
      const first = (place << 2) + 1;
      if (first >= size) break;
      const end = first + 4 < size ? first + 4 : size;
      let best = first;
      let bestTime = times[first]!;
      for (let child = first + 1; child < end; child++) {
        const childTime = times[child]!;
        if (childTime < bestTime || (childTime === bestTime && sequences[child]! < sequences[best]!)) {
          best = child;
          bestTime = childTime;
        }
      }
      if (timeMs < bestTime || (timeMs === bestTime && sequence < sequences[best]!)) break;
      times[place] = bestTime;
      sequences[place] = sequences[best]!;
      slots[place] = slots[best]!;
      place = best;
    }
    times[place] = timeMs;
    sequences[place] = sequence;
    slots[place] = slot;
  }

  return {
    get size() {
      return size;
    },
    push(timeMs, sequence, slot) {
      if (size === times.length) grow();
      size++;
      siftUp(size - 1, timeMs, sequence, slot);
    },
    peekTimeMs() {
      return size === 0 ? Infinity : times[0]!;
    },
    pop() {
      if (size === 0) return -1;
      const slot = slots[0]!;
      size--;
      if (size > 0) siftDown(0, times[size]!, sequences[size]!, slots[size]!);
      return slot;
    },
    filter(keep) {
      let kept = 0;
      for (let place = 0; place < size; place++) {
        if (!keep(slots[place]!)) continue;
        times[kept] = times[place]!;
        sequences[kept] = sequences[place]!;
        slots[kept] = slots[place]!;
        kept++;
      }
      size = kept;
      for (let place = (size - 2) >> 2; place >= 0; place--) {
        siftDown(place, times[place]!, sequences[place]!, slots[place]!);
      }
    },
  };
}
