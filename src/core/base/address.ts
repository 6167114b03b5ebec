/**
 * Endpoint addresses: `net.p2p://<mesh ID>/<path>`, the share-link form `#<mesh ID>/<path>`, or a bare mesh ID. [AD1-AD4]
 * Comparison ignores case (R1), so both parts are normalised: NFC and lower case.
 */
import type { EndpointPath, MeshId } from './ids.ts';
import { failure, success, type Result } from './result.ts';

export interface EndpointAddress {
  readonly meshId: MeshId;
  readonly path: EndpointPath;
}

export const DEFAULT_PATH = '/chat' as EndpointPath;

/** The mesh ID stands in a link people read out: 64 characters is more than anyone types. */
export const MAX_MESH_ID_CHARS = 64;
/** Path with its slashes. */
export const MAX_PATH_CHARS = 128;

const SCHEME = /^net\.p2p:\/\//i;
const OTHER_SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
/** Letters, digits and marks of any script, and `-_.~`: nothing that a URL or a person could read two ways. */
const MESH_ID = /^[\p{L}\p{N}\p{M}\-_.~]+$/u;
const PATH_SEGMENT = /^[\p{L}\p{N}\p{M}\-_.~]+$/u;

export type AddressFailure = 'Empty' | 'TooLong' | 'BadCharacter' | 'BadScheme';

/** Reads what a person typed or a link carried. Percent-encoding, as browsers put it into links, is undone. */
export function parseAddress(text: string): Result<EndpointAddress, AddressFailure> {
  let rest = text.trim();
  if (SCHEME.test(rest)) {
    rest = rest.replace(SCHEME, '');
  } else {
    if (OTHER_SCHEME.test(rest)) {
      // A whole share link: what counts is behind the number sign.
      const hash = rest.indexOf('#');
      if (hash < 0) return failure('BadScheme');
      rest = rest.slice(hash + 1);
    }
    rest = rest.replace(/^[#/]+/, '');
  }
  try {
    rest = decodeURIComponent(rest);
  } catch {
    return failure('BadCharacter');
  }
  // Composed once more: lower case may compose where upper case has no such letter (J with caron, U+01F0).
  rest = rest.normalize('NFC').toLowerCase().normalize('NFC');
  const slash = rest.indexOf('/');
  const meshId = slash < 0 ? rest : rest.slice(0, slash);
  const segments = (slash < 0 ? '' : rest.slice(slash)).split('/').filter((segment) => segment !== '');
  if (meshId === '') return failure('Empty');
  if ([...meshId].length > MAX_MESH_ID_CHARS) return failure('TooLong');
  if (!MESH_ID.test(meshId) || !segments.every((segment) => PATH_SEGMENT.test(segment))) return failure('BadCharacter');
  const path = segments.length === 0 ? DEFAULT_PATH : `/${segments.join('/')}`;
  if ([...path].length > MAX_PATH_CHARS) return failure('TooLong');
  return success({ meshId: meshId as MeshId, path: path as EndpointPath });
}

/** `net.p2p://<mesh ID>/<path>` */
export function formatAddress(address: EndpointAddress): string {
  return `net.p2p://${address.meshId}${address.path}`;
}

/** The fragment of a share link, without the number sign: `<mesh ID>/<path>`, percent-encoded where a URL needs it. */
export function formatFragment(address: EndpointAddress): string {
  return encodeURI(`${address.meshId}${address.path}`);
}
