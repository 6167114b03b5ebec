/**
 * The resolver process: reads the environment, opens the server, says where it is, and closes on SIGTERM and SIGINT.
 * Implements RS19.
 */
import { fileURLToPath } from 'node:url';
import { createResolverServer } from './server.ts';
import { readEnvironment, type ProcessSettings } from './settings.ts';

const APP_DIRECTORY = fileURLToPath(new URL('../dist', import.meta.url));
/** The promise is 2 s from the signal to the exit; closing takes half a second at most, so this never decides. */
const EXIT_AT_LATEST_MS = 1_500;

function giveUp(line: string): void {
  console.error(line);
  process.exitCode = 1;
}

/** What a person can do about a port that cannot be had. */
function sentenceFor(error: unknown, { port, host }: ProcessSettings): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return `Port ${port} is taken: stop the program that uses it, or set PORT to another one.`;
  if (code === 'EACCES') return `Port ${port} is not open to this user: set PORT to one from 1024 on.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `HOST ${host} is not an address of this machine.`;
  return `The server could not open port ${port}: ${error instanceof Error ? error.message : String(error)}`;
}

async function run(settings: ProcessSettings): Promise<void> {
  const server = createResolverServer({ appDirectory: APP_DIRECTORY });
  const configured = server.configure(settings.resolver);
  if (!configured.ok) return giveUp('The settings of the resolver must be positive.');

  // Before listening, so that a signal that comes while the port is being opened is not lost.
  const stop = (): void => {
    setTimeout(() => process.exit(0), EXIT_AT_LATEST_MS).unref();
    void server.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);

  try {
    // Without HOST all addresses are listened on, IPv6 and IPv4 in one socket: `localhost` means ::1 to one program and
    // 127.0.0.1 to the next, and a meeting place is of use only where others reach it. HOST=127.0.0.1 keeps it here.
    const { port } = await server.listen(settings.port, settings.host);
    console.log(`Peer Channel is at http://${shownHost(settings.host)}:${port}`);
  } catch (error) {
    process.removeListener('SIGTERM', stop);
    process.removeListener('SIGINT', stop);
    giveUp(sentenceFor(error, settings));
  }
}

/** Addresses that mean "all" cannot be opened by everybody, so the one that can is shown. */
function shownHost(host: string | undefined): string {
  if (host === undefined || host === '::' || host === '0.0.0.0') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

const settings = readEnvironment(process.env);
if (settings.ok) await run(settings.value);
else giveUp(settings.reason);
