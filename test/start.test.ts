/** The server as a process: what it says when it cannot start, and that it ends when it is asked to. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { isBuilt } from '../scripts/build.mjs';
import { isInstalled } from '../scripts/packages.mjs';
import { asOneTest, ofPlaywright, ofVitest, sumOf } from '../scripts/tallies.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

interface Server {
  readonly child: ChildProcess;
  readonly lines: { out: string; err: string };
  readonly ended: Promise<number | null>;
}

function start(environment: Record<string, string>): Server {
  const child = spawn(process.execPath, ['--import', 'tsx', 'resolver/main.ts'], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
  });
  const lines = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (lines.out += String(chunk)));
  child.stderr.on('data', (chunk) => (lines.err += String(chunk)));
  undo.push(() => child.kill('SIGKILL'));
  return { child, lines, ended: once(child, 'close').then(([code]) => code as number | null) };
}

async function opened(environment: Record<string, string> = {}): Promise<Server & { url: string }> {
  const server = start({ PORT: '0', ...environment });
  await expect.poll(() => server.lines.out, { timeout: 15_000 }).toMatch(/\n$/);
  return { ...server, url: server.lines.out.replace('Peer Channel is at ', '').trim() };
}

describe('the server process', () => {
  it('[RS19] says where it is in one line, is reached over IPv4 and IPv6 alike, and ends with 0 on SIGTERM', async () => {
    const { child, lines, ended, url } = await opened();
    expect(lines.out).toMatch(/^Peer Channel is at http:\/\/localhost:\d+\n$/);
    const { port } = new URL(url);
    const hosts = ['127.0.0.1', ...((await hasIpv6()) ? ['[::1]'] : [])];
    for (const host of hosts) {
      expect(await (await fetch(`http://${host}:${port}/health`)).json()).toMatchObject({ status: 'ok' });
    }
    const askedAt = performance.now();
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(performance.now() - askedAt).toBeLessThan(2_000);
    expect(lines.err).toBe('');
  });

  it('[RS19] ends with 0 on SIGINT too', async () => {
    const { child, ended } = await opened({ HOST: '127.0.0.1' });
    child.kill('SIGINT');
    expect(await ended).toBe(0);
  });

  it('[RS19] says in one line that its port is taken, and ends with 1', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    undo.push(() => holder.close());
    const { port } = holder.address() as AddressInfo;
    const { lines, ended } = start({ PORT: String(port) });
    expect(await ended).toBe(1);
    expect(lines).toEqual({
      out: '',
      err: `Port ${port} is taken: stop the program that uses it, or set PORT to another one.\n`,
    });
  });

  it.each([
    ['PORT', 'eighty', 'PORT must be a whole number from 0 to 65535, not "eighty".\n'],
    ['PORT', '70000', 'PORT must be a whole number from 0 to 65535, not "70000".\n'],
    ['REGISTRATION_LIFETIME_S', '0', 'REGISTRATION_LIFETIME_S must be a whole number from 1 to 2147483, not "0".\n'],
    ['HOST', '203.0.113.1', 'HOST 203.0.113.1 is not an address of this machine.\n'],
  ])('[RS17] says in one line what is wrong with %s=%s, and ends with 1', async (name, value, line) => {
    const { lines, ended } = start({ PORT: '0', [name]: value });
    expect(await ended).toBe(1);
    expect(lines).toEqual({ out: '', err: line });
  });
});

/** Some containers have no IPv6 at all. */
function hasIpv6(): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(0, '::1', () => probe.close(() => resolve(true)));
  });
}

describe('npm start', () => {
  /** A small project in a folder of its own. */
  function project(): string {
    const root = mkdtempSync(join(tmpdir(), 'peer-channel-start-'));
    undo.push(() => rmSync(root, { recursive: true }));
    for (const folder of ['src', 'dist', 'node_modules']) mkdirSync(join(root, folder));
    return root;
  }
  const lock = (root: string, file: string, packages: object) =>
    writeFileSync(join(root, file), JSON.stringify({ packages }));

  it('installs when the packages are not those of the lock file', () => {
    const root = project();
    lock(root, 'package-lock.json', { '': {}, a: { version: '1.0.0' }, mac: { version: '1.0.0', optional: true } });
    expect(isInstalled(root)).toBe(false);
    lock(root, 'node_modules/.package-lock.json', { a: { version: '1.0.0' } });
    expect(isInstalled(root)).toBe(true);
    lock(root, 'node_modules/.package-lock.json', { a: { version: '0.9.0' } });
    expect(isInstalled(root)).toBe(false);
    writeFileSync(join(root, 'node_modules/.package-lock.json'), '{"packages":');
    expect(isInstalled(root)).toBe(false);
  });

  it('builds when a source is newer than the build, or one was taken away', () => {
    const root = project();
    const touch = (file: string, second: number) => utimesSync(join(root, file), second, second);
    writeFileSync(join(root, 'src/app.ts'), '');
    expect(isBuilt(root)).toBe(false);
    writeFileSync(join(root, 'dist/index.html'), '');
    for (const [file, second] of [
      ['src/app.ts', 100],
      ['src', 100],
      ['dist/index.html', 200],
    ] as const)
      touch(file, second);
    expect(isBuilt(root)).toBe(true);
    touch('src/app.ts', 300);
    expect(isBuilt(root)).toBe(false);
    touch('src/app.ts', 100);
    touch('src', 300);
    expect(isBuilt(root)).toBe(false);
  });
});

describe('npm test', () => {
  const vitest = (passed: number, failed: number, testResults: object[] = []) => ({
    numPassedTests: passed,
    numFailedTests: failed,
    testResults,
  });

  it('adds up what the runners report', () => {
    const playwright = { stats: { expected: 5, unexpected: 1, flaky: 1, skipped: 3 } };
    expect(ofVitest(1, vitest(10, 2))).toEqual({ passed: 10, failed: 2 });
    expect(ofPlaywright(1, playwright)).toEqual({ passed: 5, failed: 2 });
    expect(sumOf([asOneTest(0), asOneTest(2), { passed: 10, failed: 2 }])).toEqual({ passed: 11, failed: 3 });
  });

  it('counts a failure that no report shows, and a run of nothing', () => {
    expect(ofVitest(1, vitest(9, 0, [{ status: 'failed', assertionResults: [] }]))).toEqual({ passed: 9, failed: 1 });
    expect(ofVitest(1, vitest(9, 0))).toEqual({ passed: 9, failed: 1 });
    expect(ofVitest(137, undefined)).toEqual({ passed: 0, failed: 1 });
    expect(ofPlaywright(0, { stats: {} })).toEqual({ passed: 0, failed: 1 });
    expect(ofPlaywright(1, undefined)).toEqual({ passed: 0, failed: 1 });
  });
});
