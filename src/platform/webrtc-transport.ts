/**
 * Transport over WebRTC data channels, with simple-peer doing the negotiation.
 *
 * Owns the RTCPeerConnection of each connection and every guard around simple-peer 9.11.1: what may be signalled to it,
 * that there is one data channel, that frames are binary and bounded. Does not know nodes, proofs or envelopes, nor how
 * long an attempt may take. Implements [LT1, LT2, LT6-LT12, LT14].
 *
 * simple-peer waits for statistics before it says 'connect' (in steps of 100 ms) and reads into a stream of its own; both
 * are bypassed, the data channel is listened to directly. It destroys itself when ICE has failed, which the far end
 * of a frozen tab reaches after about 17 s, although such a connection comes back with the tab: once open it is kept
 * from hearing of it.
 */
import SimplePeer from 'simple-peer/simplepeer.min.js';
import { assert } from '../core/base/assert.ts';
import {
  MAX_FRAME_BYTES,
  type Connection,
  type ConnectionClosedReason,
  type ConnectionObserver,
  type ConnectionRole,
  type Signal,
  type Transport,
} from '../core/ports/transport.ts';
import { readLocalFingerprint, readRemoteFingerprint } from './dtls-fingerprint.ts';
import { createSignalBatch } from './signal-batch.ts';
import { decodeSignal, MAX_CANDIDATES } from './signal-codec.ts';

/** Where `onDrain` is told: enough to keep a fast line busy until the next frames come, little enough to stay current. */
export const LOW_WATER_BYTES = 64 * 1024;

/**
 * A closed connection lives on this long at most, for what was sent last to arrive. Ending the RTCPeerConnection at once
 * throws away whatever SCTP still holds. A far end that is gone never acknowledges, hence the bound.
 */
const FAREWELL_MS = 1_000;

/** The far end's signals, as simple-peer reports that it could not use them. */
const SIGNAL_ERRORS: ReadonlySet<string | undefined> = new Set([
  'ERR_SIGNALING',
  'ERR_SET_REMOTE_DESCRIPTION',
  'ERR_ADD_ICE_CANDIDATE',
  'ERR_CREATE_ANSWER',
]);

export interface WebRtcOptions {
  /** One for all connections of the session (createSessionCertificate). */
  readonly certificate: RTCCertificate;
  /**
   * May be empty: then only nodes that reach each other directly connect. Read anew for every connection, because
   * credentials expire.
   */
  readonly iceServers: readonly RTCIceServer[];
}

export function createWebRtcTransport(options: WebRtcOptions): Transport {
  let prepared: Prepared | undefined;

  function letGo(): void {
    prepared?.connection.close();
    prepared = undefined;
  }

  return {
    connect(role, observer) {
      if (role !== 'offerer' || !prepared) return connect(options, role, observer);
      // Begun before the resolver had named its ICE servers, it would never find the way through a firewall.
      if (prepared.iceServers !== JSON.stringify(options.iceServers)) letGo();
      const taken = prepared;
      prepared = undefined;
      return taken?.takeOver(observer) ?? connect(options, role, observer);
    },
    prepare() {
      prepared ??= prepare(options);
      return letGo;
    },
  };
}

/** A connection whose offer is being made, or lies ready with its candidates, for whoever will be dialled first. */
interface Prepared {
  readonly connection: Connection;
  /** What it was begun with. */
  readonly iceServers: string;
  /** Gives it to `observer`, with what it has to signal; nothing when it has failed by itself. */
  takeOver(observer: ConnectionObserver): Connection | undefined;
}

function prepare(options: WebRtcOptions): Prepared {
  const signals: Signal[] = [];
  let owner: ConnectionObserver | undefined;
  let hasFailed = false;
  const connection: Describing = connect(options, 'offerer', {
    onSignal: (signal) => (owner ? owner.onSignal(signal) : signals.push(signal)),
    onOpen: (binding) => owner?.onOpen(binding),
    onFrame: (frame) => owner?.onFrame(frame),
    onDrain: () => owner?.onDrain(),
    onClosed(reason) {
      hasFailed = true;
      owner?.onClosed(reason);
    },
  });
  return {
    connection,
    iceServers: JSON.stringify(options.iceServers),
    takeOver(observer) {
      if (hasFailed) return undefined;
      queueMicrotask(() => {
        owner = observer;
        if (connection.isDescribing) signals.forEach((signal) => observer.onSignal(signal));
      });
      return connection;
    },
  };
}

/** 'Closing' lasts until simple-peer has let go of everything; `onClosed` comes with its end, never within a call. */
type Stage = 'Connecting' | 'Open' | 'Closing' | 'Closed';

/** What is there to be signalled matters until it is open or closing. */
type Describing = Connection & { readonly isDescribing: boolean };

function connect(options: WebRtcOptions, role: ConnectionRole, observer: ConnectionObserver): Describing {
  const peer = new SimplePeer({
    // One end offers, whatever crosses: two offerers would destroy each other. [LT1]
    initiator: role === 'offerer',
    trickle: true,
    // Both ends make channel 0 themselves, so that none has to be taken from the far end. [LT8]
    channelConfig: { negotiated: true, id: 0, ordered: true },
    config: { certificates: [options.certificate], iceServers: [...options.iceServers] },
  });
  // Let go of at the end: a closed RTCPeerConnection counts against the page's 500 until it is collected. [LT11]
  let pc = peer._pc;
  let channel = peer._channel;
  let stage: Stage = 'Connecting';
  let reason: ConnectionClosedReason | undefined;
  let silenced = false;
  let described = false;
  let promisedFingerprint: Uint8Array | undefined;
  let candidates = 0;
  let farewell: ReturnType<typeof setTimeout> | undefined;

  const outgoing = createSignalBatch({
    readDescription: () => {
      const description = pc?.localDescription;
      return description && (description.type === 'offer' || description.type === 'answer')
        ? { type: description.type, sdp: description.sdp }
        : undefined;
    },
    send: (signal) => observer.onSignal(signal),
    delay(ms, task) {
      // Timers of hidden pages are slowed down to one a second: better one signal more than a second lost.
      const timer = setTimeout(task, document.hidden ? 0 : ms);
      return () => clearTimeout(timer);
    },
  });

  peer.on('signal', (signal) => {
    if (stage !== 'Connecting') return;
    if (signal.type === 'offer' || signal.type === 'answer') outgoing.describe(signal.type);
    // An empty candidate marks the end of a generation; nobody needs to be told.
    else if ('candidate' in signal && signal.candidate.candidate) outgoing.addCandidate(signal.candidate.candidate);
  });
  peer.on('_iceComplete', () => {
    if (stage === 'Connecting') outgoing.complete();
  });
  peer.on('error', (error) => {
    reason ??= reasonOf(error, stage);
  });
  peer.on('close', () => {
    if (stage === 'Closed') return;
    stage = 'Closed';
    outgoing.close();
    clearTimeout(farewell);
    pc = channel = null;
    if (!silenced) observer.onClosed(reason ?? 'ClosedByPeer');
  });

  function fail(why: ConnectionClosedReason): void {
    if (stage === 'Closing' || stage === 'Closed') return;
    reason = why;
    destroy();
  }

  function destroy(): void {
    stage = 'Closing';
    outgoing.close();
    // simple-peer would do it a turn later, when another may have taken its place. [TP1]
    pc?.close();
    peer.destroy();
  }

  // Without them the constructor of the browser threw (too many connections), and 'error' and 'close' are on their way.
  if (pc && channel) {
    pc.addEventListener('datachannel', (event) => {
      event.channel.close();
      fail('ProtocolViolation');
    });
    // Replaces simple-peer's own: it would ask for statistics every 100 ms, and fill a stream that nobody reads.
    channel.onopen = open;
    channel.onmessage = (event: MessageEvent<unknown>) => receive(event.data);
    channel.bufferedAmountLowThreshold = LOW_WATER_BYTES;
    channel.onbufferedamountlow = () => {
      if (stage === 'Open') observer.onDrain();
    };
  }

  /** The channel closes once everything in it has arrived; simple-peer then ends the rest. [LT11] */
  function closeGently(): void {
    stage = 'Closing';
    outgoing.close();
    channel?.close();
    farewell = setTimeout(() => peer.destroy(), FAREWELL_MS);
  }

  function open(): void {
    if (stage !== 'Connecting' || !pc) return;
    const localFingerprint = readLocalFingerprint(options.certificate, pc);
    const remoteFingerprint = readRemoteFingerprint(pc);
    if (!localFingerprint || !remoteFingerprint) return fail('ConnectionFailed');
    stage = 'Open';
    outgoing.close();
    pc.onconnectionstatechange = pc.oniceconnectionstatechange = pc.onicegatheringstatechange = null;
    observer.onOpen({ localFingerprint, remoteFingerprint });
  }

  function receive(data: unknown): void {
    if (stage !== 'Open') return;
    const fits = data instanceof ArrayBuffer && data.byteLength > 0 && data.byteLength <= MAX_FRAME_BYTES;
    if (fits) observer.onFrame(new Uint8Array(data));
    else fail('ProtocolViolation');
  }

  function hand(signal: Parameters<SimplePeer['signal']>[0]): void {
    if (stage !== 'Connecting') return;
    try {
      peer.signal(signal);
    } catch {
      // simple-peer throws for what it cannot use, and after its own end.
      fail('SignalRejected');
    }
  }
  return {
    acceptSignal(text) {
      // Once open, signals change nothing: whoever carries them can neither renegotiate nor cut a proven link. [LT9]
      if (stage !== 'Connecting') return;
      const decoded = decodeSignal(text);
      if (!decoded.ok) return fail('SignalRejected');
      const signal = decoded.value;
      if (signal.type === 'candidates') {
        candidates += signal.candidates.length;
        if (candidates > MAX_CANDIDATES) return fail('SignalRejected');
        for (const candidate of signal.candidates) {
          hand({ type: 'candidate', candidate: { candidate, sdpMLineIndex: 0 } });
        }
        return;
      }
      const expected = role === 'offerer' ? 'answer' : 'offer';
      candidates += signal.candidates;
      if (signal.type !== expected || described || candidates > MAX_CANDIDATES) return fail('SignalRejected');
      described = true;
      promisedFingerprint = signal.fingerprint;
      hand({ type: signal.type, sdp: signal.sdp });
    },
    send(frame) {
      assert(frame.length > 0 && frame.length <= MAX_FRAME_BYTES, 'a frame has 1 to MAX_FRAME_BYTES bytes');
      if (stage !== 'Open' || channel?.readyState !== 'open') return;
      try {
        // The types shut out shared memory, which frames never live in.
        channel.send(frame as Uint8Array<ArrayBuffer>);
      } catch {
        // The channel's own queue of 16 MiB is full although the link above keeps to 1 MiB: nothing moves any more.
        fail('ConnectionFailed');
      }
    },
    get promised() {
      const localFingerprint = pc && readLocalFingerprint(options.certificate, pc);
      if (stage !== 'Connecting' || !localFingerprint || !promisedFingerprint) return undefined;
      return { localFingerprint, remoteFingerprint: promisedFingerprint };
    },
    get isDescribing() {
      return stage === 'Connecting';
    },
    get bufferedBytes() {
      return channel?.bufferedAmount ?? 0;
    },
    get isClosed() {
      return stage === 'Closed';
    },
    close() {
      silenced = true;
      if (stage === 'Open') closeGently();
      else if (stage === 'Connecting') destroy();
    },
  };
}

function reasonOf(error: Error & { code?: string }, stage: Stage): ConnectionClosedReason {
  if (stage === 'Connecting' && SIGNAL_ERRORS.has(error.code)) return 'SignalRejected';
  // The far end's abort of the SCTP association arrives as an error of the channel, not as its end.
  return error.code === 'ERR_DATA_CHANNEL' ? 'ClosedByPeer' : 'ConnectionFailed';
}
