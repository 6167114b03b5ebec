/**
 * Stretches a prepared password into the secret that the proof is run with (scrypt, RFC 7914).
 * Pure and slow (32 MiB, from half a second to two): meant for a worker. Does not know where the secret is kept.
 *
 * The proof itself gives nobody anything to guess offline against; stretching protects where the secret is stored, and
 * should the group ever be broken. Implements [PW5, PW6].
 */
import { scrypt } from '@noble/hashes/scrypt.js';
import { utf8 } from '../base/bytes.ts';
import type { MeshId } from '../base/ids.ts';
import type { PreparedPassword } from './password.ts';

/** Bound into the proof by whoever runs it: two ends with different parameters must find out, not merely fail. */
export const STRETCH_VERSION = 1;

export const SECRET_BYTES = 32;

/** OWASP's floor for scrypt in its 32 MiB form: more memory would fail on small phones, less rounds would be below it. */
const SCRYPT = { N: 2 ** 15, r: 8, p: 3, dkLen: SECRET_BYTES } as const;

/** `onProgress` hears fractions from 0 to 1 and must not throw. */
export function stretchPassword(
  password: PreparedPassword,
  meshId: MeshId,
  onProgress?: (fraction: number) => void,
): Uint8Array {
  const salt = utf8(`peer-channel/stretch/${STRETCH_VERSION}:${meshId}`);
  return scrypt(password, salt, onProgress ? { ...SCRYPT, onProgress } : SCRYPT);
}
