/**
 * Stand-in for Ed25519: shape and sizes of the real thing, none of its protection. The "signature" is a digest over
 * public key and message, which anybody can compute; a changed message, key or signature is still refused, so the
 * core's checks run as they do in earnest. Synchronous, which keeps runs deterministic. `--proof real` uses Ed25519.
 */
import type { Random } from '../src/core/ports/random.ts';
import type { Signer } from '../src/core/ports/signer.ts';
import { DIGEST_BYTES, laneHash } from './lane-hash.ts';

const PUBLIC_KEY_BYTES = 32;

export function createMemorySigner(random: Random): Signer {
  const publicKey = random.bytes(PUBLIC_KEY_BYTES);
  return {
    publicKey,
    sign(message, settle) {
      settle(laneHash(publicKey, message));
    },
    verify(key, signature, message, settle) {
      if (key.length !== PUBLIC_KEY_BYTES || signature.length !== DIGEST_BYTES) return settle(false);
      const expected = laneHash(key, message);
      let same = true;
      for (let i = 0; i < DIGEST_BYTES && same; i++) same = expected[i] === signature[i];
      settle(same);
    },
  };
}
