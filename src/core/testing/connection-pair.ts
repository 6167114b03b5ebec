/**
 * Two ends of an open connection in memory: frames arrive in order, each as bytes of its own, when the turn is over.
 * A test can read what was sent, change it on its way, back an end up, and let the connection give way.
 */
import { assert } from '../base/assert.ts';
import type { Clock } from '../ports/clock.ts';
import {
  MAX_FRAME_BYTES,
  type Connection,
  type ConnectionClosedReason,
  type ConnectionObserver,
} from '../ports/transport.ts';

export type ConnectionSink = Pick<ConnectionObserver, 'onFrame' | 'onDrain' | 'onClosed'>;

export interface TestConnection extends Connection {
  /** Who hears what arrives at this end. Without one it is lost. */
  attach(sink: Partial<ConnectionSink>): void;
  /** Frames this end sent while open, as they were handed over. */
  readonly sent: readonly Uint8Array[];
  readonly isClosed: boolean;
  /** Set by the test to back this end up; frames pass all the same. */
  bufferedBytes: number;
  /** Changes what this end sends: what arrives instead of a frame. */
  tamper: ((frame: Uint8Array) => readonly Uint8Array[]) | undefined;
  /** Lets the far end hear a frame that this end never sent. */
  inject(frame: Uint8Array): void;
  /** The network between the two gave way, or a rule was broken: this end hears the reason. */
  fail(reason: ConnectionClosedReason): void;
}

export function createConnectionPair(clock: Clock): readonly [TestConnection, TestConnection] {
  const first: TestConnection = createEnd(clock, () => second);
  const second: TestConnection = createEnd(clock, () => first);
  return [first, second];
}

/** What the far end does to an end; kept off its public face. */
interface Receiving extends TestConnection {
  receive(frame: Uint8Array): void;
}

function createEnd(clock: Clock, far: () => TestConnection): TestConnection {
  const sent: Uint8Array[] = [];
  let sink: Partial<ConnectionSink> = {};
  let isClosed = false;

  function deliver(frame: Uint8Array): void {
    const copy = frame.slice();
    clock.defer(() => (far() as Receiving).receive(copy));
  }

  const end: Receiving = {
    bufferedBytes: 0,
    tamper: undefined,
    sent,
    get isClosed() {
      return isClosed;
    },
    attach(next) {
      sink = next;
    },
    // The pair is open already: there is nothing to signal.
    acceptSignal: () => undefined,
    send(frame) {
      assert(frame.length >= 1 && frame.length <= MAX_FRAME_BYTES, `frame of ${frame.length} bytes`);
      if (isClosed) return;
      sent.push(frame.slice());
      for (const passed of end.tamper ? end.tamper(frame) : [frame]) deliver(passed);
    },
    inject: deliver,
    receive(frame) {
      if (!isClosed) sink.onFrame?.(frame);
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      // Behind the frames sent before.
      clock.defer(() => far().fail('ClosedByPeer'));
    },
    fail(reason) {
      if (isClosed) return;
      isClosed = true;
      sink.onClosed?.(reason);
    },
  };
  return end;
}
