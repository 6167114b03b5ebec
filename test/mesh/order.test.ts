/** Order on screen, on whole nodes: the same for all who have the same messages, answers below what they answer. */
import { describe, expect, it } from 'vitest';
import { MAX_SKEW_MS } from '../../src/core/base/stamp.ts';
import { openChatRoom } from '../../src/core/chat/room.ts';
import type { ChatRoom, TimelineEntry } from '../../src/core/chat/types.ts';
import { createSeededRandom } from '../../sim/seeded-random.ts';
import { CHAT, createMesh, MESH_ID, type Mesh } from './mesh.ts';

const YEAR_MS = 365 * 24 * 3_600_000;
const HOUR_MS = 3_600_000;

type Message = Extract<TimelineEntry, { kind: 'message' }>;

function openRoom(mesh: Mesh, nickname: string, wallSkewMs = 0): ChatRoom {
  const tab = mesh.open(nickname, { paths: [], wallSkewMs });
  return openChatRoom({ clock: tab.clock }, tab.node, { meshId: MESH_ID, path: CHAT }, nickname);
}

const messagesOf = (room: ChatRoom): Message[] => room.timeline.filter((entry) => entry.kind === 'message');
const textsOf = (room: ChatRoom): string[] => messagesOf(room).map(({ text }) => text);

describe('order on screen', () => {
  it.each([1, 2, 3, 4, 5])(
    '[CH10, ST3] two halves that talked without each other have one order when they meet (seed %i)',
    (seed) => {
      const mesh = createMesh({ seed });
      const random = createSeededRandom(seed, 'talk');
      const names = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank'];
      const rooms = names.map((name) => openRoom(mesh, name, (random.fraction() - 0.5) * 4_000));
      mesh.run(20_000);
      mesh.cut(names.slice(0, 3), names.slice(3));
      for (let i = 0; i < 40; i++) {
        rooms[Math.floor(random.fraction() * rooms.length)]!.submit(`line ${i}`);
        mesh.run(random.fraction() * 2_000);
      }
      mesh.run(2_000);
      // Nobody has heard the other half.
      expect(new Set(rooms.map((room) => textsOf(room).join())).size).toBe(2);
      mesh.heal();
      mesh.run(60_000);
      const [first, ...others] = rooms.map(textsOf);
      expect(first).toHaveLength(40);
      for (const texts of others) expect(texts).toEqual(first);
      // As it was said, but for clocks that differ by seconds.
      const misplaced = first!.filter((text, index) => Math.abs(Number(text.slice(5)) - index) > 10);
      expect(misplaced).toEqual([]);
    },
  );

  it('[CH10, ST1, ST3] and so they have where clocks are hours off', () => {
    const mesh = createMesh();
    const skewsMs = [0, -3 * HOUR_MS, 5 * HOUR_MS, 0, -HOUR_MS, 2 * HOUR_MS];
    const names = skewsMs.map((_, index) => `node ${index}`);
    const rooms = names.map((name, index) => openRoom(mesh, name, skewsMs[index]));
    mesh.run(20_000);
    mesh.cut(names.slice(0, 3), names.slice(3));
    for (let i = 0; i < 40; i++) {
      rooms[(i * 5) % 6]!.submit(`line ${i}`);
      mesh.run(1_000);
    }
    const half = textsOf(rooms[0]!);
    mesh.heal();
    mesh.run(60_000);
    const [first, ...others] = rooms.map(textsOf);
    expect(first).toHaveLength(40);
    for (const texts of others) expect(texts).toEqual(first);
    // Each half as it spoke.
    expect(first!.filter((text) => half.includes(text))).toEqual(half);
  });

  it.each([-20 * 24 * HOUR_MS, -12 * HOUR_MS, -HOUR_MS, -10_000, 10_000, HOUR_MS, 12 * HOUR_MS, 20 * 24 * HOUR_MS])(
    '[ST1, CH10, CH11] a clock that is %i ms off tears no answer from its question, also for who comes in between',
    (skewMs) => {
      const mesh = createMesh();
      const [alice, bob] = [openRoom(mesh, 'alice'), openRoom(mesh, 'bob', skewMs)];
      mesh.run(10_000);
      const said: string[] = [];
      let carol: ChatRoom | undefined;
      for (let i = 0; i < 10; i++) {
        const speaker = [alice, bob][i % 2]!;
        said.push(`line ${i}`);
        speaker.submit(`line ${i}`);
        mesh.run(1_000);
        if (i === 4) carol = openRoom(mesh, 'carol');
      }
      mesh.run(10_000);
      for (const room of [alice, bob]) expect(textsOf(room)).toEqual(said);
      expect(textsOf(carol!)).toEqual(said.slice(-textsOf(carol!).length));
      expect(textsOf(carol!).length).toBeGreaterThanOrEqual(4);
      const now = mesh.clock.view().wallNow();
      for (const { at } of messagesOf(alice)) expect(at).toBeLessThanOrEqual(now);
    },
  );

  it.each([
    ['years ahead', 3 * YEAR_MS],
    ['years behind', -30 * YEAR_MS],
    ['just too far ahead', MAX_SKEW_MS + HOUR_MS],
    ['just too far behind', -MAX_SKEW_MS - HOUR_MS],
  ])('[ST2, CH10, CH11] a clock %s moves nobody: its messages stand where they came in, at that time', (_, skewMs) => {
    const mesh = createMesh();
    const [alice, bob] = [openRoom(mesh, 'alice'), openRoom(mesh, 'bob')];
    const mallory = openRoom(mesh, 'mallory', skewMs);
    const ear = mesh.open('ear');
    mesh.run(20_000);
    const said: string[] = [];
    for (let i = 0; i < 12; i++) {
      said.push(`line ${i}`);
      [alice, mallory, bob][i % 3]!.submit(`line ${i}`);
      mesh.run(1_000);
    }
    for (const room of [alice, bob]) {
      expect(textsOf(room)).toEqual(said);
      const start = mesh.clock.view().wallNow() - 12_000;
      messagesOf(room).forEach(({ at }, index) => {
        expect(Math.abs(at - (start + index * 1_000))).toBeLessThan(500);
      });
    }
    const spoken = ear.heard.filter(({ retained }) => !retained);
    const offMs = spoken.map(({ stamp }) => Math.abs(stamp.wallMs - mesh.clock.view().wallNow()));
    expect(offMs.map((ms) => ms > 60_000)).toEqual(said.map((_line, index) => index % 3 === 1));
    expect(ear.node.counters.stampsDisbelieved).toBeGreaterThanOrEqual(4);
    // And it reads the others as they spoke.
    expect(textsOf(mallory)).toEqual(said);
    // Who comes later has the time of its own day, too.
    const carol = openRoom(mesh, 'carol');
    mesh.run(10_000);
    carol.submit('and now?');
    mesh.run(1_000);
    for (const room of [alice, bob, mallory]) expect(textsOf(room).at(-1)).toBe('and now?');
  });
});
