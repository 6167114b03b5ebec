/** What this browser, or the way the page was opened, lacks for a private chat. Pure: the scope is handed in. */
import type { ErrorCode } from '../../core/base/errors.ts';

export interface BrowserScope {
  readonly isSecureContext?: boolean;
  readonly crypto?: { readonly subtle?: unknown };
  readonly RTCPeerConnection?: unknown;
}

/** The first thing that is missing, or nothing. A page on a plain-HTTP host has no `crypto.subtle`. */
export function missingSupport(scope: BrowserScope): ErrorCode | undefined {
  if (scope.isSecureContext !== true || scope.crypto?.subtle === undefined) return 'InsecureContext';
  if (scope.RTCPeerConnection === undefined) return 'WebRtcMissing';
  return undefined;
}
