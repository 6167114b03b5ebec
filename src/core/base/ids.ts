/**
 * Branded identifiers, each with its lifetime. A brand costs nothing at run time and keeps one kind of string
 * from being passed for another.
 */
declare const brand: unique symbol;
type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };

/** 32 lower-case hex digits (16 bytes). One tab or process session: new at every open, never used again. [ID1] */
export type NodeId = Branded<string, 'NodeId'>;

/** Normalised name of a mesh, 1 to 64 characters (address.ts). Known to members only: it never leaves for the resolver. */
export type MeshId = Branded<string, 'MeshId'>;

/** Normalised endpoint path with its leading slash, such as `/chat` (address.ts). */
export type EndpointPath = Branded<string, 'EndpointPath'>;

/** 64 hex digits: what the resolver knows a mesh by, SHA-256 over a domain string and the mesh ID. [RS1] */
export type RendezvousKey = Branded<string, 'RendezvousKey'>;

/** 32 hex digits, a bearer secret given out by the resolver: who holds it may update or withdraw the registration. */
export type RegistrationId = Branded<string, 'RegistrationId'>;

/** 32 hex digits: truncated SHA-256 of an envelope's signed bytes. [EN3] */
export type EnvelopeId = Branded<string, 'EnvelopeId'>;

const NODE_ID = /^[0-9a-f]{32}$/;
const ZERO_NODE_ID = '0'.repeat(32);

/** Whether `text` is a node ID; the all-zero ID is not one (R36). */
export function isNodeId(text: unknown): text is NodeId {
  return typeof text === 'string' && NODE_ID.test(text) && text !== ZERO_NODE_ID;
}
