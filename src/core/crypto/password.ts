/**
 * Prepares a password as the OpaqueString profile of RFC 8265 §4.2 says, so that the same password typed on two keyboards
 * gives the same bytes. Does not know how the bytes are stretched or what they protect.
 *
 * One deviation, on purpose: of what the PRECIS FreeformClass forbids, only what no keyboard enters is refused (control
 * characters, lone surrogates, noncharacters). Joiners and variation selectors pass, because emoji are made of them, and
 * unassigned code points pass, because browsers differ in the Unicode version they know.
 *
 * Implements [PW1-PW4].
 */
import { utf8 } from '../base/bytes.ts';
import { failure, success, type Result } from '../base/result.ts';

declare const prepared: unique symbol;
/** UTF-8 of a password that went through preparePassword: nothing else may be stretched. */
export type PreparedPassword = Uint8Array & { readonly [prepared]: true };

/** Longer than any passphrase a person types; keeps a pasted file from being hashed. */
export const MAX_PASSWORD_BYTES = 1024;

export type PasswordFailure = 'Empty' | 'TooLong' | 'BadCharacter';

const OTHER_SPACES = /\p{Zs}/gu;
const REFUSED = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u;

export function preparePassword(text: string): Result<PreparedPassword, PasswordFailure> {
  if (text === '') return failure('Empty');
  if (REFUSED.test(text)) return failure('BadCharacter');
  // Spaces inside and at the ends stay: they are part of the password, only their kind is unified.
  const bytes = utf8(text.replace(OTHER_SPACES, ' ').normalize('NFC'));
  if (bytes.length > MAX_PASSWORD_BYTES) return failure('TooLong');
  return success(bytes as PreparedPassword);
}
