/**
 * Signer over the browser's own Ed25519, with a secret key that scripts cannot read; plain JavaScript where the browser
 * has none. Owns the imported keys of others, and a key pair unless it is given one. Implements [CP8-CP11].
 */
import { assert } from '../core/base/assert.ts';
import { toHex } from '../core/base/bytes.ts';
import { createBoundedCache } from '../core/crypto/bounded-cache.ts';
import { createKeyChecks, hasSmallOrderR, MAX_REMEMBERED_KEYS, PUBLIC_KEY_BYTES } from '../core/crypto/identity-key.ts';
import { createNobleSigner } from '../core/crypto/noble-signer.ts';
import type { Signer } from '../core/ports/signer.ts';
import { createSecureRandom } from './random.ts';

export const ED25519 = { name: 'Ed25519' } as const;

/**
 * `subtle` is null on pages served over plain HTTP, and does not know Ed25519 in older browsers. `kept` is the key pair to
 * sign with; without it there is a new one.
 */
export async function createWebCryptoSigner(
  // The types promise it everywhere; plain HTTP pages do not have it.
  subtle: SubtleCrypto | null = globalThis.crypto.subtle ?? null,
  kept?: CryptoKeyPair,
): Promise<Signer> {
  const pair = kept ?? (subtle && (await generateKeyPair(subtle)));
  if (!subtle || !pair) return createNobleSigner(createSecureRandom());
  const publicKey = new Uint8Array(await subtle.exportKey('raw', pair.publicKey));
  assert(publicKey.length === PUBLIC_KEY_BYTES, 'a raw Ed25519 key has 32 bytes');

  const isGoodKey = createKeyChecks();
  // The own key is a good one. What an engine does for the first time takes it several times as long: here, not in a proof.
  isGoodKey(publicKey);
  const importedKeys = createBoundedCache<Promise<CryptoKey>>(MAX_REMEMBERED_KEYS);
  const importKey = (bytes: Uint8Array): Promise<CryptoKey> =>
    importedKeys.take(toHex(bytes), () => subtle.importKey('raw', own(bytes), ED25519, false, ['verify']));

  return {
    publicKey,
    sign(message, settle) {
      // With a key of this same engine signing cannot fail; should it, the rejection is a bug of ours and is to be seen.
      void subtle.sign(ED25519, pair.privateKey, own(message)).then((signature) => settle(new Uint8Array(signature)));
    },
    expect(key) {
      // A key that the engine refuses is told by `verify`.
      if (isGoodKey(key)) importKey(key).catch(() => undefined);
    },
    verify(key, signature, message, settle) {
      // Engines take signatures under small-order keys, so the key is judged first. [CP8, CP11]
      if (!isGoodKey(key) || hasSmallOrderR(signature)) return settle(false);
      void importKey(key)
        .then((imported) => subtle.verify(ED25519, imported, own(signature), own(message)))
        .catch(() => false) // The engine refused the key or the signature: not valid.
        .then(settle);
    },
  };
}

/** Undefined where the engine does not know Ed25519. */
async function generateKeyPair(subtle: SubtleCrypto): Promise<CryptoKeyPair | undefined> {
  try {
    return await subtle.generateKey(ED25519, false, ['sign', 'verify']);
  } catch {
    return undefined;
  }
}

/** WebCrypto's types shut out shared memory, which nothing here ever holds. */
function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes as Uint8Array<ArrayBuffer>;
}
