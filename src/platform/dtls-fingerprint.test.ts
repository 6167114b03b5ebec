import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { toHex } from '../core/base/bytes.ts';
import { createSessionCertificate, readLocalFingerprint, readRemoteFingerprint } from './dtls-fingerprint.ts';

const value = Array.from({ length: 32 }, (_, i) => (i + 160).toString(16).toUpperCase()).join(':');
const hex = value.replaceAll(':', '').toLowerCase();
const description = {
  sdp: `v=0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=fingerprint:sha-256 ${value}\r\n`,
};

/** The parts of the browser's objects that are read; the whole ones are read in the browser tests. */
const connection = (parts: object): RTCPeerConnection => parts as RTCPeerConnection;
const certificate = (parts: object): RTCCertificate => parts as RTCCertificate;

describe('fingerprints', () => {
  it('[LT6] the own one is told by the certificate', () => {
    const told = certificate({
      getFingerprints: () => [
        { algorithm: 'sha-1', value: '00' },
        { algorithm: 'SHA-256', value },
      ],
    });
    expect(toHex(readLocalFingerprint(told, connection({ localDescription: null }))!)).toBe(hex);
  });

  it('[LT6] or, where certificates do not tell, by the own description', () => {
    const silent = certificate({});
    expect(toHex(readLocalFingerprint(silent, connection({ localDescription: description }))!)).toBe(hex);
    expect(readLocalFingerprint(silent, connection({ localDescription: null }))).toBeUndefined();
  });

  it('[LT7] the remote one is that of the certificate shown, whatever the description says', () => {
    const der = Uint8Array.of(48, 3, 2, 1, 0);
    const transport = { getRemoteCertificates: () => [der.buffer] };
    const pc = connection({ sctp: { transport }, remoteDescription: description });
    expect(toHex(readRemoteFingerprint(pc)!)).toBe(createHash('sha256').update(der).digest('hex'));
  });

  it('[LT7] or, where none is shown, that of the description as the browser stored it', () => {
    const pcs = [
      connection({ sctp: { transport: {} }, remoteDescription: description }),
      connection({ sctp: { transport: { getRemoteCertificates: () => [] } }, remoteDescription: description }),
      connection({ sctp: null, remoteDescription: description }),
    ];
    for (const pc of pcs) expect(toHex(readRemoteFingerprint(pc)!)).toBe(hex);
    expect(readRemoteFingerprint(connection({ sctp: null, remoteDescription: null }))).toBeUndefined();
  });

  it('[LT6] without WebRTC there is no certificate, and this is said', async () => {
    await expect(createSessionCertificate()).rejects.toMatchObject({ code: 'WebRtcMissing' });
  });
});
