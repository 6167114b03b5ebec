/**
 * The node's standing at the resolver: registered, refreshed at half the lifetime, registered anew after a restart. [RV1-RV5]
 * Owns the registration; knows no link. Resolver trouble never touches the mesh.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { concat, toHex, utf8 } from '../base/bytes.ts';
import type { MeshId, NodeId, RendezvousKey } from '../base/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type {
  Registration,
  RegistrationRef,
  RegistrationRequest,
  Resolver,
  ResolverObserver,
} from '../ports/resolver.ts';

/** First wait before registering again after a failure; doubles up to the second. */
export const REGISTER_RETRY_MS = 1_000;
export const MAX_REGISTER_RETRY_MS = 30_000;
/** Nodes asked of the resolver at once. */
export const RESOLVE_MAX = 4;
/** A lifetime below this would have every node refreshing all the time; a resolver that says so is not followed. */
const MIN_LIFETIME_MS = 10_000;

export interface RendezvousObserver {
  onReachable(): void;
  onUnreachable(): void;
  /** Registered, and so able to resolve and to be found; with the nodes that the resolver named along, if it did. */
  onRegistered(nodeIds: readonly NodeId[] | undefined): void;
  onSignal(from: NodeId, text: string): void;
}

export interface Rendezvous {
  /** Undefined until the first word from the resolver. */
  readonly isReachable: boolean | undefined;
  readonly isRegistered: boolean;
  /** The resolver wants to shape the mesh by itself (R28); false until it has said so. */
  readonly controlsMeshShape: boolean;
  open(): void;
  /** Settles with nothing when the resolver is not to be had; never synchronously. */
  resolve(settle: (nodeIds: readonly NodeId[] | undefined) => void): void;
  signal(to: NodeId, text: string): void;
  tick(): void;
  close(): void;
}

/** SHA-256 over a domain and the mesh ID: never anything of the password, which would allow guessing offline. [RS1] */
export function rendezvousKeyOf(meshId: MeshId): RendezvousKey {
  return toHex(sha256(concat(utf8('peer-channel/rendezvous/1/'), utf8(meshId)))) as RendezvousKey;
}

export function createRendezvous(
  deps: { clock: Clock; resolver: Resolver; log: Log },
  local: { meshId: MeshId; nodeId: NodeId },
  observer: RendezvousObserver,
): Rendezvous {
  const { clock, resolver, log } = deps;
  const key = rendezvousKeyOf(local.meshId);
  const request: RegistrationRequest = { key, nodeId: local.nodeId, max: RESOLVE_MAX };
  let isReachable: boolean | undefined;
  let registration: Registration | undefined;
  let refreshAt = Infinity;
  let retryMs = REGISTER_RETRY_MS;
  let controlsMeshShape = false;
  let isAsking = false;
  let isClosed = false;

  const ref = (held: Registration): RegistrationRef => ({ key, registrationId: held.registrationId });

  function keep(granted: Registration): void {
    registration = granted;
    retryMs = REGISTER_RETRY_MS;
    refreshAt = clock.now() + Math.max(granted.lifetimeMs, MIN_LIFETIME_MS) / 2;
  }

  function retryLater(): void {
    refreshAt = clock.now() + retryMs;
    retryMs = Math.min(retryMs * 2, MAX_REGISTER_RETRY_MS);
  }

  function register(): void {
    isAsking = true;
    resolver.register(request, (result) => {
      isAsking = false;
      if (isClosed) return;
      if (!result.ok) {
        log('resolver', 'registerFailed', { reason: result.reason });
        return retryLater();
      }
      keep(result.value);
      observer.onRegistered(result.value.nodeIds);
    });
  }

  /** Update binds the registration to the present connection, Refresh prolongs it; both end in Register when it is gone. */
  function renew(how: 'update' | 'refresh'): void {
    if (!registration) return register();
    isAsking = true;
    const settle: Parameters<Resolver['refresh']>[1] = (result) => {
      isAsking = false;
      if (isClosed) return;
      if (result.ok) {
        keep(result.value);
        if (how === 'update') observer.onRegistered(undefined);
      } else if (result.reason === 'RegistrationNotFound') {
        registration = undefined;
        register();
      } else {
        retryLater();
      }
    };
    if (how === 'update') resolver.update({ ...ref(registration), nodeId: local.nodeId }, settle);
    else resolver.refresh(ref(registration), settle);
  }

  return {
    get isReachable() {
      return isReachable;
    },
    get isRegistered() {
      return registration !== undefined;
    },
    get controlsMeshShape() {
      return controlsMeshShape;
    },
    open() {
      const reached: ResolverObserver = {
        onReachable() {
          if (isClosed) return;
          isReachable = true;
          observer.onReachable();
          resolver.getServiceInfo((info) => {
            if (info.ok) controlsMeshShape = info.value.controlMeshShape;
          });
          renew('update');
        },
        onUnreachable() {
          if (isClosed) return;
          isReachable = false;
          refreshAt = Infinity;
          observer.onUnreachable();
        },
        onSignal(from, text) {
          if (!isClosed) observer.onSignal(from, text);
        },
      };
      resolver.open(reached, request);
    },
    resolve(settle) {
      if (!registration || isReachable !== true) return clock.defer(() => settle(undefined));
      resolver.resolve({ ...ref(registration), max: RESOLVE_MAX }, (result) => {
        if (isClosed) return;
        if (!result.ok) log('resolver', 'resolveFailed', { reason: result.reason });
        settle(result.ok ? result.value : undefined);
      });
    },
    signal(to, text) {
      if (registration) resolver.signal({ ...ref(registration), to, signal: text });
    },
    tick() {
      if (isReachable === true && !isAsking && clock.now() >= refreshAt) {
        refreshAt = Infinity;
        renew('refresh');
      }
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      if (registration && isReachable === true) resolver.unregister(ref(registration), () => resolver.close());
      else resolver.close();
    },
  };
}
