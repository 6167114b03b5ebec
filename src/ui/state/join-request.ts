/**
 * What stands in the join form, judged: a request to join, or a sentence for each field that keeps it from being one.
 * Pure; knows nothing of the screen. Rules UI2 and UI3.
 */
import { DEFAULT_PATH, formatAddress, parseAddress, type EndpointAddress } from '../../core/base/address.ts';
import { readShareLink } from '../../core/base/share-link.ts';
import type { ErrorCode } from '../../core/base/errors.ts';
import { parseNickname } from '../../core/chat/nickname.ts';
import type { JoinRequest } from '../../core/chat/types.ts';
import { addressSentences, errorSentences } from '../text/errors.ts';
import { words } from '../text/words.ts';

export type JoinField = 'nickname' | 'mesh' | 'password';

/** In the order of the screen: the first bad one gets the focus. */
export const joinFields: readonly JoinField[] = ['nickname', 'mesh', 'password'];

export type JoinValues = Readonly<Record<JoinField, string>>;
export type JoinErrors = Partial<Record<JoinField | 'form', string>>;

export type JoinCheck =
  { readonly ok: true; readonly request: JoinRequest } | { readonly ok: false; readonly errors: JoinErrors };

/** What was typed or pasted where a mesh is named, read; or the sentence that says why it names none. */
export type MeshReading =
  | { readonly ok: true; readonly address: EndpointAddress; readonly password?: string }
  | { readonly ok: false; readonly sentence: string };

const LINK = /^\s*(?!net\.p2p:)[a-z][a-z0-9+.-]*:\/\//i;

/** `ownOrigin` is that of this page: behind another one stands another resolver, with other people. */
export function readMesh(text: string, ownOrigin: string): MeshReading {
  const link = readShareLink(text);
  const address = parseAddress(link.address);
  if (!address.ok) return { ok: false, sentence: addressSentences[address.reason] };
  if (LINK.test(text) && originOf(text) !== ownOrigin) return { ok: false, sentence: words.join.foreignLink };
  return { ...link, ok: true, address: address.value };
}

/** Equal for texts that name the same mesh. */
export function meshKey(text: string, ownOrigin: string): string {
  const mesh = readMesh(text, ownOrigin);
  return mesh.ok ? formatAddress(mesh.address) : text;
}

/** An address as a person would type it. */
export function typedForm(address: EndpointAddress): string {
  return address.path === DEFAULT_PATH ? address.meshId : `${address.meshId}${address.path}`;
}

/** A fragment as a person would type it, also one that is no address, so that the form can say so. */
export function readableFragment(fragment: string): string {
  const address = parseAddress(fragment);
  if (address.ok) return typedForm(address.value);
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment; // No percent-encoding: it says what it says.
  }
}

function originOf(link: string): string | undefined {
  try {
    return new URL(link).origin;
  } catch {
    return undefined; // No browser would open it.
  }
}

export function checkJoin(values: JoinValues, ownOrigin: string, keeps = false): JoinCheck {
  const errors: JoinErrors = {};
  const nickname = parseNickname(values.nickname);
  if (!nickname.ok) errors.nickname = errorSentences.NicknameTooLong();
  const mesh = readMesh(values.mesh, ownOrigin);
  if (!mesh.ok) errors.mesh = mesh.sentence;
  // Never trimmed: a space is a character of a password like any other.
  if (values.password === '') errors.password = errorSentences.PasswordEmpty();
  if (!nickname.ok || !mesh.ok || errors.password !== undefined) return { ok: false, errors };
  return {
    ok: true,
    request: { nickname: nickname.value, address: mesh.address, password: values.password, keeps },
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
