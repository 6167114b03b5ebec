/** Public face of the headless core; never imported from inside it. */
export * from './base/address.ts';
export { createEmitter, type Emitter, type EventSource } from './base/emitter.ts';
export { errorCodes, PeerChannelError, type ErrorCode } from './base/errors.ts';
export type { EndpointPath, EnvelopeId, MeshId, NodeId, RegistrationId, RendezvousKey } from './base/ids.ts';
export { isNodeId } from './base/ids.ts';
export { comparePlaces, compareStamps, isCredible, type Place, type Stamp } from './base/stamp.ts';
export type { Result } from './base/result.ts';
export type { Clock } from './ports/clock.ts';
export { silentLog, type Log, type LogNamespace } from './ports/log.ts';
export type { Pake } from './ports/pake.ts';
export type { Random } from './ports/random.ts';
export type * from './ports/resolver.ts';
export type { Signer } from './ports/signer.ts';
export type { Connection, ConnectionObserver, Transport } from './ports/transport.ts';
export { createPeerNode } from './mesh/node.ts';
export { DEFAULT_SETTINGS, PEER_CHANNEL_PROFILE } from './mesh/settings.ts';
export type * from './mesh/types.ts';
