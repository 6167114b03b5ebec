/**
 * Proven links from greeting to farewell: Connect, Welcome or Refuse, heartbeat, utility, backlog, Disconnect. [NB1-NB11]
 * A neighbour is an open proven link; `Neighbour` values exist only here, and only from a `Proof`.
 * Does not choose neighbours and does not flood.
 */
import type { NodeId } from '../base/ids.ts';
import { createTokenBucket, type TokenBucket } from '../base/token-bucket.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Connection, ConnectionClosedReason } from '../ports/transport.ts';
import type { ProvenSink } from '../link/attempt.ts';
import type { Proof } from '../link/proof.ts';
import { createProvenLink, type LinkFault, type ProvenLink } from '../link/proven-link.ts';
import { encodeRecord, MAX_REFERRALS, type LinkReason, type LinkRecord, type Referral } from '../wire/records.ts';
import { createLinkUtility, type LinkUtility } from './link-utility.ts';
import { ASK_LATER_MS, createPatience, MAX_PING_AFTER_MS, pingAfterMs, TICK_MS, type Patience } from './patience.ts';
import { createSlowLink, type SlowLink } from './slow-link.ts';
import type { MeshCounters, MeshSettings } from './types.ts';

/** Silence after which the link is closed. */
export const DEAD_AFTER_MS = 25_000;
/** A greeting is one round trip. */
export const GREETING_TIMEOUT_MS = 5_000;
/** Pings of one neighbour that are answered: an honest one sends one a second, and a few at once when it has slept. */
export const PINGS = { perSecond: 2, burst: 10 } as const;
/** After Disconnect or Refuse the far end closes; should it not, this end does. */
export const CLOSING_TIMEOUT_MS = 1_000;
/** Who is too slow is told so behind what its connection holds already: 256 KiB at 25 KiB/s. */
export const SLOW_CLOSING_TIMEOUT_MS = 10_000;

/** Why a neighbour is one no longer; the reasons that do not stand on the wire are this end's own observations. */
export type NeighbourClosedReason =
  LinkReason | LinkFault | ConnectionClosedReason | 'ConnectTimedOut' | 'Silent' | 'InvalidNeighbor';

export interface Neighbour {
  readonly nodeId: NodeId;
  readonly key: Uint8Array;
  /** Whether this end sought the link. */
  readonly dialled: boolean;
  readonly openedAt: number;
  /** As last told by it, raised by what was handed to it since. */
  degree: number;
  readonly isSuspect: boolean;
  /** It does not keep up: counts for nothing until it does, and is told NodeTooSlow if it never does. */
  readonly isSlow: boolean;
  /** Share of the copies on the link that were new to either end (link-utility.ts); undefined while too few to tell. */
  readonly utility: number | undefined;
  /** Bytes that wait to leave on the link. */
  readonly queuedBytes: number;
  send(record: LinkRecord): void;
  /** A copy of an envelope; left out when too much waits already. Whether it was taken. */
  relay(record: Uint8Array): boolean;
  /** A signal of another neighbour's; left out likewise. */
  passSignal(from: NodeId, signal: string): void;
}

export interface NeighboursObserver {
  onOpened(neighbour: Neighbour): void;
  onClosed(neighbour: Neighbour, reason: NeighbourClosedReason): void;
  /** A frame is about to leave: what is sent now goes with it. */
  onLeaving(neighbour: Neighbour): void;
  /** One end is about to say farewell, or has just said it: what is sent now is still taken, if it is of use then. */
  onParting(neighbour: Neighbour): void;
  /** Refused by the far end, or the greeting failed: never was a neighbour. */
  onRefused(nodeId: NodeId, reason: NeighbourClosedReason): void;
  onSuspect(neighbour: Neighbour): void;
  /** Who was suspect is not any more. */
  onHeardAgain(neighbour: Neighbour): void;
  onReferrals(from: NodeId, referrals: readonly Referral[]): void;
  /** A ping was answered. */
  onAnswered(nodeId: NodeId): void;
  /** Whether neighbours may be named to others (R28). */
  sharesReferrals(): boolean;
  /** No link is wanted with it. */
  refuses(neighbour: Neighbour): boolean;
  /** It relays nothing and counts for nothing. */
  isDiscounted(neighbour: Neighbour): boolean;
  /** How many times as long as usual to wait before a neighbour is suspect. */
  caution(): number;
  /** Everything that is not the business of this table. */
  onRecord(neighbour: Neighbour, record: LinkRecord): void;
}

export interface Neighbours {
  /** Open ones. */
  readonly list: readonly Neighbour[];
  /** Open, and neither suspect nor slow nor discounted. */
  readonly degree: number;
  /** Proven links of any stage. */
  readonly connections: number;
  /** Proven links that this end sought and that are not welcomed yet. */
  readonly greetings: number;
  /** When an answer is late: the median of the neighbours; 0 while none has answered. */
  readonly lateMs: number;
  /** The smoothed round trip of the median neighbour; 0 while none has answered. */
  readonly roundTripMs: number;
  get(nodeId: NodeId): Neighbour | undefined;
  /** Healthy neighbours to name to this one, at most MAX_REFERRALS. */
  referralsFor(nodeId: NodeId): Referral[];
  /** A copy of an envelope has come in on this link; `isNew` if it was the first. */
  noteCopy(nodeId: NodeId, isNew: boolean): void;
  hasLink(nodeId: NodeId): boolean;
  add(connection: Connection, proof: Proof, dialled: boolean, held: readonly Uint8Array[]): ProvenSink;
  disconnect(nodeId: NodeId, reason: LinkReason): void;
  /** Closes the link to a neighbour that broke the rules, without a word. */
  cut(nodeId: NodeId, reason: NeighbourClosedReason): void;
  /** Asks at once, and closes if nothing is heard in `deadlineMs`, or by when answers are late if that is longer. */
  challenge(nodeId: NodeId, deadlineMs: number): void;
  /** Asks this neighbour for referrals. */
  askReferrals(nodeId: NodeId): void;
  /** Asks it whether it lives. */
  ask(nodeId: NodeId): void;
  /** Ping all, clocks reset first (R40). */
  wake(): void;
  /** To be called when what has come in was taken in, for it judges silence. */
  tick(): void;
  /** Sends LeavingMesh to all. */
  leave(): void;
  /** True once nothing is left of any link. */
  readonly isEmpty: boolean;
  abort(): void;
}

/** A class for its getter's sake (closing-connections.ts says why). */
class Entry implements Neighbour {
  readonly nodeId: NodeId;
  readonly key: Uint8Array;
  degree = 0;
  isSuspect = false;
  isSlow = false;
  utility: number | undefined;
  stage: 'AwaitConnect' | 'AwaitWelcome' | 'Open' | 'Closing';
  deadline: number;
  openedAt: number;
  lastPingAt: number;
  lastSentAt: number;
  challengedAt = -Infinity;
  /** When it was last heard before it was suspected. */
  silentSince = -Infinity;
  /** Asked for referrals that have not come. */
  isAsked = false;
  readonly tally: LinkUtility;
  readonly pace: SlowLink = createSlowLink();
  readonly patience: Patience = createPatience();
  readonly pings: TokenBucket = createTokenBucket(PINGS);

  constructor(
    proof: Proof,
    readonly link: ProvenLink,
    readonly connection: Connection,
    public dialled: boolean,
    now: number,
  ) {
    this.nodeId = proof.nodeId;
    this.key = proof.key;
    this.stage = dialled ? 'AwaitWelcome' : 'AwaitConnect';
    this.deadline = now + GREETING_TIMEOUT_MS;
    this.openedAt = this.lastPingAt = this.lastSentAt = now;
    this.tally = createLinkUtility(now);
  }

  get queuedBytes(): number {
    return this.link.queuedBytes();
  }

  send(record: LinkRecord): void {
    if (record.type === 'Announce') for (let i = 0; i < record.ids.length; i++) this.tally.sent();
    this.link.send(record);
  }

  relay(record: Uint8Array): boolean {
    const isTaken = this.link.relay(record);
    if (isTaken) this.tally.sent();
    return isTaken;
  }

  passSignal(from: NodeId, signal: string): void {
    this.link.relay(encodeRecord({ type: 'SignalFrom', from, signal }));
  }
}

export function createNeighbours(
  deps: { clock: Clock; log: Log; counters: MeshCounters },
  settings: MeshSettings,
  observer: NeighboursObserver,
): Neighbours {
  const { clock, log, counters } = deps;
  const entries = new Map<NodeId, Entry>();
  let open: readonly Neighbour[] = [];
  let cancelLook: (() => void) | undefined;

  function refreshList(): void {
    open = [...entries.values()].filter((entry) => entry.stage === 'Open');
  }

  const isHealthy = (neighbour: Neighbour): boolean =>
    !neighbour.isSuspect && !neighbour.isSlow && !observer.isDiscounted(neighbour);

  function degree(): number {
    let number = 0;
    for (const neighbour of open) if (isHealthy(neighbour)) number += 1;
    return number;
  }

  function median(measureOf: (patience: Patience) => number | undefined): number {
    const known: number[] = [];
    for (const { patience } of entries.values()) {
      const measure = measureOf(patience);
      if (measure !== undefined) known.push(measure);
    }
    known.sort((a, b) => a - b);
    // The lower of two: one of them alone, slow or hostile, makes nobody patient.
    return known[(known.length - 1) >> 1] ?? 0;
  }

  function answersLateMs(): number {
    return median((patience) => patience.lateMs());
  }

  function referralsFor(nodeId: NodeId): Referral[] {
    if (!observer.sharesReferrals()) return [];
    return open
      .filter((other) => other.nodeId !== nodeId && isHealthy(other))
      .slice(0, MAX_REFERRALS)
      .map((other) => ({ nodeId: other.nodeId, degree: Math.min(other.degree, 255) }));
  }

  function makeOpen(entry: Entry): void {
    entry.stage = 'Open';
    entry.deadline = Infinity;
    entry.openedAt = clock.now();
    refreshList();
    log('link', 'opened', { node: entry.nodeId, dialled: entry.dialled });
    observer.onOpened(entry);
  }

  /** The entry is no neighbour from here on; the link may still say farewell. */
  function stopBeingNeighbour(entry: Entry, reason: NeighbourClosedReason): void {
    const was = entry.stage;
    entry.stage = 'Closing';
    refreshList();
    if (was === 'Open') {
      log('link', 'closed', { node: entry.nodeId, reason });
      observer.onClosed(entry, reason);
    } else if (was !== 'Closing') {
      log('link', 'refused', { node: entry.nodeId, reason });
      observer.onRefused(entry.nodeId, reason);
    }
  }

  function release(entry: Entry): void {
    entry.link.close();
    entry.connection.close();
    if (entries.get(entry.nodeId) === entry) entries.delete(entry.nodeId);
  }

  function cutEntry(entry: Entry, reason: NeighbourClosedReason): void {
    // Removed first: what the observer does on hearing of it must not find the link.
    release(entry);
    stopBeingNeighbour(entry, reason);
  }

  function sayFarewell(entry: Entry, record: LinkRecord & { reason: LinkReason }): void {
    if (entry.stage === 'Open') observer.onParting(entry);
    entry.send(record);
    entry.deadline = clock.now() + (record.reason === 'NodeTooSlow' ? SLOW_CLOSING_TIMEOUT_MS : CLOSING_TIMEOUT_MS);
    stopBeingNeighbour(entry, record.reason);
  }

  /** Both at once: neither greeting waits for the other. */
  function greet(entry: Entry): void {
    if (observer.refuses(entry)) sayFarewell(entry, { type: 'Refuse', reason: 'NotUsefulNeighbor', referrals: [] });
    else if (entry.dialled) entry.send({ type: 'Connect', degree: degree() });
    else if (open.length < settings.cap)
      entry.send({ type: 'Welcome', degree: degree() + 1, referrals: referralsFor(entry.nodeId) });
    else sayFarewell(entry, { type: 'Refuse', reason: 'NodeBusy', referrals: referralsFor(entry.nodeId) });
  }

  function accept(entry: Entry, greeting: Extract<LinkRecord, { type: 'Connect' | 'Welcome' }>): void {
    entry.degree = greeting.degree;
    makeOpen(entry);
    if (greeting.type === 'Welcome') observer.onReferrals(entry.nodeId, greeting.referrals);
  }

  function acceptRecord(entry: Entry, record: LinkRecord): void {
    if (record.type === 'Refuse' || record.type === 'Disconnect') {
      if (entry.stage === 'Open') observer.onParting(entry);
      observer.onReferrals(entry.nodeId, record.referrals);
      return cutEntry(entry, record.reason);
    }
    switch (entry.stage) {
      case 'AwaitConnect':
        return record.type === 'Connect' ? accept(entry, record) : cutEntry(entry, 'InvalidNeighbor');
      case 'AwaitWelcome':
        return record.type === 'Welcome' ? accept(entry, record) : cutEntry(entry, 'InvalidNeighbor');
      case 'Closing':
        // What was under way when we said farewell is not lost.
        if (record.type === 'Flood' || record.type === 'Held' || record.type === 'Receipts')
          observer.onRecord(entry, record);
        return;
      case 'Open':
        return acceptOpenRecord(entry, record);
    }
  }

  function acceptOpenRecord(entry: Entry, record: LinkRecord): void {
    switch (record.type) {
      case 'Connect':
      case 'Welcome':
        return cutEntry(entry, 'InvalidNeighbor');
      case 'Ping':
        entry.degree = record.degree;
        if (!entry.pings.take(clock.now())) return void (counters.requestsRefused += 1);
        return pong(entry, record.hungry ? referralsFor(entry.nodeId) : []);
      case 'LinkUtility':
        if (!entry.tally.accept(record)) return cutEntry(entry, 'InvalidNeighbor');
        entry.utility = entry.tally.value();
        return;
      case 'Pong':
        entry.degree = record.degree;
        entry.patience.answered(clock.now());
        // Unasked-for names are how a neighbour would choose whom we meet.
        if (entry.isAsked && record.referrals.length > 0) {
          entry.isAsked = false;
          observer.onReferrals(entry.nodeId, record.referrals);
        }
        return observer.onAnswered(entry.nodeId);
      default:
        return observer.onRecord(entry, record);
    }
  }

  function pong(entry: Entry, referrals: readonly Referral[] = []): void {
    entry.send({ type: 'Pong', degree: degree(), referrals });
  }

  function ping(entry: Entry, hungry: boolean): void {
    entry.lastPingAt = clock.now();
    entry.patience.asked(entry.lastPingAt);
    entry.send({ type: 'Ping', degree: degree(), hungry });
  }

  function tellUtility(entry: Entry, rides = false): void {
    const report = entry.tally.due(clock.now(), rides);
    if (report) entry.send({ type: 'LinkUtility', ...report });
  }

  function disconnect(entry: Entry, reason: LinkReason): void {
    sayFarewell(entry, { type: 'Disconnect', reason, referrals: referralsFor(entry.nodeId) });
  }

  function tickOpen(entry: Entry, now: number): void {
    const silence = entry.link.silenceMs();
    if (entry.link.lastHeardAt() > entry.challengedAt) entry.deadline = Infinity;
    if (now >= entry.deadline) {
      // Somebody of its ID seeks a new link: should this one live after all, its end is told why.
      entry.send({ type: 'Disconnect', reason: 'DuplicateNeighbor', referrals: [] });
      return cutEntry(entry, 'DuplicateNeighbor');
    }
    if (silence >= DEAD_AFTER_MS) return cutEntry(entry, 'Silent');
    const isTooSlow = entry.pace.check(entry.link.queuedBytes(), entry.link.leftBytes(), now);
    entry.isSlow = entry.pace.isSlow();
    if (isTooSlow && open.length > 1) {
      // What waits has other ways, and would be in the way of the farewell.
      entry.link.discardQueue();
      return disconnect(entry, 'NodeTooSlow');
    }
  }

  /** Asks who has been silent for long and judges who has been for too long; returns when to look again, in ms. */
  function lookAt(entry: Entry, othersLateMs: number): number {
    const silence = entry.link.silenceMs();
    const untilBeat = beat(entry, silence, othersLateMs);
    const untilSuspect = entry.patience.suspectAfterMs(othersLateMs, observer.caution()) - silence;
    // Patience that has grown meanwhile, or silence that was excused, is no sign of life.
    const isHeard = entry.link.lastHeardAt() > entry.silentSince;
    judge(entry, untilSuspect <= 0 || (entry.isSuspect && !isHeard));
    return Math.min(untilSuspect > 0 ? untilSuspect : Infinity, untilBeat);
  }

  /** Says that this node lives, or asks whether the other does; returns when to look again, in ms. */
  function beat(entry: Entry, silence: number, othersLateMs: number): number {
    const now = clock.now();
    const beatAfter = pingAfterMs(othersLateMs);
    const isDue = now - entry.lastSentAt >= beatAfter;
    // Where both are silent one end asks, which tells the other as much; so both rarely ask each other.
    const areBothSilent = silence >= beatAfter / 2;
    const unasked = now - entry.lastPingAt;
    const untilAsk = beatAfter + ASK_LATER_MS - Math.min(silence, unasked);
    if (untilAsk <= 0 || unasked >= MAX_PING_AFTER_MS || (isDue && areBothSilent && entry.dialled)) ping(entry, false);
    else if (isDue && !areBothSilent) pong(entry);
    return untilAsk > 0 ? untilAsk : Infinity;
  }

  /** Looks again when the next neighbour is due, if that is before the next tick. */
  function lookAtAll(): void {
    const othersLateMs = answersLateMs();
    let soonest = TICK_MS;
    for (const entry of [...entries.values()])
      if (entry.stage === 'Open') soonest = Math.min(soonest, lookAt(entry, othersLateMs));
    // Not so soon that on a virtual clock no time would pass.
    soonest = Math.max(1, soonest);
    cancelLook?.();
    const dueAt = clock.now() + soonest;
    const look = (): void => {
      // After a sleep the tick comes first: it knows.
      if (clock.now() - dueAt < TICK_MS) clock.defer(lookAtAll);
    };
    cancelLook = soonest < TICK_MS ? clock.schedule(soonest, look) : undefined;
  }

  function judge(entry: Entry, isSuspect: boolean): void {
    if (isSuspect === entry.isSuspect) return;
    entry.isSuspect = isSuspect;
    if (isSuspect) entry.silentSince = entry.link.lastHeardAt();
    log('link', isSuspect ? 'suspected' : 'heardAgain', { node: entry.nodeId });
    if (isSuspect) observer.onSuspect(entry);
    else observer.onHeardAgain(entry);
  }

  return {
    get list() {
      return open;
    },
    get degree() {
      return degree();
    },
    get connections() {
      return entries.size;
    },
    get greetings() {
      let number = 0;
      for (const entry of entries.values()) if (entry.stage === 'AwaitWelcome') number += 1;
      return number;
    },
    get lateMs() {
      return answersLateMs();
    },
    get roundTripMs() {
      return median((patience) => patience.roundTripMs());
    },
    get(nodeId) {
      const entry = entries.get(nodeId);
      return entry?.stage === 'Open' ? entry : undefined;
    },
    referralsFor,
    noteCopy(nodeId, isNew) {
      const entry = entries.get(nodeId);
      if (entry?.stage !== 'Open') return;
      entry.tally.received(isNew);
      entry.utility = entry.tally.value();
      tellUtility(entry);
    },
    hasLink: (nodeId) => entries.has(nodeId),
    add(connection, proof, dialled, held) {
      const link = createProvenLink(clock, connection, proof, {
        onRecord: (record) => acceptRecord(entry, record),
        onFault: (fault) => cutEntry(entry, fault),
        onLeaving() {
          if (entry.stage !== 'Open') return;
          tellUtility(entry, true);
          observer.onLeaving(entry);
        },
        onFrameSent(bytes) {
          entry.lastSentAt = clock.now();
          counters.framesSent += 1;
          counters.bytesSent += bytes;
        },
      });
      const entry = new Entry(proof, link, connection, dialled, clock.now());
      entries.set(proof.nodeId, entry);
      greet(entry);
      for (const frame of held) link.acceptFrame(frame);
      return {
        onFrame: (frame) => link.acceptFrame(frame),
        onDrain: () => link.onDrain(),
        onClosed: (reason) => cutEntry(entry, reason),
      };
    },
    disconnect(nodeId, reason) {
      const entry = entries.get(nodeId);
      if (entry?.stage === 'Open') disconnect(entry, reason);
    },
    cut(nodeId, reason) {
      const entry = entries.get(nodeId);
      if (entry) cutEntry(entry, reason);
    },
    challenge(nodeId, deadlineMs) {
      const entry = entries.get(nodeId);
      if (entry?.stage !== 'Open' || entry.deadline !== Infinity) return;
      entry.challengedAt = clock.now();
      // Whoever stands between us may have made up that it seeks us: it must not be cut for being as late as all are.
      entry.deadline = entry.challengedAt + Math.max(deadlineMs, answersLateMs(), entry.patience.lateMs() ?? 0);
      ping(entry, false);
    },
    askReferrals(nodeId) {
      const entry = entries.get(nodeId);
      if (entry?.stage !== 'Open') return;
      entry.isAsked = true;
      ping(entry, true);
    },
    ask(nodeId) {
      const entry = entries.get(nodeId);
      if (entry?.stage === 'Open') ping(entry, false);
    },
    wake() {
      for (const entry of entries.values()) {
        entry.link.excuseSilence();
        if (entry.stage !== 'Open') continue;
        entry.deadline = Infinity;
        ping(entry, false);
      }
    },
    tick() {
      const now = clock.now();
      for (const entry of [...entries.values()]) {
        if (entry.stage === 'Open') tickOpen(entry, now);
        else if (now >= entry.deadline) cutEntry(entry, 'ConnectTimedOut');
      }
      lookAtAll();
    },
    leave() {
      // First who is named to whom, for one after the other stops being a neighbour.
      const farewells = [...entries.values()].map((entry) => ({ entry, referrals: referralsFor(entry.nodeId) }));
      for (const { entry, referrals } of farewells) {
        if (entry.stage === 'Open') sayFarewell(entry, { type: 'Disconnect', reason: 'LeavingMesh', referrals });
        else if (entry.stage !== 'Closing') cutEntry(entry, 'LeavingMesh');
      }
    },
    get isEmpty() {
      return entries.size === 0;
    },
    abort() {
      for (const entry of [...entries.values()]) release(entry);
      refreshList();
      cancelLook?.();
    },
  };
}
