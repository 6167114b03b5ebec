/** Two texts beside each other, cut to where they begin to differ. Pure. [CH13] */

/** Of each so much is quoted. */
const MAX_CHARS = 80;
/** Before the first difference, so that one sees what it is about. */
const BEFORE_CHARS = 24;

/** `'…'` stands where something was left out. */
export function quotesOf(texts: readonly [string, string]): readonly string[] {
  const chars = texts.map((text) => [...text]);
  const [one, other] = chars as [string[], string[]];
  const differs = one.findIndex((char, at) => char !== other[at]);
  const from = Math.max(0, (differs < 0 ? one.length : differs) - BEFORE_CHARS);
  return chars.map((all) => {
    const start = all.length > MAX_CHARS ? from : 0;
    const quote = all.slice(start, start + MAX_CHARS).join('');
    return (start > 0 ? '…' : '') + quote + (all.length > start + MAX_CHARS ? '…' : '');
  });
}
