/**
 * A peer node: the parts of the mesh put together behind the public face of types.ts. [ND1-ND7]
 * Owns the life cycle (open, one tick, close) and the wiring; every decision lies in a part.
 */
import { assert } from '../base/assert.ts';
import { toHex } from '../base/bytes.ts';
import { dropOldest } from '../base/drop-oldest.ts';
import { createEmitter } from '../base/emitter.ts';
import type { EndpointPath, NodeId } from '../base/ids.ts';
import { encodeSuspicion, MAX_HOPS, type LinkRecord } from '../wire/records.ts';
import { EPOCH_BYTES, ItemKind, nodeIdOf } from '../wire/envelope.ts';
import { createTokenBuckets } from '../base/token-bucket.ts';
import { watchClosing } from '../link/closing-connections.ts';
import { createCatchUp } from './catch-up.ts';
import { createCaution } from './caution.ts';
import { createChannels } from './channels.ts';
import { createContributions } from './contributions.ts';
import { createEnvelopeStore } from './envelope-store.ts';
import { createFilters, isLocal, isRemote } from './filters.ts';
import { createFlood, FAR_HOPS, type AcceptedEnvelope } from './flood.ts';
import { createMaintainer, type Maintainer } from './maintainer.ts';
import { createMembership } from './membership.ts';
import { createNeighbours, type Neighbour, type NeighbourClosedReason } from './neighbours.ts';
import { createOrigin, maxPayloadBytes } from './origin.ts';
import { TICK_MS } from './patience.ts';
import { createReceipts } from './receipts.ts';
import { createOutbox } from './outbox.ts';
import { createRendezvous } from './rendezvous.ts';
import { completeSettings } from './settings.ts';
import { createShuffle } from './shuffle.ts';
import { createSignalling } from './signalling.ts';
import type {
  DeliveryState,
  MeshChannel,
  MeshCounters,
  PeerNode,
  PeerNodeEvents,
  PeerNodeOptions,
  PeerNodePorts,
  SendOptions,
  SendOutcome,
} from './types.ts';

/** A tick this late means that the host slept: silence of others in that time says nothing. */
const SLEPT_AFTER_MS = 3_000;
/** A tick that is no later has nothing to wait for. */
const PROMPT_MS = 20;
/**
 * Of all members that lack a tree so many grow one at a tick, by lot, before they hear of another's: one or two in all, and where
 * each has a tree of its own the others follow.
 */
const GROWERS_A_TICK = 4;
/** A suspicion is answered no more often than this; who suspects waits three seconds. */
const ANSWER_EVERY_MS = 1_000;
/** After close, links get this long to say farewell. */
const CLOSE_TIMEOUT_MS = 1_500;
const CLOSE_STEP_MS = 50;
/** Nodes remembered of those with whom no link is wanted; the first to show its key is forgotten first. */
const MAX_UNWANTED = 64;
/** Signals a neighbour may have passed on: a dozen newcomers at once, each with an offer and its candidates. */
export const PASSED_SIGNALS = { perSecond: 50, burst: 400 } as const;

export function createPeerNode(ports: PeerNodePorts, options: PeerNodeOptions): PeerNode {
  const { clock, random, signer, log } = ports;
  const { meshId, secret } = options;
  const settings = completeSettings(options.settings);
  const epoch = random.bytes(EPOCH_BYTES);
  const nodeId = nodeIdOf(signer.publicKey, epoch);
  const events = createEmitter<PeerNodeEvents>();
  const counters: MeshCounters = {
    framesSent: 0,
    bytesSent: 0,
    envelopesSent: 0,
    envelopesReceived: 0,
    duplicatesReceived: 0,
    envelopesAccepted: 0,
    lastHop: 0,
    invalidReceived: 0,
    promisesBroken: 0,
    requestsRefused: 0,
    stampsDisbelieved: 0,
    dialsOverResolver: 0,
    dialsOverNeighbours: 0,
  };
  const closing = watchClosing(ports.transport);
  const deps = { ...ports, transport: closing.transport, counters };
  const channels = createChannels();
  const store = createEnvelopeStore();
  const receipts = createReceipts(ports, {
    announcementsRide: () => flood.announcements.doRide(),
    onReached(envelopeId, nodes) {
      outbox.reached(envelopeId);
      events.emit('envelopeReached', { envelopeId, nodes });
    },
  });
  const filters = createFilters(channels.has, (path, error) =>
    // Later, so that whoever hears of it cannot stop the relaying either.
    clock.defer(() => events.emit('filterFailed', { path, error })),
  );
  const outbox = createOutbox(counters, (messageIds, delivery) =>
    events.emit('deliveryChanged', { messageIds, delivery }),
  );
  const signalBudgets = createTokenBuckets<Neighbour>(PASSED_SIGNALS);
  let state: 'New' | 'Open' | 'Closing' | 'Closed' = 'New';
  let isFirstAttemptOver = false;
  let isAnswerDue = false;
  let answeredAt = -Infinity;
  let lastTickAt = clock.now();
  let cancelTick: (() => void) | undefined;
  let cancelLoss: (() => void) | undefined;
  /** The connection begun ahead of the first dial. */
  let letGoOfPrepared: (() => void) | undefined;

  const contributions = createContributions();
  /** Identity keys with which no link is wanted. */
  let refused: ReadonlySet<string> = new Set();
  /** Nodes of these that have shown their key: they are not dialled again. */
  const unwanted = new Set<NodeId>();
  const caution = createCaution();
  const membership = createMembership(nodeId, {
    onAppeared(id) {
      maintainer.onAppeared();
      events.emit('memberAppeared', { nodeId: id });
    },
    onDisappeared(id, reason) {
      log('mesh', 'memberDisappeared', { node: id, reason });
      maintainer.onLost(id);
      events.emit('memberDisappeared', { nodeId: id, reason });
    },
    roundTripMs: () => neighbours.roundTripMs,
    caution: cautionNow,
    onLateAnswer: () => caution.raise(clock.now()),
    onSelfSuspected: answerSuspicion,
  });
  const catchUp = createCatchUp(deps, membership, store, {
    missing: (id, ranges) => flood.missing(id, ranges),
    lateMs: () => neighbours.lateMs,
  });
  const origin = createOrigin(deps, { meshId, epoch, maxEnvelopeBytes: settings.maxEnvelopeBytes }, (finished) =>
    flood.publish(finished),
  );
  const flood = createFlood(deps, { meshId, nodeId, maxEnvelopeBytes: settings.maxEnvelopeBytes }, store, {
    neighbours: () => neighbours.list,
    // A node that is not listed has no presence to grow a tree with, and the mesh may be larger than the list.
    members: () => (settings.isListed ? membership.size : Infinity),
    lateMs: () => neighbours.lateMs,
    filter: filters.apply,
    onAccepted,
    onFarther: keep,
    isHeldBy: catchUp.isHeldBy,
    onCopy(neighbour, isNew) {
      if (!isNew) contributions.takenAgain(neighbour);
      neighbours.noteCopy(neighbour.nodeId, isNew);
    },
    onBroken: contributions.broken,
    onEquivocation: (equivocation) => events.emit('equivocation', equivocation),
    onOffence: (neighbour) => neighbours.cut(neighbour.nodeId, 'InvalidNeighbor'),
  });
  const neighbours = createNeighbours(deps, settings, {
    onOpened,
    onClosed,
    onParting: receipts.tell,
    onLeaving(neighbour) {
      flood.announcements.tell(neighbour);
      receipts.ride(neighbour);
    },
    sharesReferrals,
    refuses,
    isDiscounted: (neighbour) => maintainer.isDiscounted(neighbour),
    caution: cautionNow,
    onRefused: (id, reason) => maintainer.onRefused(id, reason),
    onSuspect(neighbour) {
      flood.announcements.doubt(neighbour);
      signalling.loseCarrier(neighbour.nodeId);
      lostTouch(neighbour);
    },
    // On a busy machine most are only late: what was not told yet need not be.
    onHeardAgain: (neighbour) => membership.regainedTouch(neighbour.nodeId),
    onReferrals: (from, referrals) => {
      if (sharesReferrals()) maintainer.onReferrals(from, referrals);
    },
    onAnswered: (id) => maintainer.onAnswered(id),
    onRecord,
  });
  const rendezvous = createRendezvous(
    ports,
    { meshId, nodeId },
    {
      onReachable: () => events.emit('resolverReachable', undefined),
      onUnreachable() {
        events.emit('resolverUnreachable', undefined);
        endFirstAttempt();
      },
      onRegistered: (nodeIds) => maintainer.onRegistered(nodeIds),
      onSignal: (from, text) => signalling.acceptSignal(from, undefined, text),
    },
  );
  const signalling = createSignalling(
    deps,
    { meshId, nodeId, epoch, secret },
    {
      sendSignal(to, path, signal) {
        const via = path === undefined ? undefined : neighbours.get(path);
        if (via) via.send({ type: 'SignalTo', to, signal });
        else rendezvous.signal(to, signal);
      },
      admits: (id, path) => (state === 'Open' ? maintainer.admits(id, path) : 'Ignore'),
      onProven: (connection, proof, offered, held) => neighbours.add(connection, proof, offered, held),
      onFailed(id, dialled, reason) {
        log('link', 'attemptFailed', { node: id, dialled, reason });
        if (state !== 'Open') return;
        if (reason === 'AnotherPassword') events.emit('anotherPasswordMet', { nodeId: id });
        else if (dialled && reason !== 'Busy') events.emit('connectionFailed', { nodeId: id });
        maintainer.onDialFailed(id, dialled, reason);
      },
    },
  );
  const maintainer: Maintainer = createMaintainer(
    deps,
    { nodeId, settings },
    { neighbours, signalling, rendezvous, membership, contributions, closing },
    {
      onNobodyFound() {
        endFirstAttempt();
        events.emit('nobodyFound', undefined);
      },
      sharesReferrals,
      isUnwanted: (id) => unwanted.has(id),
    },
  );

  const shuffle = createShuffle(ports, neighbours, {
    sharesReferrals,
    onReferrals: (from, referrals) => maintainer.onReferrals(from, referrals),
  });

  function refuses({ nodeId: id, key }: Neighbour): boolean {
    if (!refused.has(toHex(key))) return false;
    unwanted.add(id);
    dropOldest(unwanted, MAX_UNWANTED);
    return true;
  }

  /** At once, but not more often: whoever suspects us over and over must not have us flood the mesh. */
  function answerSuspicion(): void {
    const now = clock.now();
    isAnswerDue = now - answeredAt < ANSWER_EVERY_MS;
    if (isAnswerDue) return;
    answeredAt = now;
    announce();
  }

  function cautionNow(): number {
    return caution.factor(clock.now());
  }

  function announce(): void {
    if (settings.isListed) origin.announce();
  }

  function sharesReferrals(): boolean {
    return ports.resolver.canShareReferrals && !rendezvous.controlsMeshShape;
  }

  function onOpened(neighbour: Neighbour): void {
    membership.regainedTouch(neighbour.nodeId);
    flood.announcements.gain(neighbour);
    if (neighbours.degree === 1) membership.askAgain(clock.now());
    catchUp.greet(neighbour);
    events.emit('neighbourOpened', { nodeId: neighbour.nodeId });
    if (neighbours.list.length === 1) events.emit('online', undefined);
    endFirstAttempt();
    maintainer.onOpened(neighbour);
  }

  function onClosed(neighbour: Neighbour, reason: NeighbourClosedReason): void {
    const isOwnClose = state !== 'Open';
    events.emit('neighbourClosed', { nodeId: neighbour.nodeId, reason });
    if (isOwnClose) return;
    flood.announcements.lose(neighbour);
    catchUp.lose(neighbour);
    outbox.lose(neighbour);
    signalling.loseCarrier(neighbour.nodeId);
    if (neighbours.list.length === 0) events.emit('offline', undefined);
    // A link that was given up says nothing about the node; any other end may be the node's own.
    const isGivenUp = reason === 'NotUsefulNeighbor' || reason === 'NodeTooSlow';
    // Where no other link is left nobody would ever tell of it.
    if (!isGivenUp || neighbours.list.length === 0) lostTouch(neighbour);
    maintainer.onClosed(neighbour, reason);
  }

  function lostTouch(neighbour: Neighbour): void {
    membership.lostTouch(neighbour.nodeId, random.fraction(), clock.now());
  }

  function onRecord(neighbour: Neighbour, record: LinkRecord): void {
    switch (record.type) {
      case 'Flood':
      case 'Held':
        return flood.receive(neighbour, record);
      case 'Announce':
        return flood.announcements.onAnnounce(neighbour, record);
      case 'Prune':
        return flood.announcements.onPrune(neighbour, record.trees);
      case 'Graft':
        return flood.announcements.onGraft(neighbour, record.ids);
      case 'Eager':
        return flood.announcements.onEager(neighbour, record.trees);
      case 'Receipts':
        return receipts.onReceipts(neighbour, record);
      case 'Digest':
        catchUp.onDigest(neighbour, record);
        return outbox.welcome(neighbour);
      case 'Pull':
        return catchUp.onPull(neighbour, record);
      case 'SignalTo':
        return passOn(neighbour, record);
      case 'SignalFrom':
        return signalling.acceptSignal(record.from, neighbour.nodeId, record.signal);
      case 'Shuffle':
      case 'Shuffled':
        return shuffle.receive(neighbour, record);
      case 'HandOver':
        return maintainer.onHandOver(neighbour, record.nodeId);
      default:
        return neighbours.cut(neighbour.nodeId, 'InvalidNeighbor');
    }
  }

  /** Referrals carry their own signalling path: this node stands between the two it introduced. */
  function passOn(neighbour: Neighbour, { to, signal }: Extract<LinkRecord, { type: 'SignalTo' }>): void {
    if (!signalBudgets.take(neighbour, clock.now())) return;
    neighbours.get(to)?.passSignal(neighbour.nodeId, signal);
  }

  /** For others. */
  function keep({ id, origin: from, body, envelope, hops, hopLimit, tree, pulled }: AcceptedEnvelope): void {
    const isHistory = body.items.some(({ kind }) => kind === ItemKind.Message || kind === ItemKind.Leaving);
    // Not the decoded body, which is as large again.
    store.add(
      { id, origin: from, sequence: body.sequence, envelope, hops, hopLimit, tree, pulled },
      isHistory,
      clock.now(),
    );
  }

  function onAccepted(accepted: AcceptedEnvelope): void {
    const { id, body, origin: from, own, tree } = accepted;
    // Where each has a tree all that are missing grow together, in the same frames.
    if (tree === id && !own) growTree(true);
    // What ends here nobody else can bring.
    if (!accepted.pulled && accepted.hopLimit >= FAR_HOPS)
      contributions.taken(from, accepted.from, neighbours.list, clock.now());
    const changes = membership.apply(from, body, accepted.envelope, clock.now(), accepted.pulled);
    if (accepted.hopLimit > 0) keep(accepted);
    catchUp.onTaken(from, body.sequence, accepted.from);
    if (!own && !origin.follow(body.stamp)) counters.stampsDisbelieved += 1;
    const delivery = own && accepted.hopLimit > 0 ? keepOwn(accepted) : undefined;
    const { originKey, sequence, stamp } = body;
    const common = { origin: from, originKey, envelopeId: id, sequence, stamp, own, ...(delivery && { delivery }) };
    for (const { path, payload, index } of changes) {
      channels.deliver({ ...common, path, payload, index, messageId: `${id}/${index}`, retained: true });
    }
    let isDelivered = false;
    body.items.forEach(({ kind, path, payload }, index) => {
      if (kind !== ItemKind.Message || path === '' || accepted.withheld?.has(index)) return;
      isDelivered ||= channels.has(path);
      channels.deliver({ ...common, path, payload, index, messageId: `${id}/${index}`, retained: false });
    });
    if (body.items.some(({ kind }) => kind === ItemKind.Message)) receipts.taken(id, accepted.from, isDelivered);
  }

  /** Until somebody is known to have it. */
  function keepOwn({ id, body, envelope, hopLimit }: AcceptedEnvelope): DeliveryState | undefined {
    const messageIds = body.items.flatMap(({ kind }, index) => (kind === ItemKind.Message ? [`${id}/${index}`] : []));
    if (messageIds.length === 0) return undefined;
    return outbox.add({ id, messageIds, envelope, hopLimit }, neighbours.list);
  }

  function endFirstAttempt(): void {
    if (isFirstAttemptOver || state !== 'Open') return;
    isFirstAttemptOver = true;
    letGoOfPrepared?.();
    events.emit('firstAttemptEnded', { online: neighbours.list.length > 0 });
  }

  function onWake(): void {
    neighbours.wake();
    maintainer.wake();
  }

  function onTick(): void {
    const lateMs = clock.now() - lastTickAt - TICK_MS;
    lastTickAt = clock.now();
    if (lateMs > SLEPT_AFTER_MS) onWake();
    // Late, so what others sent meanwhile may wait as well: nobody is judged before it is taken in.
    if (lateMs > PROMPT_MS) clock.defer(() => state === 'Open' && tick());
    else tick();
  }

  function tick(): void {
    const now = clock.now();
    neighbours.tick();
    catchUp.tick(neighbours.list);
    signalling.tick();
    if (state === 'Open') {
      rendezvous.tick();
      store.expire(now);
      outbox.tick();
      if (isAnswerDue) answerSuspicion();
      membership.tick(now);
      loseInTime(now);
      const suspects = membership.dueSuspicions(now);
      if (suspects.length > 0)
        origin.send({ kind: ItemKind.Suspicion, path: '', payload: encodeSuspicion(suspects) }, MAX_HOPS);
      maintainer.tick();
      shuffle.tick();
      growTree(false);
    }
    // Whoever was told something may have closed the node.
    if (state === 'Open') scheduleTick();
  }

  /**
   * A tree for what is said next, which need not be flooded then. Of all that are without one so many grow one, by lot;
   * where each has its own, the others follow.
   */
  function growTree(isGrowing: boolean): void {
    if (!settings.isListed || neighbours.list.length < 2 || !flood.announcements.isTreeMissing(isGrowing)) return;
    if (!isGrowing && random.fraction() * membership.size >= GROWERS_A_TICK) return;
    flood.announcements.growTree();
    announce();
  }

  /** Who is to be held lost before the next tick is so at its time. */
  function loseInTime(now: number): void {
    const dueAt = membership.nextLossAt();
    if (dueAt >= now + TICK_MS) return;
    cancelLoss = clock.schedule(dueAt - now, () => {
      // Its answer may have come in; and after a sleep the tick comes first: it knows.
      if (clock.now() - dueAt < TICK_MS) clock.defer(() => membership.tick(clock.now()));
    });
  }

  function scheduleTick(): void {
    cancelTick = clock.schedule(TICK_MS, onTick);
  }

  function close(): void {
    if (state !== 'Open') return;
    state = 'Closing';
    cancelTick?.();
    cancelLoss?.();
    maintainer.close();
    letGoOfPrepared?.();
    // Whom nobody was told of, nobody need miss.
    if (settings.isListed) origin.send({ kind: ItemKind.Leaving, path: '', payload: new Uint8Array() }, MAX_HOPS);
    rendezvous.close();
    const until = clock.now() + CLOSE_TIMEOUT_MS;
    const step = (): void => {
      if (origin.isIdle) neighbours.leave();
      neighbours.tick();
      if (clock.now() >= until || neighbours.isEmpty) return end();
      cancelTick = clock.schedule(CLOSE_STEP_MS, step);
    };
    // The leaving envelope is signed and flooded in this turn or soon after it; then the links say farewell.
    cancelTick = clock.schedule(0, step);
  }

  function end(): void {
    state = 'Closed';
    cancelTick?.();
    origin.close();
    signalling.close();
    flood.announcements.close();
    receipts.close();
    neighbours.abort();
  }

  function send(path: EndpointPath, payload: Uint8Array, sendOptions: SendOptions = {}): SendOutcome {
    if (state !== 'Open') return 'NotOpen';
    if (payload.length > maxPayloadBytes(settings.maxEnvelopeBytes, path)) return 'TooLarge';
    if (sendOptions.retained) {
      assert(settings.isListed, 'what is retained is told with the presence');
      if (!origin.retain(path, payload)) return 'TooLarge';
      origin.announce();
      return 'Queued';
    }
    const given = sendOptions.hopLimit ?? MAX_HOPS;
    assert(Number.isInteger(given) && given >= 0, `hop limit ${given}`);
    const answer = filters.ask({ path, payload, origin: nodeId, originKey: signer.publicKey, own: true });
    if (answer === 'None') return 'Queued';
    const hopLimit = isRemote(answer) ? Math.min(given, MAX_HOPS) : 0;
    if (hopLimit > 0 && neighbours.degree === 0) {
      const { items, bytes } = origin.waiting;
      if (!outbox.hasRoom(items + 1, bytes + payload.length)) return 'OutboxFull';
    }
    const item = { kind: ItemKind.Message, path, payload };
    return origin.send(item, hopLimit, isLocal(answer)) ? 'Queued' : 'RateExceeded';
  }

  const node: PeerNode = {
    meshId,
    nodeId,
    get isOpen() {
      return state === 'Open';
    },
    get isOnline() {
      return state === 'Open' && neighbours.list.length > 0;
    },
    get neighbours() {
      return neighbours.list.map((neighbour) => neighbour.nodeId);
    },
    get members() {
      return membership.list;
    },
    counters,
    get sizes() {
      return { seen: flood.seenCount, kept: store.size };
    },
    on: events.on,
    open() {
      assert(state === 'New', 'a peer node opens once; a new session is a new node');
      state = 'Open';
      log('mesh', 'opened', { node: nodeId });
      rendezvous.open();
      letGoOfPrepared = ports.transport.prepare?.();
      announce();
      lastTickAt = clock.now();
      // A random first tick, so that nodes opened together do not act together ever after.
      cancelTick = clock.schedule(random.fraction() * TICK_MS, onTick);
    },
    close,
    channel(path): MeshChannel {
      const entry = channels.add(path);
      let isOpen = true;
      return {
        path,
        node,
        send: (payload, sendOptions) => (isOpen ? send(path, payload, sendOptions) : 'NotOpen'),
        onDelivery: entry.onDelivery,
        close() {
          isOpen = false;
          if (!entry.remove()) return;
          origin.retain(path, undefined);
          // The last channel closed leaves the mesh (R7); another path merely ends its present state.
          if (channels.size === 0) close();
          else if (state === 'Open') announce();
        },
      };
    },
    setFilter: filters.set,
    refuse(keys) {
      refused = new Set(keys.map(toHex));
      unwanted.clear();
      for (const neighbour of neighbours.list)
        if (refuses(neighbour)) neighbours.disconnect(neighbour.nodeId, 'NotUsefulNeighbor');
    },
    refreshConnection() {
      if (state === 'Open') maintainer.refreshConnection();
    },
    wake() {
      if (state !== 'Open') return;
      onWake();
      maintainer.tick();
    },
  };
  return node;
}
