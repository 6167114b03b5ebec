/**
 * One resolver in memory, and the `Resolver` port of every host that uses it: the [MC-PRCR] operations with the
 * behaviour of the real endpoint, half a round trip there and half back. [SM6]
 * It can be stopped (everybody is told, everything is forgotten) and started again, and the world decides which
 * hosts' signals pass to which (a cut network). Knows nodes by ID and rendezvous key only.
 */
import type { NodeId, RegistrationId } from '../src/core/base/ids.ts';
import { toHex } from '../src/core/base/bytes.ts';
import { failure, success, type Result } from '../src/core/base/result.ts';
import type {
  Registration,
  RegistrationRef,
  Resolver,
  ResolverFailure,
  ResolverObserver,
  Settle,
} from '../src/core/ports/resolver.ts';
import { MAX_SIGNAL_CHARS, type Signal } from '../src/core/ports/transport.ts';
import { createRegistrations, type RegistrationEntry } from './registrations.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { VirtualClock } from './virtual-clock.ts';

const DEFAULT_ONE_WAY_MS = 25;
/** As the real endpoint gives out. */
const DEFAULT_LIFETIME_MS = 10 * 60_000;
/** At most so many nodes in one answer, whatever was asked for. */
const MAX_RESOLVED = 8;
/** A registration outlives its lost connection by this, so that a short break does not unregister anybody. */
const LOST_CONNECTION_GRACE_MS = 5_000;
/** Reconnecting clients come back spread over this, as back-off with jitter makes them. */
const RECONNECT_SPREAD_MS = 3_000;

export interface MemoryResolverOptions {
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
  readonly oneWayMs?: number;
  readonly lifetimeMs?: number;
  /** Whether a signal of one host gets to another; all do by default. */
  readonly signalPasses?: (fromHost: number, toHost: number) => boolean;
}

export interface MemoryResolverClient extends Resolver {
  /** The host was killed: its connection is lost without a word. */
  drop(): void;
  /** The host falls asleep: its connection is lost, and what was under way waits. [SM13] */
  sleep(): void;
  /** Awake: it learns that the connection is gone and dials anew. */
  wake(): void;
}

export interface MemoryResolver {
  clientFor(hostIndex: number): MemoryResolverClient;
  stop(): void;
  start(): void;
  /** Live registrations. */
  readonly registrations: number;
}

interface Client {
  readonly hostIndex: number;
  observer: ResolverObserver | undefined;
  connected: boolean;
  /** Counts connections: an answer to a question of an earlier one is not delivered. */
  connection: number;
  closed: boolean;
  /** While its host sleeps: what it is to be told on waking. */
  asleep: (() => void)[] | undefined;
}

export function createMemoryResolver(options: MemoryResolverOptions): MemoryResolver {
  const { clock, random } = options;
  const oneWayMs = options.oneWayMs ?? DEFAULT_ONE_WAY_MS;
  const lifetimeMs = options.lifetimeMs ?? DEFAULT_LIFETIME_MS;
  const signalPasses = options.signalPasses ?? ((): boolean => true);
  const clients = new Set<Client>();
  const registrations = createRegistrations<Client>(random);
  let running = true;

  function connect(client: Client, delayMs: number): void {
    clock.post(delayMs, () => {
      if (!running || client.closed || client.connected || client.asleep) return;
      client.connected = true;
      client.connection++;
      client.observer?.onReachable();
    });
  }

  function tell(client: Client, task: () => void): void {
    if (client.asleep) client.asleep.push(task);
    else if (!client.closed) task();
  }

  function grant(entry: RegistrationEntry<Client>): Registration {
    entry.expiresAtMs = clock.now() + lifetimeMs;
    return { registrationId: entry.registrationId, lifetimeMs };
  }

  /** Carries a question there and its answer back; `answer` runs at the resolver. */
  function ask<Value>(client: Client, settle: Settle<Value>, answer: () => Result<Value, ResolverFailure>): void {
    const { connection } = client;
    const reply = (delayMs: number, result: () => Result<Value, ResolverFailure>): void =>
      clock.post(delayMs, () => tell(client, () => settle(result())));
    if (!client.connected) return reply(0, () => failure('Unreachable'));
    clock.post(oneWayMs, () => {
      const result = client.connection === connection && running ? answer() : failure('Unreachable');
      reply(oneWayMs, () => (client.connection === connection && client.connected ? result : failure('Unreachable')));
    });
  }

  function withEntry<Value>(
    ref: RegistrationRef,
    then: (entry: RegistrationEntry<Client>) => Value,
  ): Result<Value, ResolverFailure> {
    const entry = registrations.find(ref.key, ref.registrationId, clock.now());
    return entry ? success(then(entry)) : failure('RegistrationNotFound');
  }

  /** Update and Refresh prove possession alike, so both make the asking connection the one that is signalled. [RS6] */
  function prolong(ref: RegistrationRef, client: Client): Result<Registration, ResolverFailure> {
    return withEntry(ref, (entry) => {
      registrations.bind(entry, client);
      return grant(entry);
    });
  }

  function clientFor(hostIndex: number): MemoryResolverClient {
    const client: Client = {
      hostIndex,
      observer: undefined,
      connected: false,
      connection: 0,
      closed: false,
      asleep: undefined,
    };

    function closeClient(): void {
      if (client.closed) return;
      client.closed = true;
      client.connected = false;
      clients.delete(client);
      clock.post(LOST_CONNECTION_GRACE_MS, () => registrations.removeAllOf(client));
    }

    return {
      canShareReferrals: true,
      open(observer) {
        client.observer = observer;
        clients.add(client);
        if (running) connect(client, 2 * oneWayMs);
        else clock.post(oneWayMs, () => tell(client, () => observer.onUnreachable()));
      },
      getServiceInfo(settle) {
        ask(client, settle, () => success({ controlMeshShape: false }));
      },
      register({ key, nodeId }, settle) {
        ask(client, settle, () => {
          const namesake = registrations.findNode(key, nodeId, clock.now());
          if (namesake && namesake.holder !== client) return failure('Refused');
          // Who asks twice over one connection did not hear the first answer: the later registration replaces it. [RS13]
          if (namesake) registrations.remove(namesake);
          const registrationId = toHex(random.bytes(16)) as RegistrationId;
          return success(grant(registrations.add({ key, registrationId, nodeId, expiresAtMs: 0, holder: client })));
        });
      },
      update(request, settle) {
        ask(client, settle, () => {
          const entry = registrations.find(request.key, request.registrationId, clock.now());
          if (entry && entry.nodeId !== request.nodeId) return failure('Refused');
          return prolong(request, client);
        });
      },
      refresh(request, settle) {
        ask(client, settle, () => prolong(request, client));
      },
      unregister(request, settle) {
        ask(client, settle, () =>
          withEntry(request, (entry) => {
            registrations.remove(entry);
            return undefined;
          }),
        );
      },
      resolve(request, settle) {
        ask<readonly NodeId[]>(client, settle, () =>
          withEntry(request, (asker) => registrations.sample(asker, Math.min(request.max, MAX_RESOLVED), clock.now())),
        );
      },
      signal(request) {
        if (!client.connected || client.closed || request.signal.length > MAX_SIGNAL_CHARS) return;
        clock.post(oneWayMs, () => carry(client, request));
      },
      close: closeClient,
      drop: closeClient,
      sleep() {
        const { connection } = client;
        client.connected = false;
        client.asleep = [];
        clock.post(LOST_CONNECTION_GRACE_MS, () => {
          if (client.connection === connection && !client.connected) registrations.removeAllOf(client);
        });
      },
      wake() {
        const waiting = client.asleep ?? [];
        client.asleep = undefined;
        if (client.closed) return;
        client.observer?.onUnreachable();
        for (const task of waiting) tell(client, task);
        if (running) connect(client, 2 * oneWayMs);
      },
    };
  }

  function carry(client: Client, request: RegistrationRef & { to: NodeId; signal: Signal }): void {
    if (!running) return;
    const from = registrations.find(request.key, request.registrationId, clock.now());
    const to = registrations.findNode(request.key, request.to, clock.now());
    if (!from || !to || !signalPasses(client.hostIndex, to.holder.hostIndex)) return;
    const { holder } = to;
    clock.post(oneWayMs, () => {
      if (!holder.closed && holder.connected) holder.observer?.onSignal(from.nodeId, request.signal);
    });
  }

  return {
    clientFor,
    stop() {
      if (!running) return;
      running = false;
      registrations.clear();
      for (const client of clients) {
        client.connected = false;
        clock.post(oneWayMs, () => tell(client, () => client.observer?.onUnreachable()));
      }
    },
    start() {
      if (running) return;
      running = true;
      for (const client of clients) connect(client, oneWayMs + random.fraction() * RECONNECT_SPREAD_MS);
    },
    get registrations() {
      return registrations.count(clock.now());
    },
  };
}
