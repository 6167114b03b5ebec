/**
 * Scenarios of the WebRTC transport, run in the page and judged by transport.spec.ts.
 * Each returns plain values; none waits for time, only for facts.
 */
import { fromHex, toHex } from '../../src/core/base/bytes.ts';
import { MAX_FRAME_BYTES, type ConnectionRole, type Transport } from '../../src/core/ports/transport.ts';
import { preparePassword } from '../../src/core/crypto/password.ts';
import type { MeshId } from '../../src/core/base/ids.ts';
import { createSessionCertificate } from '../../src/platform/dtls-fingerprint.ts';
import { stretchInWorker } from '../../src/platform/password-stretcher.ts';
import { createWebCryptoSigner } from '../../src/platform/webcrypto-signer.ts';
import { createWebRtcTransport, LOW_WATER_BYTES } from '../../src/platform/webrtc-transport.ts';
import { carry, hexOf, startEnd, type End } from './ends.ts';
import { malloryAnswers, malloryOffers } from './mallory.ts';

const createTransport = async (): Promise<Transport> =>
  createWebRtcTransport({ certificate: await createSessionCertificate(), iceServers: [] });

async function openPair(): Promise<{ alice: End; bob: End }> {
  const alice = startEnd(await createTransport(), 'offerer');
  const bob = startEnd(await createTransport(), 'answerer');
  carry(alice, bob.connection);
  carry(bob, alice.connection);
  await Promise.all([alice.opened(), bob.opened()]);
  return { alice, bob };
}

/** Whether a connection made beforehand still carries frames: what mallory does elsewhere must not reach it. */
async function bystander(): Promise<() => Promise<string>> {
  const { alice, bob } = await openPair();
  return async () => {
    alice.connection.send(Uint8Array.of(42));
    const frame = await bob.frame(1);
    alice.connection.close();
    await bob.closed();
    return `${frame.join()} ${alice.facts.join()} | ${bob.facts.join()}`;
  };
}

/** How many RTCPeerConnections were made from here on, and how many of them are not closed. */
function countConnections(): (() => number) & { open(): number } {
  const made: RTCPeerConnection[] = [];
  const Native = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Native {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      made.push(this);
    }
  };
  return Object.assign(() => made.length, {
    open: () => made.filter(({ signalingState }) => signalingState !== 'closed').length,
  });
}

const used: End[] = [];

/** What became of an end that mallory worked on, and of a connection beside it. */
async function outcome(attack: (transport: Transport) => Promise<End> | End) {
  const others = await bystander();
  const victim = await attack(await createTransport());
  await victim.closed();
  // Signals and frames after the end are dropped, and nothing is told any more.
  victim.connection.acceptSignal('{}');
  victim.connection.send(Uint8Array.of(1));
  victim.connection.close();
  return { facts: victim.facts, bystander: await others() };
}

const altered = (alter: (sdp: string) => string) => ({
  offer: () => outcome(async (transport) => (await malloryOffers(transport, alter)).bob),
  answer: () => outcome((transport) => malloryAnswers(transport, alter).alice),
});

const secondFingerprint = `a=fingerprint:sha-256 ${Array(32).fill('AA').join(':')}`;
const afterFingerprint = (sdp: string, line: string): string => sdp.replace(/(a=fingerprint:.*\r\n)/, `$1${line}\r\n`);
const mediaSection = (sdp: string): string => sdp.slice(sdp.indexOf('m='));

/** Mallory is connected, and then breaks a rule. */
const connected = (act: (mallory: Awaited<ReturnType<typeof malloryOffers>>['mallory']) => void) => () =>
  outcome(async (transport) => {
    const { bob, mallory } = await malloryOffers(transport);
    await Promise.all([bob.opened(), mallory.opened()]);
    act(mallory);
    return bob;
  });

const signalled =
  (role: ConnectionRole, ...signals: string[]) =>
  () =>
    outcome((transport) => {
      const victim = startEnd(transport, role);
      for (const signal of signals) victim.connection.acceptSignal(signal);
      return victim;
    });

const candidate = (port: number): string => `candidate:1 1 udp 2122260223 127.0.0.1 ${port} typ host`;
const candidates = (count: number): string =>
  JSON.stringify({ type: 'candidates', candidates: Array.from({ length: count }, (_, i) => candidate(20_000 + i)) });

const scenarios = {
  async connects() {
    const start = performance.now();
    const { alice, bob } = await openPair();
    const openMs = performance.now() - start;
    const [a, b] = [hexOf(await alice.opened()), hexOf(await bob.opened())];
    alice.connection.send(Uint8Array.of(1, 2, 3));
    bob.connection.send(Uint8Array.of(4));
    const frames = [[...(await bob.frame(1))], [...(await alice.frame(1))]];
    return { a, b, frames, openMs };
  },

  /** The offer made ahead: who dials first gets it whole, and whoever dials second makes one of its own. */
  async prepares() {
    const made = countConnections();
    const transport = await createTransport();
    const letGo = transport.prepare!();
    transport.prepare!();
    // Its candidates are there by then.
    (await openPair()).alice.connection.close();
    const before = made();
    const first = startEnd(transport, 'offerer');
    const taken = made();
    letGo();
    const bob = startEnd(await createTransport(), 'answerer');
    carry(first, bob.connection);
    carry(bob, first.connection);
    const [a, b] = [hexOf(await first.opened()), hexOf(await bob.opened())];
    const second = startEnd(transport, 'offerer');
    const [offer] = first.signals;
    return {
      made: [before - 2, taken - before, made() - taken],
      fits: a.local === b.remote && b.local === a.remote,
      offers: first.signals.length,
      hasCandidates: offer!.includes('a=candidate:'),
      isOwn: second.connection !== first.connection,
    };
  },

  /** Begun with ICE servers that are no longer those, or not needed after all. */
  async preparesInVain() {
    const made = countConnections();
    const iceServers: RTCIceServer[] = [];
    const transport = createWebRtcTransport({ certificate: await createSessionCertificate(), iceServers });
    transport.prepare!()();
    transport.prepare!();
    iceServers.push({ urls: 'stun:127.0.0.1:9' });
    const end = startEnd(transport, 'offerer');
    return { made: made(), open: made.open(), facts: end.facts };
  },

  async closes() {
    const { alice, bob } = await openPair();
    // A farewell and the end in one turn: the farewell must still arrive.
    alice.connection.send(Uint8Array.of(9));
    alice.connection.close();
    alice.connection.close();
    alice.connection.send(Uint8Array.of(10));
    const reason = await bob.closed();
    return { reason, farewell: bob.frames.map((frame) => [...frame]), aliceFacts: alice.facts };
  },

  async closesWithQueue() {
    const { alice, bob } = await openPair();
    for (let i = 0; i < 16; i++) alice.connection.send(new Uint8Array(MAX_FRAME_BYTES).fill(i));
    alice.connection.close();
    return { reason: await bob.closed(), arrived: bob.frames.length };
  },

  /** Chromium allows 500 connections a page, the collected ones not counted. The ends themselves are kept. */
  async useConnections(count: number) {
    const transport = await createTransport();
    for (let i = 0; i < count; i++) {
      const end = startEnd(transport, 'answerer');
      used.push(end);
      end.connection.close();
    }
    const { alice, bob } = await openPair();
    used.push(alice, bob);
    alice.connection.close();
    return bob.closed();
  },

  async closesWhileConnecting() {
    const made = countConnections();
    const alice = startEnd(await createTransport(), 'offerer');
    alice.connection.close();
    const open = made.open();
    alice.connection.acceptSignal(candidates(1));
    // A whole other connection comes about meanwhile, so anything that was still to be told would have been.
    await openPair();
    return { open, facts: alice.facts, signals: alice.signals.length };
  },

  async backPressure() {
    const { alice, bob } = await openPair();
    const frames = 128;
    for (let i = 0; i < frames; i++) alice.connection.send(new Uint8Array(MAX_FRAME_BYTES).fill(i));
    const buffered = alice.connection.bufferedBytes;
    await alice.drained();
    const left = alice.connection.bufferedBytes;
    await bob.frame(frames);
    const inOrder = bob.frames.every((frame, i) => frame.length === MAX_FRAME_BYTES && frame[0] === i);
    return { buffered, left, lowWater: LOW_WATER_BYTES, inOrder, drains: alice.drains };
  },

  async frameBounds() {
    const { alice } = await openPair();
    const refused = (length: number): string => {
      try {
        alice.connection.send(new Uint8Array(length));
        return 'taken';
      } catch (error) {
        return (error as Error).name;
      }
    };
    return [0, 1, MAX_FRAME_BYTES, MAX_FRAME_BYTES + 1].map(refused);
  },

  /** Signals to an open connection, good and bad: it stays, and its fingerprints with it. */
  async signalsAfterOpen() {
    const { alice, bob } = await openPair();
    const before = hexOf(await bob.opened());
    const stranger = startEnd(await createTransport(), 'offerer');
    const offer = await new Promise<string>((resolve) => stranger.carryTo(resolve));
    for (const signal of [offer, '{}', 'garbage', candidates(100), alice.signals[0]!])
      bob.connection.acceptSignal(signal);
    for (const signal of [offer, '{}', ...bob.signals]) alice.connection.acceptSignal(signal);
    alice.connection.send(Uint8Array.of(7));
    bob.connection.send(Uint8Array.of(8));
    const frames = [[...(await bob.frame(1))], [...(await alice.frame(1))]];
    stranger.connection.close();
    return { frames, facts: [alice.facts, bob.facts], before };
  },

  twoFingerprints: altered((sdp) => afterFingerprint(sdp, secondFingerprint)),
  sessionFingerprint: altered((sdp) => sdp.replace('m=application', `${secondFingerprint}\r\nm=application`)),
  sha1Fingerprint: altered((sdp) =>
    sdp.replace(/a=fingerprint:.*\r\n/, `a=fingerprint:sha-1 ${Array(20).fill('AA').join(':')}\r\n`),
  ),
  twoSections: altered((sdp) => sdp + mediaSection(sdp).replace('a=mid:0', 'a=mid:1')),
  audioSection: altered((sdp) => `${sdp}m=audio 9 UDP/TLS/RTP/SAVPF 0\r\nc=IN IP4 0.0.0.0\r\n`),
  /** One well-formed fingerprint, of a certificate that nobody here has: DTLS itself must fail. */
  foreignFingerprint: altered((sdp) => sdp.replace(/a=fingerprint:.*\r\n/, `${secondFingerprint}\r\n`)),
  tinyMessages: altered((sdp) => sdp.replace(/a=max-message-size:\d+/, 'a=max-message-size:1')),

  garbage: signalled('answerer', 'garbage'),
  emptyObject: signalled('answerer', '{}'),
  renegotiate: signalled('offerer', '{"type":"renegotiate","renegotiate":true}'),
  transceiver: signalled('offerer', '{"type":"transceiverRequest","transceiverRequest":{"kind":"video"}}'),
  badSdp: signalled('answerer', JSON.stringify({ type: 'offer', sdp: 'v=0\r\nnonsense' })),
  hugeSignal: signalled('answerer', JSON.stringify({ type: 'offer', sdp: 'a=x\r\n'.repeat(4000) })),
  badCandidate: signalled('offerer', '{"type":"candidates","candidates":["candidate:nonsense"]}'),
  manyCandidates: signalled('answerer', candidates(20), candidates(20), candidates(1)),
  async allowedCandidates() {
    const end = startEnd(await createTransport(), 'answerer');
    end.connection.acceptSignal(candidates(20));
    end.connection.acceptSignal(candidates(20));
    await openPair();
    return end.facts;
  },
  async glare() {
    const [alice, mallory] = [
      startEnd(await createTransport(), 'offerer'),
      startEnd(await createTransport(), 'offerer'),
    ];
    carry(mallory, alice.connection);
    return alice.closed();
  },
  async secondOffer() {
    const bob = startEnd(await createTransport(), 'answerer');
    for (let i = 0; i < 2; i++) {
      const alice = startEnd(await createTransport(), 'offerer');
      bob.connection.acceptSignal(await new Promise<string>((resolve) => alice.carryTo(resolve)));
    }
    return bob.closed();
  },

  secondChannel: connected((mallory) => void mallory.pc.createDataChannel('more')),
  textFrame: connected((mallory) => mallory.channel.send('text')),
  emptyFrame: connected((mallory) => mallory.channel.send(new ArrayBuffer(0))),
  oversizedFrame: connected((mallory) => mallory.channel.send(new Uint8Array(MAX_FRAME_BYTES + 1))),
  malloryCloses: connected((mallory) => mallory.pc.close()),
  malloryClosesChannel: connected((mallory) => mallory.channel.close()),

  async stretches() {
    const prepared = preparePassword('correct horse');
    if (!prepared.ok) return prepared.reason;
    const fractions: number[] = [];
    const secret = await stretchInWorker(prepared.value, 'amber-otter' as MeshId, (f) => fractions.push(f));
    return { secret: toHex(secret), last: fractions.at(-1), steps: fractions.length };
  },

  async signs() {
    const signer = await createWebCryptoSigner();
    const message = Uint8Array.of(1, 2, 3);
    const signature = await new Promise<Uint8Array>((resolve) => signer.sign(message, resolve));
    const identity = new Uint8Array(32).fill(0, 1);
    identity[0] = 1;
    const forged = new Uint8Array(64);
    forged[0] = 1;
    const verify = (key: Uint8Array, sig: Uint8Array): Promise<boolean> =>
      new Promise((resolve) => signer.verify(key, sig, message, resolve));
    // Made as test/contracts/signer.ts makes them, with a part of order 8 in the key: only the first fits as it is.
    const mixed = fromHex('1f4f580e73ac208f06760190e9edc6f5916775dabd9c1cdca393175c2d6d1083');
    const fits =
      'eb2767c137ab7ad8279c078eff116ab0786ead3a2e0f989f72c37f82f2969670' +
      '29a2f6d0a7e171e1f4b11d2fbffd10291a7b151ce3a1be38d18d8c3520c5fb09';
    const fitsTimesEight =
      '5866666666666666666666666666666666666666666666666666666666666666' +
      'c0ef6a4bef7b60788dc85cdd828e4861a8a13d2d19d81bff8b99c6f811378703';
    return {
      honest: await verify(signer.publicKey, signature),
      forged: await verify(identity, forged),
      fits: await verify(mixed, fromHex(fits)),
      fitsTimesEight: await verify(mixed, fromHex(fitsTimesEight)),
    };
  },
};

/** One end whose far end lives in another tab: the spec carries the signals. */
const remote = {
  end: undefined as End | undefined,
  async start(role: ConnectionRole, send: (signal: string) => void) {
    remote.end = startEnd(await createTransport(), role);
    remote.end.carryTo(send);
  },
  accept: (signal: string) => remote.end!.connection.acceptSignal(signal),
  opened: async () => hexOf(await remote.end!.opened()),
  closed: () => remote.end!.closed(),
};

const bench = { scenarios, remote };
export type Bench = typeof bench;
Object.assign(globalThis, { bench });
