import { describe, expect, it } from 'vitest';
import { MAX_SIGNAL_CHARS } from '../core/ports/transport.ts';
import { decodeSignal, encodeCandidates, encodeDescription } from './signal-codec.ts';

const sdp = [
  'v=0',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  `a=fingerprint:sha-256 ${Array(32).fill('AB').join(':')}`,
  'a=candidate:1 1 udp 1 192.0.2.2 9 typ host',
  '',
].join('\r\n');
const candidate = 'candidate:1467250027 1 udp 2122260223 192.0.2.2 46243 typ host generation 0 ufrag EEtu network-id 3';

const reasonOf = (value: unknown): string => {
  const result = decodeSignal(typeof value === 'string' ? value : JSON.stringify(value));
  return result.ok ? 'taken' : result.reason;
};

describe('signal codec', () => {
  it('[LT1] offers, answers and candidates come back as they went', () => {
    for (const type of ['offer', 'answer'] as const) {
      expect(decodeSignal(encodeDescription(type, sdp))).toEqual({
        ok: true,
        value: { type, sdp, candidates: 1, fingerprint: new Uint8Array(32).fill(0xab) },
      });
    }
    expect(decodeSignal(encodeCandidates([candidate, candidate]))).toEqual({
      ok: true,
      value: { type: 'candidates', candidates: [candidate, candidate] },
    });
  });

  it('[LT1] candidates of every kind are taken', () => {
    const kinds = [
      'candidate:842163049 1 udp 1677729535 198.51.100.7 3478 typ srflx raddr 0.0.0.0 rport 0 generation 0 ufrag x',
      'candidate:0 1 UDP 2122252543 4a1b2c3d-0000-4000-8000-123456789abc.local 51234 typ host',
      'candidate:1 1 TCP 2105524479 fd00::2 9 typ host tcptype active',
      'candidate:3 1 udp 41885439 203.0.113.9 50000 typ relay raddr 198.51.100.7 rport 3478',
    ];
    expect(reasonOf(encodeCandidates(kinds))).toBe('taken');
  });

  it('[LT1] mallory signals what is none of them', () => {
    const malformed = [
      'garbage',
      '',
      'null',
      '[]',
      '"offer"',
      {},
      { type: 'renegotiate', renegotiate: true },
      { type: 'transceiverRequest', transceiverRequest: { kind: 'video' } },
      { type: 'pranswer', sdp },
      { type: 'rollback', sdp },
      { type: 'offer' },
      { type: 'offer', sdp: 7 },
      { type: 'offer', sdp: { toString: 'x' } },
      // simple-peer would act on either part of a signal that has both.
      { type: 'offer', sdp, renegotiate: true },
      { type: 'offer', sdp, candidate: { candidate } },
      { type: 'candidates', candidates: [] },
      { type: 'candidates', candidates: {} },
      { type: 'candidates', candidates: [candidate, 7] },
      { type: 'candidates', candidates: [''] },
      { type: 'candidates', candidates: ['candidate:nonsense'] },
      { type: 'candidates', candidates: [`${candidate}\r\na=fingerprint:x`] },
      { type: 'candidates', candidates: [`${candidate} ${'x'.repeat(512)}`] },
    ];
    for (const value of malformed) expect(reasonOf(value), JSON.stringify(value)).toBe('Malformed');
  });

  it('[LT3] a description is filtered', () => {
    expect(reasonOf({ type: 'offer', sdp: 'v=0\r\n' })).toBe('NotOneMediaSection');
    const result = decodeSignal(JSON.stringify({ type: 'offer', sdp: `${sdp}a=ice-lite\r\n` }));
    expect(result.ok && 'sdp' in result.value && result.value.sdp).toBe(sdp);
  });

  it('[LT2] a signal has at most 16 KiB', () => {
    const spaces = (count: number): string => encodeDescription('offer', sdp) + ' '.repeat(count);
    const room = MAX_SIGNAL_CHARS - spaces(0).length;
    expect(reasonOf(spaces(room))).toBe('taken');
    expect(reasonOf(spaces(room + 1))).toBe('TooLong');
  });
});
