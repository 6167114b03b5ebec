/**
 * Stand-in for the password proof: the shape of symmetric CPace with explicit confirmation, at the cost of a few
 * digests. Confirmations match exactly when secret, channel identifier and session ID are the same at both ends and
 * shares and associated data arrived unchanged. It protects nothing: anybody on the path could test guesses.
 * `--proof real` uses CPace itself.
 */
import { compareBytes, concat } from '../src/core/base/bytes.ts';
import { failure, success } from '../src/core/base/result.ts';
import type { Pake } from '../src/core/ports/pake.ts';
import type { Random } from '../src/core/ports/random.ts';
import { laneHash } from './lane-hash.ts';

const SHARE_BYTES = 32;

// One domain a use, so that no output of one stands for another.
const KEY_DOMAIN = Uint8Array.of(1);
const TRANSCRIPT_DOMAIN = Uint8Array.of(2);
const CONFIRMATION_DOMAIN = Uint8Array.of(3);

export function createMemoryPake(random: Random): Pake {
  return {
    start({ secret, channelIdentifier, sessionId, associatedData }) {
      const share = random.bytes(SHARE_BYTES);
      return {
        share,
        finish(peer) {
          if (peer.share.length !== SHARE_BYTES || peer.share.every((byte) => byte === 0)) {
            return failure('InvalidShare');
          }
          if (compareBytes(peer.share, share) === 0 || compareBytes(peer.associatedData, associatedData) === 0) {
            return failure('Reflected');
          }
          const own = concat(share, associatedData);
          const far = concat(peer.share, peer.associatedData);
          // No roles: both ends put the two halves of the transcript in the same order.
          const [first, second] = compareBytes(own, far) < 0 ? [own, far] : [far, own];
          const sharedKey = laneHash(KEY_DOMAIN, secret, channelIdentifier, sessionId, first, second);
          return success({
            confirmation: laneHash(CONFIRMATION_DOMAIN, sharedKey, own),
            expectedConfirmation: laneHash(CONFIRMATION_DOMAIN, sharedKey, far),
            transcript: laneHash(TRANSCRIPT_DOMAIN, sessionId, first, second),
          });
        },
      };
    },
  };
}
