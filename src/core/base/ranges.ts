/**
 * Sets of whole numbers kept as disjoint, ascending, closed ranges: which sequences of an origin are held.
 * Values, not objects: every function leaves its arguments as they are unless it says otherwise.
 */

/** From the first number to the last, both included. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export type Ranges = readonly Range[];

export function contains(ranges: Ranges, value: number): boolean {
  // New numbers are nearly always at the end.
  for (let i = ranges.length - 1; i >= 0 && ranges[i]!.to >= value; i--) if (ranges[i]!.from <= value) return true;
  return false;
}

/** Adds one number in place. Beyond `maxRanges` the lowest gap is closed: what was in it counts as held. */
export function addTo(ranges: Range[], value: number, maxRanges = Infinity): void {
  let at = ranges.length;
  while (at > 0 && ranges[at - 1]!.to >= value) at -= 1;
  // ranges[at] is the first that does not end below the value.
  const next = ranges[at];
  if (next && next.from <= value) return;
  const before = ranges[at - 1];
  const joinsBefore = before?.to === value - 1;
  const joinsNext = next?.from === value + 1;
  if (joinsBefore && joinsNext) ranges.splice(at - 1, 2, { from: before.from, to: next.to });
  else if (joinsBefore) ranges[at - 1] = { from: before.from, to: value };
  else if (joinsNext) ranges[at] = { from: value, to: next.to };
  else ranges.splice(at, 0, { from: value, to: value });
  if (ranges.length > maxRanges) ranges.splice(0, 2, { from: ranges[0]!.from, to: ranges[1]!.to });
}

export function rangesOf(values: Iterable<number>): Range[] {
  const ranges: Range[] = [];
  for (const value of values) addTo(ranges, value);
  return ranges;
}

/** What is in either. */
export function union(one: Ranges, other: Ranges): Range[] {
  const joined: Range[] = [];
  for (const range of [...one, ...other].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (!last || last.to + 1 < range.from) joined.push(range);
    else if (last.to < range.to) joined[joined.length - 1] = { from: last.from, to: range.to };
  }
  return joined;
}

/** What is in `wanted` and in none of `held`. */
export function without(wanted: Ranges, held: Ranges): Range[] {
  const rest: Range[] = [];
  let at = 0;
  for (const { from, to } of wanted) {
    let next = from;
    while (at < held.length && held[at]!.to < next) at += 1;
    for (let i = at; i < held.length && held[i]!.from <= to && next <= to; i++) {
      if (held[i]!.from > next) rest.push({ from: next, to: held[i]!.from - 1 });
      next = Math.max(next, held[i]!.to + 1);
    }
    if (next <= to) rest.push({ from: next, to });
  }
  return rest;
}

/** Ascending, disjoint and not touching, so that one set has one form. */
export function isCanonical(ranges: Ranges): boolean {
  return ranges.every(({ from, to }, i) => from <= to && (i === 0 || ranges[i - 1]!.to + 1 < from));
}
