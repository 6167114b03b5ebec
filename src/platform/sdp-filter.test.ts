import { describe, expect, it } from 'vitest';
import { toHex } from '../core/base/bytes.ts';
import { MAX_FRAME_BYTES } from '../core/ports/transport.ts';
import { filterSdp, parseFingerprint } from './sdp-filter.ts';

const value = Array.from({ length: 32 }, (_, i) => (i + 160).toString(16).toUpperCase()).join(':');
const other = Array(32).fill('AA').join(':');

/** As Chromium 156 writes it. */
const chromium = [
  'v=0',
  'o=- 1026233478123473563 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0',
  'a=extmap-allow-mixed',
  'a=msid-semantic: WMS',
  'm=application 34556 UDP/DTLS/SCTP webrtc-datachannel',
  'c=IN IP4 192.0.2.2',
  'a=candidate:2222830902 1 udp 2113937151 192.0.2.2 34556 typ host generation 0 network-cost 999',
  'a=candidate:1327199446 1 udp 2113942271 fd00::2 53235 typ host generation 0 network-cost 999',
  'a=ice-ufrag:F1eJ',
  'a=ice-pwd:gXsIUfC0V9J5wywU3t9GYMF4',
  'a=ice-options:trickle',
  `a=fingerprint:sha-256 ${value}`,
  'a=setup:actpass',
  'a=mid:0',
  'a=sctp-port:5000',
  'a=max-message-size:262144',
];
/** Firefox puts the fingerprint before the section and names a direction. */
const firefox = [
  'v=0',
  'o=mozilla...THIS_IS_SDPARTA-99.0 4611731400430051336 0 IN IP4 0.0.0.0',
  's=-',
  't=0 0',
  `a=fingerprint:sha-256 ${value}`,
  'a=group:BUNDLE 0',
  'a=ice-options:trickle',
  'a=msid-semantic:WMS *',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'c=IN IP4 0.0.0.0',
  'a=sendrecv',
  'a=ice-pwd:0123456789abcdef0123456789abcdef',
  'a=ice-ufrag:01234567',
  'a=mid:0',
  'a=setup:actpass',
  'a=sctp-port:5000',
  'a=max-message-size:1073741823',
];

const text = (lines: readonly string[]): string => `${lines.join('\r\n')}\r\n`;
const withLine = (line: string): string => text([...chromium, line]);
const replacing = (start: string, line: string): string =>
  text(chromium.map((each) => (each.startsWith(start) ? line : each)));
const without = (start: string): string => text(chromium.filter((each) => !each.startsWith(start)));
const reasonOf = (sdp: string): string => {
  const result = filterSdp(sdp);
  return result.ok ? 'taken' : result.reason;
};

describe('filterSdp', () => {
  for (const [browser, lines] of Object.entries({ chromium, firefox })) {
    it(`[LT3] [LT4] takes what ${browser} writes, and keeps what a data channel needs`, () => {
      const result = filterSdp(text(lines));
      if (!result.ok) throw new Error(result.reason);
      expect(toHex(result.value.fingerprint)).toBe(value.replaceAll(':', '').toLowerCase());
      expect(result.value.candidates).toBe(lines.filter((line) => line.startsWith('a=candidate')).length);
      const dropped = /^a=(extmap-allow-mixed|msid-semantic|sendrecv)/;
      expect(result.value.sdp).toBe(text(lines.filter((line) => !dropped.test(line))));
      // What was filtered once passes unchanged.
      expect(filterSdp(result.value.sdp)).toEqual(result);
    });
  }

  it('[LT3] a description has exactly one section, a data channel over DTLS', () => {
    expect(reasonOf(without('m='))).toBe('NotOneMediaSection');
    expect(reasonOf(withLine('m=application 9 UDP/DTLS/SCTP webrtc-datachannel'))).toBe('NotOneMediaSection');
    const others = [
      'm=audio 9 UDP/TLS/RTP/SAVPF 111',
      'm=application 9 TCP/DTLS/SCTP webrtc-datachannel',
      'm=application 9 DTLS/SCTP 5000',
      'm=application 0 UDP/DTLS/SCTP webrtc-datachannel',
      'm=application 9 UDP/DTLS/SCTP webrtc-datachannel 2',
    ];
    for (const line of others) {
      expect(reasonOf(replacing('m=', line)), line).toBe('NotADataChannel');
      expect(reasonOf(withLine(line)), line).toBe('NotADataChannel');
    }
  });

  it('[LT3] lines of unknown or other use never reach the browser', () => {
    for (const line of [
      'a=ice-lite',
      'a=crypto:1 AES',
      'b=AS:0',
      'a=rtpmap:0 PCMU/8000',
      'a=identity:x',
      'z=0',
      'k=clear:x',
      'a=candidate:x',
      `a=candidate:1 1 udp 1 x 1 typ hosta=fingerprint:sha-256 ${other}`,
      `a=candidate:1 1 udp 1 x 1 typ host ${'x'.repeat(512)}`,
    ]) {
      const result = filterSdp(withLine(line));
      expect(result.ok && result.value.sdp.includes(line), line).toBe(false);
      expect(result.ok).toBe(true);
    }
  });

  it('[LT3] a far end that does not take whole frames is refused', () => {
    const size = (bytes: number | string): string =>
      reasonOf(replacing('a=max-message-size', `a=max-message-size:${bytes}`));
    expect(size(0)).toBe('taken');
    expect(size(MAX_FRAME_BYTES)).toBe('taken');
    for (const bad of [1, MAX_FRAME_BYTES - 1, -1, 'x', '9'.repeat(16)]) expect(size(bad)).toBe('FramesTooSmall');
  });

  it('[LT4] mallory describes two fingerprints, wherever they stand', () => {
    const second = `a=fingerprint:sha-256 ${other}`;
    expect(reasonOf(withLine(second))).toBe('NotOneFingerprint');
    expect(reasonOf(`${second}\r\n${text(chromium)}`)).toBe('NotOneFingerprint');
    expect(reasonOf(text([...firefox, second]))).toBe('NotOneFingerprint');
  });

  it('[LT4] one fingerprint said twice, in whatever case, is one', () => {
    expect(reasonOf(withLine(`a=fingerprint:SHA-256 ${value.toLowerCase()}`))).toBe('taken');
  });

  it('[LT4] a fingerprint is there, and of SHA-256', () => {
    expect(reasonOf(without('a=fingerprint'))).toBe('NotOneFingerprint');
    const bad = [
      `sha-1 ${Array(20).fill('AA').join(':')}`,
      `sha-512 ${Array(64).fill('AA').join(':')}`,
      `sha-256 ${Array(31).fill('AA').join(':')}`,
      `sha-256 ${other}:AA`,
      `sha-256 ${other} ${other}`,
      `sha-256`,
      ``,
    ];
    for (const rest of bad) {
      expect(reasonOf(replacing('a=fingerprint', `a=fingerprint:${rest}`)), rest).toBe('NotSha256');
      // A weak one beside a good one does not pass either.
      expect(reasonOf(withLine(`a=fingerprint:${rest}`)), rest).toBe('NotSha256');
    }
  });

  it('[LT5] mallory writes lines that two parsers end at different places', () => {
    const hidden = `a=x\ra=fingerprint:sha-256 ${other}`;
    for (const line of [hidden, 'a=mid:0\u0000', 'a=mid:0\t', 'a=mid:\u007f', ' a=mid:0', 'nonsense', 'A=mid:0', 'a']) {
      expect(reasonOf(withLine(line)), JSON.stringify(line)).toBe('BadLine');
    }
    expect(reasonOf('garbage')).toBe('BadLine');
    expect(reasonOf('')).toBe('NotOneMediaSection');
  });

  it('[LT5] an attribute that means nothing twice stands once', () => {
    for (const line of chromium.filter((each) => /^a=(group|ice-ufrag|ice-pwd|setup|mid|sctp-port|max-m)/.test(each))) {
      expect(reasonOf(withLine(line)), line).toBe('RepeatedAttribute');
    }
  });
});

describe('parseFingerprint', () => {
  it('[LT7] reads pairs of hex digits in either case', () => {
    expect([...parseFingerprint('00:ff:0A')]).toEqual([0, 255, 10]);
  });
});
