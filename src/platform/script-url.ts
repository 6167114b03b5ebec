/**
 * The one way to start a script by its address: under the page's policy (RS21) a browser that knows trusted types takes an
 * address from here only, and this takes those of the own origin only.
 */

/** The part of the browser's `trustedTypes` that is used. TypeScript's library does not have it yet. */
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): object };
}

const policy = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy('peer-channel', {
  createScriptURL: own,
});

/** Throws a TypeError for a script of another origin. What comes back reads as the address. */
export function scriptUrl(url: string): string {
  // Declared as text, for so are the parameters of those who take it.
  return (policy?.createScriptURL(url) as string | undefined) ?? own(url);
}

function own(url: string): string {
  if (new URL(url, location.href).origin !== location.origin) throw new TypeError(`Not a script of this app: ${url}`);
  return url;
}
