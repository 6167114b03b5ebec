/**
 * The table from error code to the sentence a person reads. Does not compile while a code has no sentence.
 * Sentences say what happened and what to do; they never quote a password, a key or what somebody wrote.
 */
import { MAX_MESH_ID_CHARS, type AddressFailure } from '../../core/base/address.ts';
import type { ErrorCode } from '../../core/base/errors.ts';
import { MAX_NICKNAME_CHARS, MAX_TEXT_BYTES } from '../../core/chat/types.ts';

export const errorSentences: Record<ErrorCode, () => string> = {
  MeshAddressMalformed: () =>
    'That is no mesh address: use letters, digits, “-”, “_”, “.” or “~”, or paste a whole link.',
  PasswordEmpty: () => 'Give the password: without one nobody can be let in.',
  PasswordBadCharacter: () => 'This password holds a character that no keyboard enters: type it instead of pasting it.',
  PasswordTooLong: () => 'This password is too long: shorten it.',
  NicknameTooLong: () => `A nickname has at most ${MAX_NICKNAME_CHARS} characters: shorten it.`,
  MessageTooLong: () =>
    `This message is too long: at most ${MAX_TEXT_BYTES.toLocaleString('en-GB')} bytes go in one. Send it in parts.`,
  MessageRateExceeded: () => 'That was too much at once: wait a few seconds and send again. Your text is still here.',
  OutboxFull: () =>
    'Nobody has received what you wrote before, and no more of it is kept. Your text is still here: send it when somebody has come.',
  NotOpen: () => 'The room is closed, so nothing was sent. Your text is still here: join again to send it.',
  AnotherPassword: () => 'Somebody here uses another password: check yours with them; capitals and spaces count.',
  InsecureContext: () =>
    'This page was not opened over a secure connection, so the browser withholds the cryptography a private chat needs. Open it by https:// or on http://localhost.',
  WebRtcMissing: () =>
    'This browser has no WebRTC, or it is switched off, so it cannot link to other browsers. Switch it on or use another browser.',
  AppUnavailable: () =>
    'A part of the app could not be fetched: you are offline, or there is a newer version. Reload the page once you are online.',
  PasswordStretchFailed: () =>
    'The password could not be strengthened, most likely for want of memory: close some tabs and try again.',
  KeysUnavailable: () =>
    'The browser could not make the keys that a session needs. Reload the page; if it comes back, use another browser.',
  ClipboardRefused: () => 'The browser did not let the page copy. The text is selected: copy it with the keyboard.',
  Internal: () => 'Something went wrong that should not have. Reload the page; if it comes back, please report it.',
};

/** Why an address was not taken; more exact than the one code that stands for all of them. */
export const addressSentences: Record<AddressFailure, string> = {
  Empty: 'Give the mesh a name, or paste the link you were sent.',
  TooLong: `That is too long: the name of a mesh has at most ${MAX_MESH_ID_CHARS} characters.`,
  BadCharacter: errorSentences.MeshAddressMalformed(),
  BadScheme: 'That link leads to no mesh: paste the whole link with what stands after “#”, or a net.p2p:// address.',
};
