/**
 * Meters of a tab, put under whatever system is measured: how many RTCPeerConnections are open, and what crosses their
 * data channels. Must be fitted before the system is loaded, because some keep the constructor.
 */
import type { WireCount } from './contract.ts';
import { countSaid } from './said.ts';

export interface WireMeter {
  readonly count: WireCount;
  readonly connectionsOpen: number;
  readonly connectionsPeak: number;
  /** Since a connection was last made, changed its state or was closed. */
  readonly quietMs: number;
}

export function fitWireMeter(): WireMeter {
  const count = { framesSent: 0, bytesSent: 0, copiesSent: 0 };
  const alive = new Set<RTCPeerConnection>();
  let peak = 0;
  let changedAt = performance.now();

  const change = (): void => void (changedAt = performance.now());

  function open(): number {
    for (const connection of alive) if (connection.connectionState === 'closed') alive.delete(connection);
    return alive.size;
  }

  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      alive.add(this);
      peak = Math.max(peak, open());
      change();
      this.addEventListener('connectionstatechange', change);
    }

    // Who closes it itself is told nothing.
    override close(): void {
      super.close();
      change();
    }
  };

  const prototype = RTCDataChannel.prototype as { send(frame: string | Blob | ArrayBuffer | ArrayBufferView): void };
  const send = prototype.send;
  prototype.send = function (this: RTCDataChannel, frame) {
    send.call(this, frame);
    count.framesSent += 1;
    count.bytesSent += sizeOf(frame);
    count.copiesSent += countSaid(latin1Of(frame));
  };

  return {
    count,
    get connectionsOpen() {
      return open();
    },
    get connectionsPeak() {
      return peak;
    },
    get quietMs() {
      return performance.now() - changedAt;
    },
  };
}

function sizeOf(frame: string | Blob | ArrayBuffer | ArrayBufferView): number {
  if (typeof frame === 'string') return new TextEncoder().encode(frame).length;
  return frame instanceof Blob ? frame.size : frame.byteLength;
}

/** One character a byte: the messages of the work are ASCII, and what surrounds them is never read. */
const latin1 = new TextDecoder('latin1');

/** No system under measurement sends blobs. */
function latin1Of(frame: string | Blob | ArrayBuffer | ArrayBufferView): string {
  if (typeof frame === 'string') return frame;
  return frame instanceof Blob ? '' : latin1.decode(frame);
}
