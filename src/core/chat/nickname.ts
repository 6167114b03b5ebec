/** Nicknames: what people call themselves, as it goes to others. [CH2, CH3] */
import { failure, success, type Result } from '../base/result.ts';
import { DEFAULT_NICKNAME, MAX_NICKNAME_CHARS } from './types.ts';

/** Joiners inside a word or an emoji are part of how it is written: Persian, Hindi, a family of four. */
const JOINER_INSIDE =
  /(?<=[\p{L}\p{M}\p{Emoji_Modifier}\p{Extended_Pictographic}])[\u200c\u200d](?=[\p{L}\p{Extended_Pictographic}])/u;
/** Characters that draw nothing or turn the line round: a name made of them would hide or disguise who speaks. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu;
/** Others that draw nothing: fillers, selectors of variants, the empty braille pattern. They are part of how some words are written. */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\u2800]/gu;
const INVISIBLE_OUTSIDE = new RegExp(`(?!${JOINER_INSIDE.source})${INVISIBLE.source}`, 'gu');
/** Folded once: every member that is described is compared with it. */
const NAMELESS = foldNickname(DEFAULT_NICKNAME);

/** Normalised nickname; what is empty becomes the original's "DefaultName" (R10). */
export function parseNickname(text: string): Result<string, 'TooLong'> {
  const nickname = prepare(text);
  if ([...nickname].length > MAX_NICKNAME_CHARS) return failure('TooLong');
  return success(nickname || DEFAULT_NICKNAME);
}

/** As `parseNickname` for names that others sent: shown in any case, cut when too long. */
export function cleanNickname(text: string): string {
  return [...prepare(text)].slice(0, MAX_NICKNAME_CHARS).join('').trimEnd() || DEFAULT_NICKNAME;
}

/** Spaces are folded before and after: tabs are control characters too, and what was invisible may have parted two. */
function prepare(text: string): string {
  return text.normalize('NFC').replace(/\s+/gu, ' ').replace(INVISIBLE_OUTSIDE, '').replace(/ +/gu, ' ').trim();
}

/** Whether two nicknames read alike: compatibility forms, case, width and joiners do not tell people apart. */
export function isNamesake(a: string, b: string): boolean {
  return foldNickname(a) === foldNickname(b);
}

/** Whoever gave no name bears this one, and it is nobody's. */
export function isNameless(nickname: string): boolean {
  return foldNickname(nickname) === NAMELESS;
}

/** What is the same of two names that read alike. */
export function foldNickname(nickname: string): string {
  return nickname.normalize('NFKC').replace(INVISIBLE, '').replace(UNSEEN, '').toLowerCase();
}
