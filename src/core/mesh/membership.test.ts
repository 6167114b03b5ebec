import { describe, expect, it } from 'vitest';
import { utf8 } from '../base/bytes.ts';
import type { EndpointPath, NodeId } from '../base/ids.ts';
import {
  CHAT,
  createTestOrigin,
  leaving,
  nodeIdFor,
  presence,
  retained,
  suspicion,
  type TestOrigin,
} from '../testing/cast.ts';
import type { EnvelopeBody, Item, SignedEnvelope } from '../wire/envelope.ts';
import { MAX_SEQUENCE } from '../wire/envelope.ts';
import { MAX_SUSPECTS, type PresenceMark } from '../wire/records.ts';
import {
  createMembership,
  LEAVING_TOLD_MS,
  DOUBT_AFTER_MS,
  DOUBT_SPREAD_MS,
  ASIDE_MS,
  ASIDE_SPREAD_MS,
  MAX_ASIDE,
  MAX_DEPARTED,
  MAX_MEMBERS,
  MAX_PRESENCE_BYTES,
  MAX_RETAINED,
  MAX_REFUTE_MS,
  REFUTE_TENFOLD_MS,
  REFUTE_WITHIN_MS,
  SAID_COUNTS_MS,
} from './membership.ts';

const self = nodeIdFor('self');
const QUESTION_EVERY_MS = 3 * REFUTE_WITHIN_MS;

function setUp(own = self) {
  const facts: string[] = [];
  const world = { roundTripMs: 0, caution: 1 };
  const names = new Map<NodeId, string>([[self, 'self']]);
  const nameOf = (nodeId: NodeId): string => names.get(nodeId) ?? nodeId;
  const membership = createMembership(own, {
    onAppeared: (nodeId) => facts.push(`${nameOf(nodeId)} appeared`),
    onDisappeared: (nodeId, reason) => facts.push(`${nameOf(nodeId)} ${reason}`),
    roundTripMs: () => world.roundTripMs,
    caution: () => world.caution,
    onLateAnswer: () => facts.push('late answer'),
    onSelfSuspected: () => facts.push('self suspected'),
  });
  function origin(name: string): TestOrigin {
    const made = createTestOrigin(name);
    names.set(made.nodeId, name);
    return made;
  }
  function say(from: TestOrigin, items: readonly Item[], nowMs = 0, sequence?: number) {
    const { body, envelope } = from.say(items, sequence === undefined ? {} : { sequence });
    return { changes: membership.apply(from.nodeId, body, envelope, nowMs), envelope, sequence: body.sequence };
  }
  return { membership, facts, world, origin, say };
}

/** An envelope of `from` that suspects `node`. */
function suspecting(from: TestOrigin, node: TestOrigin): [EnvelopeBody, SignedEnvelope] {
  const { body, envelope } = from.say([suspicion(markOf(node.nodeId, 1))]);
  return [body, envelope];
}

const markOf = (nodeId: NodeId, sequence: number): PresenceMark => ({ nodeId, sequence });

describe('presence', () => {
  it('[PR1] a node is a member from its first presence on', () => {
    const { membership, facts, origin, say } = setUp();
    const alice = origin('alice');
    say(alice, [presence]);
    expect(membership.list).toEqual([alice.nodeId]);
    expect(membership.marks()).toEqual([markOf(alice.nodeId, 1)]);
    say(alice, [presence]);
    expect(membership.marks()).toEqual([markOf(alice.nodeId, 2)]);
    expect(facts).toEqual(['alice appeared']);
  });

  it('[PR1] one that is larger than a presence may be tells none', () => {
    const { membership, origin, say } = setUp();
    const mallory = origin('mallory');
    expect(say(mallory, [presence, retained('x'.repeat(MAX_PRESENCE_BYTES))]).changes).toEqual([]);
    expect(membership.list).toEqual([]);
  });

  it('[PR1] an older presence that comes late replaces nothing', () => {
    const { membership, origin, say } = setUp();
    const alice = origin('alice');
    say(alice, [presence, retained('new')], 0, 7);
    expect(say(alice, [presence, retained('old')], 0, 3).changes).toEqual([]);
    expect(membership.marks()).toEqual([markOf(alice.nodeId, 7)]);
  });

  it('[PR2] a retained message is news when it is new or different, and no news when repeated', () => {
    const { origin, say } = setUp();
    const alice = origin('alice');
    const texts = (items: readonly Item[]) =>
      say(alice, items).changes.map(({ payload }) => new TextDecoder().decode(payload));
    expect(texts([presence, retained('I am alice')])).toEqual(['I am alice']);
    expect(texts([presence, retained('I am alice')])).toEqual([]);
    expect(texts([presence, retained('I am Alice')])).toEqual(['I am Alice']);
    expect(texts([presence])).toEqual([]);
    expect(texts([presence, retained('I am Alice')])).toEqual(['I am Alice']);
  });

  it('[PR2] each path has its own, and the index tells which item it was', () => {
    const { origin, say } = setUp();
    const bridge = '/bridge' as EndpointPath;
    const { changes } = say(origin('alice'), [presence, retained('a'), retained('b', bridge)]);
    expect(changes).toEqual([
      { path: CHAT, payload: utf8('a'), index: 1 },
      { path: bridge, payload: utf8('b'), index: 2 },
    ]);
  });

  it('[PR1] a retained message without a presence in its envelope is nothing', () => {
    const { membership, origin, say } = setUp();
    expect(say(origin('mallory'), [retained('hello')]).changes).toEqual([]);
    expect(membership.list).toEqual([]);
  });

  it('[PR2] of one node at most 16 paths are held', () => {
    const { origin, say } = setUp();
    const many = Array.from({ length: 200 }, (_, index) => retained('x', `/${index}` as EndpointPath));
    expect(say(origin('mallory'), [presence, ...many]).changes).toHaveLength(MAX_RETAINED);
  });

  it('[PR1] at most 16,384 members are held, and those who are here stay', () => {
    const { membership, origin, say } = setUp();
    const alice = origin('alice');
    say(alice, [presence]);
    const { body, envelope } = origin('mallory').say([presence]);
    for (let i = 0; i < MAX_MEMBERS + 50; i++) membership.apply(`ghost ${i}` as NodeId, body, envelope, 0);
    expect(membership.list).toHaveLength(MAX_MEMBERS);
    say(alice, [presence]);
    expect(membership.marks()[0]).toEqual(markOf(alice.nodeId, 2));
  });

  it('[PR4] who left does not come back under that ID, whatever presence comes after', () => {
    const { membership, facts, origin, say } = setUp();
    const alice = origin('alice');
    say(alice, [presence], 0, 1);
    say(alice, [leaving], 0, 2);
    expect(membership.has(alice.nodeId)).toBe(false);
    expect(membership.hasLeft(alice.nodeId)).toBe(true);
    say(alice, [presence], 0, 1);
    say(alice, [presence], 0, 3);
    expect(facts).toEqual(['alice appeared', 'alice Left']);
  });

  it('[PR4] the leaving of somebody never seen is remembered too', () => {
    const { membership, facts, origin, say } = setUp();
    const alice = origin('alice');
    say(alice, [leaving], 0, 2);
    say(alice, [presence], 0, 1);
    expect(membership.list).toEqual([]);
    expect(facts).toEqual([]);
  });
});

describe('suspicion', () => {
  it('[PR5] touch lost with a member is told a second and a half later, once', () => {
    const { membership, origin, say } = setUp();
    const alice = origin('alice');
    say(alice, [presence]);
    membership.lostTouch(alice.nodeId, 0.6, 1_000);
    membership.lostTouch(alice.nodeId, 1, 1_100);
    expect(membership.dueSuspicions(2_499)).toEqual([]);
    expect(membership.dueSuspicions(2_500)).toEqual([markOf(alice.nodeId, 1)]);
    expect(membership.dueSuspicions(2_500)).toEqual([]);
  });

  it('[PR5] is not told when somebody else has said it, or the link came back, or the node answered', () => {
    const { membership, origin, say } = setUp();
    const [alice, bob, carol, dave] = ['alice', 'bob', 'carol', 'dave'].map(origin) as [
      TestOrigin,
      TestOrigin,
      TestOrigin,
      TestOrigin,
    ];
    for (const node of [alice, bob, carol, dave]) say(node, [presence]);
    for (const node of [alice, bob, carol]) membership.lostTouch(node.nodeId, 0.6, 0);
    say(dave, [suspicion(markOf(alice.nodeId, 1))], 100);
    membership.regainedTouch(bob.nodeId);
    say(carol, [presence], 100);
    expect(membership.dueSuspicions(10_000)).toEqual([]);
  });

  it('[PR5] says nothing of strangers and of itself', () => {
    const { membership, facts } = setUp();
    membership.lostTouch(nodeIdFor('stranger'), 0, 0);
    membership.lostTouch(self, 0, 0);
    expect(membership.dueSuspicions(10_000)).toEqual([]);
    expect(facts).toEqual([]);
  });

  it('[PR5] names at most 256 at a time, the others next', () => {
    const { membership, origin, say } = setUp();
    const nodes = Array.from({ length: MAX_SUSPECTS + 44 }, (_, index) => origin(`node ${index}`));
    for (const node of nodes) {
      say(node, [presence]);
      membership.lostTouch(node.nodeId, 0, 0);
    }
    expect(membership.dueSuspicions(1_500)).toHaveLength(MAX_SUSPECTS);
    expect(membership.dueSuspicions(1_500)).toHaveLength(44);
  });

  it('[PR6] a suspected member that does not answer is lost after two seconds', () => {
    const { membership, facts, origin, say } = setUp();
    const [alice, bob] = [origin('alice'), origin('bob')];
    for (const node of [alice, bob]) say(node, [presence]);
    say(bob, [suspicion(markOf(alice.nodeId, 1))], 1_000);
    // Suspected again meanwhile, it gets no more time.
    say(bob, [suspicion(markOf(alice.nodeId, 1))], 2_000);
    membership.tick(1_000 + REFUTE_WITHIN_MS - 1);
    expect(membership.has(alice.nodeId)).toBe(true);
    membership.tick(1_000 + REFUTE_WITHIN_MS);
    expect(facts).toEqual(['alice appeared', 'bob appeared', 'alice Lost']);
    expect(membership.hasLeft(alice.nodeId)).toBe(false);
  });

  it('[PR6] says when the next of the suspected will be lost', () => {
    const { membership, origin, say } = setUp();
    const [alice, bob, carol] = [origin('alice'), origin('bob'), origin('carol')];
    for (const node of [alice, bob, carol]) say(node, [presence]);
    expect(membership.nextLossAt()).toBe(Infinity);
    say(bob, [suspicion(markOf(carol.nodeId, 1))], 1_500);
    say(bob, [suspicion(markOf(alice.nodeId, 1))], 1_000);
    expect(membership.nextLossAt()).toBe(1_000 + REFUTE_WITHIN_MS);
    say(alice, [presence], 1_200);
    expect(membership.nextLossAt()).toBe(1_500 + REFUTE_WITHIN_MS);
    membership.tick(1_500 + REFUTE_WITHIN_MS);
    expect(membership.nextLossAt()).toBe(Infinity);
  });

  it('[PR5, PR6] where answers are late it has twelve round trips, up to half a minute, and observers wait as much longer', () => {
    const { membership, world, origin, say } = setUp();
    const [alice, bob] = [origin('alice'), origin('bob')];
    for (const node of [alice, bob]) say(node, [presence]);
    const lostAfter = (roundTripMs: number, at: number): number => {
      world.roundTripMs = roundTripMs;
      const { sequence } = say(alice, [presence], at);
      say(bob, [suspicion(markOf(alice.nodeId, sequence))], at);
      let passed = 0;
      while (membership.has(alice.nodeId) && passed < 60_000) membership.tick(at + (passed += 500));
      return passed;
    };
    const least = lostAfter(150, 0);
    expect(least).toBe(REFUTE_WITHIN_MS);
    expect([lostAfter(500, 100_000), lostAfter(60_000, 200_000)]).toEqual([6_000, MAX_REFUTE_MS]);
    world.roundTripMs = 1_000;
    say(alice, [presence], 300_000);
    membership.lostTouch(alice.nodeId, 0.5, 300_000);
    expect([membership.dueSuspicions(302_249).length, membership.dueSuspicions(302_250).length]).toEqual([0, 1]);
    membership.lostTouch(alice.nodeId, 1, 300_000);
    expect([membership.dueSuspicions(302_999).length, membership.dueSuspicions(303_000).length]).toEqual([0, 1]);
  });

  it('[PR6] in a mesh of hundreds it has a second for each tenfold of members', () => {
    const { membership, facts, origin, say } = setUp();
    const [alice, bob] = [origin('alice'), origin('bob')];
    for (const node of [alice, bob]) say(node, [presence]);
    for (let number = 2; number < 1_000; number++) say(origin(`node ${number}`), [presence]);
    say(bob, [suspicion(markOf(alice.nodeId, 1))], 0);
    membership.tick(3 * REFUTE_TENFOLD_MS - 1);
    expect(facts).not.toContain('alice Lost');
    membership.tick(3 * REFUTE_TENFOLD_MS);
    expect(facts).toContain('alice Lost');
  });

  it('[PR6] where one is cautious, it has as many times as long', () => {
    const { membership, world, origin, say } = setUp();
    const [alice, bob] = [origin('alice'), origin('bob')];
    for (const node of [alice, bob]) say(node, [presence]);
    world.caution = 8;
    say(bob, [suspicion(markOf(alice.nodeId, 1))], 0);
    membership.tick(8 * REFUTE_WITHIN_MS - 1);
    expect(membership.has(alice.nodeId)).toBe(true);
    membership.tick(8 * REFUTE_WITHIN_MS);
    expect(membership.has(alice.nodeId)).toBe(false);
  });

  it('[PR6] an answer in the second half of its time is late, and so is one that comes too late', () => {
    const { membership, facts, origin, say } = setUp();
    const [alice, bob] = [origin('alice'), origin('bob')];
    for (const node of [alice, bob]) say(node, [presence]);
    const answeringAfter = (ms: number, at: number): string[] => {
      const { sequence } = say(alice, [presence], at);
      facts.length = 0;
      say(bob, [suspicion(markOf(alice.nodeId, sequence))], at);
      membership.tick(at + ms);
      say(alice, [presence], at + ms);
      return [...facts];
    };
    expect(answeringAfter(REFUTE_WITHIN_MS / 2, 0)).toEqual([]);
    expect(answeringAfter(REFUTE_WITHIN_MS / 2 + 1, 100_000)).toEqual(['late answer']);
    expect(answeringAfter(5_000, 200_000)).toEqual(['alice Lost', 'late answer', 'alice appeared']);
    // Half a minute after it was held lost it was cut off, not late.
    say(bob, [suspicion(markOf(alice.nodeId, 99))], 300_000);
    membership.tick(300_000 + REFUTE_WITHIN_MS);
    facts.length = 0;
    say(alice, [presence], 300_000 + REFUTE_WITHIN_MS + MAX_REFUTE_MS, 100);
    expect(facts).toEqual(['alice appeared']);
  });

  it('[PR6] who is linked again lives, although it was suspected', () => {
    const { membership, origin, say } = setUp();
    const [alice, bob] = [origin('alice'), origin('bob')];
    for (const node of [alice, bob]) say(node, [presence]);
    say(bob, [suspicion(markOf(alice.nodeId, 1))], 0);
    membership.regainedTouch(alice.nodeId);
    membership.tick(60_000);
    expect(membership.has(alice.nodeId)).toBe(true);
    // It may be suspected again.
    say(bob, [suspicion(markOf(alice.nodeId, 1))], 60_000);
    membership.tick(60_000 + REFUTE_WITHIN_MS);
    expect(membership.has(alice.nodeId)).toBe(false);
  });

  it('[PR6] asked again, a suspected member has its time anew', () => {
    const { membership, origin, say } = setUp();
    const [alice, bob] = [origin('alice'), origin('bob')];
    for (const node of [alice, bob]) say(node, [presence]);
    say(bob, [suspicion(markOf(alice.nodeId, 1))], 0);
    membership.askAgain(1_500);
    membership.tick(REFUTE_WITHIN_MS);
    expect(membership.has(alice.nodeId)).toBe(true);
    expect(membership.dueSuspicions(1_500)).toEqual([markOf(alice.nodeId, 1)]);
    say(bob, [suspicion(markOf(alice.nodeId, 1))], 2_000);
    membership.tick(2_000 + REFUTE_WITHIN_MS);
    expect(membership.has(alice.nodeId)).toBe(false);
    // Who is not suspected is not asked.
    membership.askAgain(60_000);
    expect(membership.dueSuspicions(60_000)).toEqual([]);
  });

  it('[PR6] a newer presence is the answer; the one that was suspected is not', () => {
    const { membership, origin, say } = setUp();
    const [alice, bob] = [origin('alice'), origin('bob')];
    for (const node of [alice, bob]) say(node, [presence]);
    say(bob, [suspicion(markOf(alice.nodeId, 1))], 0);
    say(alice, [presence], 100, 1);
    say(alice, [presence], 200, 2);
    membership.tick(60_000);
    expect(membership.has(alice.nodeId)).toBe(true);
    // A suspicion of the earlier presence that comes late was answered already.
    say(bob, [suspicion(markOf(alice.nodeId, 1))], 60_000);
    membership.tick(120_000);
    expect(membership.has(alice.nodeId)).toBe(true);
  });

  it('[PR6] this very node is told that it should answer, and is never lost to itself', () => {
    const { membership, facts, origin, say } = setUp();
    const mallory = origin('mallory');
    const { body, envelope } = origin('alice').say([presence]);
    membership.apply(self, body, envelope, 0);
    say(mallory, [suspicion(markOf(self, 1))]);
    say(mallory, [suspicion(markOf(self, 0))]);
    membership.tick(60_000);
    expect(facts).toEqual(['self appeared', 'self suspected']);
    expect(membership.has(self)).toBe(true);
  });

  it('[PR6] mallory, who suspects everybody every second of everything, loses nobody who answers', () => {
    const { membership, facts, origin, say } = setUp();
    const mallory = origin('mallory');
    const living = ['alice', 'bob', 'carol'].map(origin);
    for (const node of living) say(node, [presence]);
    const everybody = living.map(({ nodeId }) => markOf(nodeId, MAX_SEQUENCE));
    for (let second = 0; second < 120; second++) {
      say(mallory, [suspicion(...everybody)], second * 1_000);
      for (const node of living) say(node, [presence], second * 1_000 + 400);
      membership.tick(second * 1_000 + 500);
    }
    expect(membership.list).toHaveLength(3);
    expect(facts).toHaveLength(3);
  });

  it('[PR5] a suspicion that does not parse is nothing', () => {
    const { membership, facts, origin, say } = setUp();
    const [alice, mallory] = [origin('alice'), origin('mallory')];
    say(alice, [presence]);
    const good = suspicion(markOf(alice.nodeId, 1));
    const tooMany = suspicion(...Array.from({ length: MAX_SUSPECTS + 1 }, () => markOf(alice.nodeId, 1)));
    for (const payload of [new Uint8Array(), utf8('x'), good.payload.subarray(1), tooMany.payload])
      say(mallory, [{ ...good, payload }]);
    membership.tick(60_000);
    expect(facts).toEqual(['alice appeared']);
  });
});

describe('departures', () => {
  /** Alice was held lost at her presence 4. */
  function lost() {
    const world = setUp();
    const [alice, bob] = [world.origin('alice'), world.origin('bob')];
    world.say(alice, [presence], 0, 4);
    world.say(bob, [suspicion(markOf(alice.nodeId, 4))], 0);
    world.membership.tick(REFUTE_WITHIN_MS);
    return { ...world, alice, bob, at: REFUTE_WITHIN_MS };
  }

  it('[PR7] a presence that contradicts a loss is not believed', () => {
    const { membership, say, alice, at } = lost();
    say(alice, [presence], at, 4);
    say(alice, [presence], at, 3);
    expect(membership.list).toEqual([]);
    say(alice, [presence], at, 5);
    expect(membership.list).toEqual([alice.nodeId]);
  });

  it('[PR7] it is questioned when a neighbour holds it, at most every six seconds', () => {
    const { membership, alice, at } = lost();
    const theirs = [markOf(alice.nodeId, 4)];
    membership.compare(theirs, at);
    expect(membership.dueSuspicions(at)).toEqual(theirs);
    membership.compare(theirs, at + QUESTION_EVERY_MS - 1);
    expect(membership.dueSuspicions(at + QUESTION_EVERY_MS - 1)).toEqual([]);
    membership.compare(theirs, at + QUESTION_EVERY_MS);
    expect(membership.dueSuspicions(at + QUESTION_EVERY_MS)).toEqual(theirs);
  });

  it('[PR7] a newer presence that a neighbour holds is no contradiction: it is on its way', () => {
    const { membership, alice, at } = lost();
    membership.compare([markOf(alice.nodeId, 5)], at);
    expect(membership.dueSuspicions(at)).toEqual([]);
  });

  it('[PR7] a long loss is questioned too: a laptop that slept for hours comes back', () => {
    const { membership, alice, at } = lost();
    const later = at + 8 * 60 * 60_000;
    membership.tick(later);
    membership.compare([markOf(alice.nodeId, 4)], later);
    expect(membership.dueSuspicions(later)).toEqual([markOf(alice.nodeId, 4)]);
  });

  it('[PR7] who left is questioned where a neighbour still holds it: a part that was cut off forgets its ghosts', () => {
    const { membership, origin, say } = setUp();
    const alice = origin('alice');
    say(alice, [presence], 0, 1);
    say(alice, [leaving], 0, 2);
    const later = 60 * 60_000;
    membership.tick(later);
    membership.compare([markOf(alice.nodeId, 1)], later);
    expect(membership.dueSuspicions(later)).toEqual([markOf(alice.nodeId, 2)]);
  });

  it('[PR7] who left lately is not questioned: the leaving itself is passed on', () => {
    const { membership, origin, say } = setUp();
    const alice = origin('alice');
    say(alice, [leaving], 0, 2);
    membership.compare([markOf(alice.nodeId, 1)], LEAVING_TOLD_MS);
    expect(membership.dueSuspicions(LEAVING_TOLD_MS)).toEqual([]);
  });

  describe('what was pulled', () => {
    /** Of somebody who said so as their fourth. */
    function pulled() {
      const scene = setUp();
      const alice = scene.origin('alice');
      const pull = (from = alice, nowMs = 0, sequence = 4) => {
        const { body, envelope } = from.say([presence, retained('alice')], { sequence });
        return scene.membership.apply(from.nodeId, body, envelope, nowMs, true);
      };
      function askedAfter(untilMs: number, fromMs = 0): PresenceMark[] {
        const asked: PresenceMark[] = [];
        for (let at = fromMs; at <= untilMs; at += 500) {
          scene.membership.tick(at);
          asked.push(...scene.membership.dueSuspicions(at));
        }
        return asked;
      }
      return { ...scene, alice, pull, askedAfter };
    }

    it('[PR10] says that somebody was here, and is asked after once', () => {
      const { membership, facts, alice, pull, askedAfter } = pulled();
      expect(pull()).toEqual([]);
      expect([membership.list, facts]).toEqual([[], []]);
      expect(askedAfter(ASIDE_MS - 1)).toEqual([]);
      expect(askedAfter(ASIDE_MS + ASIDE_SPREAD_MS + 500, ASIDE_MS)).toEqual([markOf(alice.nodeId, 4)]);
      expect(askedAfter(10 * ASIDE_SPREAD_MS)).toEqual([]);
    });

    it('[PR10] whoever lives answers, and is a member from then on', () => {
      const { membership, alice, say, pull, askedAfter } = pulled();
      pull();
      say(alice, [presence, retained('alice')], ASIDE_MS, 5);
      expect(membership.list).toEqual([alice.nodeId]);
      pull(alice, ASIDE_MS, 6);
      expect(membership.marks()).toEqual([markOf(alice.nodeId, 6)]);
      expect(askedAfter(ASIDE_MS + ASIDE_SPREAD_MS)).toEqual([]);
    });

    it('[PR10] counts where a neighbour has just said that its node is here', () => {
      const { membership, alice, pull } = pulled();
      membership.compare([markOf(alice.nodeId, 3)], 0);
      pull(alice, 1);
      expect(membership.list).toEqual([]);
      membership.compare([markOf(alice.nodeId, 5)], 1);
      pull(alice, 1 + SAID_COUNTS_MS, 5);
      expect(membership.list).toEqual([]);
      pull(alice, SAID_COUNTS_MS, 4);
      expect(membership.list).toEqual([alice.nodeId]);
    });

    it('[PR10] what one neighbour said is not taken back by another who knows less', () => {
      const { membership, alice, pull } = pulled();
      membership.compare([markOf(alice.nodeId, 4)], 0);
      membership.compare([], 1);
      membership.compare([markOf(alice.nodeId, 3)], 1);
      pull(alice, 2);
      expect(membership.list).toEqual([alice.nodeId]);
    });

    it('[PR10] one question serves all who pulled the same, and one that nobody answers is asked once more', () => {
      const { membership, alice, origin, say, pull, askedAfter } = pulled();
      pull();
      say(origin('bob'), [suspicion(markOf(alice.nodeId, 3))], 1);
      expect(askedAfter(ASIDE_MS + ASIDE_SPREAD_MS)).toHaveLength(1);
      pull(alice, 0, 5);
      say(origin('carol'), [suspicion(markOf(alice.nodeId, 5))], ASIDE_MS);
      expect(askedAfter(ASIDE_MS + 500)).toEqual([]);
      // It may have come from somebody who had it end right here.
      expect(askedAfter(3 * ASIDE_SPREAD_MS)).toEqual([markOf(alice.nodeId, 5)]);
      pull(alice, 0, 6);
      for (const name of ['dave', 'erin']) say(origin(name), [suspicion(markOf(alice.nodeId, 6))], 1);
      expect(askedAfter(3 * ASIDE_SPREAD_MS)).toEqual([]);
      expect(membership.list).toEqual([]);
    });

    it('[PR10] is asked after again when a neighbour says that its node is here', () => {
      const { membership, alice, pull, askedAfter } = pulled();
      pull();
      const later = 10 * ASIDE_SPREAD_MS;
      expect(askedAfter(later)).toHaveLength(1);
      membership.compare([markOf(alice.nodeId, 4)], later);
      membership.compare([markOf(alice.nodeId, 4)], later);
      expect(membership.dueSuspicions(later)).toEqual([markOf(alice.nodeId, 4)]);
    });

    it('[PR10, PR6] an answer to a suspicion that was pulled has its node asked, not forgotten', () => {
      const { membership, alice, say, pull, askedAfter } = pulled();
      say(alice, [presence], 0, 4);
      membership.lostTouch(alice.nodeId, 0, 0);
      const [bob] = [createTestOrigin('bob')];
      say(bob, [suspicion(markOf(alice.nodeId, 4))], 0);
      membership.tick(REFUTE_WITHIN_MS);
      expect(membership.list).toEqual([]);
      pull(alice, REFUTE_WITHIN_MS, 5);
      const untilMs = REFUTE_WITHIN_MS + ASIDE_MS + ASIDE_SPREAD_MS + 500;
      expect(askedAfter(untilMs, REFUTE_WITHIN_MS + 500)).toEqual([markOf(alice.nodeId, 5)]);
      say(alice, [presence], untilMs, 6);
      expect(membership.list).toEqual([alice.nodeId]);
    });

    it('[PR10] is asked after at a time of its own by each, spread over half a minute', () => {
      const times = Array.from({ length: 200 }, (_, node) => {
        const alice = createTestOrigin('alice');
        const { membership } = setUp(nodeIdFor(`node ${node}`));
        const { body, envelope } = alice.say([presence]);
        membership.apply(alice.nodeId, body, envelope, 0, true);
        for (let at = 0; ; at += 100) {
          membership.tick(at);
          if (membership.dueSuspicions(at).length > 0) return at;
        }
      });
      const first = Math.min(...times);
      expect(first).toBeGreaterThanOrEqual(ASIDE_MS);
      expect(Math.max(...times)).toBeLessThanOrEqual(ASIDE_MS + ASIDE_SPREAD_MS + 100);
      // By when the first question is everywhere few others have asked.
      expect(times.filter((at) => at < first + 300).length).toBeLessThan(20);
    });

    it('[PR10] mallory makes up thousands: the latest are kept, and asked after by the hundred', () => {
      const { membership, pull } = pulled();
      for (let i = 0; i < MAX_ASIDE + 500; i++) pull(createTestOrigin(`ghost ${i}`));
      expect(membership.size).toBe(0);
      const asked = new Set<NodeId>();
      for (let at = 0; at <= ASIDE_MS + 2 * ASIDE_SPREAD_MS; at += 500) {
        membership.tick(at);
        const suspects = membership.dueSuspicions(at);
        expect(suspects.length).toBeLessThanOrEqual(MAX_SUSPECTS);
        for (const { nodeId } of suspects) asked.add(nodeId);
      }
      expect(asked.size).toBe(MAX_ASIDE);
    });

    it('[PR10, PR7] of somebody gone is nothing at all', () => {
      const { membership, say, pull, alice, askedAfter } = pulled();
      say(alice, [leaving], 0, 9);
      pull();
      expect([membership.list, askedAfter(ASIDE_MS + ASIDE_SPREAD_MS)]).toEqual([[], []]);
    });
  });

  it('[PR7] departures that mallory makes up push out the oldest only', () => {
    const { membership, say, alice, at } = lost();
    const { body, envelope } = createTestOrigin('mallory').say([leaving]);
    for (let i = 0; i < MAX_DEPARTED - 1; i++) membership.apply(`ghost ${i}` as NodeId, body, envelope, at);
    say(alice, [presence], at, 4);
    expect(membership.list).toEqual([]);
    membership.apply('ghost' as NodeId, body, envelope, at);
    say(alice, [presence], at, 4);
    expect(membership.list).toEqual([alice.nodeId]);
  });

  it('[PR3, CU2] a neighbour is given every presence that it lacks or holds in an older form', () => {
    const { membership, origin, say } = setUp();
    const [alice, bob, carol] = ['alice', 'bob', 'carol'].map(origin) as [TestOrigin, TestOrigin, TestOrigin];
    const told = [alice, bob, carol].map((node) => say(node, [presence], 0, 5).envelope);
    expect(membership.compare([], 0)).toEqual(told);
    const theirs = [markOf(alice.nodeId, 5), markOf(bob.nodeId, 4), markOf(carol.nodeId, 6)];
    expect(membership.compare(theirs, 0)).toEqual([told[1]]);
  });

  it('[PR3, PR6] a newcomer is not given whom all suspect: it has not heard that, and who lives tells it anew', () => {
    const { membership, origin, say } = setUp();
    const [alice, bob] = [origin('alice'), origin('bob')];
    const { envelope } = say(alice, [presence], 0, 4);
    say(bob, [presence]);
    say(bob, [suspicion(markOf(alice.nodeId, 4))], 0);
    expect(membership.compare([], 1)).toHaveLength(1);
    const { envelope: answer } = say(alice, [presence], 2, 5);
    expect(membership.compare([], 3)).toContainEqual(answer);
    expect(membership.compare([], 3)).not.toContainEqual(envelope);
  });

  it('[PR8] a larger mesh asks only after as many losses as a node may have had neighbours, and not who was heard', () => {
    const { membership, origin, say } = setUp();
    const alice = origin('alice');
    const many = Array.from({ length: 200 }, (_, index) => origin(`member ${index}`));
    for (const node of [alice, ...many]) say(node, [presence]);
    const lose = (node: TestOrigin, at: number): void => {
      membership.apply(alice.nodeId, ...suspecting(alice, node), at);
      membership.tick(at + REFUTE_WITHIN_MS);
    };
    const asked = (from: number): number => {
      let count = 0;
      for (let at = from; at <= from + DOUBT_AFTER_MS + DOUBT_SPREAD_MS; at += 500) {
        membership.tick(at);
        for (let some = membership.dueSuspicions(at); some.length > 0; some = membership.dueSuspicions(at))
          count += some.length;
      }
      return count;
    };
    for (const node of many.slice(0, 3)) lose(node, 0);
    expect(asked(10_000)).toBe(0);
    lose(many[3]!, 1_000_000);
    say(many[4]!, [presence], 1_004_000);
    // Alice has spoken, with each suspicion.
    expect(asked(1_005_000)).toBe(200 - 4 - 1);
  });

  it('[PR8] the members are asked one after the other, whoever of the mesh looks for who is first', () => {
    const names = Array.from({ length: 100 }, (_, index) => `member ${index}`);
    const firstAsked = new Map<NodeId, number>();
    for (const asker of names.slice(0, 30)) {
      const { membership, say, origin } = setUp(nodeIdFor(asker));
      const [alice, ...many] = ['alice', ...names, 'one', 'two', 'three', 'four'].map(origin) as [
        TestOrigin,
        ...TestOrigin[],
      ];
      for (const node of [alice, ...many]) say(node, [presence]);
      for (const node of many.slice(-4)) membership.apply(alice.nodeId, ...suspecting(alice, node), 0);
      membership.tick(REFUTE_WITHIN_MS);
      for (let at = REFUTE_WITHIN_MS; at <= REFUTE_WITHIN_MS + DOUBT_AFTER_MS + DOUBT_SPREAD_MS; at += 1_000) {
        membership.tick(at);
        for (const { nodeId } of membership.dueSuspicions(at))
          firstAsked.set(nodeId, Math.min(at, firstAsked.get(nodeId) ?? Infinity));
      }
    }
    const times = [...firstAsked.values()].sort((a, b) => a - b);
    expect(times.length).toBeGreaterThanOrEqual(100);
    // In a tenth of the time no more than a quarter of them: each is two floods.
    const tenth = DOUBT_SPREAD_MS / 10;
    for (const from of times) expect(times.filter((at) => at >= from && at < from + tenth).length).toBeLessThan(26);
  });
});
