import { describe, expect, it } from 'vitest';
import { createEventHeap } from './event-heap.ts';
import { createSeededRandom } from './seeded-random.ts';

describe('event heap', () => {
  it('[SM1] gives entries out by time, and by order of pushing at equal times', () => {
    const heap = createEventHeap();
    const random = createSeededRandom(7, 'heap');
    const expected: { timeMs: number; sequence: number }[] = [];
    for (let sequence = 0; sequence < 5000; sequence++) {
      // Few distinct times, so that ties are common.
      const timeMs = random.below(200);
      heap.push(timeMs, sequence, sequence);
      expected.push({ timeMs, sequence });
    }
    expected.sort((a, b) => a.timeMs - b.timeMs || a.sequence - b.sequence);
    const popped: number[] = [];
    while (heap.size > 0) popped.push(heap.pop());
    expect(popped).toEqual(expected.map(({ sequence }) => sequence));
  });

  it('keeps the order when entries were filtered out in between', () => {
    const heap = createEventHeap();
    const random = createSeededRandom(8, 'heap');
    const times = Array.from({ length: 3000 }, () => random.fraction());
    times.forEach((timeMs, slot) => heap.push(timeMs, slot, slot));
    heap.filter((slot) => slot % 3 === 0);
    const popped: number[] = [];
    while (heap.size > 0) popped.push(heap.pop());
    const expected = times.map((_, slot) => slot).filter((slot) => slot % 3 === 0);
    expect(popped).toEqual(expected.sort((a, b) => times[a]! - times[b]!));
  });

  it('is empty at first', () => {
    const heap = createEventHeap();
    expect(heap.peekTimeMs()).toBe(Infinity);
    expect(heap.pop()).toBe(-1);
  });
});
