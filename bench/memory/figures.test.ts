import { expect, it } from 'vitest';
import { memoryTable, type MemorySample } from './figures.ts';

it('what a tab keeps is shown line by line', () => {
  const before: MemorySample = { received: 0, heapMiB: 2.345, buffersMiB: 0, timeline: 3, seen: 2, kept: 0 };
  const after: MemorySample = { received: 9, heapMiB: 12.04, buffersMiB: 0.52, timeline: 12, seen: 11, kept: 9 };
  expect(memoryTable({ messages: 9, before, after, samples: [before, after] }).split('\n')).toEqual([
    'received  heap MiB  buffers MiB  timeline  seen  kept',
    '       0       2.3          0.0         3     2     0',
    '       9      12.0          0.5        12    11     9',
    '',
  ]);
});
