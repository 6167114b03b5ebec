/**
 * Attempts at links, one a node at most, and the signals that belong to them. [SG1, SG2, SG4-SG6]
 * A signal travels over the resolver or over a neighbour that knows both ends (`via`); this table remembers which.
 * Does not decide whom to dial and whether a newcomer is welcome: its observer does.
 */
import { toHex } from '../base/bytes.ts';
import { dropOldest } from '../base/drop-oldest.ts';
import type { NodeId } from '../base/ids.ts';
import { createTokenBucket } from '../base/token-bucket.ts';
import type { Random } from '../ports/random.ts';
import type { Connection } from '../ports/transport.ts';
import {
  ANSWER_TIMEOUT_MS,
  startAttempt,
  type Attempt,
  type AttemptDeps,
  type AttemptFailure,
  type ProvenSink,
} from '../link/attempt.ts';
import type { LocalIdentity, Proof } from '../link/proof.ts';
import { decodeSignal, encodeSignal, SESSION_ID_CHARS, type SessionId } from '../wire/signal.ts';

/** Unproven links that strangers opened to us, at a time: each costs a proof of about a millisecond. */
export const MAX_INBOUND_ATTEMPTS = 4;
/** A stranger that has opened no connection in this time makes room for the next one that knocks. */
export const STALLED_AFTER_MS = 2_000;
/** Busy answers to strangers; beyond them silence, or whoever calls us all the time has the resolver cut us for signals. */
export const BUSY_ANSWERS = { perSecond: 5, burst: 20 } as const;
/** Ended sessions remembered, so that their late signals do not start anything. */
const MAX_ENDED_SESSIONS = 64;

/** The neighbour that passes signals on, or undefined for the resolver. */
export type SignalPath = NodeId | undefined;

export interface SignallingObserver {
  sendSignal(to: NodeId, path: SignalPath, text: string): void;
  /** Whether a stranger's wish for a link may be followed now. */
  admits(nodeId: NodeId, path: SignalPath): 'Accept' | 'Busy' | 'Ignore';
  /** `offered`: this end counts as the dialler of the link. */
  onProven(connection: Connection, proof: Proof, offered: boolean, held: readonly Uint8Array[]): ProvenSink;
  onFailed(nodeId: NodeId, dialled: boolean, reason: AttemptFailure): void;
}

export interface Signalling {
  /** Attempts of any stage, each holding a connection or about to. */
  readonly size: number;
  /** Attempts that may still become a link, whoever sought it. */
  readonly live: number;
  readonly dials: number;
  /** Whom attempts are live with that this end dialled, or did not. */
  underWay(dialled: boolean): readonly NodeId[];
  has(nodeId: NodeId): boolean;
  dial(nodeId: NodeId, path: SignalPath): void;
  acceptSignal(from: NodeId, path: SignalPath, text: string): void;
  /** That neighbour carries nothing more, and maybe did not pass on what it was given last. */
  loseCarrier(nodeId: NodeId): void;
  tick(): void;
  close(): void;
}

export function createSignalling(
  deps: AttemptDeps & { readonly random: Random },
  local: LocalIdentity,
  observer: SignallingObserver,
): Signalling {
  const attempts = new Map<NodeId, Attempt>();
  /** The neighbour that carries an attempt's signals; the resolver carries those of the others. */
  const carriers = new Map<NodeId, NodeId>();
  const endedSessions = new Set<SessionId>();
  const busyAnswers = createTokenBucket(BUSY_ANSWERS);

  function start(nodeId: NodeId, path: SignalPath, dialled: boolean, firstSession: SessionId): Attempt {
    let attempt: Attempt | undefined = undefined as Attempt | undefined;
    let isOver = false;
    function end(): void {
      isOver = true;
      attempts.delete(nodeId);
      carriers.delete(nodeId);
      endedSessions.add(attempt?.session ?? firstSession);
      dropOldest(endedSessions, MAX_ENDED_SESSIONS);
    }
    if (path !== undefined) carriers.set(nodeId, path);
    attempt = startAttempt(
      deps,
      local,
      { nodeId, dialled, session: firstSession },
      {
        sendSignal: (text) => observer.sendSignal(nodeId, carriers.get(nodeId), text),
        onProven(connection, proof, held) {
          end();
          return observer.onProven(connection, proof, attempt!.isOfferer, held);
        },
        onFailed: (reason) => observer.onFailed(nodeId, dialled, reason),
        onReleased: end,
      },
    );
    // A transport may fail at once, before the attempt could be entered.
    if (!isOver) attempts.set(nodeId, attempt);
    return attempt;
  }

  /** From a neighbour to the resolver, once at most; what comes twice is ignored. [SG6] */
  function goOverResolver(nodeId: NodeId): void {
    if (carriers.delete(nodeId)) attempts.get(nodeId)?.repeatSignals();
  }

  /** Whether there is room for one stranger more, once a stalled one has been let go. */
  function makeRoom(): boolean {
    const strangers = [...attempts.values()].filter((attempt) => !attempt.dialled);
    if (strangers.length < MAX_INBOUND_ATTEMPTS) return true;
    const stalledSince = deps.clock.now() - STALLED_AFTER_MS;
    const stalled = strangers.find(
      (attempt) => attempt.isLive && !attempt.isProving && attempt.startedAt <= stalledSince,
    );
    stalled?.close();
    return stalled !== undefined;
  }

  function underWay(dialled: boolean): NodeId[] {
    return [...attempts].flatMap(([nodeId, attempt]) =>
      attempt.isLive && attempt.dialled === dialled ? [nodeId] : [],
    );
  }

  return {
    get size() {
      return attempts.size;
    },
    get live() {
      return underWay(true).length + underWay(false).length;
    },
    get dials() {
      return underWay(true).length;
    },
    underWay,
    has: (nodeId) => attempts.has(nodeId),
    dial(nodeId, path) {
      if (nodeId === local.nodeId || attempts.has(nodeId)) return;
      start(nodeId, path, true, toHex(deps.random.bytes(SESSION_ID_CHARS / 2)));
    },
    acceptSignal(from, path, text) {
      const signal = decodeSignal(text);
      if (!signal || from === local.nodeId || endedSessions.has(signal.session)) return;
      const existing = attempts.get(from);
      if (existing) {
        // The far end has lost the neighbour that passed signals on.
        if (path === undefined && signal.session === existing.session) goOverResolver(from);
        const isNewOffer = signal.kind === 'Offer' && signal.session !== existing.session;
        // One of soon after the own offer has crossed it, maybe on a longer way than the answer.
        const mayHaveCrossed = existing.isOfferer && deps.clock.now() - existing.startedAt < ANSWER_TIMEOUT_MS;
        if (!isNewOffer || mayHaveCrossed) return existing.acceptSignal(signal);
      }
      if (signal.kind !== 'Offer') return;
      const isFull = existing?.dialled !== false && !makeRoom();
      const verdict = isFull ? 'Busy' : observer.admits(from, path);
      if (verdict === 'Ignore') return;
      if (verdict === 'Busy') {
        if (!busyAnswers.take(deps.clock.now())) return;
        observer.sendSignal(from, path, encodeSignal({ kind: 'Busy', session: signal.session }));
        return;
      }
      // The far end gave the earlier attempt up and began anew.
      existing?.close();
      start(from, path, false, signal.session).acceptSignal(signal);
    },
    loseCarrier(lost) {
      for (const [nodeId, carrier] of carriers) if (carrier === lost) goOverResolver(nodeId);
    },
    tick() {
      for (const attempt of [...attempts.values()]) attempt.tick();
    },
    close() {
      for (const attempt of [...attempts.values()]) attempt.close();
      attempts.clear();
    },
  };
}
