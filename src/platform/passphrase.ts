/**
 * Fresh passphrases: four words of the EFF's large list, 51.7 bits. [PW7]
 * Owns the drawing and the fallback; knows neither the screen that offers them nor what they protect.
 */
import { assert } from '../core/base/assert.ts';
import type { Random } from '../core/ports/random.ts';
import { createSecureRandom } from './random.ts';

const PASSPHRASE_WORDS = 4;
/** Five throws of a die choose one of so many words. */
export const LIST_WORDS = 6 ** 5;
const WORDS_URL = '/words.txt';

/** Without the list (offline before it was ever fetched): as strong, less easy to say. Crockford's base 32, lower case. */
const SYMBOLS = '0123456789abcdefghjkmnpqrstvwxyz';
/** Three groups of four symbols: 60 bits. */
const SYMBOL_GROUPS = 3;
const GROUP_SYMBOLS = 4;

/** A new passphrase such as `unblended-yapping-detention-squint`. Never fails. */
export async function createPassphrase(
  random: Random = createSecureRandom(),
  loadWords: () => Promise<string> = fetchWords,
): Promise<string> {
  const words = await readList(loadWords);
  if (!words) {
    const group = (): string => Array.from({ length: GROUP_SYMBOLS }, () => pick(SYMBOLS, random)).join('');
    return Array.from({ length: SYMBOL_GROUPS }, group).join('-');
  }
  return Array.from({ length: PASSPHRASE_WORDS }, () => pick(words, random)).join('-');
}

/** Uniform in 0 … bound − 1: what would favour small numbers is drawn again. */
export function drawBelow(bound: number, random: Random): number {
  const range = 2 ** 32;
  assert(Number.isInteger(bound) && bound > 0 && bound <= range, 'a bound is a natural number of 32 bits');
  const fair = range - (range % bound);
  for (;;) {
    const bytes = random.bytes(4);
    const value = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
    if (value < fair) return value % bound;
  }
}

function pick(from: ArrayLike<string>, random: Random): string {
  return from[drawBelow(from.length, random)]!;
}

/** Undefined when the list cannot be had or is not the list: a short one would give weak passphrases. */
async function readList(loadWords: () => Promise<string>): Promise<readonly string[] | undefined> {
  try {
    const words = (await loadWords()).trim().split('\n');
    return new Set(words).size === LIST_WORDS && words.every((word) => /^[a-z-]+$/.test(word)) ? words : undefined;
  } catch {
    return undefined; // No network and nothing cached: the fallback serves.
  }
}

async function fetchWords(): Promise<string> {
  const response = await fetch(WORDS_URL);
  return response.ok ? response.text() : '';
}
