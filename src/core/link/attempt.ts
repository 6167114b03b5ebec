/**
 * One attempt at a link with one node: offer, connection, proof. Ends as a proven link or as a failure. [LK1-LK3, SG1]
 * Owns the connection until then, and the limits on what an unproven end may send.
 * Does not know how signals travel, nor whether the link is wanted.
 */
import type { NodeId } from '../base/ids.ts';
import { assert, unreachable } from '../base/assert.ts';
import { compareBytes } from '../base/bytes.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { Connection, ConnectionBinding, ConnectionClosedReason, Transport } from '../ports/transport.ts';
import { decodeFrame, encodeRecord } from '../wire/records.ts';
import { encodeSignal, NONCE_BYTES, type SessionId, type SessionSignal } from '../wire/signal.ts';
import {
  startProof,
  type LocalIdentity,
  type Proof,
  type ProofDeps,
  type ProofFailure,
  type ProofRun,
} from './proof.ts';

/** From both descriptions to an open connection. ICE over a slow line with TURN takes a few seconds. */
export const CONNECT_TIMEOUT_MS = 15_000;
/** A node that is there answers an offer within a round trip; 5 s leaves room for a busy machine. */
export const ANSWER_TIMEOUT_MS = 5_000;
/** From the open connection to the proven link: Hello and Share at once, then Confirm. */
export const PROOF_TIMEOUT_MS = 10_000;
/** HELLO, SHARE, CONFIRM and the first frame after it, which may arrive while the signature is being checked. */
const MAX_PROOF_FRAMES = 4;
export const MAX_PROOF_FRAME_BYTES = 1024;
/** A failed proof stays open this long, so that the own confirmation still arrives and the far end learns it too. */
export const FAILURE_LINGER_MS = 1_000;

export type AttemptFailure =
  | ProofFailure
  | ConnectionClosedReason
  /** The far end said it cannot take a link now. */
  | 'Busy'
  | 'NoAnswer'
  | 'ConnectTimedOut'
  | 'ProofTimedOut'
  /** Ended between our confirmation and theirs: counts as a guess, says nothing about the password. */
  | 'ConfirmationMissing';

export interface AttemptDeps extends ProofDeps {
  readonly clock: Clock;
  readonly transport: Transport;
  readonly random: Random;
}

export interface Attempt {
  readonly nodeId: NodeId;
  /** Whether this end sought the link. */
  readonly dialled: boolean;
  /** False once the attempt has failed and merely lingers. */
  readonly isLive: boolean;
  /** This end's offer stands: whoever offers counts as the dialler of the link. */
  readonly isOfferer: boolean;
  /** The far end has opened the connection. */
  readonly isProving: boolean;
  readonly startedAt: number;
  /** The session it goes by now: the far end's, once this end's offer has yielded to that one's. */
  readonly session: SessionId;
  acceptSignal(signal: SessionSignal): void;
  /** Says again what was said of the connection that is still to open: who carried it may have lost it. [SG6] */
  repeatSignals(): void;
  /** Checks the deadlines; to be called a few times a second. */
  tick(): void;
  close(): void;
}

export interface AttemptObserver {
  sendSignal(text: string): void;
  /** The connection is handed over with the frames that came in meanwhile; the attempt is over. */
  onProven(connection: Connection, proof: Proof, held: readonly Uint8Array[]): ProvenSink;
  onFailed(reason: AttemptFailure): void;
  /** The connection is gone for good: after a failure has lingered, or after `close`. */
  onReleased(): void;
}

/** Where the connection's events go after the proof. */
export interface ProvenSink {
  onFrame(frame: Uint8Array): void;
  onDrain(): void;
  onClosed(reason: ConnectionClosedReason): void;
}

export interface AttemptOptions {
  readonly nodeId: NodeId;
  readonly dialled: boolean;
  readonly session: SessionId;
}

type Stage = 'Offering' | 'Connecting' | 'Proving' | 'Lingering' | 'Proven' | 'Closed';

/** Starts at once: who dials offers, the other end is to be given that offer. */
export function startAttempt(
  deps: AttemptDeps,
  local: LocalIdentity,
  options: AttemptOptions,
  observer: AttemptObserver,
): Attempt {
  const { clock } = deps;
  const { nodeId, dialled } = options;
  let session = options.session;
  let stage: Stage;
  const startedAt = clock.now();
  let deadline: number;
  let role: 'offerer' | 'answerer';
  let nonce: Uint8Array;
  let remoteNonce: Uint8Array | undefined;
  let connection: Connection | undefined;
  let connections = 0;
  let promised: ConnectionBinding | undefined;
  let proof: ProofRun | undefined;
  let proofFrames = 0;
  const held: Uint8Array[] = [];
  /** Of the present connection. */
  let said: string[] = [];
  let sink: ProvenSink | undefined;

  function connect(as: 'offerer' | 'answerer'): void {
    role = as;
    stage = role === 'offerer' ? 'Offering' : 'Connecting';
    deadline = clock.now() + (role === 'offerer' ? ANSWER_TIMEOUT_MS : CONNECT_TIMEOUT_MS);
    nonce = deps.random.bytes(NONCE_BYTES);
    said = [];
    let isDescribed = false;
    const current = ++connections;
    connection = deps.transport.connect(role, {
      onSignal(signal) {
        // A replaced connection's late signal would describe this end by what is closed.
        if (current !== connections) return;
        if (stage !== 'Offering' && stage !== 'Connecting' && stage !== 'Proving') return;
        const isFirst = !isDescribed;
        isDescribed = true;
        if (!isFirst) return say(encodeSignal({ kind: 'Transport', session, signal }));
        const kind = role === 'offerer' ? 'Offer' : 'Answer';
        say(encodeSignal({ kind, session, nonce, signal }));
        if (role === 'answerer') prepareProof();
      },
      onOpen,
      onFrame,
      onDrain: () => sink?.onDrain(),
      onClosed,
    });
  }

  function say(text: string): void {
    said.push(text);
    observer.sendSignal(text);
  }

  /** Both descriptions are there: what the proof begins with is worked out while the connection opens. [PF2] */
  function prepareProof(): void {
    promised = stage === 'Connecting' ? connection?.promised : undefined;
    if (promised) proof = prove(promised);
  }

  function prove(binding: ConnectionBinding): ProofRun {
    assert(remoteNonce !== undefined, 'no connection opens before the far end has described itself');
    return startProof(deps, local, { remoteNodeId: nodeId, nonce, remoteNonce }, binding, {
      send: (record) => connection?.send(encodeRecord(record)),
      onProven: (proven) => {
        if (stage !== 'Proving') return;
        stage = 'Proven';
        sink = observer.onProven(connection!, proven, held);
      },
      onFailed: fail,
    });
  }

  function onOpen(binding: ConnectionBinding): void {
    if (stage !== 'Connecting') return;
    stage = 'Proving';
    deadline = clock.now() + PROOF_TIMEOUT_MS;
    // Only what the open connection says counts; a promise merely saves the time. [PF4]
    if (!proof || !isSame(binding, promised!)) proof = prove(binding);
    proof.begin();
  }

  function onFrame(frame: Uint8Array): void {
    if (sink) return sink.onFrame(frame);
    if (stage !== 'Proving') return;
    proofFrames += 1;
    if (proofFrames > MAX_PROOF_FRAMES || frame.length > MAX_PROOF_FRAME_BYTES) return fail('Malformed');
    if (proof!.isVerifying) {
      held.push(frame);
      return;
    }
    const records = decodeFrame(frame);
    if (!records.ok || records.value.length !== 1) return fail('Malformed');
    proof!.accept(records.value[0]!);
  }

  function onClosed(reason: ConnectionClosedReason): void {
    if (sink) return sink.onClosed(reason);
    connection = undefined;
    if (stage === 'Lingering') return release();
    fail(reason);
  }

  /** Whoever has our confirmation and gives none has guessed, whatever else it does: garbage, silence or a new offer. */
  function fail(cause: AttemptFailure): void {
    if (stage === 'Proven' || stage === 'Lingering' || stage === 'Closed') return;
    const isGuess = cause !== 'AnotherPassword' && proof?.awaitsConfirmation === true;
    const reason = isGuess ? 'ConfirmationMissing' : cause;
    const lingers = reason === 'AnotherPassword' && connection !== undefined;
    stage = 'Lingering';
    deadline = clock.now() + FAILURE_LINGER_MS;
    observer.onFailed(reason);
    if (!lingers) release();
  }

  function release(): void {
    if (stage === 'Closed') return;
    stage = 'Closed';
    connection?.close();
    connection = undefined;
    observer.onReleased();
  }

  connect(dialled ? 'offerer' : 'answerer');

  return {
    nodeId,
    dialled,
    get isLive() {
      return stage === 'Offering' || stage === 'Connecting' || stage === 'Proving';
    },
    get session() {
      return session;
    },
    get isOfferer() {
      return role === 'offerer';
    },
    get isProving() {
      return stage === 'Proving';
    },
    startedAt,
    acceptSignal(signal) {
      switch (signal.kind) {
        case 'Offer':
          if (stage === 'Offering' && nodeId < local.nodeId) {
            // Both have dialled: the offer of the node with the smaller ID stands. [SG1]
            connection?.close();
            session = signal.session;
            connect('answerer');
          }
          if (signal.session !== session || role !== 'answerer' || remoteNonce) return;
          remoteNonce = signal.nonce;
          connection?.acceptSignal(signal.signal);
          return;
        case 'Answer':
          if (signal.session !== session || stage !== 'Offering') return;
          stage = 'Connecting';
          deadline = clock.now() + CONNECT_TIMEOUT_MS;
          remoteNonce = signal.nonce;
          connection?.acceptSignal(signal.signal);
          prepareProof();
          return;
        case 'Busy':
          if (signal.session === session && (stage === 'Offering' || stage === 'Connecting')) fail('Busy');
          return;
        case 'Transport':
          if (signal.session === session && remoteNonce && stage !== 'Proven') connection?.acceptSignal(signal.signal);
          return;
        default:
          return unreachable(signal);
      }
    },
    repeatSignals() {
      if (stage === 'Offering' || stage === 'Connecting') said.forEach((text) => observer.sendSignal(text));
    },
    tick() {
      if (clock.now() < deadline) return;
      if (stage === 'Offering') fail('NoAnswer');
      else if (stage === 'Connecting') fail('ConnectTimedOut');
      else if (stage === 'Proving') fail('ProofTimedOut');
      else if (stage === 'Lingering') release();
    },
    close() {
      if (stage === 'Proving' && proof!.awaitsConfirmation) fail('ConfirmationMissing');
      if (stage !== 'Proven') release();
    },
  };
}

function isSame(one: ConnectionBinding, other: ConnectionBinding): boolean {
  return (
    compareBytes(one.localFingerprint, other.localFingerprint) === 0 &&
    compareBytes(one.remoteFingerprint, other.remoteFingerprint) === 0
  );
}
