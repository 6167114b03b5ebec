/**
 * Connections that were closed here and are not gone yet: they say farewell for up to a second, and count towards the cap
 * until then. [TP1] Wraps a transport; knows nothing of links.
 */
import type { Connection, Transport } from '../ports/transport.ts';

export interface ClosingConnections {
  /** The same transport; what it makes is watched from its `close` on. */
  readonly transport: Transport;
  readonly count: number;
}

export function watchClosing(transport: Transport): ClosingConnections {
  const closing = new Set<Connection>();
  return {
    transport: {
      connect(role, observer) {
        const connection = transport.connect(role, observer);
        return {
          acceptSignal: (signal) => connection.acceptSignal(signal),
          send: (frame) => connection.send(frame),
          get bufferedBytes() {
            return connection.bufferedBytes;
          },
          get isClosed() {
            return connection.isClosed;
          },
          close() {
            connection.close();
            if (!connection.isClosed) closing.add(connection);
          },
        };
      },
    },
    get count() {
      for (const connection of closing) if (connection.isClosed) closing.delete(connection);
      return closing.size;
    },
  };
}
