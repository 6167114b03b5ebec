import { describe, expect, it } from 'vitest';
import type { NodeId } from '../../core/base/ids.ts';
import type { Member, TimelineEntry } from '../../core/chat/types.ts';
import { presenceText } from '../text/presence.ts';
import { cameAbove, MAX_PRESENCE_LINES, timelineRows, type PresenceEntry } from './timeline-rows.ts';

function member(nickname: string, node: string, tag = node, standing: Member['standing'] = 'New'): Member {
  const key = new Uint8Array(32);
  return {
    nodeId: node as NodeId,
    nickname,
    tag,
    hue: 0,
    self: false,
    namesake: false,
    key,
    standing,
    muted: false,
    blocked: false,
    equivocates: false,
  };
}

const bob = member('bob', 'b0b1');
const carol = member('carol', 'ca20');
const MINUTE_MS = 60_000;

let serial = 0;
function said(author: Member, at: number, text = 'hello'): TimelineEntry {
  return { kind: 'message', id: `m${serial++}`, at, author, text };
}
function joined(who: Member, kind: PresenceEntry['kind'] = 'joined'): PresenceEntry {
  return { kind, id: `j${serial++}`, at: 0, member: who };
}

const sameDay = (): string => 'one day';
const rowsOf = (entries: readonly TimelineEntry[], members: readonly Member[] = []) =>
  timelineRows(entries, members, sameDay);
const headsOf = (entries: readonly TimelineEntry[]) =>
  rowsOf(entries).map((row) => (row.kind === 'message' ? row.head : row.kind));

describe('the rows of the timeline', () => {
  it('[UI7] puts messages of one author within five minutes under one name', () => {
    expect(headsOf([said(bob, 0), said(bob, MINUTE_MS), said(carol, MINUTE_MS), said(bob, 2 * MINUTE_MS)])).toEqual([
      true,
      false,
      true,
      true,
    ]);
    expect(headsOf([said(bob, 0), said(bob, 6 * MINUTE_MS)])).toEqual([true, true]);
  });

  it('[UI7] tells namesakes apart by tag, also one who has left since', () => {
    const impostor = member('Bob', 'ffff');
    const rows = rowsOf([said(bob, 0), said(impostor, 1), said(carol, 2)], [carol]);
    expect(rows.map((row) => row.kind === 'message' && row.tagShown)).toEqual([true, true, false]);
  });

  it('[UI8] gives few comings and goings a line each, and folds many', () => {
    const few = Array.from({ length: MAX_PRESENCE_LINES }, (_, i) => joined(member(`guest ${i}`, `n${i}`)));
    expect(rowsOf(few)).toHaveLength(MAX_PRESENCE_LINES);
    const rows = rowsOf([...few, joined(carol), said(bob, 0), joined(bob)]);
    expect(rows.map((row) => row.kind)).toEqual(['presence', 'message', 'presence']);
    expect(rows[0]).toMatchObject({ entries: [...few, { member: carol }] });
  });

  it('[UI8] keeps a thousand arrivals to one short line', () => {
    const storm = Array.from({ length: 1000 }, (_, i) => joined(member(`guest${i}`, `n${i}`)));
    const rows = rowsOf(storm);
    expect(rows).toHaveLength(1);
    expect(rows[0]?.kind === 'presence' && presenceText(rows[0].entries)).toBe('guest0, guest1 and 998 others joined');
  });

  it('[UI8] counts one who came twice once', () => {
    const entries = [joined(bob), joined(bob, 'left'), joined(bob)];
    expect(presenceText(entries)).toBe('bob joined · bob left');
  });

  it('[UI8] marks where a day begins and starts a new group there', () => {
    const rows = timelineRows([said(bob, 1), said(bob, 2)], [], (at) => String(at));
    expect(rows.map((row) => row.kind)).toEqual(['message', 'day', 'message']);
    expect(rows[2]).toMatchObject({ head: true });
  });

  it('[UI8] a message of the day before, which came in late, stands under its day, whatever lines are above it', () => {
    const entries = [joined(bob), said(bob, 2), joined(carol), said(carol, 1), said(bob, 2)];
    const rows = timelineRows(entries, [], (at) => String(at));
    expect(rows.map((row) => (row.kind === 'day' ? `day ${row.at}` : row.kind))).toEqual([
      'presence',
      'day 2',
      'message',
      'presence',
      'day 1',
      'message',
      'day 2',
      'message',
    ]);
  });

  it('[UI4] says once below several that nobody has received them', () => {
    const waiting = (at: number): TimelineEntry => ({ ...said(bob, at), delivery: 'waiting' }) as TimelineEntry;
    const counts = (entries: readonly TimelineEntry[]) =>
      rowsOf(entries).map((row) => (row.kind === 'message' ? row.waiting : row.kind));
    expect(counts([waiting(0), waiting(1), waiting(2)])).toEqual([0, 0, 3]);
    expect(counts([said(bob, 0), waiting(1), said(carol, 2), waiting(3), waiting(4)])).toEqual([0, 1, 0, 0, 2]);
    expect(counts([waiting(0), joined(carol), waiting(1)])).toEqual([1, 'presence', 1]);
  });

  it('[UI12] tells how many have an own message once beside several in a row that tell the same', () => {
    const reached = (nodes: number, of: number): TimelineEntry =>
      ({ ...said(bob, 0), reach: { nodes, of } }) as TimelineEntry;
    const told = (entries: readonly TimelineEntry[]) =>
      rowsOf(entries).map((row) => (row.kind === 'message' ? row.reach && `${row.reach.nodes}/${row.reach.of}` : '-'));
    expect(told([reached(9, 9), reached(9, 9), reached(9, 9)])).toEqual([undefined, undefined, '9/9']);
    expect(told([reached(9, 9), reached(7, 9), reached(8, 8)])).toEqual(['9/9', '7/9', '8/8']);
    // Just sent: nobody is known to have it yet.
    expect(told([reached(9, 9), said(bob, 0)])).toEqual(['9/9', undefined]);
    expect(told([reached(9, 9), said(carol, 0), reached(9, 9)])).toEqual(['9/9', undefined, '9/9']);
    expect(told([reached(9, 9), joined(carol), reached(9, 9)])).toEqual(['9/9', '-', '9/9']);
  });

  it('[UI11] finds what came in above a message that was there, and nothing else', () => {
    const [one, two, three] = [said(bob, 1), said(bob, 2), said(carol, 3)];
    const placesOf = (before: readonly TimelineEntry[], after: readonly TimelineEntry[]) =>
      cameAbove(rowsOf(before), rowsOf(after));
    expect(placesOf([two], [one, two, three])).toEqual([0]);
    expect(placesOf([joined(bob), three], [joined(bob), one, two, three])).toEqual([1, 2]);
    expect(placesOf([one], [one, two, three])).toEqual([]);
    // Nothing was said before: history, not news.
    expect(placesOf([joined(bob)], [one, two])).toEqual([]);
    expect(placesOf([one, two], [two])).toEqual([]);
    expect(placesOf([two], [joined(bob), two])).toEqual([]);
  });

  it('[UI8] says the same notice once in a row', () => {
    const notice = (id: string): TimelineEntry => ({ kind: 'notice', id, at: 0, code: 'AnotherPassword' });
    expect(rowsOf([notice('a'), notice('b'), said(bob, 0), notice('c')])).toHaveLength(3);
  });

  it('[UI8] gives every row an identity of its own', () => {
    const rows = timelineRows([joined(bob), said(bob, 1), said(bob, 2)], [], (at) => String(at));
    expect(new Set(rows.map((row) => row.id)).size).toBe(rows.length);
  });
});
