import { expect, it, vi } from 'vitest';
import {
  COMPARISON_PATH,
  type ChatRoom,
  type ChatRoomEvents,
  type Comparisons,
  type Member,
} from '../core/chat/types.ts';
import { createEmitter } from '../core/base/emitter.ts';
import type { Delivery, MeshChannel, PeerNode } from '../core/mesh/types.ts';
import { createTestOrigin } from '../core/testing/cast.ts';
import { createManualClock } from '../core/testing/manual-clock.ts';
import { createTestRandom } from '../core/testing/test-random.ts';
import { createLazyComparisons } from './lazy-comparisons.ts';

type Load = NonNullable<Parameters<typeof createLazyComparisons>[3]>;

const [alice, bob] = [createTestOrigin('alice'), createTestOrigin('bob')];
const member = { nodeId: bob.nodeId, nickname: 'bob' } as Member;

function setUp(load: Load) {
  const listeners = new Set<(delivery: Delivery) => void>();
  let isClosed = false;
  const channel = {
    path: COMPARISON_PATH,
    onDelivery(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => (isClosed = true),
  } as Pick<MeshChannel, 'path' | 'onDelivery' | 'close'> as MeshChannel;
  const node = { nodeId: alice.nodeId, channel: () => channel } as Pick<PeerNode, 'nodeId' | 'channel'> as PeerNode;
  const events = createEmitter<ChatRoomEvents>();
  const room = { on: events.on } as Pick<ChatRoom, 'on'> as ChatRoom;
  const deps = { clock: createManualClock(), random: createTestRandom('alice') };
  const comparisons = createLazyComparisons(deps, node, room, load);
  function bring(own = false): void {
    for (const listener of [...listeners]) listener({ own } as Delivery);
  }
  return { comparisons, bring, events, isClosed: () => isClosed };
}

/** What is fetched: notes what it is asked and what it hears. */
function createFetched() {
  const facts: string[] = [];
  const load: Load = async () => ({
    openComparisons(_, channel): Comparisons {
      channel.onDelivery(() => facts.push('heard'));
      return {
        current: undefined,
        ask: async ({ nickname }) => void facts.push(`ask ${nickname}`),
        answer: (accepts) => facts.push(`answer ${accepts}`),
        end: () => facts.push('end'),
        onChange: () => () => undefined,
      };
    },
  });
  return { facts, load: vi.fn(load) };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('[IK9, BR7] is fetched once, when somebody asks here or this node is asked, and hears what came meanwhile', async () => {
  const { facts, load } = createFetched();
  const { bring, comparisons } = setUp(load);
  const changes = vi.fn();
  comparisons.onChange(changes);
  bring(true);
  comparisons.answer(true);
  comparisons.end();
  await settled();
  expect(load).not.toHaveBeenCalled();
  for (let i = 0; i < 20; i++) bring();
  await comparisons.ask(member);
  // The screen looks after what was held.
  expect(changes).toHaveBeenCalled();
  bring();
  expect(load).toHaveBeenCalledTimes(1);
  expect(facts).toEqual([...Array.from({ length: 8 }, () => 'heard'), 'ask bob', 'heard']);
});

it('[IK9] who asks is told that it could not be fetched, and may ask again', async () => {
  const { facts, load } = createFetched();
  load.mockRejectedValueOnce(new Error('no network'));
  const { comparisons } = setUp(load);
  await expect(comparisons.ask(member)).rejects.toThrow('no network');
  await comparisons.ask(member);
  expect(facts).toEqual(['ask bob']);
});

it('[IK9, ND2] its channel goes with the room, so that the mesh is left', () => {
  const { events, isClosed } = setUp(createFetched().load);
  expect(isClosed()).toBe(false);
  events.emit('closed', undefined);
  expect(isClosed()).toBe(true);
});

it('[IK9] what comes after the room was left begins nothing', async () => {
  const { facts, load } = createFetched();
  const { events, comparisons, bring } = setUp(load);
  bring();
  const asked = comparisons.ask(member);
  events.emit('closed', undefined);
  await expect(asked).rejects.toThrow('left');
  expect(facts).toEqual([]);
});
