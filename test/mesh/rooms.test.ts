/** Chat rooms on whole nodes: what people see of one another. */
import { describe, expect, it } from 'vitest';
import { openChatRoom } from '../../src/core/chat/room.ts';
import type { ChatRoom } from '../../src/core/chat/types.ts';
import type { EndpointPath } from '../../src/core/base/ids.ts';
import { BRIDGE, CHAT, createMesh, MESH_ID, type Mesh, type Tab } from './mesh.ts';

type Room = ChatRoom & { readonly tab: Tab };

/** The node is open already, and has no channel but the room's. */
function openRoom(mesh: Mesh, nickname: string, options: { path?: EndpointPath; password?: string } = {}): Room {
  const { path = CHAT, password = 'password' } = options;
  const tab = mesh.open(nickname, { password, paths: [] });
  return Object.assign(openChatRoom({ clock: tab.clock }, tab.node, { meshId: MESH_ID, path }, nickname), { tab });
}

const textsOf = (room: ChatRoom): string[] =>
  room.timeline.flatMap((entry) => (entry.kind === 'message' ? [`${entry.author.nickname}: ${entry.text}`] : []));
const kindsOf = (room: ChatRoom, ...kinds: string[]): string[] =>
  room.timeline.flatMap((entry) =>
    'member' in entry && kinds.includes(entry.kind) ? [`${entry.member.nickname} ${entry.kind}`] : [],
  );
const namesOf = (room: ChatRoom): string[] => room.members.map(({ nickname }) => nickname);

describe('rooms', () => {
  it('[CH1, CH4, CH7] three see one another and every message once', () => {
    const mesh = createMesh();
    const rooms = ['alice', 'bob', 'carol'].map((name) => openRoom(mesh, name));
    mesh.run(10_000);
    const [alice, bob, carol] = rooms as [Room, Room, Room];
    alice.submit('hello');
    mesh.run(500);
    bob.submit('hello alice');
    mesh.run(500);
    for (const room of rooms) expect(textsOf(room)).toEqual(['alice: hello', 'bob: hello alice']);
    expect(namesOf(carol)).toEqual(['carol', 'alice', 'bob']);
    expect(carol.status).toMatchObject({ online: true, neighbours: 2, members: 3, resolver: 'Reachable' });
    const [own, seen] = [alice, bob].map((room) => room.members.find(({ nickname }) => nickname === 'alice')!);
    expect([own!.tag, own!.hue]).toEqual([seen!.tag, seen!.hue]);
  });

  it('[CH4, CH6, PR4] who leaves is said to have left, who dies to be lost', () => {
    const mesh = createMesh();
    const [alice, bob, carol] = ['alice', 'bob', 'carol'].map((name) => openRoom(mesh, name)) as [Room, Room, Room];
    mesh.run(10_000);
    expect(bob.submit('q')).toBe('Left');
    mesh.run(2_000);
    expect([bob.tab.node.isOpen, bob.submit('anybody?')]).toEqual([false, 'NotOpen']);
    mesh.kill(carol.tab);
    mesh.run(10_000);
    expect(kindsOf(alice, 'left', 'lost')).toEqual(['bob left', 'carol lost']);
    expect(namesOf(alice)).toEqual(['alice']);
  });

  it('[CH5] namesakes do not read each other, and both are told once; others read both', () => {
    const mesh = createMesh();
    const rooms = ['alice', 'carol'].map((name) => openRoom(mesh, name));
    const other = openRoom(mesh, 'ALICE');
    mesh.run(10_000);
    const [alice, carol] = rooms as [Room, Room];
    alice.submit('I am alice');
    other.submit('I am Alice');
    mesh.run(1_000);
    expect([textsOf(alice), textsOf(other)]).toEqual([['alice: I am alice'], ['ALICE: I am Alice']]);
    expect(textsOf(carol).sort()).toEqual(['ALICE: I am Alice', 'alice: I am alice']);
    for (const room of [alice, other]) expect(kindsOf(room, 'namesake')).toHaveLength(1);
    expect(kindsOf(carol, 'namesake')).toEqual([]);
  });

  it('[ND2, CH1] rooms on two paths of one mesh do not hear each other', () => {
    const mesh = createMesh();
    const alice = openRoom(mesh, 'alice');
    const bob = openRoom(mesh, 'bob', { path: BRIDGE });
    mesh.run(10_000);
    alice.submit('to the chat');
    bob.submit('to the bridge');
    mesh.run(1_000);
    expect([textsOf(alice), textsOf(bob)]).toEqual([['alice: to the chat'], ['bob: to the bridge']]);
    expect([namesOf(alice), alice.status.neighbours]).toEqual([['alice'], 1]);
  });

  it('[CH9, CH8, ND5] another password is told, and nobody is listed', () => {
    const mesh = createMesh();
    const alice = openRoom(mesh, 'alice');
    mesh.run(3_000);
    expect(alice.status.alone).toBe('NobodyHere');
    const mallory = openRoom(mesh, 'mallory', { password: 'a guess' });
    mesh.run(2_000);
    for (const room of [alice, mallory]) {
      expect(room.status).toMatchObject({ online: false, members: 1, alone: 'AnotherPassword' });
      expect(room.timeline.filter((entry) => entry.kind === 'notice')).toHaveLength(1);
    }
    mallory.submit('let me in');
    mesh.run(30_000);
    expect([textsOf(alice), namesOf(mallory)]).toEqual([[], ['mallory']]);
  });

  it('[CH4] a late joiner sees who was here before, and is seen', () => {
    const mesh = createMesh();
    const rooms = ['alice', 'bob', 'carol', 'dave', 'erin'].map((name) => openRoom(mesh, name));
    mesh.run(60_000);
    const frank = openRoom(mesh, 'frank');
    mesh.run(5_000);
    expect(namesOf(frank)).toEqual(['frank', 'alice', 'bob', 'carol', 'dave', 'erin']);
    for (const room of rooms)
      expect(kindsOf(room, 'joined').filter((line) => line.startsWith('frank'))).toHaveLength(1);
  });

  it('[CH4, PR7] after a cut the members are those again, each said to be lost and to have joined once', () => {
    const mesh = createMesh();
    const rooms = ['alice', 'bob', 'carol', 'dave'].map((name) => openRoom(mesh, name));
    mesh.run(10_000);
    mesh.cut(['alice', 'bob'], ['carol', 'dave']);
    mesh.run(60_000);
    expect(namesOf(rooms[0]!)).toEqual(['alice', 'bob']);
    mesh.heal();
    mesh.run(60_000);
    for (const room of rooms) {
      expect([...namesOf(room)].sort()).toEqual(['alice', 'bob', 'carol', 'dave']);
      expect(kindsOf(room, 'lost')).toHaveLength(2);
      expect(kindsOf(room, 'joined')).toHaveLength(5);
    }
  });
});
