/**
 * What of a far end's session description the browser gets to see: one data channel over DTLS, one SHA-256 fingerprint,
 * and of the rest only lines that are known. The description is rebuilt from those, so that no two readers of it can
 * differ. Pure; knows neither connections nor who sent it. Implements [LT3-LT5].
 *
 * Why so strict: with two fingerprints in a section one browser keeps the last, another the first. Whoever bound the
 * proof to the one while DTLS takes the other would have proven nothing.
 */
import { failure, success, type Result } from '../core/base/result.ts';
import { fromHex } from '../core/base/bytes.ts';
import { MAX_FRAME_BYTES } from '../core/ports/transport.ts';

export interface FilteredSdp {
  readonly sdp: string;
  /** SHA-256 of the certificate that this description promises, 32 bytes. */
  readonly fingerprint: Uint8Array;
  readonly candidates: number;
}

export type SdpFailure =
  | 'BadLine'
  | 'NotOneMediaSection'
  | 'NotADataChannel'
  | 'NotOneFingerprint'
  | 'NotSha256'
  | 'RepeatedAttribute'
  | 'FramesTooSmall';

const MEDIA = /^m=application [1-9]\d{0,4} UDP\/DTLS\/SCTP webrtc-datachannel$/;
const FINGERPRINT = /^a=fingerprint:(\S+) (\S+)$/;
const SHA256_VALUE = /^[0-9a-f]{2}(:[0-9a-f]{2}){31}$/i;

/** Lines that a data channel needs, in any number. */
const PLAIN = /^(?:[vost]=|c=IN IP[46] |a=end-of-candidates$|a=ice-options:)/;
/** Attributes that mean nothing twice: a second one could be read by one browser and ignored by another. */
const SINGULAR = /^a=(group|ice-ufrag|ice-pwd|setup|mid|sctp-port|max-message-size):/;
/** RFC 8839's longest sensible line with extensions is about 250 characters. */
const MAX_CANDIDATE_CHARS = 512;
/** RFC 8839 §5.1. What does not look like it would be passed over in silence further down. */
const CANDIDATE =
  /^candidate:[\w+/]{1,32} \d{1,5} (?:udp|tcp) \d{1,10} [\w.:-]{1,255} \d{1,5} typ (?:host|srflx|prflx|relay)(?: [\x21-\x7e]+)*$/i;
const CONTROL = /[\u0000-\u001f\u007f]/;

export function filterSdp(text: string): Result<FilteredSdp, SdpFailure> {
  const kept: string[] = [];
  const fingerprints = new Set<string>();
  const seen = new Set<string>();
  let sections = 0;
  let candidates = 0;
  for (const line of text.split(/\r?\n/)) {
    if (line === '') continue;
    // A lone carriage return ends a line for some parsers and not for others.
    if (CONTROL.test(line) || !/^[a-z]=/.test(line)) return failure('BadLine');
    if (line.startsWith('m=')) {
      sections++;
      if (!MEDIA.test(line)) return failure('NotADataChannel');
    } else if (line.startsWith('a=fingerprint:')) {
      const [, hash, value] = FINGERPRINT.exec(line) ?? [];
      if (hash?.toLowerCase() !== 'sha-256' || !SHA256_VALUE.test(value!)) return failure('NotSha256');
      fingerprints.add(value!.toLowerCase());
    } else if (SINGULAR.test(line)) {
      const [, attribute] = SINGULAR.exec(line)!;
      if (seen.has(attribute!)) return failure('RepeatedAttribute');
      seen.add(attribute!);
      if (attribute === 'max-message-size' && !takesOurFrames(line)) return failure('FramesTooSmall');
    } else if (line.startsWith('a=candidate:')) {
      if (!isCandidate(line.slice(2))) continue;
      candidates++; // Bounded by the caller.
    } else if (!PLAIN.test(line)) {
      continue; // Unknown or of no use to a data channel: the browser does not get to see it.
    }
    kept.push(line);
  }
  if (sections !== 1) return failure('NotOneMediaSection');
  if (fingerprints.size !== 1) return failure('NotOneFingerprint');
  const [value] = fingerprints;
  return success({ sdp: `${kept.join('\r\n')}\r\n`, fingerprint: parseFingerprint(value!), candidates });
}

/** A candidate of the far end, as it stands in a description or comes behind it. */
export function isCandidate(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_CANDIDATE_CHARS && CANDIDATE.test(value);
}

/** From the form of RFC 8122, pairs of hex digits with colons between. */
export function parseFingerprint(value: string): Uint8Array {
  return fromHex(value.replaceAll(':', '').toLowerCase());
}

/** A far end that takes less than a frame would make every `send` throw. Zero is no bound (RFC 8841). */
function takesOurFrames(line: string): boolean {
  const size = /^a=max-message-size:(\d{1,15})$/.exec(line)?.[1];
  return size !== undefined && (Number(size) === 0 || Number(size) >= MAX_FRAME_BYTES);
}
