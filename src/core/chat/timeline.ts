/**
 * The lines of a room in the order shown. [CH8, CH10]
 * A message goes where its place among all messages is; what has none stays below what was last when it came. Knows no
 * clock: whether a place is believed is decided by who inserts.
 */
import { comparePlaces, type Place } from '../base/stamp.ts';
import { MAX_TIMELINE_ENTRIES, type TimelineEntry } from './types.ts';

export interface Timeline {
  readonly entries: readonly TimelineEntry[];
  /** At the end, for good. */
  append(entry: TimelineEntry): void;
  /** Above all messages of a later place. False when it would stand above everything that a full timeline holds. */
  insert(entry: TimelineEntry, place: Place): boolean;
  /** Puts another entry where the one of this ID stands; undefined when there is none any more. */
  replace(id: string, change: (entry: TimelineEntry) => TimelineEntry): TimelineEntry | undefined;
}

export function createTimeline(): Timeline {
  const entries: TimelineEntry[] = [];
  /** Of each entry, if it has one. */
  const places: (Place | undefined)[] = [];

  function put(at: number, entry: TimelineEntry, place: Place | undefined): boolean {
    entries.splice(at, 0, entry);
    places.splice(at, 0, place);
    if (entries.length <= MAX_TIMELINE_ENTRIES) return true;
    entries.shift();
    places.shift();
    return at > 0;
  }

  return {
    entries,
    append: (entry) => void put(entries.length, entry, undefined),
    insert(entry, place) {
      let at = entries.length;
      for (let index = entries.length - 1; index >= 0; index--) {
        const other = places[index];
        if (!other) continue;
        if (comparePlaces(other, place) < 0) break;
        at = index;
      }
      return put(at, entry, place);
    },
    replace(id, change) {
      const index = entries.findLastIndex((entry) => entry.id === id);
      const entry = entries[index];
      if (!entry) return undefined;
      return (entries[index] = change(entry));
    },
  };
}
