/**
 * Which parts of a message can be followed. Only what is plainly a web address: no other scheme, nothing that names a
 * login before its host, which is how one host is made to look like another. Pure. [UI13]
 */

/** `href` where the text can be followed. The texts of all pieces, one behind the other, are the message. */
export interface Piece {
  readonly text: string;
  readonly href?: string;
}

/** Ends at what is not seen, too: characters that turn the direction could show another address than is followed. */
const ADDRESS = /https?:\/\/[^\s<>"\p{C}]+/giu;
/** Part of a word, or of another scheme's address. */
const BEFORE = /[\p{L}\p{N}:]$/u;
/** Closes the sentence, not the address. */
const CLOSING = ".,;:!?'’”»…";
const BRACKETS = { ')': '(', ']': '[', '}': '{' } as const;

export function piecesOf(message: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const { 0: found, index } of message.matchAll(ADDRESS)) {
    const text = withoutClosing(found);
    const href = BEFORE.test(message.slice(Math.max(0, index - 2), index)) ? undefined : followable(text);
    if (href === undefined) continue;
    if (index > end) pieces.push({ text: message.slice(end, index) });
    pieces.push({ text, href });
    end = index + text.length;
  }
  if (end < message.length) pieces.push({ text: message.slice(end) });
  return pieces;
}

/** A bracket belongs to the address only if it is opened in it. */
function withoutClosing(found: string): string {
  const surplus = new Map<string, number>();
  for (const [closing, opening] of Object.entries(BRACKETS))
    surplus.set(closing, found.split(closing).length - found.split(opening).length);
  let length = found.length;
  for (; length > 0; length--) {
    const last = found[length - 1]!;
    const unopened = surplus.get(last) ?? 0;
    if (unopened > 0) surplus.set(last, unopened - 1);
    else if (!CLOSING.includes(last)) break;
  }
  return found.slice(0, length);
}

function followable(text: string): string | undefined {
  try {
    const { protocol, username, password, href } = new URL(text);
    return /^https?:$/.test(protocol) && username + password === '' ? href : undefined;
  } catch {
    // A host that cannot be one, such as none.
    return undefined;
  }
}
