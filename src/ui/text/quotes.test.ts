import { expect, it } from 'vitest';
import { quotesOf } from './quotes.ts';

it('[CH13] short texts are quoted whole', () => {
  expect(quotesOf(['yes', ''])).toEqual(['yes', '']);
  expect(quotesOf(['a'.repeat(80), 'b'])).toEqual(['a'.repeat(80), 'b']);
});

it('[CH13] of long ones that much is quoted, and the first difference is in it', () => {
  const head = 'the same '.repeat(50);
  for (const [one, other] of [
    [`${head}yes`, `${head}no`],
    [`${head}yes, and more ${head}`, `${head}no, and less ${head}`],
    [`yes ${head}`, `no ${head}`],
    [head, `${head}and so on`],
  ] as const) {
    const quotes = quotesOf([one, other]);
    expect(quotes[0]).not.toBe(quotes[1]);
    for (const quote of quotes) expect([...quote].length).toBeLessThanOrEqual(82);
    expect(quotes.some((quote) => quote.includes('…'))).toBe(true);
  }
});

it('[CH13] characters of two code units are not cut apart', () => {
  const quotes = quotesOf(['🦉'.repeat(100), `${'🦉'.repeat(99)}🐙`]);
  expect(quotes.map((quote) => [...quote].at(-1))).toEqual(['🦉', '🐙']);
});
