/**
 * Transport over virtual time: hosts (one a node) on a network with latency, bandwidth, cuts, lost dials and sudden
 * death. It behaves towards the core as WebRTC does: offer, answer and candidate as opaque text, two round trips to
 * open, a killed far end that never tells. [SM3] [SM4] [SM5]
 * Owns connections and who reaches whom; knows nothing of nodes, proofs or meshes, and carries no signals itself.
 */
import { assert } from '../src/core/base/assert.ts';
import { MAX_FRAME_BYTES, MAX_SIGNAL_CHARS } from '../src/core/ports/transport.ts';
import type {
  Connection,
  ConnectionClosedReason,
  ConnectionObserver,
  ConnectionRole,
  Signal,
  Transport,
} from '../src/core/ports/transport.ts';
import { createFramePipe, type FramePipe, type Uplink } from './frame-pipe.ts';
import { createPairLatency, DEFAULT_LATENCY, type LatencyProfile } from './pair-latency.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** Making an offer or answer, and gathering candidates, takes a browser about this long each. */
const SIGNAL_MS = 5;
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
  /** The process vanishes: nothing more is sent or heard, and nobody is told. [SM4] */
  kill(): void;
}

export interface MemoryNetwork {
  addHost(): MemoryHost;
  /** Cuts the network: hosts reach each other only within one group. Replaces an earlier cut. */
  partition(groupOf: (hostIndex: number) => number): void;
  heal(): void;
  /** Whether frames pass between two hosts just now. */
  reaches(a: number, b: number): boolean;
  latencyMs(a: number, b: number): number;
}

interface Host {
  readonly index: number;
  readonly fingerprint: Uint8Array;
  readonly uplink: Uplink;
  readonly ends: Set<End>;
  alive: boolean;
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
  const dialLoss = options.dialLoss ?? 0;
  const copiesFrames = options.copiesFrames ?? true;
  const latencyMs = createPairLatency(options.seed, options.latency ?? DEFAULT_LATENCY);
  const ends = new Map<number, End>();
  const stalledPipes = new Set<FramePipe>();
  let groupOf: ((hostIndex: number) => number) | undefined;
  let nextHost = 0;
  let nextSerial = 1;

  const reaches = (a: number, b: number): boolean => groupOf === undefined || groupOf(a) === groupOf(b);

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
    clock.post(0, () => {
      if (end.host.alive) end.observer.onClosed(reason);
    });
  }

  function emitSignal(end: End, delayMs: number, signal: Signal): void {
    clock.post(delayMs, () => {
      if (end.host.alive && end.state !== 'Closed') end.observer.onSignal(signal);
    });
  }

  /** ICE has begun to look for a path. */
  function begin(end: End): void {
    end.state = 'Opening';
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
      notBeforeMs,
      copiesFrames,
      isWhole: () => reaches(from, to),
      onStalled: (pipe) => stalledPipes.add(pipe),
      deliver(frame) {
        if (far.state === 'Open' && far.host.alive) far.observer.onFrame(frame);
      },
      deliverEnd() {
        if (far.state !== 'Open' || !far.host.alive) return;
        forget(far);
        far.observer.onClosed('ClosedByPeer');
      },
      onDrain() {
        if (end.state === 'Open' && end.host.alive) end.observer.onDrain();
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
    const ready = (end: End): boolean => end.host.alive && end.state === 'Opening';
    clock.post(ANSWERER_OPEN_TRIPS * tripMs, () => {
      if (!ready(offerer) || !ready(answerer) || !reaches(a, b)) return;
      clock.post((OFFERER_OPEN_TRIPS - ANSWERER_OPEN_TRIPS) * tripMs, () => {
        if (ready(offerer) && reaches(a, b)) openEnd(offerer, answerer, 0);
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
      begin(end);
      emitSignal(end, SIGNAL_MS, `answer ${offer[1]} ${end.serial}`);
      emitSignal(end, 2 * SIGNAL_MS, `candidate ${end.serial}`);
    } else if (answer && Number(answer[1]) === end.serial) {
      begin(end);
      const answerer = ends.get(Number(answer[2]));
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

  function regroup(nextGroupOf: ((hostIndex: number) => number) | undefined): void {
    groupOf = nextGroupOf;
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
    reaches,
    latencyMs,
  };
}
