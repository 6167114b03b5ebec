/** A list in parts of at most `length`, in order; of an empty one none. */
export function* slices<Entry>(list: readonly Entry[], length: number): Iterable<readonly Entry[]> {
  for (let at = 0; at < list.length; at += length) yield list.slice(at, at + length);
}
