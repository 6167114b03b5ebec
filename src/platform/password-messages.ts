/** What the page and the worker that stretches passwords tell each other: one request, then fractions, then one secret. */
import type { MeshId } from '../core/base/ids.ts';
import type { PreparedPassword } from '../core/crypto/password.ts';

export interface StretchRequest {
  readonly password: PreparedPassword;
  readonly meshId: MeshId;
}

export type StretchReport =
  | { readonly kind: 'progress'; readonly fraction: number }
  | { readonly kind: 'secret'; readonly secret: Uint8Array }
  | { readonly kind: 'failed'; readonly detail: string };
