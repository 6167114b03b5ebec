/**
 * Share links: `…#<mesh ID>/<path>`, and on request `…#<mesh ID>/<path>?password=<percent-encoded>`. [AD5]
 * Takes the password apart from the address and puts it behind it. Judges neither: the address is read by parseAddress,
 * the password by preparePassword. Knows no site: whose link it is, is for whoever knows where the page came from.
 */
import { formatFragment, type EndpointAddress } from './address.ts';

export interface ShareLink {
  /** What names the mesh, for parseAddress: all of the text but a password. */
  readonly address: string;
  /** Never empty. */
  readonly password?: string;
}

const PASSWORD_KEY = 'password=';
/** Apps that make links of what looks like one end them at a full stop or a bracket: only these stay as they are. */
const NOT_PLAIN = /[^a-z0-9-]/giu;

/**
 * A password that is empty or cannot be decoded counts as none: it is asked for. With any other parameter the text stays
 * whole, which parseAddress refuses: it may mean something that this version does not know.
 */
export function readShareLink(text: string): ShareLink {
  const fragment = text.indexOf('#');
  const query = fragment < 0 ? -1 : text.indexOf('?', fragment);
  if (query < 0) return { address: text };
  const parameters = text.slice(query + 1).trimEnd();
  if (!parameters.startsWith(PASSWORD_KEY) || parameters.includes('&')) return { address: text };
  const address = text.slice(0, query);
  const password = decode(parameters.slice(PASSWORD_KEY.length));
  return password === '' ? { address } : { address, password };
}

/** The fragment of a share link, without the number sign. `password` is one that was taken: it holds no lone surrogate. */
export function formatShareFragment(address: EndpointAddress, password?: string): string {
  const fragment = formatFragment(address);
  return password === undefined ? fragment : `${fragment}?${PASSWORD_KEY}${password.replace(NOT_PLAIN, percentEncode)}`;
}

/** What may stay in the address bar of a fragment that was opened: nothing from a question mark on, encoded or not. */
export function withoutParameters(fragment: string): string {
  return fragment.replace(/(?:\?|%3f).*$/isu, '');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return ''; // Cut off or misspelt on the way.
  }
}

/** encodeURIComponent leaves `_.!~*'()` as they are. */
function percentEncode(character: string): string {
  const encoded = encodeURIComponent(character);
  return encoded === character ? `%${character.charCodeAt(0).toString(16).toUpperCase()}` : encoded;
}
