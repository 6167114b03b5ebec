import type { Plugin } from 'vite';

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

/**
 * Bundles a library without what the app has no use for, and without the words of its errors, which nobody is told.
 * `folder`: below node_modules. `cuts`: by file in it. `errorText` is replaced wherever it stands.
 */
export function withoutTheUnused(
  folder: string,
  cuts: Readonly<Record<string, readonly Cut[]>>,
  errorText: RegExp,
  instead: string,
): Plugin {
  return {
    name: `${folder}-without-the-unused`,
    apply: 'build',
    transform(code, id) {
      const file = id.split(`/node_modules/${folder}/`)[1];
      if (file === undefined) return null;
      return { code: cut(code, cuts[file] ?? []).replace(errorText, instead), map: null };
    },
  };
}
