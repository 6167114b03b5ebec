/**
 * The signals of the WebRTC transport as text: a description, or some candidates. Strict: what is not exactly one of
 * these is refused, so that nothing else ever reaches simple-peer, whose own signals can also ask for media. [LT1, LT2]
 */
import { failure, success, type Result } from '../core/base/result.ts';
import { MAX_SIGNAL_CHARS, type Signal } from '../core/ports/transport.ts';
import { filterSdp, isCandidate, type SdpFailure } from './sdp-filter.ts';

export interface DescriptionSignal {
  readonly type: 'offer' | 'answer';
  readonly sdp: string;
  /** Candidates within the description. */
  readonly candidates: number;
  /** Of the certificate that it promises. */
  readonly fingerprint: Uint8Array;
}

export interface CandidatesSignal {
  readonly type: 'candidates';
  /** At least one, each the `candidate` attribute's value of the one media section. */
  readonly candidates: readonly string[];
}

export type TransportSignal = DescriptionSignal | CandidatesSignal;

export type SignalFailure = 'TooLong' | 'Malformed' | SdpFailure;

/**
 * Candidates of one connection, within descriptions and apart from them. A host with several interfaces, IPv6 and two
 * TURN servers has about twenty; every one costs connectivity checks, which mallory could aim at third parties.
 */
export const MAX_CANDIDATES = 40;
export function encodeDescription(type: 'offer' | 'answer', sdp: string): Signal {
  return JSON.stringify({ type, sdp });
}

export function encodeCandidates(candidates: readonly string[]): Signal {
  return JSON.stringify({ type: 'candidates', candidates });
}

export function decodeSignal(text: Signal): Result<TransportSignal, SignalFailure> {
  if (text.length > MAX_SIGNAL_CHARS) return failure('TooLong');
  const value = parseObject(text);
  if (!value || Object.keys(value).length !== 2) return failure('Malformed');
  const { type } = value;
  if (type === 'offer' || type === 'answer') {
    if (typeof value.sdp !== 'string') return failure('Malformed');
    const filtered = filterSdp(value.sdp);
    if (!filtered.ok) return filtered;
    return success({ type, ...filtered.value });
  }
  if (type === 'candidates') {
    const { candidates } = value;
    if (!Array.isArray(candidates) || candidates.length === 0 || !candidates.every(isCandidate)) {
      return failure('Malformed');
    }
    return success({ type, candidates });
  }
  return failure('Malformed');
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined; // No JSON at all.
  }
}
