import { describe, expect, it } from 'vitest';
import type { EndpointAddress } from '../base/address.ts';
import { createEmitter } from '../base/emitter.ts';
import type { EnvelopeId, NodeId } from '../base/ids.ts';
import type { Stamp } from '../base/stamp.ts';
import { keyTag } from '../crypto/key-tag.ts';
import { safetyNumber } from '../crypto/safety-number.ts';
import type {
  Delivery,
  MeshChannel,
  PeerNode,
  PeerNodeEvents,
  SendOptions,
  SendOutcome,
  Statement,
} from '../mesh/types.ts';
import { CHAT, createTestEpoch, createTestOrigin, nodeIdFor, TEST_MESH, type TestOrigin } from '../testing/cast.ts';
import { createManualClock } from '../testing/manual-clock.ts';
import { recordEvents } from '../testing/recording.ts';
import { chatContract, type ChatOperations } from './chat-contract.ts';
import { decodeCall, encodeCall, type Call } from './contract.ts';
import { MAX_EQUIVOCATIONS, MET_COUNTS_MS, NAME_WARNINGS, NOTICE_EVERY_MS, openChatRoom } from './room.ts';
import {
  DEFAULT_NICKNAME,
  MAX_TEXT_BYTES,
  MAX_TIMELINE_ENTRIES,
  type ChatRoom,
  type Member,
  type TimelineEntry,
} from './types.ts';

const address: EndpointAddress = { meshId: TEST_MESH, path: CHAT };
const [alice, bob, carol, mallory] = ['alice', 'bob', 'carol', 'mallory'].map(createTestOrigin) as [
  TestOrigin,
  TestOrigin,
  TestOrigin,
  TestOrigin,
];

/** A room over a node that does nothing by itself: the test says what the mesh brings. */
function setUp(options: { nickname?: string; isOpen?: boolean } = {}) {
  const clock = createManualClock();
  const events = createEmitter<PeerNodeEvents>();
  const listeners = new Set<(delivery: Delivery) => void>();
  const calls: Call<ChatOperations>[] = [];
  const commands: string[] = [];
  const state = { isOpen: options.isOpen ?? false, neighbours: [] as NodeId[], outcome: 'Queued' as SendOutcome };
  let messages = 0;

  function deliver(origin: TestOrigin, payload: Uint8Array, facts: Partial<Delivery> = {}): void {
    const delivery: Delivery = {
      path: CHAT,
      origin: origin.nodeId,
      originKey: origin.key,
      payload,
      stamp: { wallMs: clock.wallNow(), counter: ++messages },
      sequence: messages,
      index: 0,
      envelopeId: `m${messages}` as EnvelopeId,
      messageId: `m${messages}/0`,
      retained: false,
      own: origin === alice,
      ...facts,
    };
    for (const listener of [...listeners]) listener(delivery);
  }
  function send(payload: Uint8Array, sendOptions?: SendOptions): SendOutcome {
    if (state.outcome !== 'Queued') return state.outcome;
    const call = decodeCall(chatContract, payload);
    if (call.ok) calls.push(call.value);
    // Own messages come back, as those of others do.
    const delivery = state.neighbours.length > 0 ? 'sent' : 'waiting';
    clock.defer(() => deliver(alice, payload, { retained: sendOptions?.retained ?? false, delivery }));
    return 'Queued';
  }
  const refused: (readonly Uint8Array[])[] = [];
  const channel: MeshChannel = {
    path: CHAT,
    node: {} as PeerNode,
    send,
    onDelivery(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => commands.push('close channel'),
  };
  const node: PeerNode = {
    meshId: TEST_MESH,
    nodeId: alice.nodeId,
    get isOpen() {
      return state.isOpen;
    },
    get isOnline() {
      return state.neighbours.length > 0;
    },
    get neighbours() {
      return state.neighbours;
    },
    members: [],
    counters: {} as PeerNode['counters'],
    sizes: { seen: 0, kept: 0 },
    on: events.on,
    open() {
      commands.push('open');
      state.isOpen = true;
    },
    close: () => commands.push('close'),
    channel: () => channel,
    setFilter: () => commands.push('filter'),
    refuse: (keys) => refused.push(keys),
    refreshConnection: () => commands.push('refresh'),
    wake: () => commands.push('wake'),
  };
  const room = openChatRoom({ clock }, node, address, options.nickname ?? 'alice');
  clock.settle();

  function call(origin: TestOrigin, made: Call<ChatOperations>, facts: Partial<Delivery> = {}): void {
    const encoded = encodeCall(chatContract, made);
    if (!encoded.ok) throw new Error(encoded.reason);
    deliver(origin, encoded.value, { retained: made.operation === 'Join', ...facts });
  }
  const join = (origin: TestOrigin, member: string): void => call(origin, { operation: 'Join', arguments: { member } });
  const chat = (origin: TestOrigin, member: string, message: string, stamp?: Stamp): void =>
    call(origin, { operation: 'Chat', arguments: { member, message } }, stamp && { stamp });
  const leave = (origin: TestOrigin, member: string): void =>
    call(origin, { operation: 'Leave', arguments: { member } });
  const statementOf = (lines: readonly string[]): Statement => ({
    envelope: { bytes: new Uint8Array(), signature: new Uint8Array() },
    messages: lines.map((message) => {
      const encoded = encodeCall(chatContract, { operation: 'Chat', arguments: { member: 'anybody', message } });
      if (!encoded.ok) throw new Error(encoded.reason);
      return { path: CHAT, payload: encoded.value };
    }),
  });
  /** The first was delivered before. */
  function equivocate({ nodeId, key }: TestOrigin, first: readonly string[], second: readonly string[]): void {
    const statements = [statementOf(first), statementOf(second)] as const;
    events.emit('equivocation', { origin: nodeId, originKey: key, sequence: 1, statements });
  }
  function goOnline(): void {
    state.neighbours = [bob.nodeId];
    events.emit('online', undefined);
  }
  function goOffline(): void {
    state.neighbours = [];
    events.emit('offline', undefined);
  }
  return {
    clock,
    events,
    room,
    calls,
    commands,
    refused,
    state,
    deliver,
    join,
    chat,
    leave,
    equivocate,
    goOnline,
    goOffline,
  };
}

/** The timeline in words. */
function linesOf(room: ChatRoom): string[] {
  return room.timeline.map((entry) => {
    switch (entry.kind) {
      case 'message':
        return `${entry.author.nickname}: ${entry.text}${entry.delivery === 'waiting' ? ' (waiting)' : ''}`;
      case 'ready':
        return `${entry.nickname} is ready`;
      case 'joined':
      case 'left':
      case 'lost':
      case 'namesake':
        return `${entry.member.nickname} ${entry.kind}`;
      case 'doubtful':
        return `${entry.member.nickname} is not ${entry.knownTag}`;
      case 'equivocation':
        return `${entry.member.nickname} says "${entry.texts[0]}" and "${entry.texts[1]}"`;
      case 'notice':
        return entry.code;
      default:
        return entry.kind;
    }
  });
}

describe('a chat room', () => {
  it('[CH1] begins with who is ready, opens the node and joins', () => {
    const { room, calls, commands } = setUp();
    expect(linesOf(room)).toEqual(['alice is ready']);
    expect(commands).toEqual(['open']);
    expect(calls).toEqual([{ operation: 'Join', arguments: { member: 'alice' } }]);
  });

  it('[ND2] leaves a node that others have opened as it is', () => {
    expect(setUp({ isOpen: true }).commands).toEqual([]);
  });

  it('[CH1, CH4] shows who joins, speaks and leaves', () => {
    const { room, join, chat, leave } = setUp();
    join(bob, 'bob');
    chat(bob, 'bob', 'hello');
    leave(bob, 'bob');
    expect(linesOf(room)).toEqual(['alice is ready', 'bob joined', 'bob: hello', 'bob left']);
  });

  it('[CH4] holds the members, self first, and counts them', () => {
    const { room, join } = setUp();
    expect(room.members.map(({ nickname }) => nickname)).toEqual(['alice']);
    join(carol, 'carol');
    join(bob, 'bob');
    expect(room.members.map(({ nickname }) => nickname)).toEqual(['alice', 'bob', 'carol']);
    expect(room.status.members).toBe(3);
  });

  it('[CH4] who has left the mesh or was lost goes, and is said to once', () => {
    const { room, join, leave, events } = setUp();
    for (const [origin, name] of [
      [bob, 'bob'],
      [carol, 'carol'],
    ] as const)
      join(origin, name);
    events.emit('memberDisappeared', { nodeId: bob.nodeId, reason: 'Lost' });
    leave(carol, 'carol');
    events.emit('memberDisappeared', { nodeId: carol.nodeId, reason: 'Left' });
    events.emit('memberDisappeared', { nodeId: nodeIdFor('stranger'), reason: 'Lost' });
    expect(linesOf(room).slice(-2)).toEqual(['bob lost', 'carol left']);
    expect(room.members).toHaveLength(1);
  });

  it('[CH4] nobody can make this node leave its own room', () => {
    const { room, leave, events } = setUp();
    leave(alice, 'alice');
    events.emit('memberDisappeared', { nodeId: alice.nodeId, reason: 'Lost' });
    expect(room.members.map(({ self }) => self)).toEqual([true]);
  });

  it('[CH4] a message is shown under the name its author joined with, whatever name it claims', () => {
    const { room, join, chat } = setUp();
    join(mallory, 'mallory');
    chat(mallory, 'bob', 'it is I, bob');
    expect(linesOf(room).at(-1)).toBe('mallory: it is I, bob');
  });

  it('[CH4] who speaks without having joined is shown under its cleaned name', () => {
    const { room, chat } = setUp();
    chat(bob, '\u202e bob ', 'hello');
    expect(linesOf(room).at(-1)).toBe('bob: hello');
    expect(room.members).toHaveLength(1);
  });

  it("[CH5] messages of a namesake are shown only of who is not here, as of an earlier session of one's own", () => {
    const { room, join, chat } = setUp();
    chat(mallory, 'ALICE', 'not joined');
    expect(linesOf(room).at(-1)).toBe('ALICE: not joined');
    expect(room.timeline.at(-1)).toMatchObject({ author: { self: false, tag: keyTag(mallory.key) } });
    const shown = linesOf(room).length;
    join(mallory, 'Ａlice');
    chat(mallory, 'alice', 'I am alice');
    chat(mallory, 'bob', 'I am bob');
    expect(linesOf(room).slice(shown)).toEqual(['Ａlice joined', 'Ａlice namesake']);
  });

  it('[CH5] two who gave no name are no namesakes, and hear each other', () => {
    const { room, join, chat } = setUp({ nickname: DEFAULT_NICKNAME });
    join(bob, '');
    chat(bob, '', 'hello');
    expect(linesOf(room).slice(-2)).toEqual(['DefaultName joined', 'DefaultName: hello']);
  });

  it('[CH5] that a namesake is here is said once, however often it changes its name', () => {
    const { room, join } = setUp();
    join(mallory, 'alice');
    for (let i = 0; i < 5; i++) {
      join(mallory, `mallory ${i}`);
      join(mallory, 'alice');
    }
    expect(linesOf(room).filter((line) => line.endsWith('namesake'))).toEqual(['alice namesake']);
    expect(room.members.find(({ nodeId }) => nodeId === mallory.nodeId)?.namesake).toBe(true);
  });

  it('[CH5] each namesake is said for itself', () => {
    const { room, join } = setUp();
    join(mallory, 'alice');
    join(bob, 'Alice');
    expect(linesOf(room).filter((line) => line.endsWith('namesake'))).toHaveLength(2);
  });

  it('[IK4] a known name under another key is told once, with the tag of the one who was known', () => {
    const { room, join, chat } = setUp();
    join(bob, 'bob');
    expect(room.members.map(({ standing }) => standing)).toEqual(['Own', 'New']);
    for (let i = 0; i < 5; i++) {
      join(mallory, 'BOB');
      join(mallory, 'mallory');
    }
    expect(linesOf(room).filter((line) => line.includes('is not'))).toEqual([`BOB is not ${keyTag(bob.key)}`]);
    join(mallory, 'bob');
    const standings = (): (string | undefined)[] =>
      [bob, mallory].map(({ nodeId }) => room.members.find((member) => member.nodeId === nodeId)?.standing);
    expect(standings()).toEqual(['New', 'Doubtful']);
    chat(mallory, 'bob', 'send me the keys');
    expect(room.timeline.at(-1)).toMatchObject({ kind: 'message', author: { standing: 'Doubtful' } });
    // What another session of it says under its own name changes nothing of this one.
    chat(createTestEpoch('mallory', new Uint8Array(8)), 'mallory', 'hello');
    expect(standings()).toEqual(['New', 'Doubtful']);
  });

  it('[CH5, IK4] members made up without end, under the own name and known ones, do not fill the room', () => {
    const { room, join, clock } = setUp();
    join(bob, 'bob');
    const warnings = (): number => linesOf(room).filter((line) => /namesake|is not/.test(line)).length;
    for (let i = 0; i < 100; i++) join(createTestOrigin(`made up ${i}`), i % 2 === 0 ? 'alice' : 'bob');
    expect(warnings()).toBe(NAME_WARNINGS.burst);
    clock.advance(1_000 / NAME_WARNINGS.perSecond);
    for (let i = 100; i < 200; i++) join(createTestOrigin(`made up ${i}`), 'bob');
    expect(warnings()).toBe(NAME_WARNINGS.burst + 1);
    // All but the first of either name; the list tells of each.
    expect(room.members.filter(({ standing }) => standing === 'Doubtful')).toHaveLength(199);
  });

  it('[IK4] also of somebody who speaks without having joined', () => {
    const { room, join, chat } = setUp();
    join(bob, 'bob');
    chat(mallory, 'bob', 'send me the keys');
    expect(linesOf(room).slice(-2)).toEqual([`bob is not ${keyTag(bob.key)}`, 'bob: send me the keys']);
    expect(room.timeline.at(-1)).toMatchObject({ author: { standing: 'Doubtful' } });
  });

  it('[CH13] of a member that signed two messages as one both are shown, and each node of its key is marked', () => {
    const { room, join, equivocate } = setUp();
    join(bob, 'bob');
    join(createTestEpoch('bob', new Uint8Array(8)), 'robert');
    equivocate(bob, ['yes'], ['no', 'never']);
    expect(linesOf(room).at(-1)).toBe('bob says "yes" and "no\nnever"');
    expect(room.timeline.at(-1)).toMatchObject({ member: { equivocates: true } });
    join(createTestEpoch('bob', new Uint8Array(8).fill(1)), 'rob');
    expect(room.members.map(({ equivocates }) => equivocates)).toEqual([false, true, true, true]);
    equivocate(bob, ['one'], ['two']);
    expect(linesOf(room).filter((line) => line.includes(' says '))).toHaveLength(1);
  });

  it('[CH13] whoever has not joined is called as in what it said, or named when it joins', () => {
    const { room, join, equivocate } = setUp();
    equivocate(bob, ['yes'], ['no']);
    expect(linesOf(room).at(-1)).toBe('anybody says "yes" and "no"');
    equivocate(carol, [], []);
    join(carol, 'carol');
    expect(room.members.map(({ equivocates }) => equivocates)).toEqual([false, true]);
    // There is nothing to show of it.
    expect(linesOf(room).at(-1)).toBe('carol joined');
    // A key that equivocated where nobody of its bearers was a member is no less known for it.
    equivocate(mallory, ['in no words of ours'], []);
    join(createTestEpoch('mallory', new Uint8Array(8)), 'mallory');
    expect(room.members.map(({ equivocates }) => equivocates)).toEqual([false, true, true]);
  });

  it('[CH5, CH13] what a muted member or a namesake wrote is not shown so either; the list tells', () => {
    const { room, join, equivocate } = setUp();
    join(bob, 'bob');
    join(carol, 'alice');
    room.mute(
      room.members.find(({ nickname }) => nickname === 'bob')!,
      true,
    );
    const lines = linesOf(room).length;
    for (const one of [bob, carol]) equivocate(one, ['yes'], ['no']);
    expect(linesOf(room)).toHaveLength(lines);
    expect(room.members.slice(1).map(({ equivocates }) => equivocates)).toEqual([true, true]);
  });

  it('[CH13] members made up without end do not fill the room, hide nobody and take no mark away', () => {
    const { room, join, chat, clock, equivocate } = setUp();
    join(bob, 'bob');
    equivocate(bob, ['yes'], ['no']);
    for (let i = 0; i < 2 * MAX_EQUIVOCATIONS; i++) {
      const made = createTestOrigin(`made up ${i}`);
      join(made, `name ${i}`);
      equivocate(made, ['yes'], ['no']);
    }
    const said = (): string[] => linesOf(room).filter((line) => line.includes('says "yes"'));
    expect(said()).toHaveLength(NAME_WARNINGS.burst);
    // It is said when there is room for it.
    join(mallory, 'mallory');
    equivocate(mallory, ['yes'], ['no']);
    clock.advance(1_000 / NAME_WARNINGS.perSecond);
    chat(mallory, 'mallory', 'hello');
    expect(linesOf(room).slice(-2)).toEqual(['mallory says "yes" and "no"', 'mallory: hello']);
    room.mute(
      room.members.find(({ nickname }) => nickname === 'name 1')!,
      true,
    );
    join(bob, 'robert');
    expect(room.members.find(({ nickname }) => nickname === 'robert')).toMatchObject({ equivocates: true });
    expect(room.members.filter(({ equivocates }) => equivocates)).toHaveLength(2 * MAX_EQUIVOCATIONS + 2);
  });

  it('[IK5, IK7] who was compared is verified, and the number is that of both keys', () => {
    const { room, join } = setUp();
    join(bob, 'bob');
    const changes = recordEvents(room, 'membersChanged');
    const [self, bobAsMember] = room.members as [Member, Member];
    expect(room.safetyNumber(bobAsMember)).toEqual(safetyNumber(TEST_MESH, bob.key, alice.key));
    room.compare(bobAsMember, true);
    expect(changes).toHaveLength(1);
    expect(room.members[1]).toMatchObject({ nickname: 'bob', standing: 'Verified' });
    room.compare(bobAsMember, false);
    expect(room.members[1]).toMatchObject({ standing: 'New' });
    expect(room.members[0]).toMatchObject({ standing: 'Own' });
    expect(room.safetyNumber(self)).toBeUndefined();
  });

  it('[IK6] what a muted member writes is not shown, whatever it calls itself, until it is heard again', () => {
    const { room, join, chat, leave } = setUp();
    join(bob, 'bob');
    chat(bob, 'bob', 'before');
    room.mute(room.members[1]!, true);
    expect(room.members[1]).toMatchObject({ muted: true });
    chat(bob, 'bob', 'muted');
    join(bob, 'robert');
    chat(bob, 'robert', 'renamed');
    leave(bob, 'robert');
    chat(bob, 'robert', 'gone');
    expect(linesOf(room).filter((line) => line.includes(':'))).toEqual(['bob: before']);
    join(bob, 'bob');
    // It came back, but did not write into the room by its names.
    expect(linesOf(room).filter((line) => line.endsWith('joined'))).toEqual(['bob joined', 'bob joined']);
    room.mute(room.members[1]!, false);
    chat(bob, 'bob', 'after');
    expect(linesOf(room).filter((line) => line.includes(':'))).toEqual(['bob: before', 'bob: after']);
  });

  it('[IK12] what a blocked member writes is not shown, and its key is refused a link, until it is blocked no more', () => {
    const { room, join, chat, refused } = setUp();
    expect(refused.splice(0)).toEqual([[]]);
    join(bob, 'bob');
    join(carol, 'carol');
    const lines = linesOf(room).length;
    room.block(room.members[1]!, true);
    expect(room.members[1]).toMatchObject({ nickname: 'bob', muted: true, blocked: true });
    chat(bob, 'bob', 'unheard');
    expect(linesOf(room)).toHaveLength(lines);
    room.block(room.members[1]!, false);
    chat(bob, 'bob', 'heard');
    expect(linesOf(room).slice(lines)).toEqual(['bob: heard']);
    expect(room.members[1]).toMatchObject({ muted: false, blocked: false });
    expect(refused).toEqual([[bob.key], []]);
  });

  it.each(['q', 'Q', '/q', 'q  '])('[CH6] the line %j leaves: it is told, and the channel closes', (line) => {
    const { room, calls, commands, chat, clock } = setUp();
    const closed = recordEvents(room, 'closed');
    expect(room.submit(line)).toBe('Left');
    expect(calls.at(-1)).toEqual({ operation: 'Leave', arguments: { member: 'alice' } });
    expect([commands, closed.length]).toEqual([['open', 'close channel'], 1]);
    room.leave();
    chat(bob, 'bob', 'too late');
    clock.settle();
    expect([commands.length, linesOf(room)]).toEqual([2, ['alice is ready']]);
  });

  it.each(['', '   ', '\n\t'])('[CH6] the line %j does nothing', (line) => {
    const { room, calls } = setUp();
    expect([room.submit(line), calls.length]).toEqual(['Empty', 1]);
  });

  it.each([
    ['//q', 'q'],
    ['//Q', 'Q'],
    ['quit', 'quit'],
    [' q', ' q'],
    ['//quit', '//quit'],
    ['two\nlines  ', 'two\nlines'],
  ])('[CH6] the line %j sends %j', (line, text) => {
    const { room, calls } = setUp();
    expect(room.submit(line)).toBe('Sent');
    expect(calls.at(-1)).toEqual({ operation: 'Chat', arguments: { member: 'alice', message: text } });
  });

  it('[CH7] a message of more than 4,096 bytes of UTF-8 is refused', () => {
    const { room, calls } = setUp();
    expect(room.submit('ä'.repeat(MAX_TEXT_BYTES / 2))).toBe('Sent');
    expect(room.submit(`${'ä'.repeat(MAX_TEXT_BYTES / 2)}x`)).toBe('MessageTooLong');
    expect(calls).toHaveLength(2);
  });

  it.each([
    ['RateExceeded', 'MessageRateExceeded'],
    ['OutboxFull', 'OutboxFull'],
    ['TooLarge', 'MessageTooLong'],
    ['NotOpen', 'NotOpen'],
  ] as const)('[CH7] what the node does not take (%s) is told as %s', (outcome, code) => {
    const { room, state } = setUp();
    state.outcome = outcome;
    expect(room.submit('hello')).toBe(code);
    expect(linesOf(room)).toHaveLength(1);
  });

  it('[CH7] own messages appear once, marked when they went to nobody', () => {
    const { room, clock, goOnline } = setUp();
    room.submit('to nobody');
    clock.settle();
    goOnline();
    room.submit('to bob');
    clock.settle();
    expect(linesOf(room)).toEqual(['alice is ready', 'alice: to nobody (waiting)', 'online', 'alice: to bob']);
  });

  it('[CH7, OB4] the mark goes when the message has gone, and comes back when nobody may have it', () => {
    const { room, clock, events } = setUp();
    room.submit('anybody?');
    clock.settle();
    const changed = recordEvents(room, 'timelineChanged', 'timelineGrew');
    const messageIds = [room.timeline.at(-1)!.id];
    const lines: string[] = [];
    for (const delivery of ['sent', 'waiting'] as const) {
      events.emit('deliveryChanged', { messageIds, delivery });
      lines.push(linesOf(room).at(-1)!);
    }
    expect(lines).toEqual(['alice: anybody?', 'alice: anybody? (waiting)']);
    expect(changed.map(([name, entry]) => [name, (entry as TimelineEntry).id])).toEqual([
      ['timelineChanged', messageIds[0]],
      ['timelineChanged', messageIds[0]],
    ]);
    // Gone from the timeline, or never shown: nothing to change.
    events.emit('deliveryChanged', { messageIds: ['another'], delivery: 'sent' });
    expect(changed).toHaveLength(2);
  });

  it('[CH12] an own message tells how many of the others have it, and those of others tell nothing', () => {
    const { room, clock, events, join, chat, goOnline } = setUp();
    goOnline();
    for (const [origin, name] of [
      [bob, 'bob'],
      [carol, 'carol'],
    ] as const)
      join(origin, name);
    room.submit('hello');
    clock.settle();
    const { id } = room.timeline.at(-1)!;
    chat(bob, 'bob', 'hello yourself');
    const changed = recordEvents(room, 'timelineChanged');
    const reachOf = (): unknown => room.timeline.flatMap((entry) => (entry.kind === 'message' ? [entry.reach] : []));
    expect(reachOf()).toEqual([undefined, undefined]);
    const envelopeId = id.split('/')[0] as EnvelopeId;
    events.emit('envelopeReached', { envelopeId, nodes: 1 });
    expect(reachOf()).toEqual([{ nodes: 1, of: 2 }, undefined]);
    // A new name makes nobody another; who was lost stays one of those it was sent to.
    join(bob, 'bobby');
    events.emit('memberDisappeared', { nodeId: carol.nodeId, reason: 'Lost' });
    events.emit('envelopeReached', { envelopeId, nodes: 2 });
    join(carol, 'carol');
    expect(reachOf()).toEqual([{ nodes: 2, of: 2 }, undefined]);
    join(mallory, 'mallory');
    expect(reachOf()).toEqual([{ nodes: 2, of: 3 }, undefined]);
    expect(changed.map(([, entry]) => (entry as TimelineEntry).id)).toEqual([id, id, id]);
  });

  it('[CH10] what was said earlier stands above, whenever it comes in, and the lines of the room stay', () => {
    const { room, clock, join, chat } = setUp();
    const start = clock.wallNow();
    chat(bob, 'bob', 'one', { wallMs: start + 1, counter: 0 });
    join(bob, 'bob');
    clock.advance(10_000);
    chat(bob, 'bob', 'three', { wallMs: start + 3_000, counter: 0 });
    chat(carol, 'carol', 'two', { wallMs: start + 2_000, counter: 0 });
    expect(linesOf(room)).toEqual(['alice is ready', 'bob: one', 'bob joined', 'carol: two', 'bob: three']);
  });

  it('[CH10, CH11, ST2] what bears a stamp of another year stands where it came in, at that time; of who is not here, what is old does not look new', () => {
    const { room, clock, chat, join } = setUp();
    const now = clock.wallNow();
    chat(bob, 'bob', 'before', { wallMs: now - 1_000, counter: 0 });
    chat(mallory, 'mallory', 'of the future', { wallMs: 8.64e15, counter: 65_535 });
    chat(carol, 'carol', 'of the past', { wallMs: 0, counter: 0 });
    chat(bob, 'bob', 'after', { wallMs: now, counter: 0 });
    join(carol, 'carol');
    chat(carol, 'carol', 'my clock is wrong', { wallMs: 0, counter: 0 });
    expect(linesOf(room).slice(1)).toEqual([
      'bob: before',
      'mallory: of the future',
      'carol: of the past',
      'bob: after',
      'carol joined',
      'carol: my clock is wrong',
    ]);
    expect(room.timeline.slice(1).map(({ at }) => at)).toEqual([now - 1_000, now, 0, now, now, now]);
  });

  it('[CH11] a message is never shown as later than it came in', () => {
    const { room, clock, chat } = setUp();
    const now = clock.wallNow();
    chat(bob, 'bob', 'from another time zone', { wallMs: now + 3_600_000, counter: 0 });
    chat(bob, 'bob', 'earlier', { wallMs: now - 60_000, counter: 0 });
    expect(room.timeline.slice(1).map(({ at }) => at)).toEqual([now - 60_000, now]);
  });

  it('[CH8] what belongs above all of a full timeline is not shown', () => {
    const { room, clock, chat } = setUp();
    for (let i = 0; i < MAX_TIMELINE_ENTRIES; i++) chat(bob, 'bob', `${i}`);
    const grew = recordEvents(room, 'timelineGrew');
    chat(carol, 'carol', 'long ago', { wallMs: clock.wallNow() - 1_000, counter: 0 });
    expect([grew, linesOf(room)[0], room.timeline.length]).toEqual([[], 'bob: 0', MAX_TIMELINE_ENTRIES]);
  });

  it('[CH8] the timeline holds the last 2,000 entries, however much mallory says', () => {
    const { room, chat } = setUp();
    const grew = recordEvents(room, 'timelineGrew');
    for (let i = 0; i < 3_000; i++) chat(mallory, 'mallory', `${i}`);
    expect(room.timeline).toHaveLength(MAX_TIMELINE_ENTRIES);
    expect(linesOf(room)[0]).toBe('mallory: 1000');
    expect(grew).toHaveLength(3_000);
    expect(new Set(room.timeline.map(({ id }) => id)).size).toBe(MAX_TIMELINE_ENTRIES);
  });

  it('[CH8] the notice of another password is repeated after a minute at the earliest', () => {
    const { room, clock, events } = setUp();
    const meet = (): void => events.emit('anotherPasswordMet', { nodeId: mallory.nodeId });
    const notices = (): number => linesOf(room).filter((line) => line === 'AnotherPassword').length;
    for (let i = 0; i < 50; i++) meet();
    expect(notices()).toBe(1);
    clock.advance(NOTICE_EVERY_MS - 1);
    meet();
    expect(notices()).toBe(1);
    clock.advance(1);
    meet();
    expect(notices()).toBe(2);
  });

  it('[CH9] is looking, until nobody is found', () => {
    const { room, events } = setUp();
    expect(room.status).toEqual({ online: false, neighbours: 0, members: 1, resolver: 'Connecting', alone: 'Looking' });
    events.emit('firstAttemptEnded', { online: false });
    expect(room.status.alone).toBe('NobodyHere');
  });

  it('[CH9] somebody with another password is not nobody', () => {
    for (const order of [0, 1]) {
      const { room, events } = setUp();
      const steps = [
        () => events.emit('anotherPasswordMet', { nodeId: mallory.nodeId }),
        () => events.emit('firstAttemptEnded', { online: false }),
      ];
      for (const step of order ? steps.reverse() : steps) step();
      expect(room.status.alone).toBe('AnotherPassword');
      events.emit('connectionFailed', { nodeId: bob.nodeId });
      expect(room.status.alone).toBe('AnotherPassword');
    }
  });

  it('[CH9] somebody who cannot be connected to is not nobody', () => {
    const { room, events } = setUp();
    events.emit('connectionFailed', { nodeId: bob.nodeId });
    events.emit('firstAttemptEnded', { online: false });
    expect(room.status.alone).toBe('ConnectionImpossible');
    events.emit('anotherPasswordMet', { nodeId: mallory.nodeId });
    expect(room.status.alone).toBe('AnotherPassword');
  });

  it.each([
    ['anotherPasswordMet', 'AnotherPassword'],
    ['connectionFailed', 'ConnectionImpossible'],
  ] as const)('[CH9] after %s it is told that nobody is here once nobody was met for a minute', (event, reason) => {
    const { room, clock, events } = setUp();
    events.emit(event, { nodeId: mallory.nodeId });
    clock.advance(MET_COUNTS_MS - 1);
    events.emit('nobodyFound', undefined);
    expect(room.status.alone).toBe(reason);
    // Met again: the minute begins anew.
    events.emit(event, { nodeId: mallory.nodeId });
    clock.advance(MET_COUNTS_MS - 1);
    events.emit('nobodyFound', undefined);
    expect(room.status.alone).toBe(reason);
    clock.advance(1);
    const changes = recordEvents(room, 'statusChanged');
    events.emit('nobodyFound', undefined);
    events.emit('nobodyFound', undefined);
    expect([room.status.alone, changes.length]).toEqual(['NobodyHere', 1]);
  });

  it('[CH9] another password gives way to somebody who cannot be connected to, once it is a minute old', () => {
    const { room, clock, events } = setUp();
    events.emit('anotherPasswordMet', { nodeId: mallory.nodeId });
    clock.advance(MET_COUNTS_MS - 1);
    events.emit('connectionFailed', { nodeId: bob.nodeId });
    expect(room.status.alone).toBe('AnotherPassword');
    clock.advance(1);
    events.emit('connectionFailed', { nodeId: bob.nodeId });
    expect(room.status.alone).toBe('ConnectionImpossible');
  });

  it('[CH9] who was met before going online says nothing about being offline again', () => {
    const { room, goOnline, goOffline, events } = setUp();
    events.emit('anotherPasswordMet', { nodeId: mallory.nodeId });
    goOnline();
    goOffline();
    events.emit('nobodyFound', undefined);
    expect(room.status.alone).toBe('NobodyHere');
  });

  it('[CH9] online, no reason is given; offline again, it is looking', () => {
    const { room, goOnline, goOffline, events } = setUp();
    events.emit('anotherPasswordMet', { nodeId: mallory.nodeId });
    goOnline();
    expect(room.status).toEqual({ online: true, neighbours: 1, members: 1, resolver: 'Connecting' });
    goOffline();
    expect(room.status.alone).toBe('Looking');
  });

  it('[CH9] left alone by the last one, it is told that nobody is here any more', () => {
    const { room, goOnline, goOffline, events } = setUp();
    goOnline();
    goOffline();
    events.emit('nobodyFound', undefined);
    expect(room.status.alone).toBe('NobodyHere');
  });

  it('[CH9] without the resolver it is not said that nobody is here', () => {
    const { room, events } = setUp();
    events.emit('resolverUnreachable', undefined);
    events.emit('firstAttemptEnded', { online: false });
    events.emit('nobodyFound', undefined);
    expect(room.status).toMatchObject({ resolver: 'Unreachable', alone: 'ResolverUnreachable' });
    events.emit('resolverReachable', undefined);
    expect(room.status).toMatchObject({ resolver: 'Reachable', alone: 'Looking' });
    events.emit('nobodyFound', undefined);
    expect(room.status.alone).toBe('NobodyHere');
  });

  it.each([
    ['nobodyFound', undefined],
    ['anotherPasswordMet', { nodeId: mallory.nodeId }],
    ['connectionFailed', { nodeId: bob.nodeId }],
  ] as const)('[CH9] when the resolver is lost after %s, that is the reason until it is back', (event, fact) => {
    const { room, events } = setUp();
    events.emit('resolverReachable', undefined);
    events.emit(event, fact);
    events.emit('resolverUnreachable', undefined);
    expect(room.status.alone).toBe('ResolverUnreachable');
    // What was under way comes to its end.
    events.emit(event, fact);
    expect(room.status.alone).toBe('ResolverUnreachable');
    events.emit('resolverReachable', undefined);
    expect(room.status.alone).toBe('Looking');
  });

  it('[CH8, CH9] another password that shows while the resolver is away is said in the timeline', () => {
    const { room, events } = setUp();
    events.emit('resolverUnreachable', undefined);
    events.emit('anotherPasswordMet', { nodeId: mallory.nodeId });
    expect(linesOf(room).at(-1)).toBe('AnotherPassword');
  });

  it('[CH9] whoever loses the last neighbour while the resolver is away is told why nobody is looked for', () => {
    const { room, goOnline, goOffline, events } = setUp();
    goOnline();
    events.emit('resolverUnreachable', undefined);
    expect(room.status.alone).toBeUndefined();
    goOffline();
    expect(room.status.alone).toBe('ResolverUnreachable');
  });

  it('[CH9] asked to look again it is looking, unless there is no resolver to ask', () => {
    const { room, events, commands } = setUp();
    const changes = recordEvents(room, 'statusChanged');
    for (const [event, fact, reason] of [
      ['nobodyFound', undefined, 'NobodyHere'],
      ['anotherPasswordMet', { nodeId: mallory.nodeId }, 'AnotherPassword'],
      ['connectionFailed', { nodeId: bob.nodeId }, 'ConnectionImpossible'],
    ] as const) {
      events.emit(event, fact);
      expect(room.status.alone).toBe(reason);
      room.refreshConnection();
      expect([room.status.alone, commands.at(-1)]).toEqual(['Looking', 'refresh']);
    }
    // The search that was asked for tells what it finds: who was met before is no reason any more.
    events.emit('nobodyFound', undefined);
    expect([room.status.alone, changes.length]).toEqual(['NobodyHere', 7]);
    events.emit('resolverUnreachable', undefined);
    room.refreshConnection();
    expect(room.status.alone).toBe('ResolverUnreachable');
  });

  it('[RV3] tells whether the resolver is reached', () => {
    const { room, events } = setUp();
    const changes = recordEvents(room, 'statusChanged');
    events.emit('resolverReachable', undefined);
    expect(room.status.resolver).toBe('Reachable');
    events.emit('resolverUnreachable', undefined);
    expect(room.status.resolver).toBe('Unreachable');
    expect(changes).toHaveLength(2);
  });

  it('tells every change of status and members', () => {
    const { room, state, events, join } = setUp();
    const told = recordEvents(room, 'statusChanged', 'membersChanged');
    state.neighbours = [bob.nodeId, carol.nodeId];
    events.emit('neighbourOpened', { nodeId: carol.nodeId });
    join(bob, 'bob');
    join(bob, 'bob');
    expect(told.map(([name]) => name)).toEqual(['statusChanged', 'membersChanged', 'statusChanged']);
    expect(room.status.neighbours).toBe(2);
  });

  it('[CH7, JN3] asks for neighbours, and wakes, when it is told to', () => {
    const { room, commands } = setUp();
    room.refreshConnection();
    room.wake();
    expect(commands.slice(-2)).toEqual(['refresh', 'wake']);
  });
});
