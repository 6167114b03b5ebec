/**
 * CPace, suite CPACE-RISTR255-SHA512 in symmetric mode with explicit confirmation (draft-irtf-cfrg-cpace-21, RFC 9496).
 *
 * Owns one run's ephemeral scalar and the checks on what the far end sent. Does not know passwords (it takes a stretched
 * secret), frames, fingerprints or time; what is bound into a run is the caller's choice of channel identifier and
 * associated data. Limits: JavaScript gives no constant-time big integers and no way to wipe them, and the multiplication
 * by the ephemeral scalar is not blinded; a scalar is used for one run only, so there is nothing to average over.
 *
 * Implements [CP1-CP7].
 */
import { ristretto255, ristretto255_hasher } from '@noble/curves/ed25519.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { assert } from '../base/assert.ts';
import { compareBytes, concat, utf8 } from '../base/bytes.ts';
import { failure, success, type Result } from '../base/result.ts';
import type { Pake, PakeFailure, PakeInput, PakeOutcome, PakeRun } from '../ports/pake.ts';
import type { Random } from '../ports/random.ts';
import { generatorString, lvCat, orderedTranscript } from './cpace-strings.ts';

type Point = InstanceType<typeof ristretto255.Point>;
const { Point } = ristretto255;

const SUITE = utf8('CPaceRistretto255');
const SUITE_ISK = utf8('CPaceRistretto255_ISK');
const SID_OUTPUT = utf8('CPaceSidOutput');
const MAC = utf8('CPaceMac');

export const SHARE_BYTES = 32;
/** Twice the order's length, so that the reduction leaves no measurable bias. */
const SCALAR_SEED_BYTES = 64;

/** The secret generator of a run: `g` of the draft. */
export function deriveGenerator(secret: Uint8Array, channelIdentifier: Uint8Array, sessionId: Uint8Array): Point {
  return ristretto255_hasher.deriveToCurve!(sha512(generatorString(SUITE, secret, channelIdentifier, sessionId)));
}

/** `scalar_mult_vfy`: undefined when the share is no canonical encoding, or when it or the product is the identity. [CP3] */
export function multiplyChecked(scalar: bigint, share: Uint8Array): Point | undefined {
  if (share.length !== SHARE_BYTES) return undefined;
  let point: Point;
  try {
    point = Point.fromBytes(share);
  } catch {
    return undefined; // Not a canonical encoding: noble says so by throwing.
  }
  // The all-zero encoding decodes to the identity without complaint, and would make K independent of the password.
  if (point.is0()) return undefined;
  const product = point.multiply(scalar);
  return product.is0() ? undefined : product;
}

/** `ISK` of the draft, from the shared point and `transcript_oc`. */
export function intermediateSessionKey(sessionId: Uint8Array, k: Uint8Array, transcript: Uint8Array): Uint8Array {
  return sha512(concat(lvCat(SUITE_ISK, sessionId, k), transcript));
}

/** `sid_output_oc`: public, names the run. */
export function sessionIdOutput(transcript: Uint8Array): Uint8Array {
  return sha512(concat(SID_OUTPUT, transcript));
}

/** Key confirmation tag of the end that sent `share` and `associatedData`. */
export function confirmationTag(
  sessionId: Uint8Array,
  isk: Uint8Array,
  share: Uint8Array,
  associatedData: Uint8Array,
): Uint8Array {
  return hmac(sha512, sha512(concat(MAC, sessionId, isk)), lvCat(share, associatedData));
}

export function createCPace(random: Random): Pake {
  return {
    start: (input) => startRun(input, drawScalar(random.bytes(SCALAR_SEED_BYTES))),
  };
}

/** Uniform in 1 … order − 1: little-endian, reduced. */
function drawScalar(seed: Uint8Array): bigint {
  assert(seed.length === SCALAR_SEED_BYTES, 'random gave as many bytes as asked for');
  let value = 0n;
  for (let i = seed.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(seed[i]!);
  return (value % (Point.Fn.ORDER - 1n)) + 1n;
}

/** One run with a given scalar. Exported for the published vectors; everything else goes through createCPace. */
export function startRun(input: PakeInput, scalar: bigint): PakeRun {
  const { secret, channelIdentifier, sessionId, associatedData } = input;
  const share = deriveGenerator(secret, channelIdentifier, sessionId).multiply(scalar).toBytes();
  let finished = false;
  return {
    share,
    finish(peer): Result<PakeOutcome, PakeFailure> {
      assert(!finished, 'a run is finished once: its scalar is never used again');
      finished = true;
      // In symmetric mode a party that accepts its own values proves the password to a mirror. [CP4]
      if (compareBytes(peer.share, share) === 0 || compareBytes(peer.associatedData, associatedData) === 0) {
        return failure('Reflected');
      }
      const k = multiplyChecked(scalar, peer.share);
      if (!k) return failure('InvalidShare');
      const transcript = orderedTranscript(share, associatedData, peer.share, peer.associatedData);
      const isk = intermediateSessionKey(sessionId, k.toBytes(), transcript);
      return success({
        confirmation: confirmationTag(sessionId, isk, share, associatedData),
        expectedConfirmation: confirmationTag(sessionId, isk, peer.share, peer.associatedData),
        transcript: sessionIdOutput(transcript),
      });
    },
  };
}
