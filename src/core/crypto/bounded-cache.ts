/**
 * Remembers the most recently used entries, up to a fixed number: for results keyed by what a remote party sent.
 * Knows nothing about what it keeps.
 */
import { assert } from '../base/assert.ts';
import { dropOldest } from '../base/drop-oldest.ts';

export interface BoundedCache<Value> {
  readonly size: number;
  /** The kept value, or what `make` gives, which is then kept; the entry unused for longest goes when there is no room. */
  take(key: string, make: () => Value): Value;
}

export function createBoundedCache<Value>(maxEntries: number): BoundedCache<Value> {
  assert(Number.isSafeInteger(maxEntries) && maxEntries > 0, 'a cache holds at least one entry');
  // A Map iterates in order of insertion: taking an entry out and putting it back makes it the youngest.
  const entries = new Map<string, { readonly value: Value }>();
  return {
    get size() {
      return entries.size;
    },
    take(key, make) {
      const entry = entries.get(key) ?? { value: make() };
      entries.delete(key);
      entries.set(key, entry);
      dropOldest(entries, maxEntries);
      return entry.value;
    },
  };
}
