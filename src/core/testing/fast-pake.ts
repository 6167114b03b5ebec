/**
 * Stand-in for CPace with its shape, made of digests: confirmations match exactly when both ends have the same secret,
 * channel identifier and session ID, and shares and associated data arrived unchanged. Protects nothing.
 * For tests of what stands above the proof; the proof itself is tested with CPace.
 */
import { sha512 } from '@noble/hashes/sha2.js';
import { compareBytes, concat, utf8 } from '../base/bytes.ts';
import { failure, success } from '../base/result.ts';
import type { Pake } from '../ports/pake.ts';
import type { Random } from '../ports/random.ts';

const SHARE_BYTES = 32;

/** Digest of parts that cannot run into one another: each stands behind its length. */
function digest(domain: string, ...parts: readonly Uint8Array[]): Uint8Array {
  return sha512(concat(utf8(domain), ...parts.flatMap((part) => [utf8(`:${part.length}:`), part])));
}

export function createFastPake(random: Random): Pake {
  return {
    start({ secret, channelIdentifier, sessionId, associatedData }) {
      const share = random.bytes(SHARE_BYTES);
      return {
        share,
        finish(peer) {
          if (peer.share.length !== SHARE_BYTES || peer.share.every((byte) => byte === 0))
            return failure('InvalidShare');
          const isReflected =
            compareBytes(peer.share, share) === 0 || compareBytes(peer.associatedData, associatedData) === 0;
          if (isReflected) return failure('Reflected');
          const own = concat(share, associatedData);
          const far = concat(peer.share, peer.associatedData);
          const [first, second] = compareBytes(own, far) < 0 ? [own, far] : [far, own];
          const sharedKey = digest('key', secret, channelIdentifier, sessionId, first, second);
          return success({
            confirmation: digest('confirmation', sharedKey, own),
            expectedConfirmation: digest('confirmation', sharedKey, far),
            transcript: digest('transcript', sessionId, first, second),
          });
        },
      };
    },
  };
}
