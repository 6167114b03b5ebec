/**
 * A proxy in front of the resolver that counts what really crosses the wire: each answer's body as transferred, by path
 * and by what the browser fetched it for. It sees what no page can: workers, and the service worker's own fetches.
 */
import { createServer, request as askResolver, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

export interface Transfer {
  readonly path: string;
  /** Sec-Fetch-Dest: `document`, `script`, `style`, `worker`, `serviceworker`; `empty` is a fetch by script. */
  readonly destination: string;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Body as transferred, compressed. */
  readonly bytes: number;
}

export interface TrafficCount {
  readonly url: string;
  readonly transfers: readonly Transfer[];
  close(): Promise<void>;
}

export async function countTraffic(resolverPort: number): Promise<TrafficCount> {
  const transfers: Transfer[] = [];
  const sockets = new Set<Socket>();
  const target = { host: 'localhost', port: resolverPort };

  const server = createServer((incoming, outgoing) => {
    const onward = askResolver(
      { ...target, method: incoming.method, path: incoming.url, headers: incoming.headers },
      (answer) => {
        let bytes = 0;
        answer.on('data', (chunk: Buffer) => (bytes += chunk.length));
        answer.on('end', () => transfers.push(describe(incoming, answer, bytes)));
        outgoing.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(outgoing);
      },
    );
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  // Websockets pass through as they are: what they carry is neither script nor style.
  server.on('upgrade', (incoming, browser: Socket, head: Buffer) => {
    const onward = connect(target, () => {
      onward.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n`);
      for (let i = 0; i < incoming.rawHeaders.length; i += 2) {
        onward.write(`${incoming.rawHeaders[i]}: ${incoming.rawHeaders[i + 1]}\r\n`);
      }
      onward.write('\r\n');
      onward.write(head);
      browser.pipe(onward).pipe(browser);
    });
    onward.on('error', () => browser.destroy());
    browser.on('error', () => onward.destroy());
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));

  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    transfers,
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      return closed;
    },
  };
}

function describe(incoming: IncomingMessage, answer: IncomingMessage, bytes: number): Transfer {
  return {
    path: incoming.url!,
    destination: incoming.headers['sec-fetch-dest'] ?? '',
    status: answer.statusCode!,
    headers: answer.headers,
    bytes,
  };
}
