/** What is said while nobody is there, on whole nodes: it waits, goes out by itself, and is lost to nobody's death. */
import { describe, expect, it } from 'vitest';
import { openChatRoom } from '../../src/core/chat/room.ts';
import type { ChatRoom } from '../../src/core/chat/types.ts';
import { MAX_OUTBOX_MESSAGES } from '../../src/core/mesh/outbox.ts';
import { CHAT, createMesh, MESH_ID, type Mesh, type Tab } from './mesh.ts';

const deliveriesOf = (tab: Tab): string[] => tab.facts.filter((fact) => fact.startsWith('deliveryChanged'));

function openRoom(mesh: Mesh, nickname: string): ChatRoom & { readonly tab: Tab } {
  const tab = mesh.open(nickname, { paths: [] });
  return Object.assign(openChatRoom({ clock: tab.clock }, tab.node, { meshId: MESH_ID, path: CHAT }, nickname), {
    tab,
  });
}

/** Messages of a room, those that wait with a question mark. */
const textsOf = (room: ChatRoom): string[] =>
  room.timeline.flatMap((entry) =>
    entry.kind === 'message'
      ? [`${entry.author.nickname}: ${entry.text}${entry.delivery === 'waiting' ? '?' : ''}`]
      : [],
  );

describe('what is said alone', () => {
  it('[OB1, OB4] waits however long it takes, and goes out once when somebody comes', () => {
    const mesh = createMesh();
    const [alice] = mesh.openAll(['alice']);
    alice.say('anybody?');
    mesh.run(1_000);
    alice.say('still here');
    mesh.run(60 * 60_000);
    expect(alice.heard.map(({ delivery }) => delivery)).toEqual(['waiting', 'waiting']);
    expect(deliveriesOf(alice)).toEqual([]);
    const bob = mesh.open('bob');
    mesh.run(5_000);
    expect(bob.texts()).toEqual(['anybody?', 'still here']);
    expect(deliveriesOf(alice)).toEqual(['deliveryChanged sent', 'deliveryChanged sent']);
    alice.say('hello bob');
    mesh.run(60_000);
    expect([alice.heard.at(-1)?.delivery, bob.texts().length]).toEqual(['sent', 3]);
    expect(deliveriesOf(alice)).toHaveLength(2);
  });

  it('[OB1, OB2] a message given to somebody who had died waits for the next', () => {
    const mesh = createMesh();
    const [alice, bob] = mesh.openAll(['alice', 'bob']);
    alice.say('heard');
    mesh.run(5_000);
    mesh.kill(bob);
    mesh.run(100);
    alice.say('said to nobody');
    mesh.run(5_000);
    expect(alice.heard.at(-1)?.delivery).toBe('sent');
    expect(deliveriesOf(alice)).toEqual(['deliveryChanged waiting']);
    const carol = mesh.open('carol');
    mesh.run(30_000);
    expect(carol.texts()).toContain('said to nobody');
    expect(deliveriesOf(alice)).toEqual(['deliveryChanged waiting', 'deliveryChanged sent']);
  });

  it('[OB1] two who wrote while they were apart have all of it when they meet', () => {
    const mesh = createMesh();
    mesh.cut(['alice'], ['bob']);
    const [alice, bob] = mesh.openAll(['alice', 'bob']);
    alice.say('from alice');
    bob.say('from bob');
    mesh.run(10 * 60_000);
    mesh.heal();
    mesh.run(60_000);
    expect([alice.texts(), bob.texts()]).toEqual([['from bob'], ['from alice']]);
    for (const tab of [alice, bob]) expect(deliveriesOf(tab)).toEqual(['deliveryChanged sent']);
  });

  it('[OB1, FL5] what is for this node alone waits for nobody', () => {
    const mesh = createMesh();
    const [alice] = mesh.openAll(['alice']);
    alice.say('a note', { hopLimit: 0 });
    mesh.run(100);
    expect(alice.heard[0]?.delivery).toBeUndefined();
    const bob = mesh.open('bob');
    mesh.run(5_000);
    expect([bob.texts(), deliveriesOf(alice)]).toEqual([[], []]);
  });

  it('[OB3] is refused beyond 200 messages, and taken again when somebody has come', () => {
    const mesh = createMesh();
    const [alice] = mesh.openAll(['alice']);
    const [channel] = alice.channels;
    for (let i = 0; i < MAX_OUTBOX_MESSAGES; i++) alice.say(`${i}`);
    expect(channel!.send(new Uint8Array(1))).toBe('OutboxFull');
    mesh.run(60_000);
    expect(channel!.send(new Uint8Array(1))).toBe('OutboxFull');
    const bob = mesh.open('bob');
    mesh.run(10_000);
    expect(bob.texts()).toEqual(Array.from({ length: MAX_OUTBOX_MESSAGES }, (_, index) => `${index}`));
    expect(channel!.send(new Uint8Array(1))).toBe('Queued');
  });

  it('[OB3] is refused beyond 256 KiB', () => {
    const mesh = createMesh();
    const [alice] = mesh.openAll(['alice']);
    const [channel] = alice.channels;
    let taken = 0;
    while (channel!.send(new Uint8Array(10_000)) === 'Queued') taken += 1;
    expect(taken).toBe(26);
    mesh.run(60_000);
    expect(channel!.send(new Uint8Array(10_000))).toBe('OutboxFull');
    const bob = mesh.open('bob');
    mesh.run(10_000);
    expect(bob.heard).toHaveLength(26);
  });
});

describe('a room with nobody in it', () => {
  it('[CH7, OB1] marks what waits, and takes the mark away when somebody has come', () => {
    const mesh = createMesh();
    const alice = openRoom(mesh, 'alice');
    mesh.run(3_000);
    alice.submit('anybody?');
    mesh.run(30_000);
    expect(textsOf(alice)).toEqual(['alice: anybody??']);
    const bob = openRoom(mesh, 'bob');
    mesh.run(5_000);
    for (const room of [alice, bob]) expect(textsOf(room)).toEqual(['alice: anybody?']);
  });

  it('[CH7, OB3] says when no more is kept, and loses nothing of what is', () => {
    const mesh = createMesh();
    const alice = openRoom(mesh, 'alice');
    for (let i = 0; i < MAX_OUTBOX_MESSAGES; i++) expect(alice.submit(`${i}`)).toBe('Sent');
    expect(alice.submit('one more')).toBe('OutboxFull');
    mesh.run(60_000);
    const bob = openRoom(mesh, 'bob');
    mesh.run(10_000);
    expect(textsOf(bob)).toHaveLength(MAX_OUTBOX_MESSAGES);
    expect(alice.submit('one more')).toBe('Sent');
  });
});
