/** A real server on a port of its own, with real socket.io clients. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Manager, type ManagerOptions, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createManualClock } from '../src/core/testing/manual-clock.ts';
import { CONTENT_SECURITY_POLICY, PAGE_HEADERS } from './page-headers.ts';
import { createResolverServer, type ResolverServer, type ResolverServerPorts } from './server.ts';
import type { ResolverSettings } from './settings.ts';
import { alice, bob, mallory, registrationIdOf, staffRoom } from './testing.ts';

let appDirectory: string;
const undo: (() => unknown)[] = [];

beforeAll(async () => {
  appDirectory = await mkdtemp(join(tmpdir(), 'peer-channel-app-'));
  await mkdir(join(appDirectory, 'assets'));
  await writeFile(join(appDirectory, 'index.html'), '<!doctype html><title>Peer Channel</title>');
  await writeFile(join(appDirectory, 'sw.js'), '/* worker */');
  await writeFile(join(appDirectory, 'assets', 'app-abc123.js'), 'plain');
  await writeFile(join(appDirectory, 'assets', 'app-abc123.js.br'), 'as brotli');
  await writeFile(join(appDirectory, 'assets', 'app-abc123.js.gz'), 'as gzip');
  await writeFile(join(appDirectory, '.secret'), 'not for you');
});
afterAll(() => rm(appDirectory, { recursive: true }));
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function open(settings: Partial<ResolverSettings> = {}, ports: Partial<ResolverServerPorts> = {}) {
  const faults: unknown[] = [];
  const server = createResolverServer({ appDirectory, onFault: (fault) => faults.push(fault), ...ports });
  expect(server.configure(settings)).toEqual({ ok: true, value: undefined });
  const { port } = await server.listen(0, '127.0.0.1');
  undo.push(
    () => server.close(),
    () => expect(faults).toEqual([]),
  );
  return { server, port };
}

/** A client that does not redial, so that what happened to it can be seen. */
function client(
  port: number,
  transports: ('websocket' | 'polling')[] = ['websocket'],
  options: Partial<ManagerOptions> = {},
) {
  const manager = new Manager(`http://127.0.0.1:${port}`, {
    autoConnect: false,
    reconnection: false,
    transports,
    ...options,
  });
  const socket = manager.socket('/');
  undo.push(() => socket.disconnect());
  return { manager, socket };
}

async function connected(port: number): Promise<Socket> {
  const { socket } = client(port);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve).once('connect_error', reject);
    socket.connect();
  });
  return socket;
}

/** A connection that has not entered the namespace, for packets as they are. */
async function rawConnection(port: number): Promise<Manager['engine']> {
  const { manager } = client(port);
  await new Promise<void>((resolve, reject) => manager.open((error) => (error ? reject(error) : resolve())));
  undo.push(() => manager.engine.close());
  return manager.engine;
}

const gone = (socket: Socket) => new Promise<string>((resolve) => socket.once('disconnect', resolve));
const outcome = (socket: Socket) =>
  new Promise<string>((resolve) => {
    socket.once('connect', () => resolve('connected')).once('connect_error', () => resolve('refused'));
    socket.connect();
  });

async function register(socket: Socket, nodeId: string) {
  const answer = await socket.emitWithAck('Register', { key: staffRoom, nodeId });
  expect(answer.ok).toBe(true);
  return { key: staffRoom, registrationId: answer.value.registrationId as string };
}

interface Fetched {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}
const fetched = (port: number, path: string, headers: Record<string, string> = {}, method = 'GET') =>
  new Promise<Fetched>((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, headers, method, agent: false }, (response) => {
      let body = '';
      response.on('data', (chunk) => (body += String(chunk)));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
    });
    request.on('error', reject).end();
  });

/** What is answered to a request for a websocket, which is dropped at once if there is one. */
const upgraded = (port: number, path: string) =>
  new Promise<Pick<Fetched, 'status' | 'headers'>>((resolve, reject) => {
    const headers = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': Buffer.alloc(16).toString('base64'),
      'sec-websocket-extensions': 'permessage-deflate',
    };
    const settle = (response: IncomingMessage): void => {
      response.socket.destroy();
      resolve({ status: response.statusCode, headers: response.headers });
    };
    httpRequest({ host: '127.0.0.1', port, path, headers, agent: false })
      .on('upgrade', settle)
      .on('response', settle)
      .on('error', reject)
      .end();
  });

describe('signalling', () => {
  it('[RS24] what is asked along with the connection is answered behind it, and only what may be', async () => {
    const { port } = await open();
    await register(await connected(port), bob);
    const { socket } = client(port);
    const ref = { key: staffRoom, registrationId: registrationIdOf(404) };
    socket.auth = {
      Resolve: { ...ref, max: 1 },
      Unregister: ref,
      Register: { key: staffRoom, nodeId: alice, max: 4 },
      GetServiceInfo: {},
    };
    const answers: unknown[] = [];
    socket.on('Answer', (...answer: unknown[]) => answers.push(answer));
    expect(await outcome(socket)).toBe('connected');
    await expect.poll(() => answers).toHaveLength(2);
    expect(answers).toMatchObject([
      ['GetServiceInfo', { ok: true, value: { protocolVersion: 1 } }],
      ['Register', { ok: true, value: { nodeIds: [bob] } }],
    ]);
    // It is a registration like any other.
    const told = await socket.emitWithAck('Unregister', {
      key: staffRoom,
      registrationId: (answers as [string, { value: { registrationId: string } }][])[1]![1].value.registrationId,
    });
    expect([told.ok, answers.length]).toEqual([true, 2]);
  });

  it.each([['nonsense'], [{ key: staffRoom }], [{ key: staffRoom, nodeId: alice, max: 0 }], [null]])(
    '[RS14, RS24] %j asked along is Malformed, and nobody else notices',
    async (request) => {
      const { port } = await open();
      const { socket } = client(port);
      socket.auth = { Register: request };
      const answers: unknown[] = [];
      socket.on('Answer', (...answer: unknown[]) => answers.push(answer));
      expect(await outcome(socket)).toBe('connected');
      await expect.poll(() => answers).toEqual([['Register', { ok: false, reason: 'Malformed' }]]);
      await register(socket, alice);
    },
  );

  it('[RS3, RS9] two clients find each other and exchange signals', async () => {
    const { port } = await open();
    const [a, b] = [await connected(port), await connected(port)];
    const alices = await register(a, alice);
    const bobs = await register(b, bob);
    expect(await a.emitWithAck('Resolve', { ...alices, max: 3 })).toEqual({ ok: true, value: { nodeIds: [bob] } });
    const atBob = new Promise((resolve) => b.once('Signal', resolve));
    a.emit('Signal', { ...alices, to: bob, signal: 'offer' });
    expect(await atBob).toEqual({ from: alice, signal: 'offer' });
    const atAlice = new Promise((resolve) => a.once('Signal', resolve));
    b.emit('Signal', { ...bobs, to: alice, signal: 'answer' });
    expect(await atAlice).toEqual({ from: bob, signal: 'answer' });
  });

  it('[RS12] a closed connection takes its node out of what is resolved, at once', async () => {
    const { port } = await open();
    const [a, b] = [await connected(port), await connected(port)];
    const alices = await register(a, alice);
    await register(b, bob);
    b.disconnect();
    await expect
      .poll(async () => (await a.emitWithAck('Resolve', { ...alices, max: 3 })).value.nodeIds as string[])
      .toEqual([]);
  });

  it('[RS11, RS17] clean-up frees what expired, as often as it is set to', async () => {
    const clock = createManualClock();
    const { port } = await open({ lifetimeMs: 10_000, cleanUpIntervalMs: 4_000 }, { clock });
    const a = await connected(port);
    const ref = await register(a, alice);
    const registrations = async () => JSON.parse((await fetched(port, '/health')).body).registrations as number;
    clock.advance(10_000);
    expect(await a.emitWithAck('Refresh', ref)).toEqual({ ok: false, reason: 'RegistrationNotFound' });
    expect(await registrations()).toBe(1);
    clock.advance(2_000);
    await expect.poll(registrations).toBe(0);
  });

  it('[RS17] settings are checked, and locked while open', async () => {
    const { server } = await open();
    expect(server.configure({ lifetimeMs: 5 })).toEqual({ ok: false, reason: 'Open' });
    expect(server.settings.lifetimeMs).toBe(600_000);
    const other = createResolverServer({ appDirectory });
    expect(other.configure({ cleanUpIntervalMs: 0 })).toEqual({ ok: false, reason: 'NotPositive' });
  });

  it('[RS2] only websockets are taken, without cookies and without compression', async () => {
    const { port } = await open();
    expect(await outcome(client(port, ['polling']).socket)).toBe('refused');
    const { status, headers } = await upgraded(port, '/socket.io/?EIO=4&transport=websocket');
    expect(status).toBe(101);
    expect(headers['sec-websocket-extensions']).toBeUndefined();
    expect(headers['set-cookie']).toBeUndefined();
  });
});

describe('hostile clients', () => {
  /** Runs `attack` on one connection and shows that another goes on undisturbed. */
  async function withWitness(attack: (socket: Socket, manager: Manager) => Promise<unknown>, settings = {}) {
    const { port } = await open(settings);
    const witness = await connected(port);
    const ref = await register(witness, alice);
    const { manager, socket } = client(port);
    expect(await outcome(socket)).toBe('connected');
    await attack(socket, manager);
    expect((await witness.emitWithAck('Refresh', ref)).ok).toBe(true);
    expect(witness.connected).toBe(true);
  }

  it('[RS2] a message beyond 32 KiB closes the connection it came on, and nothing else', () =>
    withWitness(async (socket) => {
      const end = gone(socket);
      socket.emit('Register', { key: staffRoom, nodeId: mallory, padding: 'x'.repeat(33 * 1024) });
      expect(await end).toMatch(/^transport/);
    }));

  it('[RS14] messages that are no operation are answered, and cut off when they go on', () =>
    withWitness(async (socket) => {
      expect(await socket.emitWithAck('Register', { key: 'staff', nodeId: mallory })).toEqual({
        ok: false,
        reason: 'Malformed',
      });
      const end = gone(socket);
      for (let i = 0; i < 60; i++) socket.emit('error', new Uint8Array(i));
      expect(await end).toMatch(/^transport/);
    }));

  it.each(['2["', '5-["Register"]', '43123[{}]', 'abc', '0/meshes,', '1', '2[]', '2{"__proto__":1}', '50-[{}]', '4{}'])(
    '[RS14] the raw packet %s disturbs nobody',
    (text) =>
      withWitness(async (_socket, manager) => {
        const engine = manager.engine;
        for (let i = 0; i < 5; i++) engine.send(text);
        // Answered or closed: either way the resolver has dealt with all that stood before.
        await new Promise<void>((resolve) => {
          engine.once('close', () => resolve());
          engine.once('packet', () => resolve());
          engine.send('2["GetServiceInfo",{}]');
          engine.send('21["GetServiceInfo",{}]');
        });
      }),
  );

  it('[RS15] a flood of packets that are no messages closes the connection', () =>
    withWitness(async (socket, manager) => {
      const end = gone(socket);
      for (let i = 0; i < 5000; i++) manager.engine.send('3999[]');
      expect(await end).toMatch(/^transport/);
    }));

  const registering = (namespace = '') =>
    `2${namespace}1["Register",{"key":"${staffRoom}","nodeId":"${mallory}"}]` as const;

  /** Each step: what is sent at once, and how the answer starts that the next step waits for. */
  it.each([
    [
      'leaves',
      [
        [['0'], '0{'],
        [['1', '0/elsewhere,'], '4/elsewhere,'],
      ],
    ],
    [
      'leaves and enters again',
      [
        [['0'], '0{'],
        [['1', '0/elsewhere,'], '4/elsewhere,'],
        [['0'], '0{'],
        [[registering()], '31['],
      ],
    ],
    [
      'enters three times at once',
      [
        [['0', '0', '0'], '0{'],
        [[registering()], '31['],
      ],
    ],
    [
      'enters another namespace',
      [
        [['0'], '0{'],
        [['0/elsewhere,'], '4/elsewhere,'],
        [[registering('/elsewhere,')], '3/elsewhere,1['],
      ],
    ],
  ] as const)('[RS2, RS15, RS16] one connection has the bounds of one, and is closed when it %s', async (_, steps) => {
    const { port } = await open();
    const engine = await rawConnection(port);
    const closed = new Promise<false>((resolve) => engine.once('close', () => resolve(false)));
    for (const [packets, answer] of steps) {
      const answered = new Promise<true>((resolve) =>
        engine.on('packet', ({ data }) => String(data).startsWith(answer) && resolve(true)),
      );
      for (const packet of packets) engine.send(packet);
      if (!(await Promise.race([answered, closed]))) break;
    }
    await expect.poll(() => engine.readyState).toBe('closed');
    expect(JSON.parse((await fetched(port, '/health')).body)).toMatchObject({ registrations: 0 });
  });

  it('[RS16] connections beyond the number for one address are refused until one closes', async () => {
    const { port } = await open({ maxConnectionsPerAddress: 2 });
    const first = await connected(port);
    await connected(port);
    expect(await outcome(client(port).socket)).toBe('refused');
    first.disconnect();
    await expect.poll(() => outcome(client(port).socket)).toBe('connected');
  });

  it.each(['sid', '%73id'])(
    '[RS2, RS16] no websocket takes over another one by %s and slips the count',
    async (name) => {
      const { port } = await open();
      const first = await rawConnection(port);
      const { status } = await upgraded(port, `/socket.io/?EIO=4&transport=websocket&${name}=${first.id}`);
      expect(status).toBe(400);
      expect(first.readyState).toBe('open');
    },
  );

  it('[RS16] clients behind proxies are counted by the address the outermost of these saw', async () => {
    const { port } = await open({ maxConnectionsPerAddress: 1, trustedProxies: 2 });
    const through = (forwardedFor: string) =>
      outcome(client(port, ['websocket'], { extraHeaders: { 'x-forwarded-for': forwardedFor } }).socket);
    expect(await through('192.0.2.1, 10.0.0.2')).toBe('connected');
    expect(await through('192.0.2.2, 10.0.0.2')).toBe('connected');
    expect(await through('192.0.2.1, 10.0.0.2')).toBe('refused');
    expect(await through('198.51.100.7, 192.0.2.1, 10.0.0.2')).toBe('refused');
  });

  it('[RS16] what a client says of its address is worth nothing unless proxies are trusted', async () => {
    const { port } = await open({ maxConnectionsPerAddress: 1 });
    const claiming = (address: string) =>
      outcome(client(port, ['websocket'], { extraHeaders: { 'x-forwarded-for': address } }).socket);
    expect(await claiming('192.0.2.1')).toBe('connected');
    expect(await claiming('192.0.2.2')).toBe('refused');
  });
});

describe('HTTP', () => {
  it('[RS18] health tells counts and nothing that names a mesh or a node', async () => {
    const { port } = await open();
    await register(await connected(port), alice);
    const { status, headers, body } = await fetched(port, '/health');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/json');
    expect(JSON.parse(body)).toEqual({ status: 'ok', connections: 1, registrations: 1, meshes: 1 });
  });

  it('[RS20] hashed files are kept for a year, all others asked for anew', async () => {
    const { port } = await open();
    const hashed = await fetched(port, '/assets/app-abc123.js');
    expect(hashed.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(hashed.headers['content-type']).toBe('text/javascript');
    for (const path of ['/', '/index.html', '/sw.js']) {
      expect((await fetched(port, path)).headers['cache-control']).toBe('no-cache');
    }
    const { etag = '' } = (await fetched(port, '/')).headers;
    const again = await fetched(port, '/', { 'if-none-match': etag });
    expect(again.status).toBe(304);
    expect(again.headers['cache-control']).toBe('no-cache');
  });

  it('[RS20] brotli goes out where it is taken, else gzip, else the file', async () => {
    const { port } = await open();
    for (const [accepted, encoding, body] of [
      ['gzip, deflate, br', 'br', 'as brotli'],
      ['gzip', 'gzip', 'as gzip'],
      ['identity', undefined, 'plain'],
    ] as const) {
      const answer = await fetched(port, '/assets/app-abc123.js', { 'accept-encoding': accepted });
      expect(answer.body).toBe(body);
      expect(answer.headers['content-encoding']).toBe(encoding);
      expect(answer.headers['content-type']).toBe('text/javascript');
      expect(answer.headers.vary).toBe('Accept-Encoding');
    }
  });

  it('[RS21] every answer carries the policy, and only GET and HEAD are taken', async () => {
    const { port } = await open();
    for (const [path, method, status] of [
      ['/', 'GET', 200],
      ['/', 'HEAD', 200],
      ['/assets/gone.js', 'GET', 404],
      ['/', 'POST', 405],
      ['/health', 'DELETE', 405],
    ] as const) {
      const answer = await fetched(port, path, {}, method);
      expect(answer.status).toBe(status);
      expect(answer.headers).toMatchObject(PAGE_HEADERS);
    }
    expect(CONTENT_SECURITY_POLICY).not.toContain('unsafe');
    expect(PAGE_HEADERS).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': expect.stringContaining('camera=(), ') as string,
    });
  });

  it('[RS21] the policy lets a page connect and load from its own origin alone', () => {
    const directives = CONTENT_SECURITY_POLICY.split('; ').map((directive) => directive.split(' '));
    const sources = directives.filter(([name]) => !name!.includes('trusted-types')).map(([, ...rest]) => rest);
    // `data:` and `blob:` are in the page already: what they show was never fetched.
    expect(new Set(sources.flat())).toEqual(new Set(["'self'", "'none'", 'data:', 'blob:']));
    expect(CONTENT_SECURITY_POLICY).toContain("default-src 'none'");
    expect(CONTENT_SECURITY_POLICY).toContain("connect-src 'self';");
  });

  it.each([
    '/nowhere',
    '/staff-room/chat',
    '/assets/gone.js',
    '/.secret',
    '/%2esecret',
    '/../package.json',
    '/..%2f..%2fpackage.json',
    '/%00',
    '/%',
    '//etc/passwd',
    '/assets',
  ])('[RS21] %s is not found, and is not kept', async (path) => {
    const { port } = await open();
    const answer = await fetched(port, path);
    expect(answer.status).toBe(404);
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('[RS21] a build made while the server runs is served, and a file taken away is not found', async () => {
    const { port } = await open();
    const file = join(appDirectory, 'late.txt');
    expect((await fetched(port, '/late.txt')).status).toBe(404);
    await writeFile(file, 'late');
    expect((await fetched(port, '/late.txt')).body).toBe('late');
    await rm(file);
    expect((await fetched(port, '/late.txt')).status).toBe(404);
  });
});

describe('shutdown', () => {
  it('[RS19] closes every connection, idle and mute ones too, within a second', async () => {
    const { server, port } = await open();
    const a = await connected(port);
    const mute = connectTcp(port, '127.0.0.1');
    await new Promise((resolve) => mute.once('connect', resolve));
    mute.write('GET /health HTTP/1.1\r\n');
    const end = gone(a);
    const muteEnd = new Promise((resolve) => mute.once('close', resolve));
    mute.on('error', () => undefined);
    const before = performance.now();
    await closeOf(server);
    expect(performance.now() - before).toBeLessThan(1000);
    expect(await end).toMatch(/^transport/);
    await muteEnd;
    await expect(fetched(port, '/health')).rejects.toThrow('ECONNREFUSED');
  });

  it('[RS19] a port that is taken is an error of listen, and another one can be tried', async () => {
    const { port } = await open();
    const second = createResolverServer({ appDirectory });
    await expect(second.listen(port, '127.0.0.1')).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect((await second.listen(0, '127.0.0.1')).port).not.toBe(port);
    await second.close();
  });
});

const closeOf = (server: ResolverServer): Promise<void> => server.close();
