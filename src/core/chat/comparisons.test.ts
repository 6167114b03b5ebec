import { describe, expect, it } from 'vitest';
import { createEmitter } from '../base/emitter.ts';
import type { EnvelopeId } from '../base/ids.ts';
import type { PeerNode, SendOutcome } from '../mesh/types.ts';
import { CHAT, createTestEpoch, createTestOrigin, TEST_MESH, type TestOrigin } from '../testing/cast.ts';
import { createManualClock } from '../testing/manual-clock.ts';
import { createTestRandom } from '../testing/test-random.ts';
import { createAcquaintances } from './acquaintances.ts';
import type { ComparisonOperations } from './comparison-contract.ts';
import { ANSWER_WITHIN_MS, createComparisons, OPEN_WITHIN_MS, QUESTIONS } from './comparisons.ts';
import type { Call } from './contract.ts';
import { commitmentOf } from './emoji-code.ts';
import type { Received } from './endpoint.ts';
import { createRoster } from './roster.ts';
import type { ChatRoomEvents, Member } from './types.ts';

type Made = Call<ComparisonOperations>;

/** Members who hear all that anybody says, a turn later; `pass` may hold it up or change it. */
function setUp(names: readonly string[] = ['alice', 'bob', 'mallory']) {
  const clock = createManualClock();
  const origins = new Map(names.map((name) => [name, createTestOrigin(name)]));
  const listeners = new Map<TestOrigin, (received: Received<ComparisonOperations>) => void>();
  const said: { readonly from: string; readonly call: Made }[] = [];
  let outcome: SendOutcome = 'Queued';
  let pass = (_from: TestOrigin, call: Made): Made | undefined => call;

  function say(from: TestOrigin, made: Made): void {
    const call = pass(from, made);
    if (!call) return;
    const common = { origin: from.nodeId, originKey: from.key, call, envelopeId: '' as EnvelopeId, messageId: '' };
    const place = { stamp: { wallMs: clock.wallNow(), counter: 0 }, sequence: 1, index: 0 };
    for (const to of listeners.keys()) {
      clock.defer(() => listeners.get(to)?.({ ...common, ...place, own: to === from }));
    }
  }

  function person(name: string) {
    const self = origins.get(name)!;
    const roster = createRoster(self.nodeId, name, createAcquaintances({ ownKey: self.key }), () => false);
    for (const [other, origin] of origins) roster.join(origin.nodeId, origin.key, other);
    const events = createEmitter<ChatRoomEvents>();
    const muted = new Set<string>();
    const comparisons = createComparisons(
      { clock, random: createTestRandom(name) },
      {
        node: { nodeId: self.nodeId } as PeerNode,
        send(call) {
          if (outcome !== 'Queued') return outcome;
          said.push({ from: name, call });
          say(self, call);
          return 'Queued';
        },
        onCall(listener) {
          listeners.set(self, listener);
          return () => void listeners.delete(self);
        },
      },
      {
        address: { meshId: TEST_MESH, path: CHAT },
        get members() {
          return roster.list.map((member) => ({ ...member, muted: muted.has(member.nickname) }));
        },
        on: events.on,
      },
    );
    const memberOf = (other: string): Member => roster.get(origins.get(other)!.nodeId)!;
    return {
      comparisons,
      events,
      muted,
      ask: (other: string) => void comparisons.ask(memberOf(other)),
      leave(other: string) {
        roster.remove(origins.get(other)!.nodeId);
        events.emit('membersChanged', roster.list);
      },
      state: () => comparisons.current && `${comparisons.current.member.nickname} ${comparisons.current.stage}`,
      code: () => comparisons.current?.code,
    };
  }
  const [alice, bob, mallory] = ['alice', 'bob', 'mallory'].map(person) as [
    ReturnType<typeof person>,
    ReturnType<typeof person>,
    ReturnType<typeof person>,
  ];
  const setPass = (next: typeof pass): void => void (pass = next);
  const fail = (with_: SendOutcome): void => void (outcome = with_);
  return { clock, origins, said, say, setPass, fail, alice, bob, mallory };
}

const originOf = ({ origins }: ReturnType<typeof setUp>, name: string): TestOrigin => origins.get(name)!;

describe('comparing pictures', () => {
  it('[IK9] who asks is shown the same seven as who answers, and nobody else anything', () => {
    const { clock, alice, bob, mallory, said } = setUp();
    alice.ask('bob');
    clock.settle();
    expect([alice.state(), bob.state(), mallory.state()]).toEqual(['bob Asking', 'alice Asked', undefined]);
    bob.comparisons.answer(true);
    clock.settle();
    expect([alice.state(), bob.state(), mallory.state()]).toEqual(['bob Showing', 'alice Showing', undefined]);
    expect(alice.code()).toHaveLength(7);
    expect(bob.code()).toEqual(alice.code());
    expect(said.map(({ from, call }) => `${from} ${call.operation}`)).toEqual([
      'alice Ask',
      'bob Answer',
      'alice Open',
    ]);
    // Nobody takes what one looks at off the screen.
    mallory.ask('bob');
    clock.settle();
    expect(bob.state()).toBe('alice Showing');
    mallory.comparisons.end();
    alice.comparisons.end();
    clock.advance(10 * ANSWER_WITHIN_MS);
    // Who still looks goes on looking.
    expect([alice.state(), bob.state(), said.length, clock.timersLeft]).toEqual([undefined, 'alice Showing', 5, 0]);
  });

  it('[IK10] the nonce of who asks is not said before that of who answers', () => {
    const { clock, alice, bob, said } = setUp();
    alice.ask('bob');
    clock.settle();
    expect(said.map(({ call }) => Object.keys(call.arguments))).toEqual([['to', 'commitment']]);
    bob.comparisons.answer(true);
    clock.settle();
    const [, answer, open] = said.map(({ call }) => call.arguments as { nonce: string; commitment: string });
    expect(answer!.nonce).not.toBe(open!.nonce);
    expect(open!.commitment).toBe(said[0]!.call.arguments.commitment);
  });

  it('[IK10] another nonce than the one that was promised is not shown', () => {
    const scene = setUp();
    const { clock, alice, bob, setPass } = scene;
    setPass((_, call) =>
      call.operation === 'Open' ? { ...call, arguments: { ...call.arguments, nonce: '0'.repeat(64) } } : call,
    );
    alice.ask('bob');
    clock.settle();
    bob.comparisons.answer(true);
    clock.settle();
    expect([bob.state(), bob.code()]).toEqual(['alice Failed', []]);
  });

  it('[IK9] a no, and a change of mind, are told', () => {
    const { clock, alice, bob } = setUp();
    alice.ask('bob');
    clock.settle();
    bob.comparisons.answer(false);
    clock.settle();
    expect([alice.state(), bob.state()]).toEqual(['bob Declined', undefined]);
    alice.ask('bob');
    clock.settle();
    alice.comparisons.end();
    clock.settle();
    expect([alice.state(), bob.state()]).toEqual([undefined, undefined]);
  });

  it('[IK9] nothing is waited for without end', () => {
    const { clock, alice, bob, setPass } = setUp();
    alice.ask('bob');
    clock.advance(ANSWER_WITHIN_MS);
    expect([alice.state(), bob.state()]).toEqual(['bob Unanswered', undefined]);
    setPass((_, call) => (call.operation === 'Open' ? undefined : call));
    alice.ask('bob');
    clock.settle();
    bob.comparisons.answer(true);
    clock.advance(OPEN_WITHIN_MS);
    expect([alice.state(), bob.state()]).toEqual(['bob Showing', 'alice Failed']);
    expect(clock.timersLeft).toBe(0);
  });

  it('[IK9] two who ask each other at once compare without being asked again', () => {
    const { clock, alice, bob } = setUp();
    alice.ask('bob');
    bob.ask('alice');
    clock.settle();
    expect([alice.state(), bob.state()]).toEqual(['bob Showing', 'alice Showing']);
    expect(alice.code()).toEqual(bob.code());
  });

  it('[IK9] who leaves, and a message that is not taken, end it', () => {
    const { clock, alice, bob, fail } = setUp();
    alice.ask('bob');
    clock.settle();
    alice.leave('bob');
    bob.leave('mallory');
    expect([alice.state(), bob.state()]).toEqual(['bob Failed', 'alice Asked']);
    fail('OutboxFull');
    bob.comparisons.answer(true);
    expect(bob.state()).toBe('alice Failed');
    alice.ask('mallory');
    expect(alice.state()).toBe('mallory Failed');
  });

  it('[IK9] after the room is left nothing is heard and no timer is left', () => {
    const { clock, alice, bob } = setUp();
    alice.ask('bob');
    bob.events.emit('closed', undefined);
    alice.events.emit('closed', undefined);
    clock.settle();
    expect([alice.state(), bob.state(), clock.timersLeft]).toEqual([undefined, undefined, 0]);
  });

  it('[IK9] what others say of it, or in another shape, does nothing', () => {
    const scene = setUp();
    const { clock, alice, bob, say, said } = scene;
    alice.ask('bob');
    clock.settle();
    const { commitment } = said[0]!.call.arguments;
    const [mallory, bobs] = [originOf(scene, 'mallory'), originOf(scene, 'bob')];
    const to = originOf(scene, 'alice').nodeId;
    const nonce = '1'.repeat(64);
    for (const [from, call] of [
      [mallory, { operation: 'Answer', arguments: { to, commitment, nonce } }],
      [mallory, { operation: 'Stop', arguments: { to, commitment } }],
      [createTestEpoch('bob', new Uint8Array(8)), { operation: 'Answer', arguments: { to, commitment, nonce } }],
      [bobs, { operation: 'Answer', arguments: { to, commitment: nonce, nonce } }],
      [bobs, { operation: 'Answer', arguments: { to, commitment, nonce: 'Z'.repeat(64) } }],
      [bobs, { operation: 'Answer', arguments: { to, commitment, nonce: '' } }],
      [bobs, { operation: 'Open', arguments: { to, commitment, nonce } }],
      [bobs, { operation: 'Ask', arguments: { to, commitment: 'nonsense' } }],
      [bobs, { operation: 'Stop', arguments: { to: mallory.nodeId, commitment } }],
    ] as const)
      say(from, call);
    clock.settle();
    expect([alice.state(), bob.state()]).toEqual(['bob Asking', 'alice Asked']);
  });

  it('[IK9] mallory between alice and bob has each shown pictures of her key, which are not the same', () => {
    const { clock, alice, bob, mallory } = setUp();
    alice.ask('mallory');
    clock.settle();
    mallory.comparisons.answer(true);
    clock.settle();
    const atAlice = alice.code();
    mallory.comparisons.end();
    mallory.ask('bob');
    clock.settle();
    bob.comparisons.answer(true);
    clock.settle();
    expect(bob.state()).toBe('mallory Showing');
    expect(bob.code()).not.toEqual(atAlice);
  });

  it('[IK11] one question at a time, none of who is muted or is no member, and few in all', () => {
    const names = ['alice', 'bob', 'mallory', ...Array.from({ length: 20 }, (_, i) => `made up ${i}`)];
    const scene = setUp(names);
    const { clock, alice, bob, say } = scene;
    const to = originOf(scene, 'bob').nodeId;
    const asked = (from: TestOrigin): void => {
      const pair = { meshId: TEST_MESH, askerKey: from.key, askedKey: originOf(scene, 'bob').key };
      say(from, { operation: 'Ask', arguments: { to, commitment: commitmentOf(pair, new Uint8Array(32)) } });
      clock.settle();
    };
    bob.muted.add('mallory');
    for (let i = 0; i < 5; i++) {
      asked(originOf(scene, 'mallory'));
      asked(createTestOrigin('a stranger'));
    }
    expect(bob.state()).toBeUndefined();
    asked(originOf(scene, 'alice'));
    asked(originOf(scene, 'made up 0'));
    expect(bob.state()).toBe('alice Asked');
    let questions = 1;
    for (let i = 0; i < 20; i++) {
      bob.comparisons.answer(false);
      asked(originOf(scene, `made up ${i}`));
      if (bob.state()) questions += 1;
    }
    expect(questions).toBeLessThanOrEqual(QUESTIONS.burst);
    expect(alice.state()).toBeUndefined();
    bob.comparisons.answer(false);
    clock.advance(1_000 / QUESTIONS.perSecond);
    asked(originOf(scene, 'made up 1'));
    expect(bob.state()).toBe('made up 1 Asked');
  });
});
