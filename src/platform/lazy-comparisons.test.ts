import { expect, it, vi } from 'vitest';
import { comparisonContract, COMPARISON_PATH } from '../core/chat/comparison-contract.ts';
import { encodeCall } from '../core/chat/contract.ts';
import type { ChatRoom, ChatRoomEvents, Comparisons, Member } from '../core/chat/types.ts';
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
  function bring(to: string, own = false): void {
    const call = { operation: 'Ask', arguments: { to, commitment: 'a'.repeat(64) } } as const;
    const encoded = encodeCall(comparisonContract, call);
    if (!encoded.ok) throw new Error(encoded.reason);
    const delivery = { origin: bob.nodeId, payload: encoded.value, retained: false, own } as Delivery;
    for (const listener of [...listeners]) listener(delivery);
  }
  return { comparisons, bring, events, isClosed: () => isClosed };
}

/** What is fetched: notes what it is asked and what it hears. */
function createFetched() {
  const facts: string[] = [];
  const load: Load = async () => ({
    createComparisons(_, endpoint): Comparisons {
      endpoint.onCall(({ call }) => facts.push(`heard ${call.operation}`));
      return {
        current: undefined,
        ask: ({ nickname }) => facts.push(`ask ${nickname}`),
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
  bring(bob.nodeId);
  bring(alice.nodeId, true);
  comparisons.answer(true);
  comparisons.end();
  await settled();
  expect(load).not.toHaveBeenCalled();
  for (let i = 0; i < 20; i++) bring(alice.nodeId);
  comparisons.ask(member);
  await settled();
  // The screen looks after what was held.
  expect(changes).toHaveBeenCalled();
  bring(alice.nodeId);
  expect(load).toHaveBeenCalledTimes(1);
  expect(facts).toEqual([...Array.from({ length: 8 }, () => 'heard Ask'), 'ask bob', 'heard Ask']);
});

it('[IK9] who asked is told that it could not be fetched, and may ask again', async () => {
  const { facts, load } = createFetched();
  load.mockRejectedValueOnce(new Error('no network'));
  const { comparisons } = setUp(load);
  const changes = vi.fn();
  comparisons.onChange(changes);
  comparisons.ask(member);
  await settled();
  expect(comparisons.current).toMatchObject({ stage: 'Failed', member: { nickname: 'bob' } });
  expect(changes).toHaveBeenCalledTimes(1);
  comparisons.end();
  expect([comparisons.current, changes.mock.calls.length]).toEqual([undefined, 2]);
  comparisons.ask(member);
  await settled();
  expect(facts).toEqual(['ask bob']);
});

it('[IK9, ND2] its channel goes with the room, so that the mesh is left', () => {
  const { events, isClosed } = setUp(createFetched().load);
  expect(isClosed()).toBe(false);
  events.emit('closed', undefined);
  expect(isClosed()).toBe(true);
});
