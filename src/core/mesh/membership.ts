/**
 * Who is in the mesh: the latest presence of every node, suspicion and refutation, departures remembered. [PR1-PR10]
 *
 * A node that loses touch with a neighbour says so to all (Suspicion). The suspected node, if it lives, answers with a
 * newer presence; if nothing newer comes it is held to be gone. A presence that contradicts a remembered loss is not
 * believed but questioned in the same way, so that neither a healed partition nor a late relay leaves ghosts.
 *
 * Knows no link and sends nothing: it says what should be told.
 */
import { dropOldest } from '../base/drop-oldest.ts';
import type { EndpointPath, NodeId } from '../base/ids.ts';
import { decodeValue } from '../wire/codec.ts';
import { ItemKind, type EnvelopeBody, type SignedEnvelope } from '../wire/envelope.ts';
import { MAX_SUSPECTS, parseSuspicion, type PresenceMark } from '../wire/records.ts';

/** For so long a leaving is surely held by whoever took it, and pulled by who did not. */
export const LEAVING_TOLD_MS = 5 * 60_000;
/** Members held: 16 times the largest mesh of chat tabs; with a nickname each costs about 1 KiB. */
export const MAX_MEMBERS = 16_384;
/**
 * An envelope that tells presence, retained messages included. It is kept and told to every newcomer, so what a member
 * may put into it bounds what it costs everybody; a nickname takes a few hundred bytes.
 */
export const MAX_PRESENCE_BYTES = 4 * 1024;
/**
 * A suspected node has this long to answer, for each tenfold of members: two floods across the mesh, and how far one goes
 * grows as a logarithm (as in SWIM, which suspects by gossip).
 */
export const REFUTE_TENFOLD_MS = 1_000;
/** Of up to a hundred. */
export const REFUTE_WITHIN_MS = 2_000;
/**
 * Or, where neighbours take long to answer, so many of their round trips: two floods of six hops, and as much again. On
 * an overloaded machine who is taken for lost too soon costs more floods, and those more lateness. One answer that was
 * late by a second, because somebody types, is not yet such a machine.
 */
export const REFUTE_ROUND_TRIPS = 12;
export const MAX_REFUTE_MS = 30_000;
/** Who merely stalled for two and a half seconds is heard again by then: to wait is free, to tell is two floods. */
const TOLD_AFTER_MS = 1_500;
/** Observers of one death tell it any time from then until this share of what it has, so that one speaks for all. */
const TOLD_WITHIN_SHARE = 1 / 4;
/**
 * Departures remembered: as many as members, because all of a mesh but this node may be cut off. They do not age, for a
 * part that was away for hours, or a laptop that slept, comes back with the presences it had, which are no news to us.
 */
export const MAX_DEPARTED = MAX_MEMBERS;
/** The same contradiction is questioned once in so many times what the answer has. */
const QUESTION_EVERY = 3;
/**
 * A node whose neighbours all died with it is missed by nobody: nobody can say that touch with it was lost. So who was
 * not heard since this share of the members was lost is questioned, too; in a mesh of up to 32 that is a single loss.
 */
const DOUBT_AFTER_SHARE = 1 / 32;
/** More than all the neighbours that a node has is not needed, however large the mesh. */
const MAX_DOUBT_AFTER = 4;
/** Not before the living have found new neighbours, and spread out, so that one node asks and all hear the answer. */
export const DOUBT_AFTER_MS = 30_000;
export const DOUBT_SPREAD_MS = 5 * 60_000;
/**
 * A presence that was pulled is set aside for so long, for neighbours to say that its node is here; then it is asked after.
 * Spread out, for many may have pulled the same, and one question serves all.
 */
export const ASIDE_MS = 5_000;
export const ASIDE_SPREAD_MS = 25_000;
/** So many, the oldest go first; and what neighbours said counts so long: a newcomer catches up in less. */
export const MAX_ASIDE = 4_096;
export const SAID_COUNTS_MS = 30_000;
/** Retained messages of one node: one a path it is on. */
export const MAX_RETAINED = 16;

type Retained = ReadonlyMap<EndpointPath, Uint8Array>;
/** Most members retain nothing, and thousands of empty maps take more than all they are. */
const NOTHING_RETAINED: Retained = new Map();

/** A presence that was pulled, of a node that nobody said is here. */
interface Aside {
  sequence: number;
  /** When to ask after the node; Infinity once that was done. */
  dueAt: number;
  /** Somebody else has asked, and this node waits for the answer. */
  isLeftToOthers: boolean;
}

interface Member {
  sequence: number;
  envelope: SignedEnvelope;
  retained: Retained;
  /** When it will be held lost unless it answers. */
  lostAt: number;
  /** Members lost until it was last heard. */
  lossesWhenHeard: number;
}

export interface RetainedChange {
  readonly path: EndpointPath;
  readonly payload: Uint8Array;
  readonly index: number;
}

export interface MembershipObserver {
  onAppeared(nodeId: NodeId): void;
  onDisappeared(nodeId: NodeId, reason: 'Left' | 'Lost'): void;
  /** What a neighbour's answer takes at the moment. */
  roundTripMs(): number;
  /** How many times as long as usual to wait. */
  caution(): number;
  /** A suspected node has answered, but late. */
  onLateAnswer(): void;
  /** This very node is suspected: it should tell its presence anew. */
  onSelfSuspected(): void;
}

export interface Membership {
  has(nodeId: NodeId): boolean;
  hasLeft(nodeId: NodeId): boolean;
  /** Is a member, or was one when touch with it was lost. */
  knows(nodeId: NodeId): boolean;
  readonly list: readonly NodeId[];
  readonly size: number;
  /**
   * Takes the mesh's own items of an accepted envelope; returns the retained messages that are news. What was `pulled` is
   * of the past: that somebody was here then does not say that they are now.
   */
  apply(
    origin: NodeId,
    body: EnvelopeBody,
    envelope: SignedEnvelope,
    nowMs: number,
    pulled?: boolean,
  ): readonly RetainedChange[];
  /** Touch with a neighbour was lost here; `chance` is from 0 to 1. */
  lostTouch(nodeId: NodeId, chance: number, nowMs: number): void;
  /** There is a link with it again: it lives, whatever was suspected meanwhile. */
  regainedTouch(nodeId: NodeId): void;
  /** The only neighbour that hears us is new: who is suspected is asked once more, for nobody may have heard it before. */
  askAgain(nowMs: number): void;
  marks(): readonly PresenceMark[];
  /** Presences the sender of `marks` lacks, but of those who are suspected; what contradicts a loss is put aside to be questioned. */
  compare(marks: readonly PresenceMark[], nowMs: number): readonly SignedEnvelope[];
  /** Suspicions due to be told to all now. */
  dueSuspicions(nowMs: number): readonly PresenceMark[];
  /** When the next of those suspected will be held lost; Infinity when nobody is. */
  nextLossAt(): number;
  tick(nowMs: number): void;
}

export function createMembership(self: NodeId, observer: MembershipObserver): Membership {
  const members = new Map<NodeId, Member>();
  const departed = new Map<NodeId, { sequence: number; reason: 'Left' | 'Lost'; at: number }>();
  /** Suspicions to be told, with the time they are due. */
  const due = new Map<NodeId, number>();
  /** Members with a `lostAt`: few, looked at often. */
  const suspected = new Set<NodeId>();
  const questionedAt = new Map<NodeId, number>();
  /** Members to be questioned because nobody may be left to miss them, with the time. */
  const doubts = new Map<NodeId, number>();
  const aside = new Map<NodeId, Aside>();
  /** Whom whole digests of neighbours held present, the latest last. */
  const said = new Map<NodeId, { sequence: number; at: number }>();
  /** Members lost so far, and as many as doubts were looked for. */
  let losses = 0;
  let doubtedLosses = 0;

  function refuteWithinMs(): number {
    const usualMs = Math.max(REFUTE_WITHIN_MS, REFUTE_TENFOLD_MS * Math.log10(members.size));
    return Math.min(MAX_REFUTE_MS, Math.max(observer.caution() * usualMs, REFUTE_ROUND_TRIPS * observer.roundTripMs()));
  }

  function questionEveryMs(): number {
    return QUESTION_EVERY * refuteWithinMs();
  }

  function depart(nodeId: NodeId, sequence: number, reason: 'Left' | 'Lost', nowMs: number): void {
    const wasMember = members.delete(nodeId);
    suspected.delete(nodeId);
    due.delete(nodeId);
    doubts.delete(nodeId);
    if (wasMember && reason === 'Lost') losses += 1;
    departed.delete(nodeId);
    departed.set(nodeId, { sequence, reason, at: nowMs });
    dropOldest(departed, MAX_DEPARTED);
    if (wasMember) observer.onDisappeared(nodeId, reason);
  }

  function endSuspicion(nodeId: NodeId): void {
    const member = members.get(nodeId);
    if (member) member.lostAt = Infinity;
    suspected.delete(nodeId);
    due.delete(nodeId);
  }

  /** Whether it is in the second half of its time, or was held lost when that was over. */
  function answersLate(nodeId: NodeId, nowMs: number): boolean {
    const member = members.get(nodeId);
    if (member) return member.lostAt !== Infinity && member.lostAt - nowMs < refuteWithinMs() / 2;
    const gone = departed.get(nodeId);
    return gone?.reason === 'Lost' && nowMs - gone.at < MAX_REFUTE_MS;
  }

  function applyPresence(
    origin: NodeId,
    body: EnvelopeBody,
    envelope: SignedEnvelope,
    nowMs: number,
  ): readonly RetainedChange[] {
    if (isGone(origin, body.sequence)) return [];
    const known = members.get(origin);
    if (known && body.sequence <= known.sequence) return [];
    if (!known && members.size >= MAX_MEMBERS) return [];
    if (envelope.bytes.length > MAX_PRESENCE_BYTES) return [];
    if (answersLate(origin, nowMs)) observer.onLateAnswer();
    departed.delete(origin);
    aside.delete(origin);
    due.delete(origin);
    suspected.delete(origin);
    const retained = new Map<EndpointPath, Uint8Array>();
    const changes: RetainedChange[] = [];
    body.items.forEach(({ kind, path, payload }, index) => {
      if (kind !== ItemKind.Retained || path === '' || retained.size >= MAX_RETAINED) return;
      retained.set(path, payload);
      const before = known?.retained.get(path);
      if (!before || !sameBytes(before, payload)) changes.push({ path, payload, index });
    });
    members.set(origin, {
      sequence: body.sequence,
      envelope,
      retained: retained.size > 0 ? retained : NOTHING_RETAINED,
      lostAt: Infinity,
      lossesWhenHeard: losses,
    });
    if (!known) observer.onAppeared(origin);
    return changes;
  }

  function isSaidPresent(nodeId: NodeId, sequence: number, nowMs: number): boolean {
    const known = said.get(nodeId);
    return known !== undefined && known.sequence >= sequence && nowMs - known.at < SAID_COUNTS_MS;
  }

  function noteSaid(nodeId: NodeId, sequence: number, nowMs: number): void {
    const before = said.get(nodeId)?.sequence ?? 0;
    said.delete(nodeId);
    said.set(nodeId, { sequence: Math.max(sequence, before), at: nowMs });
    dropOldest(said, MAX_MEMBERS);
  }

  /** Nothing newer is known of it than that it is gone. */
  function isGone(nodeId: NodeId, sequence: number): boolean {
    const gone = departed.get(nodeId);
    return gone !== undefined && (gone.reason === 'Left' || sequence <= gone.sequence);
  }

  function askAfterMs(nodeId: NodeId): number {
    return ASIDE_MS + spreadOf(self, nodeId) * ASIDE_SPREAD_MS;
  }

  function setAside(nodeId: NodeId, sequence: number, nowMs: number): void {
    if (isGone(nodeId, sequence) || (aside.get(nodeId)?.sequence ?? 0) >= sequence) return;
    aside.delete(nodeId);
    aside.set(nodeId, { sequence, dueAt: nowMs + askAfterMs(nodeId), isLeftToOthers: false });
    dropOldest(aside, MAX_ASIDE);
  }

  /** Once: a question may not go far enough to be answered. */
  function leaveToOthers(nodeId: NodeId, sequence: number, nowMs: number): void {
    const waiting = aside.get(nodeId);
    if (!waiting || waiting.dueAt === Infinity || sequence < waiting.sequence) return;
    waiting.dueAt = waiting.isLeftToOthers ? Infinity : nowMs + askAfterMs(nodeId);
    waiting.isLeftToOthers = true;
  }

  function applySuspicion(payload: Uint8Array, nowMs: number): void {
    const decoded = decodeValue(payload);
    const suspects = decoded.ok ? parseSuspicion(decoded.value) : undefined;
    for (const { nodeId, sequence } of suspects ?? []) {
      const member = members.get(nodeId);
      leaveToOthers(nodeId, sequence, nowMs);
      if (!member || sequence < member.sequence) continue;
      if (nodeId === self) {
        observer.onSelfSuspected();
        continue;
      }
      // Somebody has said it: no need to say it again.
      due.delete(nodeId);
      doubts.delete(nodeId);
      member.lostAt = Math.min(member.lostAt, nowMs + refuteWithinMs());
      suspected.add(nodeId);
    }
  }

  function doubt(nowMs: number): void {
    const enough = Math.min(Math.ceil(members.size * DOUBT_AFTER_SHARE), MAX_DOUBT_AFTER);
    for (const [nodeId, { lossesWhenHeard }] of members) {
      if (nodeId !== self && losses - lossesWhenHeard >= enough && !doubts.has(nodeId))
        doubts.set(nodeId, nowMs + DOUBT_AFTER_MS + spreadOf(self, nodeId) * DOUBT_SPREAD_MS);
    }
  }

  /** Whether a neighbour holds present whom we hold gone. */
  function contradicts(nodeId: NodeId, sequence: number, nowMs: number): boolean {
    const gone = departed.get(nodeId);
    if (!gone || sequence > gone.sequence) return false;
    // While the leaving itself is kept, the neighbour is given that.
    return gone.reason === 'Lost' || nowMs - gone.at > LEAVING_TOLD_MS;
  }

  return {
    has: (nodeId) => members.has(nodeId),
    hasLeft: (nodeId) => departed.get(nodeId)?.reason === 'Left',
    knows: (nodeId) => members.has(nodeId) || departed.get(nodeId)?.reason === 'Lost',
    get list() {
      return [...members.keys()];
    },
    get size() {
      return members.size;
    },
    apply(origin, body, envelope, nowMs, pulled = false) {
      const speaker = members.get(origin);
      if (speaker) {
        speaker.lossesWhenHeard = losses;
        doubts.delete(origin);
      }
      let changes: readonly RetainedChange[] = [];
      for (const item of body.items) {
        if (item.kind === ItemKind.Presence) {
          if (pulled && !speaker && !isSaidPresent(origin, body.sequence, nowMs))
            setAside(origin, body.sequence, nowMs);
          else changes = applyPresence(origin, body, envelope, nowMs);
        } else if (item.kind === ItemKind.Suspicion) applySuspicion(item.payload, nowMs);
        else if (item.kind === ItemKind.Leaving) depart(origin, body.sequence, 'Left', nowMs);
      }
      return changes;
    },
    lostTouch(nodeId, chance, nowMs) {
      const member = members.get(nodeId);
      const spreadMs = Math.max(0, TOLD_WITHIN_SHARE * refuteWithinMs() - TOLD_AFTER_MS);
      if (member && nodeId !== self && member.lostAt === Infinity && !due.has(nodeId))
        due.set(nodeId, nowMs + TOLD_AFTER_MS + chance * spreadMs);
    },
    regainedTouch: endSuspicion,
    askAgain(nowMs) {
      for (const nodeId of [...suspected]) {
        endSuspicion(nodeId);
        due.set(nodeId, nowMs);
      }
    },
    marks: () => [...members].map(([nodeId, { sequence }]) => ({ nodeId, sequence })),
    compare(marks, nowMs) {
      const theirs = new Map<NodeId, number>();
      const everyMs = questionEveryMs();
      for (const { nodeId, sequence } of marks) {
        theirs.set(nodeId, sequence);
        noteSaid(nodeId, sequence, nowMs);
        // Its presence was pulled, and the copy that the neighbour gives is one of what was seen.
        if (!contradicts(nodeId, sequence, nowMs) && !aside.has(nodeId)) continue;
        if (nowMs - (questionedAt.get(nodeId) ?? -Infinity) < everyMs) continue;
        questionedAt.set(nodeId, nowMs);
        due.set(nodeId, nowMs);
      }
      const missing: SignedEnvelope[] = [];
      for (const [nodeId, member] of members) {
        // Who lives answers, to the newcomer too; the suspicion came before it, so that it would hold the dead present.
        if (member.lostAt !== Infinity) continue;
        const held = theirs.get(nodeId);
        if (held === undefined || held < member.sequence) missing.push(member.envelope);
      }
      return missing;
    },
    dueSuspicions(nowMs) {
      const list: PresenceMark[] = [];
      for (const [nodeId, at] of due) {
        if (at > nowMs || list.length === MAX_SUSPECTS) continue;
        due.delete(nodeId);
        const waiting = aside.get(nodeId);
        if (waiting) waiting.dueAt = Infinity;
        const sequence = (members.get(nodeId) ?? waiting ?? departed.get(nodeId))?.sequence;
        if (sequence !== undefined) list.push({ nodeId, sequence });
      }
      return list;
    },
    nextLossAt() {
      let soonest = Infinity;
      for (const nodeId of suspected) soonest = Math.min(soonest, members.get(nodeId)!.lostAt);
      return soonest;
    },
    tick(nowMs) {
      if (doubtedLosses !== losses) {
        doubtedLosses = losses;
        doubt(nowMs);
      }
      for (const [nodeId, at] of doubts) {
        if (nowMs < at) continue;
        doubts.delete(nodeId);
        if (members.get(nodeId)?.lostAt === Infinity) due.set(nodeId, nowMs);
      }
      for (const [nodeId, { sequence, dueAt }] of aside) {
        if (isGone(nodeId, sequence)) aside.delete(nodeId);
        else if (nowMs >= dueAt) due.set(nodeId, nowMs);
      }
      for (const [nodeId, { at }] of said) {
        if (nowMs - at < SAID_COUNTS_MS) break;
        said.delete(nodeId);
      }
      for (const nodeId of suspected) {
        const member = members.get(nodeId);
        if (member && nowMs >= member.lostAt) depart(nodeId, member.sequence, 'Lost', nowMs);
      }
      if (questionedAt.size === 0) return;
      const everyMs = questionEveryMs();
      for (const [nodeId, at] of questionedAt) {
        if (nowMs - at < everyMs) break;
        questionedAt.delete(nodeId);
      }
    },
  };
}

/**
 * From 0 to 1. Mostly the asked node's own time, for every question is two floods, and many askers would all put theirs
 * first; then theirs.
 */
function spreadOf(asker: NodeId, asked: NodeId): number {
  const [one, other] = [asker, asked].map((nodeId) => parseInt(nodeId.slice(0, 8), 16)) as [number, number];
  const mixed = Math.imul(one ^ other, 0x9e3779b1) >>> 0;
  return ((2 / 3) * other + mixed / 3) / 2 ** 32;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
