/** A stretch of a library's source that is left out of the build: from one text to another, and what stands instead. */
export type Cut = readonly [from: string, to: string, instead: string];

/** Throws if the library is another than it was. */
export function cut(code: string, cuts: readonly Cut[]): string {
  return cuts.reduce((rest, [from, to, instead]) => {
    const [begin, end] = [rest.indexOf(from), rest.indexOf(to)];
    if (begin < 0 || end < begin) throw new Error(`build: not where it was: ${from}`);
    return rest.slice(0, begin) + instead + rest.slice(end);
  }, code);
}
