/** Everything that reads bytes or text from outside, fed with legal input, changed input and noise. [WR1-WR3, LT3-LT5, AD1-AD5] */
import fc from 'fast-check';
import { formatAddress, formatFragment, parseAddress } from '../src/core/base/address.ts';
import { concat, toHex } from '../src/core/base/bytes.ts';
import { formatShareFragment, readShareLink } from '../src/core/base/share-link.ts';
import { cleanNickname, parseNickname } from '../src/core/chat/nickname.ts';
import { decodeBody, encodeBody } from '../src/core/wire/envelope.ts';
import { decodeFrame, encodeRecord, MAX_RECORDS, type WireRecord } from '../src/core/wire/records.ts';
import { decodeSignal, encodeSignal } from '../src/core/wire/signal.ts';
import { MAX_FRAME_BYTES } from '../src/core/ports/transport.ts';
import { decodeSignal as decodeTransportSignal } from '../src/platform/signal-codec.ts';
import { filterSdp } from '../src/platform/sdp-filter.ts';
import { byteMutations, mutate, mutateBytes, mutations } from './mutation.ts';
import { bodies, changed, linkRecords, proofRecords } from './records.ts';
import type { Target } from './target.ts';

function expect(holds: boolean, what: () => string): void {
  if (!holds) throw new Error(what());
}

const records: fc.Arbitrary<WireRecord> = fc.oneof(
  { weight: 7, arbitrary: linkRecords },
  { weight: 1, arbitrary: proofRecords },
);
const noise = fc.uint8Array({ minLength: 1, maxLength: 64 });

const legalFrames: Target = {
  name: 'legal-frames',
  claim: 'what is written is read, as it was written',
  runs: 500_000,
  property: () =>
    fc.property(fc.array(records, { minLength: 1, maxLength: 3 }), (said) => {
      const frame = concat(...said.map(encodeRecord));
      if (frame.length > MAX_FRAME_BYTES) return;
      const read = decodeFrame(frame);
      expect(read.ok, () => `legal records were not read: ${JSON.stringify(said)}`);
      if (!read.ok) return;
      expect(toHex(concat(...read.value.map(encodeRecord))) === toHex(frame), () => 'read, it writes other bytes');
    }),
};

const frames: Target = {
  name: 'frames',
  claim: 'changed frames and noise are refused, or are the one writing of what is read in them; nothing is thrown',
  runs: 4_000_000,
  property: () =>
    fc.property(fc.oneof({ weight: 6, arbitrary: changed(records) }, { weight: 1, arbitrary: noise }), (frame) => {
      const read = decodeFrame(frame);
      if (!read.ok) return;
      expect(read.value.length >= 1 && read.value.length <= MAX_RECORDS, () => `${read.value.length} records`);
      const written = concat(...read.value.map(encodeRecord));
      expect(toHex(written) === toHex(frame), () => `${toHex(frame)} is read as what is written ${toHex(written)}`);
    }),
};

const envelopes: Target = {
  name: 'envelopes',
  claim: 'as frames, for what origins sign',
  runs: 2_000_000,
  property: () =>
    fc.property(bodies, byteMutations(), (body, changes) => {
      const bytes = mutateBytes(encodeBody(body), changes);
      const read = decodeBody(bytes);
      if (read.ok) expect(toHex(encodeBody(read.value)) === toHex(bytes), () => `two writings: ${toHex(bytes)}`);
    }),
};

const FINGERPRINT = Array.from({ length: 32 }, (_, i) => (i + 160).toString(16).toUpperCase()).join(':');
const OTHER_FINGERPRINT = Array(32).fill('AA').join(':');
const DESCRIPTION = [
  'v=0',
  'o=- 1026233478123473563 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0',
  'm=application 34556 UDP/DTLS/SCTP webrtc-datachannel',
  'c=IN IP4 192.0.2.2',
  'a=candidate:2222830902 1 udp 2113937151 192.0.2.2 34556 typ host generation 0 network-cost 999',
  'a=ice-ufrag:F1eJ',
  'a=ice-pwd:gXsIUfC0V9J5wywU3t9GYMF4',
  'a=ice-options:trickle',
  `a=fingerprint:sha-256 ${FINGERPRINT}`,
  'a=setup:actpass',
  'a=mid:0',
  'a=sctp-port:5000',
  'a=max-message-size:262144',
];
const LINES = [
  ...DESCRIPTION,
  `a=fingerprint:sha-256 ${OTHER_FINGERPRINT}`,
  `a=fingerprint:SHA-256 ${FINGERPRINT.toLowerCase()}`,
  `a=fingerprint:sha-1 ${FINGERPRINT}`,
  `A=fingerprint:sha-256 ${OTHER_FINGERPRINT}`,
  ` a=fingerprint:sha-256 ${OTHER_FINGERPRINT}`,
  `a=fingerprint:sha-256 ${FINGERPRINT}\ra=fingerprint:sha-256 ${OTHER_FINGERPRINT}`,
  `a=fingerprint:sha-256 ${FINGERPRINT}\u2028a=fingerprint:sha-256 ${OTHER_FINGERPRINT}`,
  `a=candidate:1 1 udp 1 x 1 typ host\na=fingerprint:sha-256 ${OTHER_FINGERPRINT}`,
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'a=setup:passive',
  'a=max-message-size:1',
  'a=ssrc:1 cname:x',
  '',
];
const lines = fc.oneof(fc.constantFrom(...LINES), fc.string({ maxLength: 20 }));
const inLine = fc.tuple(fc.nat({ max: 40 }), fc.nat({ max: 80 }), fc.string({ unit: 'binary', maxLength: 2 }));

const descriptions: Target = {
  name: 'descriptions',
  claim: 'whatever is let through has one section, one fingerprint, and reads the same when filtered again',
  runs: 1_000_000,
  property: () =>
    fc.property(
      mutations(lines),
      fc.array(inLine, { maxLength: 2 }),
      fc.constantFrom('\r\n', '\n'),
      (changes, edits, end) => {
        const said = mutate(DESCRIPTION, changes);
        for (const [line, place, text] of edits) {
          const at = line % Math.max(1, said.length);
          const old = said[at] ?? '';
          said[at] = old.slice(0, place) + text + old.slice(place + 1);
        }
        const result = filterSdp(said.join(end));
        if (!result.ok) return;
        const { sdp, fingerprint } = result.value;
        const kept = sdp.split('\r\n');
        const prints = kept.filter((line) => /^\s*a\s*=\s*fingerprint/i.test(line));
        const told = new Set(
          prints.map((line) =>
            line
              .replace(/^a=fingerprint:sha-256 /i, '')
              .replaceAll(':', '')
              .toLowerCase(),
          ),
        );
        expect(kept.filter((line) => line.startsWith('m=')).length === 1, () => `sections in ${sdp}`);
        expect(told.size === 1 && told.has(toHex(fingerprint)), () => `fingerprints in ${sdp}`);
        expect(!/[\r\n\u2028\u2029\0]/.test(kept.join('')), () => `a line within a line of ${sdp}`);
        const again = filterSdp(sdp);
        expect(again.ok && again.value.sdp === sdp, () => `filtered again it differs: ${sdp}`);
      },
    ),
};

const JSON_PIECES = [
  '{',
  '}',
  '[',
  ']',
  '"',
  ',',
  ':',
  'type',
  'offer',
  'answer',
  'candidates',
  'sdp',
  'null',
  '1e999',
  '__proto__',
  'toString',
];
const signals: Target = {
  name: 'signals',
  claim: 'what is read of a signal is written the same; descriptions and candidates are refused or bounded',
  runs: 1_500_000,
  property: () =>
    fc.property(
      fc.oneof(
        fc.constant(JSON.stringify({ type: 'offer', sdp: DESCRIPTION.join('\r\n') })),
        fc.constant(JSON.stringify({ type: 'candidates', candidates: [DESCRIPTION[7]!.slice(2)] })),
        fc.array(fc.constantFrom(...JSON_PIECES), { maxLength: 12 }).map((pieces) => pieces.join('')),
      ),
      fc.constantFrom('O', 'A', 'T', 'B', 'X'),
      mutations(fc.oneof(fc.constantFrom(...JSON_PIECES), fc.string({ unit: 'binary', maxLength: 1 })), 3),
      (signal, letter, changes) => {
        const inner = mutate([...signal], changes).join('');
        decodeTransportSignal(inner);
        const head = letter + '0123456789abcdef' + (letter === 'O' || letter === 'A' ? '0'.repeat(64) : '');
        const text = mutate([...(letter === 'B' ? head : head + inner)], changes.slice(0, 1)).join('');
        const read = decodeSignal(text);
        if (read) expect(encodeSignal(read) === text, () => `two writings of ${text}`);
      },
    ),
};

const PLACES = [
  'net.p2p://',
  'http://x/#',
  '#',
  '?password=',
  '/',
  '%',
  '%2f',
  '%c3',
  '?',
  '&',
  'ops-room',
  'Ä',
  'ß',
  '\u202e',
  ' ',
  '.',
  '..',
];
const typed: Target = {
  name: 'typed',
  claim: 'addresses, links and nicknames are refused with a reason, or read back as they were',
  runs: 1_000_000,
  property: () =>
    fc.property(
      fc.array(fc.oneof(fc.constantFrom(...PLACES), fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 8 }),
      (pieces) => {
        const text = pieces.join('');
        const link = readShareLink(text);
        const address = parseAddress(link.address);
        if (address.ok) {
          for (const form of [formatAddress(address.value), `#${formatFragment(address.value)}`]) {
            const again = parseAddress(form);
            expect(
              again.ok && formatAddress(again.value) === formatAddress(address.value),
              () => `${form} is another place`,
            );
          }
          const password = link.password;
          // Half a character pair is in no password that was taken.
          if (!/\p{Surrogate}/u.test(password ?? '')) {
            const back = readShareLink(`#${formatShareFragment(address.value, password)}`);
            expect(back.password === password, () => `password of ${text}`);
          }
        }
        const nickname = parseNickname(text);
        if (nickname.ok) expect(cleanNickname(nickname.value) === nickname.value, () => `nickname ${text}`);
      },
    ),
};

export const parsers: readonly Target[] = [legalFrames, frames, envelopes, descriptions, signals, typed];
