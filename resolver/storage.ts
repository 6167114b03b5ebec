/**
 * Where registrations are kept. Every call is one atomic step, so that several resolver processes can later share one
 * storage; lifetimes are handed over as durations because each storage ages its entries by its own clock.
 * Knows nothing of sockets: a holder is an opaque name for the connection that answers for a registration.
 */
import type { NodeId, RendezvousKey } from '../src/core/base/ids.ts';
import type { Result } from '../src/core/base/result.ts';
import type { RegistrationRef } from '../src/core/ports/resolver.ts';

export interface NewRegistration extends RegistrationRef {
  readonly nodeId: NodeId;
  /** The connection over which the node is reached at present. */
  readonly holder: string;
}

export interface HeldNode {
  readonly nodeId: NodeId;
  readonly holder: string;
}

export interface StorageCounts {
  readonly registrations: number;
  readonly meshes: number;
}

/** A mesh is planned for 10,000 nodes; the rest is for what has expired and is not yet swept. */
export const MAX_REGISTRATIONS_PER_KEY = 16_384;
/** At some 500 bytes each, a full storage takes 64 MiB: what the smallest rented machine has to spare. */
export const MAX_REGISTRATIONS = 131_072;
/** One tab takes part in a few meshes; a connection that wants more than this is not a tab. */
export const MAX_REGISTRATIONS_PER_HOLDER = 8;

/** No operation ever sees an expired entry, whether or not it was swept. [RS11] */
export interface RegistrationStorage {
  /**
   * Replaces a registration of the same node by the same holder. `NodeIdTaken`: a live registration of another holder,
   * or of none at present, bears it. `Full`: one of the three bounds above.
   */
  add(registration: NewRegistration, lifetimeMs: number): Promise<Result<undefined, 'NodeIdTaken' | 'Full'>>;
  /** Makes `holder` the one that answers for the registration, and lets it live for `lifetimeMs` from now. */
  bind(
    ref: RegistrationRef,
    holder: string,
    lifetimeMs: number,
  ): Promise<Result<{ readonly nodeId: NodeId }, 'NotFound' | 'Full'>>;
  /** The node of a registration. */
  find(ref: RegistrationRef): Promise<{ readonly nodeId: NodeId } | undefined>;
  /** A node that is held by a connection at present. */
  findHeld(key: RendezvousKey, nodeId: NodeId): Promise<HeldNode | undefined>;
  /** At most `max` distinct random nodes that are held at present, without `except`. */
  pick(key: RendezvousKey, max: number, except: NodeId): Promise<readonly NodeId[]>;
  /** False when there was none. */
  remove(ref: RegistrationRef): Promise<boolean>;
  /** The connection is gone: what it holds is held by nobody, and lives on for at most `graceMs`. */
  release(holder: string, graceMs: number): Promise<void>;
  /** Frees what has expired; returns how many. */
  sweep(): Promise<number>;
  counts(): Promise<StorageCounts>;
}
