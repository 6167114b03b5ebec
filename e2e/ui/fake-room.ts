/** A chat room in memory for looking at the screen and for its tests: behaves as the contract says, links to nobody. */
import { createEmitter } from '../../src/core/base/emitter.ts';
import type { EndpointAddress } from '../../src/core/base/address.ts';
import type { NodeId } from '../../src/core/base/ids.ts';
import {
  MAX_TEXT_BYTES,
  type ChatRoom,
  type ChatRoomEvents,
  type Member,
  type RoomStatus,
  type TimelineEntry,
} from '../../src/core/chat/types.ts';

export interface FakeRoom extends ChatRoom {
  /** Puts the status, as the mesh would. */
  setStatus(status: Partial<RoomStatus>): void;
  setMembers(members: readonly Member[]): void;
  /** At the end, unless another place is given. */
  grow(entry: TimelineEntry, at?: number): void;
  /** The own messages that wait go out. */
  deliver(): void;
  /** So many others have the own message of this text. */
  reach(text: string, nodes: number, of: number): void;
}

export function member(nickname: string, index: number, more: Partial<Member> = {}): Member {
  return {
    nodeId: index.toString(16).padStart(32, '0') as NodeId,
    nickname,
    tag: `${'k3f9m2p7'.slice(index % 4, (index % 4) + 3)}${index % 10}`,
    hue: (index * 137) % 360,
    self: false,
    namesake: false,
    key: new Uint8Array(32).fill(index),
    standing: more.self ? 'Own' : 'New',
    muted: false,
    blocked: false,
    equivocates: false,
    ...more,
  };
}

export function createFakeRoom(address: EndpointAddress, nickname: string): FakeRoom {
  const emitter = createEmitter<ChatRoomEvents>();
  const self = member(nickname, 1, { self: true });
  const timeline: TimelineEntry[] = [{ kind: 'ready', id: 'ready', at: Date.now(), nickname }];
  let members: readonly Member[] = [self];
  let status: RoomStatus = { online: false, neighbours: 0, members: 1, resolver: 'Reachable', alone: 'NobodyHere' };
  let open = true;

  function judge(nodeId: NodeId, facts: Partial<Member>): void {
    room.setMembers(members.map((one) => (one.nodeId === nodeId ? { ...one, ...facts } : one)));
  }

  const room: FakeRoom = {
    address,
    nickname,
    on: emitter.on,
    get status() {
      return status;
    },
    get members() {
      return members;
    },
    get timeline() {
      return timeline;
    },
    submit(line) {
      if (!open) return 'NotOpen';
      if (line.trim() === '') return 'Empty';
      if (['q', 'Q', '/q'].includes(line)) {
        room.leave();
        return 'Left';
      }
      const text = line === '//q' ? 'q' : line;
      if (new TextEncoder().encode(text).length > MAX_TEXT_BYTES) return 'MessageTooLong';
      room.grow({
        kind: 'message',
        id: `own ${timeline.length}`,
        at: Date.now(),
        author: self,
        text,
        delivery: status.online ? 'sent' : 'waiting',
      });
      return 'Sent';
    },
    leave() {
      if (!open) return;
      open = false;
      emitter.emit('closed', undefined);
    },
    wake: () => undefined,
    safetyNumber: ({ key }) =>
      Array.from({ length: 12 }, (_, i) => `${(key[0]! * 7919 + i * 90_001) % 100_000}`.padStart(5, '0')),
    compare: (one, isSame) => judge(one.nodeId, { standing: isSame ? 'Verified' : 'New' }),
    block: (one, isBlocked) => judge(one.nodeId, { muted: isBlocked, blocked: isBlocked }),
    mute: (one, isMuted) => judge(one.nodeId, { muted: isMuted }),
    refreshConnection() {
      room.setStatus({ alone: 'Looking' });
    },
    setStatus(change) {
      status = { ...status, ...change };
      emitter.emit('statusChanged', status);
    },
    setMembers(list) {
      members = list;
      emitter.emit('membersChanged', members);
      room.setStatus({ members: list.length });
    },
    grow(entry, at = timeline.length) {
      timeline.splice(at, 0, entry);
      emitter.emit('timelineGrew', entry);
    },
    reach(text, nodes, of) {
      const index = timeline.findLastIndex((entry) => entry.kind === 'message' && entry.text === text);
      const entry = timeline[index];
      if (entry?.kind === 'message')
        emitter.emit('timelineChanged', (timeline[index] = { ...entry, reach: { nodes, of } }));
    },
    deliver() {
      timeline.forEach((entry, index) => {
        if (entry.kind !== 'message' || entry.delivery !== 'waiting') return;
        emitter.emit('timelineChanged', (timeline[index] = { ...entry, delivery: 'sent' }));
      });
    },
  };
  return room;
}
