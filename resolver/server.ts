/**
 * The resolver as a server: one HTTP server with the app's files and the signalling endpoint on it.
 * Owns the sockets, the clean-up timer and the settings' lock. What an operation means is the directory's, what a
 * client may do is the session's. Nothing that names a mesh or a node is ever logged. Implements RS2, RS15 to RS19.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket as TcpSocket } from 'node:net';
import { Server as SocketServer } from 'socket.io';
import { assert } from '../src/core/base/assert.ts';
import { failure, success, type Result } from '../src/core/base/result.ts';
import type { Clock } from '../src/core/ports/clock.ts';
import type { Random } from '../src/core/ports/random.ts';
import { clientAddress, createConnectionCounts, MAX_CONNECTIONS } from './addresses.ts';
import { createAppFiles } from './app-files.ts';
import { guardConnection, type RawConnection } from './connection-guard.ts';
import { createDirectory } from './directory.ts';
import { createMemoryStorage } from './memory-storage.ts';
import { createNodeClock, createNodeRandom } from './node-ports.ts';
import { ASKED_ALONG } from './protocol.ts';
import { createSession, type SessionAnswer } from './session.ts';
import { DEFAULT_SETTINGS, firstBadSetting, type ResolverSettings } from './settings.ts';
import type { RegistrationStorage } from './storage.ts';

/** The largest signal with its JSON escapes; a longer message closes the connection it came on. */
const MAX_MESSAGE_BYTES = 32 * 1024;
/** A client that opened a connection says what it wants at once; this leaves room for a slow line. */
const CONNECT_TIMEOUT_MS = 10_000;
/** A peer node that vanished is noticed after both together, and not resolved to any longer. */
const PING_INTERVAL_MS = 15_000;
const PING_TIMEOUT_MS = 10_000;
/** Requests have no body, so whoever takes longer than this to make one is holding a place, not asking. */
const REQUEST_TIMEOUT_MS = 15_000;
/** Open files and closing handshakes get this long at shutdown, well within the 2 s a supervisor is promised. */
const CLOSE_GRACE_MS = 500;

export interface ResolverServerPorts {
  /** Folder of the built app. */
  readonly appDirectory: string;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly storage?: RegistrationStorage;
  readonly onFault?: (error: unknown) => void;
}

export interface ResolverServer {
  readonly settings: ResolverSettings;
  /** Changes settings before `listen`; while open they are locked. `NotPositive` names a value that cannot be. */
  configure(changes: Partial<ResolverSettings>): Result<undefined, 'Open' | 'NotPositive'>;
  /** Settles when connections are taken, with the real port. Rejects with the system's error (EADDRINUSE, ...). */
  listen(port: number, host?: string): Promise<{ readonly port: number }>;
  /** Stops accepting, closes every connection, and settles when all is gone: at most CLOSE_GRACE_MS later. */
  close(): Promise<void>;
}

export function createResolverServer(ports: ResolverServerPorts): ResolverServer {
  const { clock = createNodeClock(), random = createNodeRandom(), onFault = reportFault } = ports;
  const storage = ports.storage ?? createMemoryStorage({ clock, random });
  let settings = DEFAULT_SETTINGS;
  let state: 'New' | 'Open' | 'Closed' = 'New';
  let cancelCleanUp = (): void => undefined;

  const directory = createDirectory({ storage, random }, () => settings);
  const counts = createConnectionCounts(() => settings.maxConnectionsPerAddress);
  const tcpSockets = new Set<TcpSocket>();

  const readHealth = async () => ({ status: 'ok', connections: counts.total, ...(await storage.counts()) }) as const;
  const http = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS },
    createAppFiles(ports.appDirectory, readHealth, onFault),
  );
  http.maxConnections = MAX_CONNECTIONS;
  http.on('connection', (socket) => {
    tcpSockets.add(socket);
    socket.once('close', () => tcpSockets.delete(socket));
  });

  /** Counted by the TCP connection itself, so that nothing between here and the first message can slip the count. */
  function admit(request: IncomingMessage, decide: (error: string | undefined, admitted: boolean) => void): void {
    const forwardedFor = request.headers['x-forwarded-for']?.toString();
    const leave = counts.admit(clientAddress(request.socket.remoteAddress, forwardedFor, settings.trustedProxies));
    if (leave) request.socket.once('close', leave);
    decide(undefined, leave !== undefined);
  }

  const io = new SocketServer(http, {
    transports: ['websocket'],
    perMessageDeflate: false,
    cookie: false,
    serveClient: false,
    maxHttpBufferSize: MAX_MESSAGE_BYTES,
    connectTimeout: CONNECT_TIMEOUT_MS,
    pingInterval: PING_INTERVAL_MS,
    pingTimeout: PING_TIMEOUT_MS,
    allowRequest: admit,
  });
  // Who names a session would go on with it over a websocket that `admit` is never asked about.
  io.engine.use(({ url = '' }: IncomingMessage, _response: unknown, next: (error?: Error) => void) => {
    const namesSession = new URL(url, 'http://resolver').searchParams.has('sid');
    next(namesSession ? new Error('a session stays on its websocket') : undefined);
  });
  io.engine.on('connection', (connection: RawConnection) => guardConnection(connection, clock));
  const entered = new WeakSet<object>();
  io.on('connection', (socket) => {
    // Rates and registrations are a session's, and bound a connection only if it has one and never a second: neither
    // after leaving nor by packets that ask for several at once, which socket.io lets in side by side.
    if (entered.has(socket.conn)) {
      socket.conn.close(true);
      return;
    }
    entered.add(socket.conn);
    const session = createSession({
      clock,
      directory,
      holder: socket.id,
      deliver: (holder, signal) => void io.to(holder).emit('Signal', signal),
      // The transport, not the socket.io session: the client's own back-off then takes it for a lost connection.
      onOffended: () => socket.conn.close(true),
      onFault,
    });
    // Without `next`, nothing a client sends is ever emitted as an event inside this process.
    socket.use(([name, ...args]) => session.receive(name, args));
    // What came along with the connection; answered by an event, for there is no acknowledgement of it. [RS24]
    const along: Record<string, unknown> = socket.handshake.auth;
    for (const name of ASKED_ALONG)
      if (Object.hasOwn(along, name))
        session.receive(name, [along[name], (answer: SessionAnswer) => void socket.emit('Answer', name, answer)]);
    socket.on('disconnect', () => {
      socket.conn.close(true);
      directory.release(socket.id).catch(onFault);
    });
  });

  function cleanUpLater(): void {
    cancelCleanUp = clock.schedule(settings.cleanUpIntervalMs, () => {
      storage.sweep().catch(onFault);
      cleanUpLater();
    });
  }

  return {
    get settings() {
      return settings;
    },
    configure(changes) {
      if (state === 'Open') return failure('Open');
      const changed = { ...settings, ...changes };
      if (firstBadSetting(changed) !== undefined) return failure('NotPositive');
      settings = changed;
      return success(undefined);
    },
    async listen(port, host) {
      assert(state === 'New', 'a resolver server opens once');
      state = 'Open';
      try {
        await new Promise<void>((resolve, reject) => {
          http.once('error', reject);
          http.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
            http.off('error', reject);
            resolve();
          });
        });
      } catch (error) {
        state = 'New';
        throw error;
      }
      cleanUpLater();
      return { port: (http.address() as AddressInfo).port };
    },
    async close() {
      if (state !== 'Open') return;
      state = 'Closed';
      cancelCleanUp();
      // A client that does not answer the closing handshake would hold its connection, and the process, for 30 s.
      const force = setTimeout(() => {
        for (const socket of tcpSockets) socket.destroy();
      }, CLOSE_GRACE_MS);
      await io.close();
      clearTimeout(force);
    },
  };
}

function reportFault(error: unknown): void {
  console.error('Peer Channel resolver: internal fault:', error instanceof Error ? error.stack : error);
}
