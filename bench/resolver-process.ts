/** The resolver as a process of its own, as it runs for people. */
import { startChildServer } from './child-server.ts';

export interface ServerProcess {
  readonly url: string;
  /** Settles when it is gone. */
  stop(): Promise<void>;
}

/** `clients`: how many connections it must bear from this one machine. */
export async function startResolver(root: string, clients: number): Promise<ServerProcess> {
  const { port, stop } = await startChildServer({
    name: 'resolver',
    cwd: root,
    args: ['--import', 'tsx', 'resolver/main.ts'],
    env: { HOST: 'localhost', PORT: '0', MAX_CONNECTIONS_PER_ADDRESS: String(clients) },
    listening: /^Peer Channel is at http:\/\/.*:(\d+)$/,
  });
  return { url: `http://localhost:${port}`, stop };
}
