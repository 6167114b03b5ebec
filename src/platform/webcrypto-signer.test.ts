import { describe, expect, it } from 'vitest';
import { describeSigner, sign, verify } from '../../test/contracts/signer.ts';
import { utf8 } from '../core/base/bytes.ts';
import { createWebCryptoSigner } from './webcrypto-signer.ts';

describeSigner('WebCrypto signer', () => createWebCryptoSigner());

/** An engine from before Ed25519. */
const without = {
  generateKey: () => Promise.reject(new DOMException('Algorithm: Unrecognized name', 'NotSupportedError')),
} as unknown as SubtleCrypto;
describeSigner('WebCrypto signer without Ed25519', () => createWebCryptoSigner(without));

describe('WebCrypto signer', () => {
  it('[CP10] falls back where the page has no WebCrypto at all', async () => {
    const alice = await createWebCryptoSigner(null);
    expect(await verify(alice, alice.publicKey, await sign(alice, utf8('hello')), utf8('hello'))).toBe(true);
  });

  it('[CP10] the two engines verify each other', async () => {
    const [native, plain] = [await createWebCryptoSigner(), await createWebCryptoSigner(without)];
    expect(await verify(native, plain.publicKey, await sign(plain, utf8('hello')), utf8('hello'))).toBe(true);
    expect(await verify(plain, native.publicKey, await sign(native, utf8('hello')), utf8('hello'))).toBe(true);
  });

  it('[CP10] the secret key cannot be read out', async () => {
    let extractable: boolean | undefined;
    const watching = new Proxy(crypto.subtle, {
      get: (subtle, name) =>
        name === 'generateKey'
          ? async (...args: Parameters<SubtleCrypto['generateKey']>) => {
              const pair = (await subtle.generateKey(...args)) as CryptoKeyPair;
              extractable = pair.privateKey.extractable;
              return pair;
            }
          : (Reflect.get(subtle, name) as () => unknown).bind(subtle),
    });
    await createWebCryptoSigner(watching);
    expect(extractable).toBe(false);
  });
});
