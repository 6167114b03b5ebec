/** A server as a process of its own. Owns that process: however this one ends, the server does not outlive it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface ChildServer {
  readonly port: string;
  /** Ends it as a supervisor does; settles when it is gone. */
  stop(): Promise<void>;
}

export interface ChildServerOptions {
  /** For messages about it. */
  readonly name: string;
  readonly cwd: string;
  /** Of Node. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The line in which it says that it listens; its first group is the port. */
  readonly listening: RegExp;
}

export async function startChildServer({ name, cwd, args, env, listening }: ChildServerOptions): Promise<ChildServer> {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const endWithUs = (): void => void child.kill('SIGTERM');
  process.once('exit', endWithUs);
  child.once('exit', () => process.removeListener('exit', endWithUs));
  const port = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the ${name} ended with code ${code}`)));
    child.once('error', reject);
    createInterface({ input: child.stdout }).on('line', (line) => {
      const shown = listening.exec(line)?.[1];
      if (shown !== undefined) resolve(shown);
    });
  });
  return { port, stop: () => end(child) };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
