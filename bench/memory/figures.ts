/** What a tab keeps, as people read it. Pure. */
export interface MemorySample {
  /** Messages received so far. */
  readonly received: number;
  /** Live objects of the page after a garbage collection, in MiB. */
  readonly heapMiB: number;
  /** Bytes held by typed arrays, which lie outside the heap, in MiB. */
  readonly buffersMiB: number;
  readonly timeline: number;
  readonly seen: number;
  readonly kept: number;
}

export interface MemoryFigures {
  readonly messages: number;
  readonly before: MemorySample;
  readonly after: MemorySample;
  /** Before, after each tenth, and after. */
  readonly samples: readonly MemorySample[];
}

export function memoryTable({ samples }: MemoryFigures): string {
  const titles = ['received', 'heap MiB', 'buffers MiB', 'timeline', 'seen', 'kept'];
  const rows = samples.map(({ received, heapMiB, buffersMiB, timeline, seen, kept }) =>
    [received, heapMiB.toFixed(1), buffersMiB.toFixed(1), timeline, seen, kept].map(String),
  );
  return [titles, ...rows]
    .map((cells) => `${cells.map((cell, column) => cell.padStart(titles[column]!.length)).join('  ')}\n`)
    .join('');
}
