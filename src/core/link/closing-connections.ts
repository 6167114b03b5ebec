/**
 * Connections that were closed here and are not gone yet: they say farewell for up to a second, and count towards the cap
 * until then. [TP1] Wraps a transport; knows nothing of links.
 */
import type { Connection, Signal, Transport } from '../ports/transport.ts';

/**
 * A class for its getters' sake: a getter in an object literal gives every object a shape of its own, slow to read and
 * larger than all its fields. One node does not feel it; ten thousand in one process do.
 */
class WatchedConnection implements Connection {
  constructor(
    private readonly connection: Connection,
    private readonly closing: Set<Connection>,
  ) {}

  acceptSignal(signal: Signal): void {
    this.connection.acceptSignal(signal);
  }

  send(frame: Uint8Array): void {
    this.connection.send(frame);
  }

  get promised(): Connection['promised'] {
    return this.connection.promised;
  }

  get bufferedBytes(): number {
    return this.connection.bufferedBytes;
  }

  get isClosed(): boolean {
    return this.connection.isClosed;
  }

  close(): void {
    this.connection.close();
    if (!this.connection.isClosed) this.closing.add(this.connection);
  }
}

export interface ClosingConnections {
  /** The same transport; what it makes is watched from its `close` on. */
  readonly transport: Transport;
  readonly count: number;
}

export function watchClosing(transport: Transport): ClosingConnections {
  const closing = new Set<Connection>();
  return {
    transport: {
      ...(transport.prepare && { prepare: transport.prepare }),
      connect: (role, observer) => new WatchedConnection(transport.connect(role, observer), closing),
    },
    get count() {
      for (const connection of closing) if (connection.isClosed) closing.delete(connection);
      return closing.size;
    },
  };
}
