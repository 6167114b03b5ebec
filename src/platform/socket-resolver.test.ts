/** The adapter against the real resolver, and against resolvers that lie, refuse, or say nothing. */
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server as SocketServer } from 'socket.io';
import { afterEach, describe, expect, it } from 'vitest';
import { createResolverServer } from '../../resolver/server.ts';
import { alice, bob, carol, keyOf, nodeIdOf, registrationIdOf, staffRoom } from '../../resolver/testing.ts';
import type { NodeId } from '../core/base/ids.ts';
import type { Result } from '../core/base/result.ts';
import type { Registration, Resolver, ResolverFailure, ResolverServiceInfo, Settle } from '../core/ports/resolver.ts';
import { createSocketResolver, type SocketResolverOptions } from './socket-resolver.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function openResolver(port = 0) {
  const server = createResolverServer({ appDirectory: '.' });
  const opened = await server.listen(port, '127.0.0.1');
  undo.push(() => server.close());
  return { port: opened.port, close: () => server.close() };
}

/** A resolver of a stranger: answers every operation with what `answer` makes up, or not at all. */
async function openStranger(answer?: (name: string) => unknown, port = 0) {
  const heard: string[] = [];
  const http: HttpServer = createServer();
  const io = new SocketServer(http, { transports: ['websocket'] });
  io.on('connection', (socket) => {
    socket.onAny((name: string, ...args: unknown[]) => {
      heard.push(name);
      const acknowledge = args.at(-1);
      if (answer && typeof acknowledge === 'function') acknowledge(answer(name));
    });
  });
  await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve));
  undo.push(() => io.close());
  return { port: (http.address() as AddressInfo).port, io, heard };
}

function dial(port: number, options: Partial<SocketResolverOptions> = {}) {
  const resolver = createSocketResolver({
    url: `http://127.0.0.1:${port}`,
    redialMinMs: 5,
    redialMaxMs: 20,
    ...options,
  });
  undo.push(() => resolver.close());
  const facts: string[] = [];
  resolver.open({
    onReachable: () => facts.push('reachable'),
    onUnreachable: () => facts.push('unreachable'),
    onSignal: (from, signal) => facts.push(`${from} ${signal}`),
  });
  return { resolver, facts, until: (fact: string) => expect.poll(() => facts).toContain(fact) };
}

const asked = <Value>(ask: (settle: Settle<Value>) => void) =>
  new Promise<Result<Value, ResolverFailure>>((resolve) => ask(resolve));

async function valueOf<Value>(ask: (settle: Settle<Value>) => void): Promise<Value> {
  const result = await asked(ask);
  if (!result.ok) throw new Error(`refused: ${result.reason}`);
  return result.value;
}

async function registered(resolver: Resolver, nodeId: NodeId) {
  return {
    key: staffRoom,
    ...(await valueOf<Registration>((s) => resolver.register({ key: staffRoom, nodeId, max: 4 }, s))),
  };
}

const unknownRef = { key: staffRoom, registrationId: registrationIdOf(404) };

describe('socket resolver against the real one', () => {
  it('[RS4, RS24] registers along with connecting, once, and is told whom it may find', async () => {
    const { port } = await openResolver();
    const bobs = dial(port);
    await bobs.until('reachable');
    await registered(bobs.resolver, bob);
    const resolver = createSocketResolver({ url: `http://127.0.0.1:${port}` });
    undo.push(() => resolver.close());
    const first = { key: staffRoom, nodeId: alice, max: 4 };
    const results: unknown[] = [];
    resolver.open(
      {
        onReachable() {
          resolver.getServiceInfo((info) => results.push(info.ok));
          resolver.register(first, (result) => results.push(result));
        },
        onUnreachable: () => undefined,
        onSignal: () => undefined,
      },
      first,
    );
    await expect.poll(() => results).toHaveLength(2);
    expect(results).toMatchObject([true, { ok: true, value: { nodeIds: [bob] } }]);
    // The next call is a request of its own.
    const again = await valueOf<Registration>((settle) => resolver.register(first, settle));
    expect(again).not.toEqual((results[1] as { value: Registration }).value);
  });

  it('[RS24, JN4] connected ahead, it is reached at once when it is opened, and asks the rest then', async () => {
    const { port } = await openResolver();
    const resolver = createSocketResolver({ url: `http://127.0.0.1:${port}` });
    undo.push(() => resolver.close());
    resolver.connect();
    // Answered only over a connection; settled by the answer that came along with it.
    await expect.poll(() => asked((settle) => resolver.getServiceInfo(settle))).toMatchObject({ ok: true });
    const facts: string[] = [];
    const first = { key: staffRoom, nodeId: alice, max: 4 };
    resolver.open(
      {
        onReachable: () =>
          resolver.register(first, ({ ok }) => facts.push(`reachable, ${ok ? 'registered' : 'refused'}`)),
        onUnreachable: () => facts.push('unreachable'),
        onSignal: () => undefined,
      },
      first,
    );
    expect(facts).toEqual([]);
    await expect.poll(() => facts).toEqual(['reachable, registered']);
  });

  it('[RS24, JN4] opened while it connects ahead, it registers along with that or right after, once', async () => {
    const { port } = await openResolver();
    const resolver = createSocketResolver({ url: `http://127.0.0.1:${port}` });
    undo.push(() => resolver.close());
    const first = { key: staffRoom, nodeId: alice, max: 4 };
    const results: boolean[] = [];
    resolver.connect();
    resolver.open(
      {
        onReachable: () => resolver.register(first, ({ ok }) => results.push(ok)),
        onUnreachable: () => undefined,
        onSignal: () => undefined,
      },
      first,
    );
    await expect.poll(() => results).toEqual([true]);
  });

  it('[RS22, JN4] what connecting ahead did not reach is told when it is opened', async () => {
    let knocks = 0;
    const deaf = createServer().on('upgrade', (_request, socket) => {
      knocks += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve));
    const { port } = deaf.address() as AddressInfo;
    const resolver = createSocketResolver({ url: `http://127.0.0.1:${port}`, redialMinMs: 5, redialMaxMs: 20 });
    undo.push(() => resolver.close());
    resolver.connect();
    const facts: string[] = [];
    // Who knocks again has failed before.
    await expect.poll(() => knocks).toBeGreaterThan(1);
    await new Promise((resolve) => deaf.close(resolve));
    resolver.open({
      onReachable: () => facts.push('reachable'),
      onUnreachable: () => facts.push('unreachable'),
      onSignal: () => undefined,
    });
    await expect.poll(() => facts).toEqual(['unreachable']);
    await openResolver(port);
    await expect.poll(() => facts).toEqual(['unreachable', 'reachable']);
  });

  it('[RS22, RS24] a resolver that does not know of it is given up on like any that says nothing', async () => {
    const { port } = await openStranger();
    const resolver = createSocketResolver({ url: `http://127.0.0.1:${port}`, answerTimeoutMs: 20 });
    undo.push(() => resolver.close());
    const first = { key: staffRoom, nodeId: alice, max: 4 };
    const result = await new Promise((resolve) =>
      resolver.open(
        {
          onReachable: () => resolver.register(first, resolve),
          onUnreachable: () => undefined,
          onSignal: () => undefined,
        },
        first,
      ),
    );
    expect(result).toEqual({ ok: false, reason: 'TimedOut' });
  });

  it('[RS3, RS22] registers, resolves, signals, refreshes and unregisters', async () => {
    const { port } = await openResolver();
    const a = dial(port);
    const b = dial(port);
    await a.until('reachable');
    await b.until('reachable');
    const alices = await registered(a.resolver, alice);
    const bobs = await registered(b.resolver, bob);
    expect(alices.lifetimeMs).toBe(600_000);
    expect(await valueOf((s) => a.resolver.resolve({ ...alices, max: 3 }, s))).toEqual([bob]);
    a.resolver.signal({ ...alices, to: bob, signal: 'offer' });
    await b.until(`${alice} offer`);
    b.resolver.signal({ ...bobs, to: alice, signal: 'answer' });
    await a.until(`${bob} answer`);
    expect((await valueOf<Registration>((s) => a.resolver.refresh(alices, s))).registrationId).toBe(
      alices.registrationId,
    );
    expect((await valueOf<Registration>((s) => a.resolver.update({ ...alices, nodeId: alice }, s))).lifetimeMs).toBe(
      600_000,
    );
    expect(await valueOf((s) => a.resolver.unregister(alices, s))).toBeUndefined();
    expect(await valueOf((s) => b.resolver.resolve({ ...bobs, max: 3 }, s))).toEqual([]);
    expect(await valueOf<ResolverServiceInfo>((s) => b.resolver.getServiceInfo(s))).toMatchObject({
      controlMeshShape: false,
      iceServers: [],
    });
  });

  it('[RS22] passes on what the resolver refuses', async () => {
    const { port } = await openResolver();
    const { resolver, until } = dial(port);
    await until('reachable');
    const notFound = { ok: false, reason: 'RegistrationNotFound' };
    expect(await asked((s) => resolver.refresh(unknownRef, s))).toEqual(notFound);
    expect(await asked((s) => resolver.unregister(unknownRef, s))).toEqual(notFound);
    expect(await asked((s) => resolver.resolve({ ...unknownRef, max: 3 }, s))).toEqual(notFound);
    expect(await asked((s) => resolver.update({ ...unknownRef, nodeId: alice }, s))).toEqual(notFound);
    const other = dial(port);
    await other.until('reachable');
    await valueOf((s) => other.resolver.register({ key: staffRoom, nodeId: alice }, s));
    const refused = { ok: false, reason: 'Refused' };
    expect(await asked((s) => resolver.register({ key: staffRoom, nodeId: alice }, s))).toEqual(refused);
    expect(await asked((s) => resolver.register({ key: staffRoom, nodeId: nodeIdOf(0) }, s))).toEqual(refused);
    const flood = Array.from({ length: 80 }, () => asked((s) => resolver.getServiceInfo(s)));
    expect((await Promise.all(flood)).at(-1)).toEqual({ ok: false, reason: 'RateLimited' });
  });

  it('[RS22] says when the resolver is lost, finds it again by itself, and a new one knows nothing', async () => {
    const first = await openResolver();
    const { resolver, facts } = dial(first.port);
    await expect.poll(() => facts).toEqual(['reachable']);
    const ref = await registered(resolver, alice);
    await first.close();
    await expect.poll(() => facts).toEqual(['reachable', 'unreachable']);
    expect(await asked((s) => resolver.refresh(ref, s))).toEqual({ ok: false, reason: 'Unreachable' });
    await openResolver(first.port);
    await expect.poll(() => facts).toEqual(['reachable', 'unreachable', 'reachable']);
    expect(await asked((s) => resolver.update({ ...ref, nodeId: alice }, s))).toEqual({
      ok: false,
      reason: 'RegistrationNotFound',
    });
  });

  it('[RS22] says once that nobody is there, and goes on trying', async () => {
    const { port, close } = await openResolver();
    await close();
    const { resolver, facts } = dial(port);
    await expect.poll(() => facts).toEqual(['unreachable']);
    expect(await asked((s) => resolver.getServiceInfo(s))).toEqual({ ok: false, reason: 'Unreachable' });
    await openResolver(port);
    await expect.poll(() => facts).toEqual(['unreachable', 'reachable']);
  });

  it('[RS23] a signal given while the resolver is lost is dropped, not kept for later', async () => {
    const first = await openStranger();
    const { resolver, facts } = dial(first.port);
    await expect.poll(() => facts).toEqual(['reachable']);
    await first.io.close();
    await expect.poll(() => facts).toEqual(['reachable', 'unreachable']);
    resolver.signal({ ...unknownRef, to: bob, signal: 'stale' });
    const second = await openStranger(() => ({ ok: false, reason: 'Refused' }), first.port);
    await expect.poll(() => facts).toEqual(['reachable', 'unreachable', 'reachable']);
    await asked((s) => resolver.refresh(unknownRef, s));
    // Messages arrive in the order they were sent, so a kept one would stand before this.
    expect(second.heard).toEqual(['Refresh']);
  });

  it('[RS23] settles later than the call, once, and not after close', async () => {
    const { port } = await openResolver();
    const { resolver, facts, until } = dial(port);
    const settled: string[] = [];
    resolver.getServiceInfo(({ ok }) => settled.push(`before ${ok}`));
    expect(settled).toEqual([]);
    await expect.poll(() => settled).toEqual(['before false']);
    await until('reachable');
    await valueOf((s) => resolver.getServiceInfo(s));
    resolver.getServiceInfo(({ ok }) => settled.push(`after ${ok}`));
    resolver.close();
    resolver.getServiceInfo(({ ok }) => settled.push(`closed ${ok}`));
    const other = dial(port);
    await other.until('reachable');
    await valueOf((s) => other.resolver.getServiceInfo(s));
    expect(settled).toEqual(['before false']);
    expect(facts).toEqual(['reachable']);
  });
});

describe('socket resolver against strangers', () => {
  it('[RS22] a resolver that does not answer is given up on in time', async () => {
    const { port } = await openStranger();
    const { resolver, until } = dial(port, { answerTimeoutMs: 30 });
    await until('reachable');
    expect(await asked((s) => resolver.getServiceInfo(s))).toEqual({ ok: false, reason: 'TimedOut' });
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['text', 'ok'],
    ['no outcome', {}],
    ['an unknown reason', { ok: false, reason: 'Because' }],
    ['a registration ID that is none', { ok: true, value: { registrationId: 'x', lifetimeMs: 1000 } }],
    ['a lifetime that is none', { ok: true, value: { registrationId: '0'.repeat(32), lifetimeMs: 0 } }],
    ['a lifetime without end', { ok: true, value: { registrationId: '0'.repeat(32), lifetimeMs: 1e300 } }],
    ['a node ID that is none', { ok: true, value: { nodeIds: ['bob'] } }],
    ['the zero node ID', { ok: true, value: { nodeIds: ['0'.repeat(32)] } }],
    ['a thousand nodes', { ok: true, value: { nodeIds: Array.from({ length: 1000 }, (_, i) => nodeIdOf(i + 1)) } }],
  ])('[RS22] %s for an answer is MalformedAnswer', async (_title, answer) => {
    const { port } = await openStranger(() => answer);
    const { resolver, until } = dial(port);
    await until('reachable');
    const malformed = { ok: false, reason: 'MalformedAnswer' };
    expect(await asked((s) => resolver.register({ key: staffRoom, nodeId: alice }, s))).toEqual(malformed);
    expect(await asked((s) => resolver.resolve({ ...unknownRef, max: 3 }, s))).toEqual(malformed);
    expect(await asked((s) => resolver.getServiceInfo(s))).toEqual(malformed);
  });

  it('[RS22] more nodes than asked for, or one twice, are cut to what was asked', async () => {
    const { port } = await openStranger(() => ({ ok: true, value: { nodeIds: [bob, bob, carol, alice] } }));
    const { resolver, until } = dial(port);
    await until('reachable');
    expect(await valueOf((s) => resolver.resolve({ ...unknownRef, max: 2 }, s))).toEqual([bob, carol]);
  });

  it('[RS10] a resolver of a later version, which says more than is known here, is understood', async () => {
    const { port } = await openStranger(() => ({
      ok: true,
      value: {
        protocolVersion: 2,
        controlMeshShape: true,
        limits: { maxResolvedNodes: 8, maxSignalChars: 16_384, lifetimeMs: 600_000, maxMeshes: 4 },
        iceServers: [],
        region: 'north',
      },
    }));
    const { resolver, until } = dial(port);
    await until('reachable');
    expect((await valueOf<ResolverServiceInfo>((s) => resolver.getServiceInfo(s))).controlMeshShape).toBe(true);
  });

  it('[RS22] signals that are malformed are not passed on', async () => {
    const { port, io } = await openStranger();
    const { facts, until } = dial(port);
    await until('reachable');
    for (const bad of [undefined, 7, { from: 'bob', signal: 'x' }, { from: bob }, { from: bob, signal: '' }]) {
      io.emit('Signal', bad);
    }
    io.emit('Signal', { from: bob, signal: 'x'.repeat(16 * 1024 + 1) });
    io.emit('Signal', { from: bob, signal: 'offer' });
    await until(`${bob} offer`);
    expect(facts).toEqual(['reachable', `${bob} offer`]);
  });

  it('[RS22] a farewell is answered by redialling, a refused session too', async () => {
    const { port, io } = await openStranger();
    const { facts } = dial(port);
    await expect.poll(() => facts).toEqual(['reachable']);
    let refusals = 0;
    io.use((_socket, next) => next(refusals++ < 2 ? new Error('not now') : undefined));
    io.disconnectSockets();
    await expect.poll(() => facts).toEqual(['reachable', 'unreachable', 'reachable']);
    expect(refusals).toBe(3);
  });

  it('two of them live in one process without knowing of each other', async () => {
    const [one, two] = [await openResolver(), await openResolver()];
    const a = dial(one.port);
    const b = dial(two.port);
    await a.until('reachable');
    await b.until('reachable');
    await valueOf((s) => a.resolver.register({ key: keyOf(1), nodeId: alice }, s));
    await valueOf((s) => b.resolver.register({ key: keyOf(1), nodeId: alice }, s));
    a.resolver.close();
    expect((await valueOf<ResolverServiceInfo>((s) => b.resolver.getServiceInfo(s))).controlMeshShape).toBe(false);
  });
});
