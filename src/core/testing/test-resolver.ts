/**
 * Resolver in memory: registrations under a key, random live others, signals between them. Answers when the turn is
 * over. A test can make it unreachable and let it forget everything, as a restart does.
 */
import { toHex } from '../base/bytes.ts';
import type { NodeId, RegistrationId, RendezvousKey } from '../base/ids.ts';
import { failure, success } from '../base/result.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { RegistrationRef, Resolver, ResolverFailure, ResolverObserver, Settle } from '../ports/resolver.ts';

export interface TestResolverService {
  /** A client of its own for each node. */
  connect(): Resolver;
  /** Cuts or restores the way to the resolver; clients are told. */
  setReachable(isReachable: boolean): void;
  forgetAll(): void;
  readonly registrations: readonly NodeId[];
  /** Names of the operations asked for, in order; signals are not among them. */
  readonly operations: readonly string[];
}

interface Entry {
  readonly key: RendezvousKey;
  readonly nodeId: NodeId;
  readonly client: Client;
}

interface Client {
  observer: ResolverObserver | undefined;
}

const LIFETIME_MS = 10 * 60_000;

export function createTestResolver(clock: Clock, random: Random): TestResolverService {
  const entries = new Map<RegistrationId, Entry>();
  const clients = new Set<Client>();
  const operations: string[] = [];
  let isReachable = true;

  function connect(): Resolver {
    const client: Client = { observer: undefined };

    function answer<Value>(name: string, settle: Settle<Value>, operation: () => Value | ResolverFailure): void {
      operations.push(name);
      clock.defer(() => {
        if (!client.observer) return;
        if (!isReachable) return settle(failure('Unreachable'));
        const outcome = operation();
        settle(isFailure(outcome) ? failure(outcome) : success(outcome));
      });
    }

    function prolong(request: RegistrationRef): Registered | 'RegistrationNotFound' {
      const entry = find(request);
      if (!entry) return 'RegistrationNotFound';
      entries.set(request.registrationId, { ...entry, client });
      return { registrationId: request.registrationId, lifetimeMs: LIFETIME_MS };
    }

    return {
      canShareReferrals: true,
      open(observer) {
        client.observer = observer;
        clients.add(client);
        tell(client);
      },
      getServiceInfo: (settle) =>
        answer('GetServiceInfo', settle, () => ({ protocolVersion: 1, controlMeshShape: false })),
      register: ({ key, nodeId }, settle) =>
        answer('Register', settle, () => {
          const registrationId = toHex(random.bytes(16)) as RegistrationId;
          entries.set(registrationId, { key, nodeId, client });
          return { registrationId, lifetimeMs: LIFETIME_MS };
        }),
      update: (request, settle) => answer('Update', settle, () => prolong(request)),
      refresh: (request, settle) => answer('Refresh', settle, () => prolong(request)),
      unregister: (request, settle) =>
        answer('Unregister', settle, () =>
          find(request) ? void entries.delete(request.registrationId) : 'RegistrationNotFound',
        ),
      resolve: (request, settle) =>
        answer('Resolve', settle, () => (find(request) ? others(request) : 'RegistrationNotFound')),
      signal(request) {
        const from = find(request)?.nodeId;
        if (!isReachable || !from) return;
        clock.defer(() => {
          for (const { key, nodeId, client: addressee } of entries.values())
            if (key === request.key && nodeId === request.to) addressee.observer?.onSignal(from, request.signal);
        });
      },
      close() {
        client.observer = undefined;
        clients.delete(client);
      },
    };
  }

  function find({ key, registrationId }: RegistrationRef): Entry | undefined {
    const entry = entries.get(registrationId);
    return entry?.key === key ? entry : undefined;
  }

  function others({ key, registrationId, max }: RegistrationRef & { max: number }): NodeId[] {
    const found = [...entries].filter(([id, entry]) => id !== registrationId && entry.key === key);
    return found
      .map(([, { nodeId }]) => ({ nodeId, at: random.fraction() }))
      .sort((a, b) => a.at - b.at)
      .slice(0, max)
      .map(({ nodeId }) => nodeId);
  }

  function tell(client: Client): void {
    const wasReachable = isReachable;
    clock.defer(() => (wasReachable ? client.observer?.onReachable() : client.observer?.onUnreachable()));
  }

  return {
    connect,
    setReachable(next) {
      isReachable = next;
      for (const client of clients) tell(client);
    },
    forgetAll: () => entries.clear(),
    get registrations() {
      return [...entries.values()].map(({ nodeId }) => nodeId);
    },
    operations,
  };
}

interface Registered {
  readonly registrationId: RegistrationId;
  readonly lifetimeMs: number;
}

function isFailure(outcome: unknown): outcome is ResolverFailure {
  return typeof outcome === 'string';
}
