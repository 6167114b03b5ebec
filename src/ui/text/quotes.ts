/** Two texts beside each other, cut to where they differ. Pure. [CH13] */

/** Of each so much is quoted. */
const MAX_CHARS = 80;
/** Before the first difference, so that one sees what it is about. */
const BEFORE_CHARS = 24;

/** `'…'` stands where something was left out. */
export function quotesOf(texts: readonly [string, string]): readonly string[] {
  const [one, other] = texts.map((text) => [...text]) as [string[], string[]];
  let same = 0;
  while (same < one.length && one[same] === other[same]) same += 1;
  const longest = Math.max(one.length, other.length);
  const from = longest > MAX_CHARS ? Math.max(0, Math.min(same - BEFORE_CHARS, longest - MAX_CHARS)) : 0;
  return [one, other].map((chars) => {
    const end = from + MAX_CHARS;
    return `${from > 0 ? '…' : ''}${chars.slice(from, end).join('')}${chars.length > end ? '…' : ''}`;
  });
}
