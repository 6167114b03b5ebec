/** What is keyed by a remote party has a bound: beyond it the first goes, which is the one put in longest ago. */
export function dropOldest<Key>(
  entries: { readonly size: number; keys(): Iterator<Key, unknown>; delete(key: Key): boolean },
  max: number,
): void {
  if (entries.size <= max) return;
  const oldest = entries.keys().next();
  if (!oldest.done) entries.delete(oldest.value);
}
