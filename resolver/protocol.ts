/**
 * What the resolver and its clients say to each other: operations, schemas and answers, shared by both ends.
 *
 * Owns the wire shapes and the limits that both ends must know. Knows nothing of sockets, storage or Node, and is
 * bundled into the browser: nothing may be imported here but valibot and headless types.
 * Implements the shapes of RS1, RS3 to RS10.
 */
import * as v from 'valibot';
import { isNodeId, type NodeId, type RegistrationId, type RendezvousKey } from '../src/core/base/ids.ts';
import { MAX_SIGNAL_CHARS } from '../src/core/ports/transport.ts';

/** Of the operations below, for who looks into a resolver; the proof between nodes has a version of its own. */
export const RESOLVER_PROTOCOL_VERSION = 1;

/** A node strives for 6 neighbours: 8 candidates are enough to choose from, and too few to walk a mesh's members with. */
export const MAX_RESOLVED_NODES = 8;

/** STUN and TURN addresses told to a client: browsers slow down and warn from five on, 8 leaves room for both families. */
const MAX_ICE_SERVERS = 8;
const MAX_ICE_URL_CHARS = 512;

const RENDEZVOUS_KEY = /^[0-9a-f]{64}$/;
const REGISTRATION_ID = /^[0-9a-f]{32}$/;

const nodeId = v.custom<NodeId>(isNodeId);
const key = v.custom<RendezvousKey>((input) => typeof input === 'string' && RENDEZVOUS_KEY.test(input));
const registrationId = v.custom<RegistrationId>((input) => typeof input === 'string' && REGISTRATION_ID.test(input));
const signal = v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_SIGNAL_CHARS));
const durationMs = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(Number.MAX_SAFE_INTEGER));
const countOfNodes = v.pipe(v.number(), v.integer(), v.minValue(1));

/** Requests are strict: a field that is not known is a mistake of the sender, and is told so. */
export const requestSchemas = {
  Register: v.strictObject({ key, nodeId, max: v.optional(countOfNodes) }),
  Update: v.strictObject({ key, registrationId, nodeId }),
  Resolve: v.strictObject({ key, registrationId, max: countOfNodes }),
  Refresh: v.strictObject({ key, registrationId }),
  Unregister: v.strictObject({ key, registrationId }),
  GetServiceInfo: v.strictObject({}),
  Signal: v.strictObject({ key, registrationId, to: nodeId, signal }),
} as const;

/** Operations that a client may ask for along with its connection, which saves it a round trip. */
export const ASKED_ALONG = ['GetServiceInfo', 'Register'] as const satisfies readonly (keyof typeof requestSchemas)[];

export type OperationName = keyof typeof requestSchemas;
export type OperationRequest<Name extends OperationName> = v.InferOutput<(typeof requestSchemas)[Name]>;

/** Answers may carry more than is known here, so that a newer resolver can serve an older page. */
const nodeIds = v.pipe(v.array(nodeId), v.maxLength(MAX_RESOLVED_NODES));
export const registrationSchema = v.object({ registrationId, lifetimeMs: durationMs, nodeIds: v.optional(nodeIds) });
export const resolvedSchema = v.object({ nodeIds });
export const nothingSchema = v.object({});
export const serviceInfoSchema = v.object({
  protocolVersion: v.pipe(v.number(), v.integer()),
  controlMeshShape: v.boolean(),
  limits: v.object({ maxResolvedNodes: countOfNodes, maxSignalChars: countOfNodes, lifetimeMs: durationMs }),
  iceServers: v.pipe(
    v.array(
      v.object({
        urls: v.pipe(v.array(v.pipe(v.string(), v.maxLength(MAX_ICE_URL_CHARS))), v.maxLength(MAX_ICE_SERVERS)),
        username: v.optional(v.pipe(v.string(), v.maxLength(MAX_ICE_URL_CHARS))),
        credential: v.optional(v.pipe(v.string(), v.maxLength(MAX_ICE_URL_CHARS))),
      }),
    ),
    v.maxLength(MAX_ICE_SERVERS),
  ),
});
/** The event `Signal`, as the addressee receives it; `from` is stamped by the resolver. */
export const deliveredSignalSchema = v.object({ from: nodeId, signal });

/** By name, in the connection's own packet. */
export type OperationsAlong = { readonly [Name in (typeof ASKED_ALONG)[number]]: OperationRequest<Name> };

export type RegistrationAnswer = v.InferOutput<typeof registrationSchema>;
export type ResolvedAnswer = v.InferOutput<typeof resolvedSchema>;
export type ServiceInfoAnswer = v.InferOutput<typeof serviceInfoSchema>;
export type DeliveredSignal = v.InferOutput<typeof deliveredSignalSchema>;

const refusalReasons = ['Malformed', 'RegistrationNotFound', 'RateLimited', 'Refused'] as const;
export type RefusalReason = (typeof refusalReasons)[number];

export const refusalSchema = v.object({ ok: v.literal(false), reason: v.picklist(refusalReasons) });
