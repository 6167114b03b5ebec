/**
 * A chat room: one `IChat` endpoint, its members and its timeline, as a person sees them. [CH1-CH13]
 * Owns words-free state only; what is shown how is the UI's.
 */
import type { EndpointAddress } from '../base/address.ts';
import { createEmitter } from '../base/emitter.ts';
import type { ErrorCode } from '../base/errors.ts';
import type { NodeId } from '../base/ids.ts';
import { isCredible } from '../base/stamp.ts';
import { createTokenBucket } from '../base/token-bucket.ts';
import { keyTag } from '../crypto/key-tag.ts';
import { safetyNumber } from '../crypto/safety-number.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeliveryState, Equivocation, PeerNode } from '../mesh/types.ts';
import { createAcquaintances, type Acquaintances } from './acquaintances.ts';
import { chatContract, type ChatOperations } from './chat-contract.ts';
import type { Call } from './contract.ts';
import { openEndpoint, type Received } from './endpoint.ts';
import { cleanNickname } from './nickname.ts';
import { createReaches, type Reach } from './reach.ts';
import { createRoster } from './roster.ts';
import { createTimeline } from './timeline.ts';
import {
  MAX_TEXT_BYTES,
  type ChatRoom,
  type ChatRoomEvents,
  type Member,
  type RoomStatus,
  type TimelineEntry,
} from './types.ts';
import { toHex, utf8 } from '../base/bytes.ts';
import { dropOldest } from '../base/drop-oldest.ts';

/** Keys of which is kept that they signed two messages as one, and what. */
export const MAX_EQUIVOCATIONS = 512;
/** The same notice is not repeated within this time: a stranger guessing passwords must not fill the room with it. */
export const NOTICE_EVERY_MS = 60_000;
/** Names that are somebody else's, the own one or a known one; keys that sign two messages as one: each of the two so often. */
export const NAME_WARNINGS = { perSecond: 0.1, burst: 6 } as const;
/**
 * Whoever was met and could not be linked counts as here for this long. Who stays is met again sooner: after a rest of
 * 30 s (TP3) and a question to the resolver within 10 s (TP8).
 */
export const MET_COUNTS_MS = 60_000;
/** What leaves: the original's line, and the form people know from other chats (R12). */
const LEAVE_WORDS = new Set(['q', 'Q', '/q', '/Q']);

type EntryFields = TimelineEntry extends infer Entry
  ? Entry extends TimelineEntry
    ? Omit<Entry, 'id' | 'at'>
    : never
  : never;

/** What a person has said by it, or is called. */
function textOf({ operation, arguments: given }: Call<ChatOperations>): string {
  return operation === 'Chat' ? given.message : operation === 'Join' ? given.member : '';
}

/** The node is opened here and belongs to the room: leaving the room leaves the mesh unless others use it. */
export function openChatRoom(
  deps: { clock: Clock; acquaintances?: Acquaintances },
  node: PeerNode,
  address: EndpointAddress,
  nickname: string,
): ChatRoom {
  const { clock, acquaintances = createAcquaintances({ ownKey: undefined }) } = deps;
  const events = createEmitter<ChatRoomEvents>();
  const endpoint = openEndpoint(node, address.path, chatContract);
  /** Of keys that signed two messages as one: these, and whether it was said; the oldest go first. */
  const equivocations = new Map<string, { readonly texts: readonly [string, string]; isSaid: boolean }>();
  const roster = createRoster(node.nodeId, nickname, acquaintances, (key) => equivocations.has(toHex(key)));
  const timeline = createTimeline();
  const reaches = createReaches(clock, (messageIds, reach) => change(messageIds, { reach }));
  const noticedAt = new Map<ErrorCode, number>();
  /** Members said to be namesakes; changing the name back and forth does not say it again. */
  const saidNamesakes = new Set<NodeId>();
  /** Likewise, who bears a name of somebody else. */
  const saidDoubtful = new Set<NodeId>();
  const warnings = createTokenBucket(NAME_WARNINGS);
  const exposures = createTokenBucket(NAME_WARNINGS);
  let resolver: RoomStatus['resolver'] = 'Connecting';
  let alone: NonNullable<RoomStatus['alone']> = 'Looking';
  /** When somebody was last met for whom `alone` stands; long ago when it stands for nobody. */
  let metAt = -Infinity;
  let entries = 0;
  let isLeft = false;

  /** A line of the room itself. */
  function grow(fields: EntryFields): void {
    const entry = { ...fields, id: `local/${++entries}`, at: clock.wallNow() } as TimelineEntry;
    timeline.append(entry);
    events.emit('timelineGrew', entry);
  }

  function say(author: Member, text: string, received: Received<ChatOperations>): void {
    const { messageId: id, stamp, delivery } = received;
    if (delivery) reaches.sent(received.envelopeId, id, roster.others);
    const now = clock.wallNow();
    const credible = isCredible(stamp, now);
    // Who is here has a wrong clock; who is not may have said it long ago, and somebody plays it again.
    const isPast = credible || roster.get(author.nodeId) === undefined;
    const at = isPast ? Math.min(stamp.wallMs, now) : now;
    const entry = { kind: 'message', id, at, author, text, ...(delivery && { delivery }) } as const;
    if (!credible) timeline.append(entry);
    else if (!timeline.insert(entry, received)) return;
    events.emit('timelineGrew', entry);
  }

  /** What is known about own messages is another thing than before. */
  function change(messageIds: readonly string[], facts: { delivery: DeliveryState } | { reach: Reach }): void {
    for (const id of messageIds) {
      const entry = timeline.replace(id, (before) => ({ ...before, ...facts }));
      if (entry) events.emit('timelineChanged', entry);
    }
  }

  function notice(code: ErrorCode): void {
    const now = clock.now();
    if (now - (noticedAt.get(code) ?? -Infinity) < NOTICE_EVERY_MS) return;
    noticedAt.set(code, now);
    grow({ kind: 'notice', code });
  }

  function status(): RoomStatus {
    const online = node.isOnline;
    const common = { online, neighbours: node.neighbours.length, members: Math.max(1, roster.list.length), resolver };
    return online ? common : { ...common, alone };
  }

  function statusChanged(): void {
    events.emit('statusChanged', status());
  }

  function membersChanged(): void {
    events.emit('membersChanged', roster.list);
    statusChanged();
  }

  function onCall(received: Received<ChatOperations>): void {
    const { call, origin, originKey } = received;
    switch (call.operation) {
      case 'Join':
        return onJoin(origin, originKey, call.arguments.member);
      case 'Leave':
        return remove(origin, 'left');
      case 'Chat': {
        const author = authorOf(origin, originKey, call.arguments.member);
        // The original's rule: messages of somebody who bears one's own name are not shown (R13); that is said (R14). Of who is
        // not here they are: mostly an earlier session of one's own.
        if (author.muted || (author.namesake && roster.get(origin))) return;
        doubt(author);
        expose(author);
        return say(author, call.arguments.message, received);
      }
    }
  }

  /** Whoever speaks or joins under a name; first of all, for what is thought of them depends on it. */
  function meet(origin: NodeId, key: Uint8Array, name: string, joined: boolean): void {
    if (origin !== node.nodeId) acquaintances.meet(key, cleanNickname(name), joined, clock.wallNow());
  }

  function doubt(member: Member): void {
    if (member.standing !== 'Doubtful' || member.namesake || saidDoubtful.has(member.nodeId)) return;
    const owner = acquaintances.ownerOf(member.nickname, member.key);
    if (!owner || !warnings.take(clock.now())) return;
    saidDoubtful.add(member.nodeId);
    grow({ kind: 'doubtful', member, knownTag: keyTag(owner.key), knownAt: owner.metAt });
  }

  /** Who is a member, or speaks without having joined: one who has left again, mostly. */
  function authorOf(origin: NodeId, key: Uint8Array, name: string): Member {
    const member = roster.get(origin);
    meet(origin, key, member?.nickname ?? name, member !== undefined);
    return member ?? roster.describe(origin, key, name);
  }

  function refuseBlocked(): void {
    node.refuse(acquaintances.list.filter(({ isBlocked }) => isBlocked).map(({ key }) => key));
  }

  function judged(): void {
    roster.judgeAnew();
    membersChanged();
  }

  function onJoin(origin: NodeId, originKey: Uint8Array, name: string): void {
    const isNew = roster.get(origin) === undefined;
    meet(origin, originKey, name, true);
    const member = roster.join(origin, originKey, name);
    if (!member) return;
    if (isNew && !member.self) reaches.joined(origin);
    // A muted one does not write into the room by changing its name.
    if (!member.self && (isNew || !member.muted)) grow({ kind: 'joined', member });
    if (!member.muted) doubt(member);
    expose(member);
    if (member.namesake && !saidNamesakes.has(origin) && warnings.take(clock.now())) {
      saidNamesakes.add(origin);
      grow({ kind: 'namesake', member });
    }
    membersChanged();
  }

  function onEquivocation({ origin, originKey, statements }: Equivocation): void {
    const calls = statements.map(({ messages }) => endpoint.callsAmong(messages));
    const [first, second] = calls.map((some) => some.map(textOf).join('\n')) as [string, string];
    const key = toHex(originKey);
    // Told again where the node has forgotten it: the first is what stands here.
    if (!equivocations.has(key)) equivocations.set(key, { texts: [first, second], isSaid: first === second });
    dropOldest(equivocations, MAX_EQUIVOCATIONS);
    roster.judgeAnew(originKey);
    membersChanged();
    const [call] = calls.flat();
    const member = roster.get(origin) ?? (call && roster.describe(origin, originKey, call.arguments.member));
    if (member) expose(member);
  }

  /** Once for each key, and when it is heard again if there was too much else to say. */
  function expose(member: Member): void {
    const equivocation = equivocations.get(toHex(member.key));
    const isHidden = member.muted || (member.namesake && roster.get(member.nodeId) !== undefined);
    if (!equivocation || equivocation.isSaid || member.self || isHidden) return;
    if (!exposures.take(clock.now())) return;
    equivocation.isSaid = true;
    grow({ kind: 'equivocation', member, texts: equivocation.texts });
  }

  function remove(nodeId: NodeId, kind: 'left' | 'lost'): void {
    if (nodeId === node.nodeId) return;
    const member = roster.remove(nodeId);
    if (!member) return;
    saidNamesakes.delete(nodeId);
    saidDoubtful.delete(nodeId);
    reaches.left(nodeId);
    grow({ kind, member });
    membersChanged();
  }

  const isMetLately = (): boolean => clock.now() - metAt < MET_COUNTS_MS;

  function onMet(reason: 'AnotherPassword' | 'ConnectionImpossible'): void {
    // What was dialled over a resolver that is lost fails for that reason; and whoever was met so is not met again, so
    // that the reason would stand for as long as the resolver is away.
    if (resolver === 'Unreachable') return;
    alone = reason;
    metAt = clock.now();
    statusChanged();
  }

  function onNobody(): void {
    // What is known about people outweighs what is known about their absence, as long as it is news. Who could not ask
    // the resolver knows nothing of their absence.
    if (alone === 'NobodyHere' || isMetLately() || resolver === 'Unreachable') return;
    alone = 'NobodyHere';
    statusChanged();
  }

  /** What was met before says nothing about now. */
  function lookAnew(): void {
    alone = resolver === 'Unreachable' ? 'ResolverUnreachable' : 'Looking';
    metAt = -Infinity;
  }

  function onTurn(kind: 'online' | 'offline'): void {
    lookAnew();
    grow({ kind });
    statusChanged();
  }

  function onResolver(reachability: 'Reachable' | 'Unreachable'): void {
    const was = resolver;
    resolver = reachability;
    // Reached for the first time it changes nothing: that was looked for from the beginning.
    if (reachability === 'Unreachable' || was === 'Unreachable') lookAnew();
    statusChanged();
  }

  const subscriptions = [
    endpoint.onCall(onCall),
    node.on('online', () => onTurn('online')),
    node.on('offline', () => onTurn('offline')),
    node.on('deliveryChanged', ({ messageIds, delivery }) => change(messageIds, { delivery })),
    node.on('envelopeReached', ({ envelopeId, nodes }) => reaches.reached(envelopeId, nodes)),
    node.on('equivocation', onEquivocation),
    node.on('neighbourOpened', statusChanged),
    node.on('neighbourClosed', statusChanged),
    node.on('memberDisappeared', ({ nodeId, reason }) => remove(nodeId, reason === 'Left' ? 'left' : 'lost')),
    node.on('anotherPasswordMet', () => {
      notice('AnotherPassword');
      onMet('AnotherPassword');
    }),
    node.on('connectionFailed', () => {
      if (alone !== 'AnotherPassword' || !isMetLately()) onMet('ConnectionImpossible');
    }),
    node.on('firstAttemptEnded', ({ online }) => {
      if (!online) onNobody();
    }),
    node.on('nobodyFound', onNobody),
    node.on('resolverReachable', () => onResolver('Reachable')),
    node.on('resolverUnreachable', () => onResolver('Unreachable')),
  ];

  function sendText(text: string): ReturnType<ChatRoom['submit']> {
    if (utf8(text).length > MAX_TEXT_BYTES) return 'MessageTooLong';
    const outcome = endpoint.send({ operation: 'Chat', arguments: { member: nickname, message: text } });
    switch (outcome) {
      case 'Queued':
        return 'Sent';
      case 'TooLarge':
        return 'MessageTooLong';
      case 'RateExceeded':
        return 'MessageRateExceeded';
      case 'OutboxFull':
        return 'OutboxFull';
      case 'NotOpen':
        return 'NotOpen';
    }
  }

  function leave(): void {
    if (isLeft) return;
    isLeft = true;
    endpoint.send({ operation: 'Leave', arguments: { member: nickname } });
    for (const unsubscribe of subscriptions) unsubscribe();
    // Whatever else has a channel here closes it first: the mesh is left with the last one.
    events.emit('closed', undefined);
    endpoint.close();
  }

  grow({ kind: 'ready', nickname });
  refuseBlocked();
  if (!node.isOpen) node.open();
  endpoint.send({ operation: 'Join', arguments: { member: nickname } });

  return {
    address,
    nickname,
    get status() {
      return status();
    },
    get members() {
      return roster.list;
    },
    timeline: timeline.entries,
    on: events.on,
    submit(line) {
      const text = line.replace(/\s+$/u, '');
      if (text === '') return 'Empty';
      if (LEAVE_WORDS.has(text)) {
        leave();
        return 'Left';
      }
      return sendText(text === '//q' || text === '//Q' ? text.slice(2) : text);
    },
    safetyNumber(member) {
      const own = roster.get(node.nodeId);
      if (!own || member.standing === 'Own') return undefined;
      return safetyNumber(address.meshId, own.key, member.key);
    },
    compare({ key, nickname: name }, isSame) {
      acquaintances.compare(key, name, isSame, clock.wallNow());
      judged();
    },
    mute({ key }, isMuted) {
      acquaintances.mute(key, isMuted, clock.wallNow());
      judged();
    },
    block({ key }, isBlocked) {
      acquaintances.block(key, isBlocked, clock.wallNow());
      refuseBlocked();
      judged();
    },
    leave,
    refreshConnection() {
      lookAnew();
      statusChanged();
      node.refreshConnection();
    },
    wake: () => node.wake(),
  };
}
