/**
 * Transport over virtual time: hosts (one a node) on a network with latency, bandwidth, cuts of one or both ways, clogged
 * paths, lost dials, sleep and sudden death. It behaves towards the core as WebRTC does: offer, answer and candidate as opaque text, two round trips to
 * open, a killed far end that never tells. [SM3-SM5, SM13-SM15]
 * Owns connections and who reaches whom; knows nothing of nodes, proofs or meshes, and carries no signals itself.
 */
import { assert } from '../src/core/base/assert.ts';
import { MAX_FRAME_BYTES, MAX_SIGNAL_CHARS } from '../src/core/ports/transport.ts';
import type {
  Connection,
  ConnectionBinding,
  ConnectionClosedReason,
  ConnectionObserver,
  ConnectionRole,
  Signal,
  Transport,
} from '../src/core/ports/transport.ts';
import { createFramePipe, type FramePipe, type Uplink } from './frame-pipe.ts';
import { carriesPayload } from './payload-frames.ts';
import { createPairLatency, DEFAULT_LATENCY, type LatencyProfile } from './pair-latency.ts';
import { createRunDigest } from './run-digest.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** Making an offer or answer, and gathering candidates, takes a browser about this long each. */
const SIGNAL_MS = 5;
/** What a description promises that no end of the network has made. */
const NOBODYS_FINGERPRINT = new Uint8Array(32);
/** ICE gives up a path that never came about after this long (`failed` in Chromium). */
const ICE_FAILURE_MS = 15_000;
/** As many candidates as the browser adapter takes before it closes. */
const MAX_CANDIDATES = 40;
/** 100 Mbit/s. */
const DEFAULT_UPLINK_BYTES_PER_MS = 12_500;
/** The answerer is open after three one-way trips from the accepted answer, the offerer after four: two round trips. */
const ANSWERER_OPEN_TRIPS = 3;
const OFFERER_OPEN_TRIPS = 4;
/** Keeps a frame sent at once from arriving in the very instant the far end opens. */
const OPENING_MARGIN_MS = 0.01;

export interface MemoryNetworkOptions {
  readonly clock: VirtualClock;
  readonly seed: number;
  readonly random: SeededRandom;
  readonly latency?: LatencyProfile;
  readonly uplinkBytesPerMs?: number;
  /** Probability that a connection never opens, as between two hard NATs. */
  readonly dialLoss?: number;
  /** Every receiver gets bytes of its own (frame-pipe.ts); true by default. */
  readonly copiesFrames?: boolean;
}

export interface MemoryHost {
  readonly index: number;
  readonly transport: Transport;
  readonly alive: boolean;
  /** Connections of any state that this host has not closed. */
  readonly connections: number;
  /** The most there ever were at once. */
  readonly connectionsPeak: number;
  /** Until `timeMs` nothing reaches it and no connection opens; then it hears what waited. [SM13] */
  sleepUntil(timeMs: number): void;
  /** The process vanishes: nothing more is sent or heard, and nobody is told. [SM4] */
  kill(): void;
}

export interface MemoryNetwork {
  addHost(): MemoryHost;
  /**
   * Cuts the network: hosts reach each other only within one group; in a one-sided cut also from a lower group to a
   * higher, but not back. [SM5, SM14] Replaces an earlier cut.
   */
  partition(groupOf: (hostIndex: number) => number, sides?: 'Both' | 'One'): void;
  heal(): void;
  /** From now on frames from one host to another leave at this rate; undefined is as fast as the uplink takes them. [SM15] */
  clog(from: number, to: number, bytesPerMs: number | undefined): void;
  /** From now on this share of connections never opens. */
  loseDials(share: number): void;
  /** Whether frames pass from one host to another just now. */
  reaches(from: number, to: number): boolean;
  latencyMs(a: number, b: number): number;
  /** Frames that arrived so far and carried an envelope or a piece of one. */
  readonly payloadFrames: number;
  /** All frames that arrived so far, as one number (run-digest.ts). */
  readonly digest: string;
}

interface Host {
  readonly index: number;
  readonly fingerprint: Uint8Array;
  readonly uplink: Uplink;
  readonly ends: Set<End>;
  alive: boolean;
  /** In the future while it sleeps. */
  awakeAtMs: number;
  connectionsPeak: number;
}

/** One end of a connection. */
interface End {
  readonly serial: number;
  readonly host: Host;
  readonly role: ConnectionRole;
  readonly observer: ConnectionObserver;
  state: 'Signalling' | 'Opening' | 'Open' | 'Closed';
  candidates: number;
  /** Fingerprint in the far end's description. */
  promised: Uint8Array | undefined;
  /** Frames of this end to the other, from the moment it is open. */
  outbound: FramePipe | undefined;
}

/** A class for its getter's sake (virtual-clock.ts says why); it holds nothing but its end. */
class MemoryConnection implements Connection {
  constructor(
    private readonly end: End,
    private readonly onSignal: (end: End, signal: Signal) => void,
    private readonly forget: (end: End) => void,
  ) {}

  acceptSignal(signal: Signal): void {
    this.onSignal(this.end, signal);
  }

  send(frame: Uint8Array): void {
    assert(frame.length >= 1 && frame.length <= MAX_FRAME_BYTES, `frame of ${frame.length} bytes`);
    if (this.end.state === 'Open') this.end.outbound?.send(frame);
  }

  get promised(): ConnectionBinding | undefined {
    const { state, host, promised } = this.end;
    if (state !== 'Opening' || !promised) return undefined;
    return { localFingerprint: host.fingerprint, remoteFingerprint: promised };
  }

  get bufferedBytes(): number {
    return this.end.outbound?.bufferedBytes() ?? 0;
  }

  get isClosed(): boolean {
    return this.end.state === 'Closed';
  }

  close(): void {
    if (this.end.state !== 'Closed') this.forget(this.end);
  }
}

const OFFER = /^offer (\d{1,12})$/;
const ANSWER = /^answer (\d{1,12}) (\d{1,12})$/;
const CANDIDATE = /^candidate (\d{1,12})$/;

export function createMemoryNetwork(options: MemoryNetworkOptions): MemoryNetwork {
  const { clock, random } = options;
  const bytesPerMs = options.uplinkBytesPerMs ?? DEFAULT_UPLINK_BYTES_PER_MS;
  let dialLoss = options.dialLoss ?? 0;
  const copiesFrames = options.copiesFrames ?? true;
  const latencyMs = createPairLatency(options.seed, options.latency ?? DEFAULT_LATENCY);
  const ends = new Map<number, End>();
  const stalledPipes = new Set<FramePipe>();
  /** Paths narrower than the uplink, by `from>to`. */
  const clogs = new Map<string, Uplink>();
  const digest = createRunDigest();
  let payloadFrames = 0;
  let groupOf: ((hostIndex: number) => number) | undefined;
  let isOneSided = false;
  let nextHost = 0;
  let nextSerial = 1;

  function reaches(from: number, to: number): boolean {
    if (groupOf === undefined) return true;
    const [there, here] = [groupOf(from), groupOf(to)];
    return there === here || (isOneSided && there < here);
  }

  /** Whoever sleeps is told on waking. */
  function tell(host: Host, task: () => void): void {
    if (host.awakeAtMs > clock.now()) clock.post(host.awakeAtMs - clock.now(), () => tell(host, task));
    else if (host.alive) task();
  }

  function forget(end: End): void {
    end.state = 'Closed';
    end.outbound?.end();
    end.outbound = undefined;
    end.host.ends.delete(end);
    ends.delete(end.serial);
  }

  /** Told in an event of its own: the core is never called back from within its own call. */
  function fail(end: End, reason: ConnectionClosedReason): void {
    if (end.state === 'Closed') return;
    forget(end);
    clock.post(0, () => tell(end.host, () => end.observer.onClosed(reason)));
  }

  function emitSignal(end: End, delayMs: number, signal: Signal): void {
    clock.post(delayMs, () =>
      tell(end.host, () => {
        if (end.state !== 'Closed') end.observer.onSignal(signal);
      }),
    );
  }

  /** ICE has begun to look for a path to the end that has described itself. */
  function begin(end: End, far: End | undefined): void {
    end.state = 'Opening';
    end.promised = far?.host.fingerprint ?? NOBODYS_FINGERPRINT;
    clock.post(ICE_FAILURE_MS, () => {
      if (end.state === 'Opening') fail(end, 'ConnectionFailed');
    });
  }

  function openEnd(end: End, far: End, notBeforeMs: number): void {
    end.state = 'Open';
    const [from, to] = [end.host.index, far.host.index];
    end.outbound = createFramePipe({
      clock,
      latencyMs: latencyMs(from, to),
      uplink: end.host.uplink,
      clog: () => (clogs.size === 0 ? undefined : clogs.get(`${from}>${to}`)),
      notBeforeMs,
      copiesFrames,
      isWhole: () => reaches(from, to),
      awakeAtMs: () => far.host.awakeAtMs,
      onStalled: (pipe) => stalledPipes.add(pipe),
      deliver(frame) {
        if (far.state !== 'Open' || !far.host.alive) return;
        digest.add(clock.now(), from, to, frame);
        if (carriesPayload(frame)) payloadFrames++;
        far.observer.onFrame(frame);
      },
      deliverEnd() {
        if (far.state !== 'Open' || !far.host.alive) return;
        forget(far);
        far.observer.onClosed('ClosedByPeer');
      },
      onDrain() {
        tell(end.host, () => {
          if (end.state === 'Open') end.observer.onDrain();
        });
      },
    });
    end.observer.onOpen({ localFingerprint: end.host.fingerprint, remoteFingerprint: far.host.fingerprint });
  }

  /** The offerer has the answer: unless the path is blocked, the answerer is open after three trips and it after four. */
  function pair(offerer: End, answerer: End): void {
    if (random.fraction() < dialLoss) return;
    const [a, b] = [offerer.host.index, answerer.host.index];
    const tripMs = latencyMs(a, b);
    const offererOpenAtMs = clock.now() + OFFERER_OPEN_TRIPS * tripMs;
    const ready = (end: End): boolean => end.host.alive && end.host.awakeAtMs <= clock.now() && end.state === 'Opening';
    // Finding a path takes answers from both ends.
    const isPath = (): boolean => reaches(a, b) && reaches(b, a);
    clock.post(ANSWERER_OPEN_TRIPS * tripMs, () => {
      if (!ready(offerer) || !ready(answerer) || !isPath()) return;
      clock.post((OFFERER_OPEN_TRIPS - ANSWERER_OPEN_TRIPS) * tripMs, () => {
        if (ready(offerer) && isPath()) openEnd(offerer, answerer, 0);
      });
      openEnd(answerer, offerer, offererOpenAtMs + OPENING_MARGIN_MS);
    });
  }

  function acceptSignal(end: End, signal: Signal): void {
    if (end.state === 'Closed') return;
    const offer = end.role === 'answerer' && end.state === 'Signalling' ? OFFER.exec(signal) : null;
    const answer = end.role === 'offerer' && end.state === 'Signalling' ? ANSWER.exec(signal) : null;
    if (signal.length > MAX_SIGNAL_CHARS) fail(end, 'SignalRejected');
    else if (offer) {
      begin(end, ends.get(Number(offer[1])));
      emitSignal(end, SIGNAL_MS, `answer ${offer[1]} ${end.serial}`);
      emitSignal(end, 2 * SIGNAL_MS, `candidate ${end.serial}`);
    } else if (answer && Number(answer[1]) === end.serial) {
      const answerer = ends.get(Number(answer[2]));
      begin(end, answerer);
      if (answerer && answerer.role === 'answerer') pair(end, answerer);
    } else if (CANDIDATE.test(signal) && ++end.candidates <= MAX_CANDIDATES) {
      // The path is known already; what counts is that candidates travel and are bounded.
    } else fail(end, 'SignalRejected');
  }

  function connect(host: Host, role: ConnectionRole, observer: ConnectionObserver): Connection {
    const end: End = {
      serial: nextSerial++,
      host,
      role,
      observer,
      state: 'Signalling',
      candidates: 0,
      promised: undefined,
      outbound: undefined,
    };
    ends.set(end.serial, end);
    host.ends.add(end);
    host.connectionsPeak = Math.max(host.connectionsPeak, host.ends.size);
    if (role === 'offerer') {
      emitSignal(end, SIGNAL_MS, `offer ${end.serial}`);
      emitSignal(end, 2 * SIGNAL_MS, `candidate ${end.serial}`);
    }
    return new MemoryConnection(end, acceptSignal, forget);
  }

  function regroup(nextGroupOf: ((hostIndex: number) => number) | undefined, sides: 'Both' | 'One' = 'Both'): void {
    groupOf = nextGroupOf;
    isOneSided = sides === 'One';
    const waiting = [...stalledPipes];
    stalledPipes.clear();
    // Those that are still cut stall again.
    for (const pipe of waiting) pipe.resume();
  }

  return {
    addHost() {
      const host: Host = {
        index: nextHost++,
        fingerprint: random.bytes(32),
        uplink: { bytesPerMs, freeAtMs: 0 },
        ends: new Set(),
        alive: true,
        awakeAtMs: 0,
        connectionsPeak: 0,
      };
      return {
        index: host.index,
        transport: { connect: (role, observer) => connect(host, role, observer) },
        get alive() {
          return host.alive;
        },
        get connections() {
          return host.ends.size;
        },
        get connectionsPeak() {
          return host.connectionsPeak;
        },
        sleepUntil(timeMs) {
          host.awakeAtMs = timeMs;
        },
        kill() {
          host.alive = false;
          // No end marker: what was under way still arrives, and then there is silence.
          for (const end of host.ends) {
            end.state = 'Closed';
            ends.delete(end.serial);
          }
          host.ends.clear();
        },
      };
    },
    partition: regroup,
    heal: () => regroup(undefined),
    clog(from, to, rate) {
      if (rate === undefined) clogs.delete(`${from}>${to}`);
      else clogs.set(`${from}>${to}`, { bytesPerMs: rate, freeAtMs: 0 });
    },
    loseDials(share) {
      dialLoss = share;
    },
    reaches,
    latencyMs,
    get payloadFrames() {
      return payloadFrames;
    },
    get digest() {
      return digest.hex;
    },
  };
}
