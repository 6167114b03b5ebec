/**
 * The operations of the resolver, apart from who carries them: who is registered where, for how long, and who may ask.
 * Owns the settings and the making of registration IDs. Does not know sockets, schemas or rates: what comes here was
 * checked, and a caller is known by the name of its connection only. Implements RS4 to RS13, RS17.
 */
import { toHex } from '../src/core/base/bytes.ts';
import type { NodeId, RegistrationId, RendezvousKey } from '../src/core/base/ids.ts';
import { failure, success, type Result } from '../src/core/base/result.ts';
import type { Random } from '../src/core/ports/random.ts';
import { MAX_SIGNAL_CHARS } from '../src/core/ports/transport.ts';
import {
  MAX_RESOLVED_NODES,
  RESOLVER_PROTOCOL_VERSION,
  type DeliveredSignal,
  type OperationRequest,
  type RefusalReason,
  type RegistrationAnswer,
  type ResolvedAnswer,
  type ServiceInfoAnswer,
} from './protocol.ts';
import type { ResolverSettings } from './settings.ts';
import type { RegistrationStorage } from './storage.ts';

/** 128 bits: a bearer secret that nobody guesses. */
const REGISTRATION_ID_BYTES = 16;

export type Answer<Value> = Promise<Result<Value, RefusalReason>>;

export interface Directory {
  register(request: OperationRequest<'Register'>, holder: string): Answer<RegistrationAnswer>;
  update(request: OperationRequest<'Update'>, holder: string): Answer<RegistrationAnswer>;
  refresh(request: OperationRequest<'Refresh'>, holder: string): Answer<RegistrationAnswer>;
  unregister(request: OperationRequest<'Unregister'>): Answer<Record<string, never>>;
  resolve(request: OperationRequest<'Resolve'>): Answer<ResolvedAnswer>;
  serviceInfo(): ServiceInfoAnswer;
  /** To whom a signal goes and as what; `undefined` when the addressee is not reachable under this key. */
  route(
    request: OperationRequest<'Signal'>,
  ): Answer<{ readonly holder: string; readonly delivered: DeliveredSignal } | undefined>;
  /** The connection is gone; what it held may be taken up again within the grace. */
  release(holder: string): Promise<void>;
}

export function createDirectory(
  { storage, random }: { storage: RegistrationStorage; random: Pick<Random, 'bytes'> },
  settings: () => ResolverSettings,
): Directory {
  const answerFor = (registrationId: RegistrationId, nodeIds?: NodeId[]): Result<RegistrationAnswer, RefusalReason> =>
    success({ registrationId, lifetimeMs: settings().lifetimeMs, ...(nodeIds && { nodeIds }) });

  const pick = async (key: RendezvousKey, max: number, asker: NodeId): Promise<NodeId[]> => [
    ...(await storage.pick(key, Math.min(max, MAX_RESOLVED_NODES), asker)),
  ];

  /** Update and Refresh prove possession alike, so both make the asking connection the one that is signalled. */
  async function prolong(ref: OperationRequest<'Refresh'>, holder: string): Answer<RegistrationAnswer> {
    const bound = await storage.bind(ref, holder, settings().lifetimeMs);
    if (bound.ok) return answerFor(ref.registrationId);
    return failure(bound.reason === 'NotFound' ? 'RegistrationNotFound' : 'Refused');
  }

  return {
    async register({ key, nodeId, max }, holder) {
      const registrationId = toHex(random.bytes(REGISTRATION_ID_BYTES)) as RegistrationId;
      const added = await storage.add({ key, registrationId, nodeId, holder }, settings().lifetimeMs);
      if (!added.ok) return failure('Refused');
      return answerFor(registrationId, max === undefined ? undefined : await pick(key, max, nodeId));
    },
    async update({ key, registrationId, nodeId }, holder) {
      const found = await storage.find({ key, registrationId });
      if (!found) return failure('RegistrationNotFound');
      if (found.nodeId !== nodeId) return failure('Refused');
      return prolong({ key, registrationId }, holder);
    },
    refresh: prolong,
    async unregister(request) {
      return (await storage.remove(request)) ? success({}) : failure('RegistrationNotFound');
    },
    async resolve({ key, registrationId, max }) {
      const asker = await storage.find({ key, registrationId });
      if (!asker) return failure('RegistrationNotFound');
      return success({ nodeIds: await pick(key, max, asker.nodeId) });
    },
    serviceInfo() {
      const { controlMeshShape, lifetimeMs } = settings();
      return {
        protocolVersion: RESOLVER_PROTOCOL_VERSION,
        controlMeshShape,
        limits: { maxResolvedNodes: MAX_RESOLVED_NODES, maxSignalChars: MAX_SIGNAL_CHARS, lifetimeMs },
        iceServers: [],
      };
    },
    async route({ key, registrationId, to, signal }) {
      const sender = await storage.find({ key, registrationId });
      if (!sender) return failure('RegistrationNotFound');
      const addressee = await storage.findHeld(key, to);
      return success(addressee && { holder: addressee.holder, delivered: { from: sender.nodeId, signal } });
    },
    release: (holder) => storage.release(holder, settings().graceMs),
  };
}
