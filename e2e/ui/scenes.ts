/** States of the room to look at, by name. */
import type { FakeComparisons } from './fake-comparisons.ts';
import { member, type FakeRoom } from './fake-room.ts';
import type { RoomStatus, TimelineEntry } from '../../src/core/chat/types.ts';

export type SceneName = keyof typeof scenes;

const cast = ['bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi', 'ivan', 'judy', 'Oluwaseun Adébáyò-Williams'];

const online = { online: true, neighbours: 3, resolver: 'Reachable' } as const;

function aloneAs(alone: NonNullable<RoomStatus['alone']>) {
  return (room: FakeRoom): void => room.setStatus({ online: false, neighbours: 0, alone });
}

function people(room: FakeRoom): readonly ReturnType<typeof member>[] {
  const others = cast.map((name, index) => member(name, index + 2));
  room.setMembers([...room.members, ...others]);
  return others;
}

export const scenes = {
  empty: aloneAs('NobodyHere'),
  looking: aloneAs('Looking'),
  impossible: aloneAs('ConnectionImpossible'),
  password(room: FakeRoom) {
    aloneAs('AnotherPassword')(room);
    room.grow({ kind: 'notice', id: 'n1', at: Date.now(), code: 'AnotherPassword' });
  },
  unreachable(room: FakeRoom) {
    scenes.busy(room);
    room.setStatus({ resolver: 'Unreachable' });
  },
  cutOff(room: FakeRoom) {
    aloneAs('ResolverUnreachable')(room);
    room.setStatus({ resolver: 'Unreachable' });
  },
  waiting(room: FakeRoom) {
    aloneAs('NobodyHere')(room);
    for (const text of ['Is anybody there?', 'I am at the north gate.', 'Bring the long cable, please.'])
      room.submit(text);
  },
  reached(room: FakeRoom) {
    room.setStatus(online);
    const others = people(room);
    const long = 'Thanks. I will be at the north gate in ten minutes; could somebody bring the long cable, please?';
    const said: readonly (readonly [string, number, number])[] = [
      ['Morning, everybody.', 10, 10],
      ['The pump room is dry again.', 10, 10],
      [long, 7, 10],
      ['On my way.', 0, 10],
    ];
    room.grow({ kind: 'message', id: 'r0', at: Date.now(), author: others[0]!, text: 'Morning, alice.' });
    for (const [text, nodes, of] of said) {
      room.submit(text);
      if (nodes > 0) room.reach(text, nodes, of);
    }
  },
  namesake(room: FakeRoom) {
    room.setStatus(online);
    const other = member(room.nickname, 7, { namesake: true });
    room.setMembers([...room.members, other]);
    room.grow({ kind: 'namesake', id: 'ns', at: Date.now(), member: other });
  },
  asked(room: FakeRoom, comparisons: FakeComparisons) {
    scenes.busy(room);
    comparisons.beAskedBy(room.members[1]!);
  },
  judged(room: FakeRoom) {
    room.setStatus(online);
    const others = [
      member('bob', 2, { standing: 'Verified' }),
      member('carol', 3, { standing: 'Known', muted: true }),
      member('bob', 4, { standing: 'Doubtful' }),
      member('alice', 5, { standing: 'Own' }),
      member('dave', 6, { equivocates: true }),
    ];
    room.setMembers([...room.members, ...others]);
    room.grow({ kind: 'joined', id: 'j', at: Date.now(), member: others[2]! });
    const known = { knownTag: others[0]!.tag, knownAt: Date.UTC(2026, 10, 12) };
    room.grow({ kind: 'doubtful', id: 'd', at: Date.now(), member: others[2]!, ...known });
    room.grow({ kind: 'message', id: 'm1', at: Date.now(), author: others[0]!, text: 'Who is that?' });
    room.grow({ kind: 'message', id: 'm2', at: Date.now(), author: others[2]!, text: 'It is me, on my phone.' });
    room.grow({ kind: 'message', id: 'm3', at: Date.now(), author: others[4]!, text: 'I am in.' });
    const texts = ['I am in.', 'I am out, and so is bob.'] as const;
    room.grow({ kind: 'equivocation', id: 'e', at: Date.now(), member: others[4]!, texts });
  },
  busy(room: FakeRoom) {
    room.setStatus(online);
    const others = people(room);
    const start = Date.now() - 26 * 3_600_000;
    const lines = [
      'Morning. The pump room is dry again, the valve was half open.',
      'Good. I am on the bridge with the second team.',
      'Who has the keys for the north gate?',
      'I have them — at the north gate in ten minutes.\nBring the long cable, please.',
      'On my way.',
      'The supplier says Thursday. I asked for it in writing: https://example.org/orders/2291',
    ];
    room.grow({ kind: 'online', id: 'on', at: start });
    const entries: TimelineEntry[] = others
      .slice(0, 8)
      .map((one, index) => ({ kind: 'joined', id: `j${index}`, at: start + index, member: one }));
    entries.forEach((entry) => room.grow(entry));
    for (let index = 0; index < 24; index++) {
      const at = start + index * (index < 12 ? 90_000 : 4_100_000);
      const author = index % 5 === 3 ? room.members[0]! : others[(index >> 1) % 4]!;
      const reach = author.self && { nodes: index < 20 ? 10 : 7, of: 10 };
      room.grow({ kind: 'message', id: `m${index}`, at, author, text: lines[index % 6]!, ...(reach && { reach }) });
    }
    room.grow({ kind: 'left', id: 'l1', at: Date.now(), member: others[5]! });
    room.grow({ kind: 'lost', id: 'l2', at: Date.now(), member: others[6]! });
  },
  hostile(room: FakeRoom) {
    room.setStatus(online);
    const mallory = member('\u202Eyrollam<script>'.padEnd(40, '\u0336x'), 9);
    room.setMembers([...room.members, mallory]);
    const texts = ['<img src=x onerror=alert(1)><b>bold</b>', '\n'.repeat(4095), 'A'.repeat(4096), '\u202Egnp.exe'];
    texts.forEach((text, index) =>
      room.grow({ kind: 'message', id: `h${index}`, at: Date.now(), author: mallory, text }),
    );
  },
};
