import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NodeId } from '../base/ids.ts';
import type { Place } from '../base/stamp.ts';
import { createTestOrigin } from '../testing/cast.ts';
import { createAcquaintances } from './acquaintances.ts';
import { createRoster } from './roster.ts';
import { createTimeline, type Timeline } from './timeline.ts';
import { MAX_TIMELINE_ENTRIES, type TimelineEntry } from './types.ts';

const bob = createTestOrigin('bob');
const author = createRoster(bob.nodeId, 'bob', createAcquaintances({ ownKey: bob.key }), () => false).describe(
  bob.nodeId,
  bob.key,
  'bob',
);
const message = (id: string): TimelineEntry => ({ kind: 'message', id, at: 0, author, text: id });
const line = (id: string): TimelineEntry => ({ kind: 'online', id, at: 0 });
const at = (wallMs: number, origin = 'a'): Place => ({
  stamp: { wallMs, counter: 0 },
  origin: origin as NodeId,
  sequence: 1,
  index: 0,
});
const idsOf = (timeline: Timeline): string[] => timeline.entries.map(({ id }) => id);

describe('the timeline', () => {
  it('[CH10] a message goes where its place is, whenever it comes', () => {
    const timeline = createTimeline();
    for (const wallMs of [5, 9, 1, 7, 3]) timeline.insert(message(`m${wallMs}`), at(wallMs));
    expect(idsOf(timeline)).toEqual(['m1', 'm3', 'm5', 'm7', 'm9']);
  });

  it('[CH10] lines of the room stay below what was last when they came, and what is new stands below them', () => {
    const timeline = createTimeline();
    timeline.append(line('ready'));
    timeline.insert(message('m1'), at(1));
    timeline.append(line('offline'));
    timeline.append(line('online'));
    timeline.insert(message('m9'), at(9));
    timeline.append(line('joined'));
    timeline.insert(message('m5'), at(5));
    timeline.insert(message('m3'), at(3));
    timeline.insert(message('m0'), at(0));
    timeline.insert(message('m10'), at(10));
    expect(idsOf(timeline)).toEqual(['ready', 'm0', 'm1', 'offline', 'online', 'm3', 'm5', 'm9', 'joined', 'm10']);
  });

  it('[CH10] all who have the same messages have them in one order, however those came and whatever else happened', () => {
    const place = fc.tuple(fc.nat(30), fc.constantFrom('a', 'b', 'c')).map(([wallMs, origin]) => at(wallMs, origin));
    const key = ({ stamp, origin }: Place): string => `${stamp.wallMs} ${origin}`;
    const places = fc.uniqueArray(place, { selector: key, maxLength: 25 });
    const orders = places.chain((list) => {
      const order = fc.shuffledSubarray(list, { minLength: list.length });
      return fc.tuple(order, order, fc.array(fc.nat(25), { maxLength: 8 }));
    });
    fc.assert(
      fc.property(orders, ([one, other, lines]) => {
        const [alice, carol] = [createTimeline(), createTimeline()];
        one.forEach((given, index) => {
          if (lines.includes(index)) alice.append(line(`line ${index}`));
          alice.insert(message(key(given)), given);
        });
        for (const given of other) carol.insert(message(key(given)), given);
        expect(idsOf(alice).filter((id) => !id.startsWith('line'))).toEqual(idsOf(carol));
      }),
      { seed: 5, numRuns: 1000 },
    );
  });

  it('[CH10] whatever comes in moves no line and no message past another', () => {
    const step = fc.oneof(fc.nat(40), fc.constant('line' as const));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const timeline = createTimeline();
        steps.forEach((one, index) => {
          const before = idsOf(timeline);
          if (one === 'line') timeline.append(line(`${index}`));
          else timeline.insert(message(`${index}`), at(one, `${index}`));
          expect(idsOf(timeline).filter((id) => id !== `${index}`)).toEqual(before);
        });
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  it('[CH8] full, it lets go of what stands furthest up, and takes nothing that would stand above that', () => {
    const timeline = createTimeline();
    for (let i = 0; i < MAX_TIMELINE_ENTRIES; i++) timeline.insert(message(`m${i}`), at(100 + i));
    expect(timeline.insert(message('older than all'), at(99))).toBe(false);
    expect([timeline.entries.length, idsOf(timeline)[0]]).toEqual([MAX_TIMELINE_ENTRIES, 'm0']);
    expect(timeline.insert(message('late'), at(100, 'b'))).toBe(true);
    expect([timeline.entries.length, idsOf(timeline)[0]]).toEqual([MAX_TIMELINE_ENTRIES, 'late']);
    expect(timeline.insert(message('new'), at(9_999))).toBe(true);
    expect([idsOf(timeline)[0], idsOf(timeline).at(-1)]).toEqual(['m1', 'new']);
  });

  it('[CH7] an entry can be put where one of its ID stands, as long as one does', () => {
    const timeline = createTimeline();
    timeline.insert(message('m1'), at(1));
    timeline.insert(message('m2'), at(2));
    const changed = timeline.replace('m1', (before) => ({ ...before, at: 7 }));
    expect([changed, timeline.entries[0]]).toEqual([{ ...message('m1'), at: 7 }, changed]);
    expect(timeline.replace('m3', (before) => before)).toBeUndefined();
    expect(idsOf(timeline)).toEqual(['m1', 'm2']);
  });
});
