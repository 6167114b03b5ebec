/**
 * The password proof of one connection: HELLO, SHARE, CONFIRM, both ends at once, no roles. [PF1-PF7]
 * A small state machine over records: knows no connection and no timer. Its success is the only maker of a `Proof`,
 * and without a `Proof` nothing can be a neighbour (proven-link.ts).
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { compareBytes, concat, equalConstantTime, utf8 } from '../base/bytes.ts';
import type { MeshId, NodeId } from '../base/ids.ts';
import { STRETCH_VERSION } from '../crypto/stretch.ts';
import type { Pake, PakeOutcome } from '../ports/pake.ts';
import type { Signer } from '../ports/signer.ts';
import type { ConnectionBinding } from '../ports/transport.ts';
import { encodeValue } from '../wire/codec.ts';
import { nodeIdOf } from '../wire/envelope.ts';
import type { WireRecord } from '../wire/records.ts';

export const PROTOCOL_VERSION = 2;

declare const proven: unique symbol;
/** What the far end has proven: the mesh password over this very connection, and its identity key. */
export interface Proof {
  readonly [proven]: true;
  readonly nodeId: NodeId;
  readonly key: Uint8Array;
}

export type ProofFailure =
  /** The confirmation is not ours: another password, or somebody sits between the two ends. */
  | 'AnotherPassword'
  /** Something else than the next record of the proof, or one that does not parse. */
  | 'Malformed'
  | 'VersionMismatch'
  /** The node that answered is not the one that was called. */
  | 'WrongNode'
  /** Own values came back. */
  | 'Reflected'
  | 'InvalidShare'
  /** The identity key's signature does not fit. */
  | 'BadIdentity';

export interface LocalIdentity {
  readonly meshId: MeshId;
  readonly nodeId: NodeId;
  readonly epoch: Uint8Array;
  /** Stretched password. */
  readonly secret: Uint8Array;
}

/** What the signalling said of the two ends. */
export interface ProofTerms {
  /** Whom it claims to have reached. */
  readonly remoteNodeId: NodeId;
  /** Fresh, of this end and of the far one. */
  readonly nonce: Uint8Array;
  readonly remoteNonce: Uint8Array;
}

export interface ProofDeps {
  readonly pake: Pake;
  readonly signer: Signer;
}

export interface ProofRun {
  /** The connection is open: HELLO and SHARE leave. */
  begin(): void;
  /** Takes the next record of the far end. */
  accept(record: WireRecord): void;
  /** True from the far end's CONFIRM on, until it is checked and the own one is out: later frames wait unparsed. */
  readonly isVerifying: boolean;
  /**
   * True once the own confirmation is out, by which the far end can tell whether its guess was right, and none that fits
   * has come back: however the proof ends now, it counts as a failed guess.
   */
  readonly awaitsConfirmation: boolean;
}

export interface ProofObserver {
  send(record: WireRecord): void;
  onProven(proof: Proof): void;
  onFailed(reason: ProofFailure): void;
}

/** Draws the own share at once, which takes a millisecond or two: meant to be started while the connection opens. */
export function startProof(
  deps: ProofDeps,
  local: LocalIdentity,
  { remoteNodeId, nonce, remoteNonce }: ProofTerms,
  binding: ConnectionBinding,
  observer: ProofObserver,
): ProofRun {
  const sessionId = sessionIdOf(nonce, remoteNonce);
  const hello = {
    type: 'Hello',
    version: PROTOCOL_VERSION,
    key: deps.signer.publicKey,
    epoch: local.epoch,
    session: sessionId,
  } as const;
  let step: 'AwaitHello' | 'AwaitShare' | 'AwaitConfirm' | 'Verifying' | 'Verified' | 'Ended' = 'AwaitHello';
  let ownConfirmation: 'Awaited' | 'Sent' | 'Withheld' = 'Awaited';
  let isConfirmed = false;
  let remoteHello: Extract<WireRecord, { type: 'Hello' }> | undefined;
  let outcome: PakeOutcome;

  const channelIdentifier = channelIdentifierOf(local.meshId, local.nodeId, remoteNodeId, binding);
  const run = deps.pake.start({
    secret: local.secret,
    channelIdentifier,
    sessionId,
    associatedData: associatedDataOf(hello, nonce),
  });

  function fail(reason: ProofFailure): void {
    step = 'Ended';
    // Who gave another password learns it from our confirmation, also when that is still being signed. [PF7]
    if (reason !== 'AnotherPassword' && ownConfirmation === 'Awaited') ownConfirmation = 'Withheld';
    observer.onFailed(reason);
  }

  function acceptHello(record: Extract<WireRecord, { type: 'Hello' }>): void {
    if (record.version !== PROTOCOL_VERSION) return fail('VersionMismatch');
    // One key may serve several nodes of one person, but never with one epoch: that would be our own HELLO.
    const isOwnNode = compareBytes(record.key, hello.key) === 0 && compareBytes(record.epoch, hello.epoch) === 0;
    if (isOwnNode || compareBytes(remoteNonce, nonce) === 0) return fail('Reflected');
    if (nodeIdOf(record.key, record.epoch) !== remoteNodeId) return fail('WrongNode');
    // Whoever carried the signals has changed a nonce. Both ends see it here, so neither books it as a guess.
    if (compareBytes(record.session, sessionId) !== 0) return fail('Malformed');
    remoteHello = record;
    step = 'AwaitShare';
  }

  function acceptShare(share: Uint8Array): void {
    const finished = run.finish({ share, associatedData: associatedDataOf(remoteHello!, remoteNonce) });
    if (!finished.ok) return fail(finished.reason);
    outcome = finished.value;
    step = 'AwaitConfirm';
    deps.signer.sign(identityMessage(outcome.transcript, channelIdentifier, local.nodeId), (signature) => {
      if (ownConfirmation === 'Withheld') return;
      ownConfirmation = 'Sent';
      observer.send({ type: 'Confirm', confirmation: outcome.confirmation, signature });
      // While the far end's is under way.
      if (step === 'AwaitConfirm') deps.signer.expect?.(remoteHello!.key);
      if (step === 'Verified') succeed();
    });
  }

  function acceptConfirm(record: Extract<WireRecord, { type: 'Confirm' }>): void {
    if (!equalConstantTime(record.confirmation, outcome.expectedConfirmation)) return fail('AnotherPassword');
    isConfirmed = true;
    step = 'Verifying';
    const message = identityMessage(outcome.transcript, channelIdentifier, remoteNodeId);
    deps.signer.verify(remoteHello!.key, record.signature, message, (valid) => {
      if (step === 'Ended') return;
      if (!valid) return fail('BadIdentity');
      step = 'Verified';
      // Signing and verifying may settle in any order, and no record of the mesh may overtake the own confirmation.
      if (ownConfirmation === 'Sent') succeed();
    });
  }

  function succeed(): void {
    step = 'Ended';
    observer.onProven({ nodeId: remoteNodeId, key: remoteHello!.key } as Proof);
  }

  return {
    begin() {
      observer.send(hello);
      observer.send({ type: 'Share', share: run.share });
    },
    accept(record) {
      if (step === 'AwaitHello' && record.type === 'Hello') acceptHello(record);
      else if (step === 'AwaitShare' && record.type === 'Share') acceptShare(record.share);
      else if (step === 'AwaitConfirm' && record.type === 'Confirm') acceptConfirm(record);
      else if (step !== 'Ended') fail('Malformed');
    },
    get isVerifying() {
      return step === 'Verifying' || step === 'Verified';
    },
    get awaitsConfirmation() {
      return ownConfirmation === 'Sent' && !isConfirmed;
    },
  };
}

/** CI: everything both ends must see alike; the node with the smaller ID first. [PF4] */
function channelIdentifierOf(meshId: MeshId, own: NodeId, remote: NodeId, binding: ConnectionBinding): Uint8Array {
  const ends: [NodeId, Uint8Array][] = [
    [own, binding.localFingerprint],
    [remote, binding.remoteFingerprint],
  ];
  ends.sort(([a], [b]) => (a < b ? -1 : 1));
  return encodeValue(['peer-channel/channel/1', PROTOCOL_VERSION, STRETCH_VERSION, meshId, ...ends]);
}

/** sid: both nonces, the smaller first. [PF3] */
function sessionIdOf(a: Uint8Array, b: Uint8Array): Uint8Array {
  const [first, second] = compareBytes(a, b) < 0 ? [a, b] : [b, a];
  return sha256(concat(utf8('peer-channel/session/2'), encodeValue([first, second])));
}

function associatedDataOf({ key, epoch }: { key: Uint8Array; epoch: Uint8Array }, nonce: Uint8Array): Uint8Array {
  return encodeValue([key, epoch, nonce]);
}

/** What the identity key signs: this run, this channel, this signer. [PF6] */
function identityMessage(transcript: Uint8Array, channelIdentifier: Uint8Array, signerId: NodeId): Uint8Array {
  return encodeValue(['peer-channel/identity/1', transcript, channelIdentifier, signerId]);
}
