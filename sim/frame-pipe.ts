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

/** Swept once so many delivered entries stand at the front of the queue. */
const SWEEP_LENGTH = 256;

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
  /** Nothing arrives before: the far end is not open yet. */
  readonly notBeforeMs: number;
  /**
   * Whether the far end gets bytes of its own, as over a wire. Without it both ends and everybody a frame is relayed to
   * share them, which is several times cheaper and makes no difference as long as nobody writes into a frame.
   */
  readonly copiesFrames: boolean;
  /** Whether the path is whole just now. */
  isWhole(): boolean;
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
}

export function createFramePipe(ends: FramePipeEnds): FramePipe {
  const { clock, latencyMs, uplink } = ends;
  const entries: Entry[] = [];
  /** First entry not delivered, first entry not departed. */
  let head = 0;
  let departed = 0;
  let bufferedBytes = 0;
  let lastArrivalMs = ends.notBeforeMs;
  let ended = false;
  let armed = false;
  let stalled = false;
  let drainPosted = false;

  function settleDepartures(): void {
    const nowMs = clock.now();
    for (; departed < entries.length; departed++) {
      const entry = entries[departed]!;
      if (entry.departAtMs > nowMs) break;
      bufferedBytes -= entry.frame?.length ?? 0;
    }
  }

  function arm(): void {
    if (armed || stalled || head === entries.length) return;
    armed = true;
    clock.post(Math.max(0, entries[head]!.arriveAtMs - clock.now()), arrive);
  }

  function arrive(): void {
    armed = false;
    if (!ends.isWhole()) {
      stalled = true;
      ends.onStalled(pipe);
      return;
    }
    settleDepartures();
    const { frame } = entries[head]!;
    head++;
    if (head === entries.length) {
      entries.length = head = departed = 0;
    } else if (head > SWEEP_LENGTH) {
      entries.splice(0, head);
      departed -= head;
      head = 0;
    }
    arm();
    if (frame) ends.deliver(frame);
    else ends.deliverEnd();
  }

  function push(frame: Uint8Array | undefined, departAtMs: number): void {
    lastArrivalMs = Math.max(lastArrivalMs, departAtMs + latencyMs);
    entries.push({ frame, departAtMs, arriveAtMs: lastArrivalMs });
    arm();
  }

  function awaitDrain(): void {
    if (drainPosted || bufferedBytes <= LOW_WATER_BYTES) return;
    drainPosted = true;
    // Departures are known when a frame is handed over: the mark is reached when the last frame above it has left.
    let waiting = bufferedBytes;
    let place = departed;
    while (waiting > LOW_WATER_BYTES) {
      waiting -= entries[place]!.frame!.length;
      place++;
    }
    clock.post(entries[place - 1]!.departAtMs - clock.now(), () => {
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
      bufferedBytes += frame.length;
      push(ends.copiesFrames ? frame.slice() : frame, uplink.freeAtMs);
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
      const lastDepartureMs = clock.now() + FLIGHT_WINDOW_BYTES / uplink.bytesPerMs;
      let kept = entries.length;
      while (kept > departed && entries[kept - 1]!.departAtMs > lastDepartureMs) kept--;
      entries.length = kept;
      lastArrivalMs = Math.max(entries[kept - 1]?.arriveAtMs ?? ends.notBeforeMs, ends.notBeforeMs);
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
