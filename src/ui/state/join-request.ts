/**
 * What stands in the join form, judged: a request to join, or a sentence for each field that keeps it from being one.
 * Pure; knows nothing of the screen. Rules UI2 and UI3.
 */
import { parseAddress } from '../../core/base/address.ts';
import type { ErrorCode } from '../../core/base/errors.ts';
import { parseNickname } from '../../core/chat/nickname.ts';
import type { JoinRequest } from '../../core/chat/types.ts';
import { addressSentences, errorSentences } from '../text/errors.ts';

export type JoinField = 'nickname' | 'mesh' | 'password';

/** In the order of the screen: the first bad one gets the focus. */
export const joinFields: readonly JoinField[] = ['nickname', 'mesh', 'password'];

export type JoinValues = Readonly<Record<JoinField, string>>;
export type JoinErrors = Partial<Record<JoinField | 'form', string>>;

export type JoinCheck =
  { readonly ok: true; readonly request: JoinRequest } | { readonly ok: false; readonly errors: JoinErrors };

export function checkJoin(values: JoinValues): JoinCheck {
  const errors: JoinErrors = {};
  const nickname = parseNickname(values.nickname);
  if (!nickname.ok) errors.nickname = errorSentences.NicknameTooLong();
  const address = parseAddress(values.mesh);
  if (!address.ok) errors.mesh = addressSentences[address.reason];
  // Never trimmed: a space is a character of a password like any other.
  if (values.password === '') errors.password = errorSentences.PasswordEmpty();
  if (!nickname.ok || !address.ok || errors.password !== undefined) return { ok: false, errors };
  return {
    ok: true,
    request: { nickname: nickname.value, address: address.value, password: values.password },
  };
}

/** The field that an error of joining belongs beside; what concerns no field stands above the button. */
export function fieldOfError(code: ErrorCode): JoinField | 'form' {
  switch (code) {
    case 'NicknameTooLong':
      return 'nickname';
    case 'MeshAddressMalformed':
      return 'mesh';
    case 'PasswordEmpty':
    case 'PasswordTooLong':
    case 'PasswordBadCharacter':
    case 'AnotherPassword':
      return 'password';
    default:
      return 'form';
  }
}
