/** The resolver as a process of its own, as it runs for people. Owns that process. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface ResolverProcess {
  readonly url: string;
  /** Ends it as a supervisor does; settles when it is gone. */
  stop(): Promise<void>;
}

/** `clients`: how many connections it must bear from this one machine. */
export async function startResolver(root: string, clients: number): Promise<ResolverProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'resolver/main.ts'], {
    cwd: root,
    env: { ...process.env, HOST: 'localhost', PORT: '0', MAX_CONNECTIONS_PER_ADDRESS: String(clients) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // However this process ends, its resolver does not outlive it.
  const endWithUs = (): void => void child.kill('SIGTERM');
  process.once('exit', endWithUs);
  child.once('exit', () => process.removeListener('exit', endWithUs));
  const port = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the resolver ended with code ${code}`)));
    child.once('error', reject);
    createInterface({ input: child.stdout }).on('line', (line) => {
      const shown = /^Peer Channel is at http:\/\/.*:(\d+)$/.exec(line)?.[1];
      if (shown !== undefined) resolve(shown);
    });
  });
  return { url: `http://localhost:${port}`, stop: () => end(child) };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
