/**
 * One direction of an open connection: frames in order and reliably, one event each, after the time they need to leave
 * through the sender's uplink and one latency. [SM3]
 * While the path is cut frames wait and go on afterwards, as a reliable data channel sends them again. [SM5]
 * Owns the frames under way; who may receive is decided at the far end (memory-transport.ts).
 */
import type { VirtualClock } from './virtual-clock.ts';

/** `onDrain` is told when what waits falls to this: the mark the browser adapter uses on its data channel. */
export const LOW_WATER_BYTES = 64 * 1024;

/** What an SCTP association sends without waiting for anything: so much still leaves when the end is closed behind it. */
const FLIGHT_WINDOW_BYTES = 12 * 1024;

/** All connections of a node share it. */
export interface Uplink {
  readonly bytesPerMs: number;
  /** When the last byte handed over so far will have left. */
  freeAtMs: number;
}

export interface FramePipe {
  send(frame: Uint8Array): void;
  bufferedBytes(): number;
  /** No more frames; the far end sees the end behind what had left by now. */
  end(): void;
  /** The path is whole again: frames that waited go on. */
  resume(): void;
}

export interface FramePipeEnds {
  readonly clock: VirtualClock;
  readonly latencyMs: number;
  readonly uplink: Uplink;
  /** The path itself when it is narrower than the uplink, undefined when it is not. */
  readonly clog: () => Uplink | undefined;
  /** Nothing arrives before: the far end is not open yet. */
  readonly notBeforeMs: number;
  /**
   * Whether the far end gets bytes of its own, as over a wire. Without it both ends and everybody a frame is relayed to
   * share them, which is several times cheaper and makes no difference as long as nobody writes into a frame.
   */
  readonly copiesFrames: boolean;
  /** Whether the path is whole just now. */
  isWhole(): boolean;
  /** Until then the far end's host sleeps: what arrives waits. */
  awakeAtMs(): number;
  /** A frame found the path cut; somebody must call `resume` when it is whole. */
  onStalled(pipe: FramePipe): void;
  deliver(frame: Uint8Array): void;
  deliverEnd(): void;
  onDrain(): void;
}

interface Entry {
  /** Undefined is the end of the stream. */
  readonly frame: Uint8Array | undefined;
  readonly departAtMs: number;
  readonly arriveAtMs: number;
  /** The one handed over after it. A list, for most pipes hold one frame or none, and an array made anew for each costs more. */
  next: Entry | undefined;
}

export function createFramePipe(ends: FramePipeEnds): FramePipe {
  const { clock, latencyMs, uplink } = ends;
  /** Handed over and not delivered: the first, the first that has not left, the last. */
  let first: Entry | undefined;
  let firstWaiting: Entry | undefined;
  let last: Entry | undefined;
  let bufferedBytes = 0;
  let lastArrivalMs = ends.notBeforeMs;
  let lastDepartureMs = 0;
  let ended = false;
  let armed = false;
  let stalled = false;
  let drainPosted = false;

  function settleDepartures(): void {
    const nowMs = clock.now();
    for (; firstWaiting && firstWaiting.departAtMs <= nowMs; firstWaiting = firstWaiting.next) {
      bufferedBytes -= firstWaiting.frame?.length ?? 0;
    }
  }

  function arm(): void {
    if (armed || stalled || !first) return;
    armed = true;
    clock.post(Math.max(0, first.arriveAtMs - clock.now()), arrive);
  }

  function arrive(): void {
    armed = false;
    if (!ends.isWhole()) {
      stalled = true;
      ends.onStalled(pipe);
      return;
    }
    const asleepForMs = ends.awakeAtMs() - clock.now();
    if (asleepForMs > 0) {
      armed = true;
      clock.post(asleepForMs, arrive);
      return;
    }
    settleDepartures();
    const { frame } = first!;
    first = first!.next;
    if (!first) last = undefined;
    arm();
    if (frame) ends.deliver(frame);
    else ends.deliverEnd();
  }

  function push(frame: Uint8Array | undefined, departAtMs: number): void {
    lastArrivalMs = Math.max(lastArrivalMs, departAtMs + latencyMs);
    const entry: Entry = { frame, departAtMs, arriveAtMs: lastArrivalMs, next: undefined };
    if (last) last.next = entry;
    else first = entry;
    last = entry;
    firstWaiting ??= entry;
    arm();
  }

  function awaitDrain(): void {
    if (drainPosted || bufferedBytes <= LOW_WATER_BYTES) return;
    drainPosted = true;
    // Departures are known when a frame is handed over: the mark is reached when the last frame above it has left.
    let waiting = bufferedBytes;
    let entry = firstWaiting!;
    for (waiting -= entry.frame!.length; waiting > LOW_WATER_BYTES; waiting -= entry.frame!.length) entry = entry.next!;
    clock.post(entry.departAtMs - clock.now(), () => {
      drainPosted = false;
      settleDepartures();
      if (ended) return;
      if (bufferedBytes > LOW_WATER_BYTES) awaitDrain();
      else ends.onDrain();
    });
  }

  const pipe: FramePipe = {
    send(frame) {
      if (ended) return;
      settleDepartures();
      uplink.freeAtMs = Math.max(uplink.freeAtMs, clock.now()) + frame.length / uplink.bytesPerMs;
      lastDepartureMs = Math.max(lastDepartureMs, uplink.freeAtMs);
      const clog = ends.clog();
      if (clog) {
        clog.freeAtMs = lastDepartureMs = Math.max(clog.freeAtMs, lastDepartureMs) + frame.length / clog.bytesPerMs;
      }
      bufferedBytes += frame.length;
      push(ends.copiesFrames ? frame.slice() : frame, lastDepartureMs);
      awaitDrain();
    },
    bufferedBytes() {
      settleDepartures();
      return bufferedBytes;
    },
    end() {
      if (ended) return;
      ended = true;
      settleDepartures();
      const inFlightUntilMs = clock.now() + FLIGHT_WINDOW_BYTES / (ends.clog() ?? uplink).bytesPerMs;
      let kept: Entry | undefined;
      for (let entry = first; entry && entry.departAtMs <= inFlightUntilMs; entry = entry.next) kept = entry;
      if (kept) kept.next = undefined;
      else first = firstWaiting = undefined;
      if (firstWaiting && firstWaiting.departAtMs > inFlightUntilMs) firstWaiting = undefined;
      last = kept;
      lastArrivalMs = Math.max(kept?.arriveAtMs ?? ends.notBeforeMs, ends.notBeforeMs);
      push(undefined, clock.now());
    },
    resume() {
      if (!stalled) return;
      stalled = false;
      arm();
    },
  };
  return pipe;
}
