/**
 * What every browser story needs: a resolver process of its own, which can be stopped and started again on the same
 * port, and pages that each live in a browser profile of their own. Owns the processes and contexts it opened.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test as base, type BrowserContext, type BrowserContextOptions, type Page } from '@playwright/test';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

export interface ResolverProcess {
  /** Where the app is, such as `http://localhost:40123`; the same after a restart. */
  readonly url: string;
  readonly port: number;
  /** Ends the process as a supervisor does; settles when it is gone. */
  stop(): Promise<void>;
  /** Starts it again on the same port; settles when it takes connections. */
  start(): Promise<void>;
}

/**
 * Starts the real resolver, in one file (scripts/bundled-resolver.mjs), with the built app. With port 0 the system gives a
 * free one, which is kept from then on.
 */
export async function startResolver(environment: Record<string, string> = {}): Promise<ResolverProcess> {
  let port = 0;
  let running: ChildProcess | undefined;

  async function start(): Promise<void> {
    const child = spawn(process.execPath, ['.cache/main.js'], {
      cwd: ROOT,
      // HOST keeps the port off the network while tests run.
      env: { ...process.env, HOST: 'localhost', ...environment, PORT: String(port) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    running = child;
    port = await new Promise<number>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`the resolver ended with code ${code}`)));
      child.once('error', reject);
      createInterface({ input: child.stdout }).on('line', (line) => {
        const shown = /^Peer Channel is at http:\/\/.*:(\d+)$/.exec(line)?.[1];
        if (shown !== undefined) resolve(Number(shown));
      });
    });
  }

  async function stop(): Promise<void> {
    const child = running;
    running = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    expect(await ended, 'the resolver ends with exit code 0').toBe(0);
  }

  await start();
  return {
    get url() {
      return `http://localhost:${port}`;
    },
    get port() {
      return port;
    },
    start,
    stop,
  };
}

export interface Fixtures {
  readonly resolver: ResolverProcess;
  /** Opens a page in a browser profile of its own; `path` is put behind the resolver's address. */
  openPage(path?: string, options?: BrowserContextOptions): Promise<Page>;
  /** A browser profile, for stories with several tabs of one. */
  openProfile(options?: BrowserContextOptions): Promise<BrowserContext>;
}

export const test = base.extend<Fixtures>({
  // Playwright reads the fixtures a fixture needs from the names in this pattern.
  // eslint-disable-next-line no-empty-pattern
  resolver: async ({}, use) => {
    const resolver = await startResolver();
    await use(resolver);
    await resolver.stop();
  },
  openProfile: async ({ browser, resolver }, use) => {
    const profiles: BrowserContext[] = [];
    await use(async (options = {}) => {
      const profile = await browser.newContext({ baseURL: resolver.url, ...options });
      profiles.push(profile);
      return profile;
    });
    for (const profile of profiles) await profile.close();
  },
  openPage: async ({ openProfile }, use) => {
    await use(async (path = '/', options = {}) => {
      const page = await (await openProfile(options)).newPage();
      await page.goto(path);
      return page;
    });
  },
});

export { expect };
