/**
 * One address that leads to a port of this machine, and later to another: what a change of server behind a name is to
 * those who hold only the name. Passes bytes on as they are.
 */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface Crossing {
  readonly url: string;
  /** From now on it leads there; what is open to where it led is cut. */
  leadTo(port: number): void;
  close(): Promise<void>;
}

export async function openCrossing(firstPort: number): Promise<Crossing> {
  let port = firstPort;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect({ host: 'localhost', port });
    near.pipe(far).pipe(near);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.once('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    leadTo(next) {
      port = next;
      cut();
    },
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      cut();
      return closed;
    },
  };
}
