/**
 * Resolves a mesh, by its rendezvous key, to a few of its nodes, and carries signals between nodes registered under
 * the same key. The operations are those of [MC-PRCR] (Register, Update, Resolve, Refresh, Unregister, GetServiceInfo).
 * It learns neither the mesh ID nor anything derived from the password. [RS1]
 *
 * Adapters: socket.io (platform), memory (simulator), one supplied by the user of the library (R23).
 * Every `settle` is called exactly once, never synchronously within the call, and not after `close`.
 */
import type { NodeId, RegistrationId, RendezvousKey } from '../base/ids.ts';
import type { Result } from '../base/result.ts';
import type { Signal } from './transport.ts';

export interface Resolver {
  /** False when links must not be suggested by neighbours: the resolver then shapes the mesh alone (R28). */
  readonly canShareReferrals: boolean;
  /**
   * Begins to reach the resolver and keeps trying with back-off until `close`. `first` is what `register` will be called
   * with when it is reached: an adapter that can may ask for it while it connects.
   */
  open(observer: ResolverObserver, first?: RegistrationRequest): void;
  getServiceInfo(settle: Settle<ResolverServiceInfo>): void;
  register(request: RegistrationRequest, settle: Settle<Registration>): void;
  /** Binds an existing registration to the present connection and prolongs it; RegistrationNotFound asks to register anew. */
  update(request: RegistrationRef & { nodeId: NodeId }, settle: Settle<Registration>): void;
  refresh(request: RegistrationRef, settle: Settle<Registration>): void;
  unregister(request: RegistrationRef, settle: Settle<undefined>): void;
  /** At most `max` distinct random live nodes, never the asker. */
  resolve(request: RegistrationRef & { max: number }, settle: Settle<readonly NodeId[]>): void;
  /** Best effort: an unreachable addressee is not an error, its silence is noticed by time. */
  signal(request: RegistrationRef & { to: NodeId; signal: Signal }): void;
  close(): void;
}

export interface RegistrationRequest {
  readonly key: RendezvousKey;
  readonly nodeId: NodeId;
  /** How many nodes to name along with the registration, where the resolver can do both at once. */
  readonly max?: number;
}

export interface RegistrationRef {
  readonly key: RendezvousKey;
  readonly registrationId: RegistrationId;
}

export interface Registration {
  readonly registrationId: RegistrationId;
  /** How long the registration lives from now; refreshed at half of it. */
  readonly lifetimeMs: number;
  /** What Resolve would answer now; only with a new registration, and not of every resolver. */
  readonly nodeIds?: readonly NodeId[] | undefined;
}

export interface ResolverServiceInfo {
  /** True when the resolver wants to shape the mesh: clients with referral policy Service then share no referrals. */
  readonly controlMeshShape: boolean;
}

export type ResolverFailure =
  'Unreachable' | 'TimedOut' | 'RegistrationNotFound' | 'RateLimited' | 'Refused' | 'MalformedAnswer';

export type Settle<Value> = (result: Result<Value, ResolverFailure>) => void;

export interface ResolverObserver {
  /** The connection is up: registrations made before must be updated, because the resolver may have restarted. */
  onReachable(): void;
  /** Not reached, or lost. The adapter goes on trying. */
  onUnreachable(): void;
  onSignal(from: NodeId, signal: Signal): void;
}
