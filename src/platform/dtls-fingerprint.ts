/**
 * DTLS certificates: one for the whole session, and which one the far end really used. [LT6, LT7]
 * Fingerprints come from the browser's own objects, never from signal text.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { assert } from '../core/base/assert.ts';
import { PeerChannelError } from '../core/base/errors.ts';
import { filterSdp, parseFingerprint } from './sdp-filter.ts';

/**
 * One key pair for all connections of a session. ECDSA P-256: every browser has it, and it is quick to make.
 * Rejects with WebRtcMissing where the browser has no WebRTC, or has it switched off.
 */
export async function createSessionCertificate(): Promise<RTCCertificate> {
  if (!('RTCPeerConnection' in globalThis)) throw new PeerChannelError('WebRtcMissing');
  const algorithm: EcKeyGenParams = { name: 'ECDSA', namedCurve: 'P-256' };
  return RTCPeerConnection.generateCertificate(algorithm);
}

/** SHA-256 of the own certificate; undefined when the browser tells it neither way. */
export function readLocalFingerprint(certificate: RTCCertificate, pc: RTCPeerConnection): Uint8Array | undefined {
  // Firefox before 138 has no getFingerprints; its own description says the same.
  const known = 'getFingerprints' in certificate ? certificate.getFingerprints() : [];
  const sha = known.find((fingerprint) => fingerprint.algorithm?.toLowerCase() === 'sha-256');
  return sha?.value !== undefined ? parseFingerprint(sha.value) : readDescription(pc.localDescription);
}

/** SHA-256 of the certificate that the far end's DTLS handshake was made with, once the data channel is open. */
export function readRemoteFingerprint(pc: RTCPeerConnection): Uint8Array | undefined {
  const dtls = pc.sctp?.transport;
  // Firefox before 153 does not show certificates.
  const [certificate] = dtls && 'getRemoteCertificates' in dtls ? dtls.getRemoteCertificates() : [];
  if (certificate) return sha256(new Uint8Array(certificate));
  // The description as the browser stored it has exactly one fingerprint (sdp-filter.ts), and an open data channel means
  // that DTLS has held the certificate against it.
  return readDescription(pc.remoteDescription);
}

function readDescription(description: RTCSessionDescription | null): Uint8Array | undefined {
  if (!description) return undefined;
  const filtered = filterSdp(description.sdp);
  assert(filtered.ok, 'a description that the browser wrote passes the filter');
  return filtered.value.fingerprint;
}
