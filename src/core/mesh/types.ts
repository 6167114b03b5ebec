/** Public face of a peer node: what applications, the simulator and the chat layer see of the mesh. */
import type { EventSource } from '../base/emitter.ts';
import type { EndpointPath, EnvelopeId, MeshId, NodeId } from '../base/ids.ts';
import type { Place } from '../base/stamp.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Pake } from '../ports/pake.ts';
import type { Random } from '../ports/random.ts';
import type { Resolver } from '../ports/resolver.ts';
import type { Signer } from '../ports/signer.ts';
import type { Transport } from '../ports/transport.ts';
import type { SignedEnvelope } from '../wire/envelope.ts';

/** Everything a peer node needs from the world. */
export interface PeerNodePorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly transport: Transport;
  readonly resolver: Resolver;
  readonly signer: Signer;
  readonly pake: Pake;
  readonly log: Log;
}

export interface PeerNodeOptions {
  readonly meshId: MeshId;
  /** Stretched password (crypto/stretch.ts), 32 bytes. */
  readonly secret: Uint8Array;
  readonly settings?: Partial<MeshSettings>;
}

/** Degree profile and limits that an application may set; the rest are named constants beside what they bound. */
export interface MeshSettings {
  /** Below `low` neighbours replacements are sought at once. */
  readonly low: number;
  /** What a node strives for. */
  readonly target: number;
  /** Above `high` neighbours are handed over to others. */
  readonly high: number;
  /** Connections of any state, never exceeded. */
  readonly cap: number;
  /** Largest envelope in bytes, at least 16 KiB (R47). */
  readonly maxEnvelopeBytes: number;
  /**
   * Whether all others are told that this node is here. In a mesh of many thousands every member that is costs every
   * other one memory and a frame; who only listens need not be among them. It can retain nothing then.
   */
  readonly isListed: boolean;
}

export interface PeerNodeEvents {
  /** Neighbours went from none to one (R19). */
  online: undefined;
  /** Neighbours went from one to none; not on own close (R19). */
  offline: undefined;
  neighbourOpened: { readonly nodeId: NodeId };
  neighbourClosed: { readonly nodeId: NodeId; readonly reason: string };
  /** A node was heard of for the first time, or again. */
  memberAppeared: { readonly nodeId: NodeId };
  /** A node left, or was found dead. */
  memberDisappeared: { readonly nodeId: NodeId; readonly reason: 'Left' | 'Lost' };
  /** A member says one thing to some and another to others. */
  equivocation: Equivocation;
  /** To as many others a message of an own envelope was delivered so far, as neighbours tell. */
  envelopeReached: { readonly envelopeId: EnvelopeId; readonly nodes: number };
  /** Somebody was met who could not prove the same password (R53). */
  anotherPasswordMet: { readonly nodeId: NodeId };
  /** Candidates were found, but no connection came about with any of them. */
  connectionFailed: { readonly nodeId: NodeId };
  /** Without neighbours, and nobody is to be found who could become one; the search goes on. */
  nobodyFound: undefined;
  resolverReachable: undefined;
  resolverUnreachable: undefined;
  /** What became of own messages is another thing than before. */
  deliveryChanged: { readonly messageIds: readonly string[]; readonly delivery: DeliveryState };
  /** The application's filter of this path threw, or answered what is no answer, on a message of somebody else. */
  filterFailed: { readonly path: EndpointPath; readonly error: unknown };
  /** The first attempt to find neighbours is over: online, or alone (R66). */
  firstAttemptEnded: { readonly online: boolean };
}

/** Two envelopes that one origin signed under one sequence: whoever is shown both can check that. (FL9) */
export interface Equivocation {
  readonly origin: NodeId;
  /** Ed25519 public key of the origin, 32 bytes. */
  readonly originKey: Uint8Array;
  readonly sequence: number;
  /** What was delivered here, then what was not. */
  readonly statements: readonly [Statement, Statement];
}

export interface Statement {
  readonly envelope: SignedEnvelope;
  readonly messages: readonly { readonly path: EndpointPath; readonly payload: Uint8Array }[];
}

/** Nobody is known to have an own message yet, and it waits for somebody; or a neighbour that lives was given it. */
export type DeliveryState = 'waiting' | 'sent';

/** One message as an endpoint receives it: exactly once, verified, with its place among all messages of the mesh. */
export interface Delivery extends Place {
  readonly path: EndpointPath;
  /** Ed25519 public key of the origin, 32 bytes. */
  readonly originKey: Uint8Array;
  readonly payload: Uint8Array;
  readonly envelopeId: EnvelopeId;
  /** Unique: envelope ID and index within the envelope. */
  readonly messageId: string;
  /** True when it is the origin's retained message of this path (MQTT's sense): its present state, such as Join. */
  readonly retained: boolean;
  /** True for own messages, which are delivered locally too (R13). */
  readonly own: boolean;
  /** Of own messages that go to others, as it is now; later changes are told by `deliveryChanged`. */
  readonly delivery?: DeliveryState;
}

/** Where a message goes from here: to the channels of its path, on to the neighbours, both, or neither (R46). */
export type Propagation = 'None' | 'Local' | 'Remote' | 'LocalAndRemote';

/** What a filter decides on. */
export interface FilteredMessage extends Pick<Delivery, 'path' | 'origin' | 'originKey' | 'own'> {
  /** A copy. */
  readonly payload: Uint8Array;
}

/** Asked once for each message, own ones included. Answers at once, and must not throw. */
export type PropagationFilter = (message: FilteredMessage) => Propagation;

export interface SendOptions {
  /**
   * A whole number: 0 = local only, neighbours only = 1, N = distance at most N; default, and most: 64 (R45). What is
   * retained goes to all.
   */
  readonly hopLimit?: number;
  /** Keeps it as the origin's present state of this path, told to whoever joins later. */
  readonly retained?: boolean;
}

export interface MeshChannel {
  readonly path: EndpointPath;
  /** The node is shared by all channels of the mesh (R3, R18). */
  readonly node: PeerNode;
  /** Queues one message for everybody on this path. Fails when it is too large or the node is closed. */
  send(payload: Uint8Array, options?: SendOptions): SendOutcome;
  onDelivery(listener: (delivery: Delivery) => void): () => void;
  close(): void;
}

/** `OutboxFull`: nobody is there, and no more is kept for whoever comes. */
export type SendOutcome = 'Queued' | 'TooLarge' | 'RateExceeded' | 'OutboxFull' | 'NotOpen';

export interface PeerNode extends EventSource<PeerNodeEvents> {
  readonly meshId: MeshId;
  readonly nodeId: NodeId;
  readonly isOpen: boolean;
  /** At least one neighbour. */
  readonly isOnline: boolean;
  /** Proven, open links. */
  readonly neighbours: readonly NodeId[];
  /** Nodes known to be in this mesh, this one included. */
  readonly members: readonly NodeId[];
  /** Counters since open, for the simulator and the benches. */
  readonly counters: Readonly<MeshCounters>;
  /** What is kept of what others sent, for the benches. */
  readonly sizes: MeshSizes;
  open(): void;
  /** Leave is told to the neighbours, links close, the registration is withdrawn. */
  close(): void;
  channel(path: EndpointPath): MeshChannel;
  /**
   * Lets `filter` decide how messages of this endpoint address spread from here; undefined ends that. Set it before
   * `open`. It is asked while there is a channel of its path; what it throws on an own message, `send` throws.
   */
  setFilter(path: EndpointPath, filter: PropagationFilter | undefined): void;
  /**
   * No link is kept or made with nodes of these identity keys; those named before may be linked again. What they say
   * still comes, over others.
   */
  refuse(keys: readonly Uint8Array[]): void;
  /** Looks for one neighbour more now, at the resolver and among the neighbours' neighbours (R21). */
  refreshConnection(): void;
  /** The host woke up or its network changed: ping all, find replacements (R40). */
  wake(): void;
}

/** Numbers of entries; ARCHITECTURE has the bounds. */
export interface MeshSizes {
  readonly seen: number;
  readonly kept: number;
}

export interface MeshCounters {
  framesSent: number;
  bytesSent: number;
  /** Envelope copies sent to neighbours. */
  envelopesSent: number;
  envelopesReceived: number;
  /** Copies received that were already known. */
  duplicatesReceived: number;
  /** Envelopes accepted for the first time. */
  envelopesAccepted: number;
  /** Largest hop count at which an envelope was accepted that was spread; what was pulled came step by step, in time of its own. */
  lastHop: number;
  invalidReceived: number;
  /** Requests for what a neighbour announced, or said it holds, that it did not answer in time. */
  promisesBroken: number;
  /** Requests beyond their rate: digests, pulls, grafts, pings. */
  requestsRefused: number;
  /** Envelopes of a clock that is too far off to be followed. */
  stampsDisbelieved: number;
  /** Links sought over the resolver, and over a neighbour that knows both ends. */
  dialsOverResolver: number;
  dialsOverNeighbours: number;
}
