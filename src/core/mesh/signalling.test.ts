/** Signalling of several nodes over a switchboard that a test can read, hold back and forge. */
import { describe, expect, it } from 'vitest';
import { ANSWER_TIMEOUT_MS, CONNECT_TIMEOUT_MS } from '../link/attempt.ts';
import { createSwitchboard } from '../testing/switchboard.ts';
import { createTestPerson, inOrderOfId } from '../testing/test-person.ts';
import { decodeSignal, encodeSignal } from '../wire/signal.ts';
import { BUSY_ANSWERS, MAX_INBOUND_ATTEMPTS, STALLED_AFTER_MS } from './signalling.ts';

/** Enough people that some have smaller IDs than others, in order of their IDs. */
const people = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace']
  .map((name) => createTestPerson(name))
  .sort((a, b) => (a.local.nodeId < b.local.nodeId ? -1 : 1));
const [low, high] = inOrderOfId(people[0]!, people[6]!);
const session = (digit: string): string => digit.repeat(16);
const nonce = new Uint8Array(32).fill(9);
const offerOf = (digit: string, signal = 'offer 1'): string =>
  encodeSignal({ kind: 'Offer', session: session(digit), nonce, signal });

describe('who offers', () => {
  it('[SG1] whoever dials', () => {
    for (const [dialler, other] of [
      [low, high],
      [high, low],
    ] as const) {
      const board = createSwitchboard();
      const [a, b] = [board.join(dialler), board.join(other)];
      a.signalling.dial(b.nodeId, undefined);
      expect([a.signalling.size, a.signalling.dials, a.signalling.has(b.nodeId)]).toEqual([1, 1, true]);
      board.run();
      expect(board.letters()).toBe('OA');
      expect(board.log.map(({ from }) => from)).toEqual([a.nodeId, b.nodeId]);
      expect(new Set(board.log.map(({ text }) => decodeSignal(text)?.session)).size).toBe(1);
      expect([a.proven, b.proven]).toEqual([
        [{ nodeId: b.nodeId, offered: true }],
        [{ nodeId: a.nodeId, offered: false }],
      ]);
      expect([a.signalling.size, b.signalling.size]).toEqual([0, 0]);
    }
  });

  it('[SG1, NB3] two that dial each other at once make one link, in whatever order signals arrive: the smaller ID offers', () => {
    for (const isReversed of [false, true]) {
      const board = createSwitchboard();
      const [a, b] = [board.join(low), board.join(high)];
      a.signalling.dial(b.nodeId, undefined);
      b.signalling.dial(a.nodeId, undefined);
      const signals = board.take();
      expect(signals.map(({ text }) => text[0])).toEqual(['O', 'O']);
      if (isReversed) signals.reverse();
      signals.forEach(board.deliver);
      board.run();
      expect(a.host.connections.map(({ role, isClosed }) => [role, isClosed])).toEqual([['offerer', false]]);
      expect(b.host.connections.map(({ role, isClosed }) => [role, isClosed])).toEqual([
        ['offerer', true],
        ['answerer', false],
      ]);
      expect([a.proven, b.proven]).toEqual([
        [{ nodeId: b.nodeId, offered: true }],
        [{ nodeId: a.nodeId, offered: false }],
      ]);
      expect([a.failed, b.failed]).toEqual([[], []]);
    }
  });

  it('[SG1] who has yielded goes by the session of the other end from then on', () => {
    const board = createSwitchboard();
    const b = board.join(high);
    b.signalling.dial(low.local.nodeId, undefined);
    const [own] = board.take();
    b.signalling.acceptSignal(low.local.nodeId, undefined, offerOf('a', 'offer 99'));
    board.clock.settle();
    const [answer] = board.take();
    expect(decodeSignal(answer!.text)).toMatchObject({ kind: 'Answer', session: session('a') });
    // Busy under the own session does nothing now, under the new one it ends the attempt.
    const ownSession = decodeSignal(own!.text)!.session;
    b.signalling.acceptSignal(low.local.nodeId, undefined, encodeSignal({ kind: 'Busy', session: ownSession }));
    expect(b.signalling.size).toBe(1);
    b.signalling.acceptSignal(low.local.nodeId, undefined, encodeSignal({ kind: 'Busy', session: session('a') }));
    expect([b.signalling.size, b.failed[0]?.reason]).toEqual([0, 'Busy']);
    // That session has ended as well: the same offer, late once more, begins nothing.
    b.signalling.acceptSignal(low.local.nodeId, undefined, offerOf('a', 'offer 99'));
    expect([b.signalling.size, b.host.connections.length]).toEqual([0, 2]);
  });

  it('[SG1, SG3] signals go back the way they came: over the neighbour that knows both', () => {
    const board = createSwitchboard();
    const [a, b] = [board.join(low), board.join(high)];
    const carol = people[3]!.local.nodeId;
    b.signalling.dial(a.nodeId, carol);
    board.run();
    expect(board.log.map(({ path }) => path)).toEqual([carol, carol]);
    expect(a.proven).toHaveLength(1);
  });
});

describe('a neighbour that carries signals and is lost', () => {
  const carol = people[3]!.local.nodeId;

  /** low has dialled high over carol; so many of the first signals arrived, and the rest went under. */
  function setUp(arrived: number) {
    const board = createSwitchboard();
    const [a, b] = [board.join(low), board.join(high)];
    a.signalling.dial(b.nodeId, carol);
    for (let index = 0; index < arrived; index++) board.take().forEach(board.deliver);
    expect(board.take()).toHaveLength(1);
    return { board, a, b };
  }
  const expectLinked = ({ board, a, b }: ReturnType<typeof setUp>): void => {
    board.run();
    expect([a.proven.length, b.proven.length, a.failed, b.failed]).toEqual([1, 1, [], []]);
    expect([a.host.connections.length, b.host.connections.length]).toEqual([1, 1]);
  };

  it('[SG6] the offer that it may have lost is said again over the resolver, and the answer comes back there', () => {
    const scene = setUp(0);
    scene.a.signalling.loseCarrier(carol);
    expectLinked(scene);
    expect(scene.board.letters()).toBe('OOA');
    expect(scene.board.log.map(({ path }) => path)).toEqual([carol, undefined, undefined]);
    expect(scene.board.log[1]!.text).toBe(scene.board.log[0]!.text);
  });

  it('[SG6] so is the answer', () => {
    const scene = setUp(1);
    scene.b.signalling.loseCarrier(carol);
    expectLinked(scene);
  });

  it('[SG6] who hears the session over the resolver speaks there too, and says again what may be lost', () => {
    const scene = setUp(1);
    scene.a.signalling.loseCarrier(carol);
    expectLinked(scene);
    expect(scene.board.letters()).toBe('OAOA');
    expect(scene.board.log.map(({ path }) => path)).toEqual([carol, carol, undefined, undefined]);
  });

  it('[SG6] what arrives twice does nothing', () => {
    const scene = setUp(1);
    scene.board.deliver(scene.board.log[1]!);
    scene.a.signalling.loseCarrier(carol);
    scene.b.signalling.loseCarrier(carol);
    expectLinked(scene);
  });

  it('[SG6] another neighbour, another session and an open connection are no reason to say anything again', () => {
    const { board, a, b } = setUp(1);
    a.signalling.loseCarrier(people[4]!.local.nodeId);
    // Somebody who does not know the session.
    a.signalling.acceptSignal(b.nodeId, undefined, encodeSignal({ kind: 'Busy', session: session('f') }));
    expect(board.take()).toEqual([]);
    board.deliver(board.log[1]!);
    // The connection is open, and the proof goes no further.
    b.host.connections[0]!.open!.tamper = () => [];
    board.run();
    for (const { signalling } of [a, b]) {
      expect([signalling.size, signalling.live]).toEqual([1, 1]);
      signalling.loseCarrier(carol);
    }
    expect([board.take(), a.host.connections.length, b.host.connections.length]).toEqual([[], 1, 1]);
  });

  it('[SG1, SG6] who has yielded says its answer again, not the offer it took back', () => {
    const board = createSwitchboard();
    const b = board.join(high);
    b.signalling.dial(low.local.nodeId, carol);
    board.take();
    b.signalling.acceptSignal(low.local.nodeId, carol, offerOf('a', 'offer 99'));
    const answer = board.take();
    b.signalling.loseCarrier(carol);
    expect(board.take()).toEqual(answer.map((sent) => ({ ...sent, path: undefined })));
  });

  it('[SG6] it is said again once, however often the far end changes its way', () => {
    const { board, a, b } = setUp(1);
    const [offer, answer] = board.log;
    for (let round = 0; round < 5; round++) {
      b.signalling.acceptSignal(a.nodeId, undefined, offer!.text);
      b.signalling.acceptSignal(a.nodeId, carol, offer!.text);
    }
    expect(board.take()).toEqual([{ ...answer!, path: undefined }]);
  });
});

describe('sessions', () => {
  it('[SG2] signals of another session than the present one do nothing', () => {
    const board = createSwitchboard();
    const [a, b] = [board.join(low), board.join(high)];
    a.signalling.dial(b.nodeId, undefined);
    board.take().forEach(board.deliver);
    const [answer] = board.take();
    for (const text of [
      encodeSignal({ kind: 'Busy', session: session('f') }),
      encodeSignal({ kind: 'Transport', session: session('f'), signal: 'nonsense' }),
      offerOf('f'),
      'nonsense',
      '',
    ])
      a.signalling.acceptSignal(b.nodeId, undefined, text);
    expect([a.signalling.size, a.failed, a.host.connections.length]).toEqual([1, [], 1]);
    board.deliver(answer!);
    board.run();
    expect(a.proven).toHaveLength(1);
  });

  it('[SG2] signals of sessions that have ended begin nothing', () => {
    const board = createSwitchboard();
    const [a, b] = [board.join(low), board.join(high)];
    b.signalling.dial(a.nodeId, undefined);
    board.run();
    expect([a.proven.length, b.proven.length]).toEqual([1, 1]);
    for (const sent of [...board.log]) board.deliver(sent);
    board.run();
    expect([a.host.connections.length, b.host.connections.length]).toEqual([1, 1]);
    expect([a.signalling.size, b.signalling.size]).toEqual([0, 0]);
  });

  it('[SG2] nor those of sessions that failed, of the last 64 of them', () => {
    const board = createSwitchboard();
    const b = board.join(high);
    const offers = Array.from({ length: 65 }, (_, index) =>
      encodeSignal({ kind: 'Offer', session: index.toString(16).padStart(16, '0'), nonce, signal: 'nonsense' }),
    );
    const offer = (index: number): number => {
      b.signalling.acceptSignal(low.local.nodeId, undefined, offers[index]!);
      return b.host.connections.length;
    };
    for (const index of offers.keys()) expect(offer(index)).toBe(index + 1);
    for (let index = 1; index < 65; index++) expect(offer(index)).toBe(65);
    expect(b.failed).toHaveLength(65);
    // What is remembered is bounded: the oldest has gone.
    expect(offer(0)).toBe(66);
  });

  it('[SG2] a new offer replaces an unfinished attempt', () => {
    const board = createSwitchboard();
    const [a, b] = [board.join(low), board.join(high)];
    a.signalling.dial(b.nodeId, undefined);
    const [lost] = board.take();
    // alice gives up without a word, and dials again; bob still sits on an offer of hers.
    board.deliver(lost!);
    board.take();
    a.signalling.close();
    a.signalling.dial(b.nodeId, undefined);
    board.run();
    expect([a.proven.length, b.proven.length]).toEqual([1, 1]);
    expect(b.host.connections.map((connection) => connection.isClosed)).toEqual([true, false]);
    expect(b.failed).toEqual([]);
    // The first offer, arriving once more, does not replace anything.
    board.deliver(lost!);
    board.run();
    expect(b.host.connections).toHaveLength(2);
  });

  it('[SG2] so does one after an own offer, once it cannot have crossed it any more', () => {
    const board = createSwitchboard();
    const [a, b] = [board.join(low), board.join(high)];
    a.signalling.dial(b.nodeId, undefined);
    for (let round = 0; round < 2; round++) board.take().forEach(board.deliver);
    // bob has answered, and then falls silent.
    b.host.connections[0]!.open!.tamper = () => [];
    board.clock.advance(ANSWER_TIMEOUT_MS - 1);
    const late = offerOf('e');
    a.signalling.acceptSignal(b.nodeId, undefined, late);
    expect(a.host.connections).toHaveLength(1);
    board.clock.advance(1);
    a.signalling.acceptSignal(b.nodeId, undefined, late);
    expect(a.host.connections.map(({ role, isClosed }) => [role, isClosed])).toEqual([
      ['offerer', true],
      ['answerer', false],
    ]);
  });

  it('[SG2, SG4] who is Busy for a new offer keeps the attempt there is', () => {
    const board = createSwitchboard();
    const [a, b] = [board.join(low), board.join(high)];
    a.signalling.dial(b.nodeId, undefined);
    board.take().forEach(board.deliver);
    b.verdict = 'Busy';
    b.signalling.acceptSignal(a.nodeId, undefined, offerOf('e'));
    expect(decodeSignal(board.log.at(-1)!.text)).toEqual({ kind: 'Busy', session: session('e') });
    board.run();
    expect([a.proven.length, b.proven.length]).toEqual([1, 1]);
  });

  it('[SG2] every dial has a session of its own', () => {
    const board = createSwitchboard();
    const b = board.join(high);
    for (let i = 0; i < 5; i++) {
      b.signalling.dial(low.local.nodeId, undefined);
      board.clock.advance(ANSWER_TIMEOUT_MS);
      board.tick();
    }
    expect(b.failed.map(({ reason }) => reason)).toEqual(new Array(5).fill('NoAnswer'));
    expect(new Set(board.log.map(({ text }) => text)).size).toBe(5);
  });
});

describe('strangers', () => {
  const offer = offerOf('2');
  const others = [
    encodeSignal({ kind: 'Answer', session: session('1'), nonce, signal: 'answer 1 1' }),
    encodeSignal({ kind: 'Transport', session: session('1'), signal: 'offer 1' }),
    encodeSignal({ kind: 'Busy', session: session('3') }),
  ];

  it('[SG4] begin an attempt only with an offer', () => {
    const board = createSwitchboard();
    const [a, b] = [board.join(low), board.join(high)];
    for (const text of others) a.signalling.acceptSignal(high.local.nodeId, undefined, text);
    for (const text of others) b.signalling.acceptSignal(low.local.nodeId, undefined, text);
    expect([a.signalling.size, b.signalling.size, board.log]).toEqual([0, 0, []]);
    a.signalling.acceptSignal(high.local.nodeId, undefined, offer);
    b.signalling.acceptSignal(low.local.nodeId, undefined, offer);
    expect([a.signalling.size, b.signalling.size]).toEqual([1, 1]);
    expect([a.signalling.dials, b.signalling.dials]).toEqual([0, 0]);
  });

  it('[SG4] are answered Busy where they are not welcome now, under the session they came with', () => {
    const board = createSwitchboard();
    const b = board.join(high);
    const carol = people[3]!.local.nodeId;
    b.verdict = 'Busy';
    b.signalling.acceptSignal(low.local.nodeId, carol, offer);
    expect(board.log).toEqual([
      {
        from: b.nodeId,
        to: low.local.nodeId,
        path: carol,
        text: encodeSignal({ kind: 'Busy', session: session('2') }),
      },
    ]);
    expect([b.signalling.size, b.host.connections.length]).toEqual([0, 0]);
  });

  it('[SG4] get no answer where the node does not want to be known', () => {
    const board = createSwitchboard();
    const b = board.join(high);
    b.verdict = 'Ignore';
    b.signalling.acceptSignal(low.local.nodeId, undefined, offer);
    expect([board.log, b.signalling.size]).toEqual([[], 0]);
  });

  it('[SG4] beyond 4 unproven links are answered Busy, and let in again when one has ended', () => {
    const board = createSwitchboard();
    const host = board.join(people[0]!);
    expect(MAX_INBOUND_ATTEMPTS).toBe(4);
    const callers = people.slice(1).map(({ local }) => local.nodeId);
    const ring = (index: number): void => host.signalling.acceptSignal(callers[index]!, undefined, offer);
    for (let index = 0; index < 4; index++) ring(index);
    expect([host.signalling.size, board.log]).toEqual([4, []]);
    ring(4);
    expect(host.signalling.size).toBe(4);
    expect(board.log.map(({ to, text }) => [to, text[0]])).toEqual([[callers[4], 'B']]);
    board.clock.advance(CONNECT_TIMEOUT_MS);
    board.tick();
    expect(host.signalling.size).toBe(0);
    host.signalling.acceptSignal(callers[4]!, undefined, offerOf('9'));
    expect(host.signalling.size).toBe(1);
  });

  it('[SG4] one that has opened no connection after 2 s makes room for the next, one that proves does not', () => {
    const board = createSwitchboard();
    const host = board.join(people[0]!);
    const [prover, ...idle] = people.slice(1).map(({ local }) => local.nodeId);
    const far = board.join(people[1]!);
    far.signalling.dial(host.nodeId, undefined);
    // The connection opens; the proof goes no further, as if the far end kept silent.
    for (let round = 0; round < 2; round++) board.take().forEach(board.deliver);
    far.host.connections[0]!.open!.tamper = () => [];
    board.clock.settle();
    expect([host.proven.length, host.signalling.has(prover!)]).toEqual([0, true]);
    for (const caller of idle.slice(0, 3)) host.signalling.acceptSignal(caller, undefined, offer);
    expect(host.signalling.size).toBe(4);
    board.clock.advance(STALLED_AFTER_MS - 1);
    host.signalling.acceptSignal(idle[3]!, undefined, offer);
    expect(host.signalling.has(idle[3]!)).toBe(false);
    board.clock.advance(1);
    host.signalling.acceptSignal(idle[3]!, undefined, offer);
    expect(host.signalling.underWay(false)).toEqual([prover, idle[1], idle[2], idle[3]]);
  });

  it('[SG4] who calls and calls is answered Busy twenty times and five times a second, then not at all', () => {
    const board = createSwitchboard();
    const host = board.join(people[0]!);
    host.verdict = 'Busy';
    const ring = (): void => host.signalling.acceptSignal(people[1]!.local.nodeId, undefined, offer);
    for (let i = 0; i < 1_000; i++) ring();
    expect(board.log).toHaveLength(BUSY_ANSWERS.burst);
    board.clock.advance(2_000);
    for (let i = 0; i < 1_000; i++) ring();
    expect(board.log).toHaveLength(BUSY_ANSWERS.burst + 2 * BUSY_ANSWERS.perSecond);
  });

  it('[SG4] do not use up the dials of the node itself', () => {
    const board = createSwitchboard();
    const host = board.join(people[0]!);
    const far = board.join(people[6]!);
    for (const { local } of people.slice(1, 5)) host.signalling.acceptSignal(local.nodeId, undefined, offer);
    host.signalling.dial(far.nodeId, undefined);
    expect([host.signalling.size, host.signalling.dials]).toEqual([5, 1]);
    board.run();
    expect(host.proven.map(({ nodeId }) => nodeId)).toContain(far.nodeId);
  });

  it('[SG4] nor do its own dials keep strangers out', () => {
    const board = createSwitchboard();
    const host = board.join(people[0]!);
    for (const { local } of people.slice(1, 6)) host.signalling.dial(local.nodeId, undefined);
    host.signalling.acceptSignal(people[6]!.local.nodeId, undefined, offer);
    expect(host.signalling.has(people[6]!.local.nodeId)).toBe(true);
  });

  it('[SG4] a failed guess still counts while its connection lingers', () => {
    const board = createSwitchboard();
    const [a, m] = inOrderOfId(people[0]!, createTestPerson('mallory', { password: 'another' }));
    const [alice, mallory] = [board.join(a), board.join(m)];
    alice.signalling.dial(mallory.nodeId, undefined);
    board.run();
    expect([alice.failed, mallory.failed]).toEqual([
      [{ nodeId: mallory.nodeId, dialled: true, reason: 'AnotherPassword' }],
      [{ nodeId: alice.nodeId, dialled: false, reason: 'AnotherPassword' }],
    ]);
    expect([alice.signalling.size, alice.signalling.dials]).toEqual([1, 0]);
    board.clock.advance(1_000);
    board.tick();
    board.run();
    expect([alice.signalling.size, mallory.signalling.size]).toEqual([0, 0]);
  });
});

describe('one attempt a node', () => {
  it('[SG5] dialling again while an attempt is under way does nothing', () => {
    const board = createSwitchboard();
    const [a, b] = [board.join(low), board.join(high)];
    for (let i = 0; i < 3; i++) a.signalling.dial(b.nodeId, undefined);
    board.run();
    expect([a.host.connections.length, a.proven.length]).toEqual([1, 1]);
  });

  it('[SG5] a stranger that offers again and again has one attempt, and one connection at a time', () => {
    const board = createSwitchboard();
    const b = board.join(high);
    for (const digit of '12345678') b.signalling.acceptSignal(low.local.nodeId, undefined, offerOf(digit));
    expect(b.signalling.size).toBe(1);
    expect(b.host.connections.filter((connection) => !connection.isClosed)).toHaveLength(1);
  });

  it('[SG5] nobody links to oneself', () => {
    const board = createSwitchboard();
    const a = board.join(low);
    a.signalling.dial(a.nodeId, undefined);
    for (const text of [offerOf('2', 'offer 0')]) a.signalling.acceptSignal(a.nodeId, undefined, text);
    board.run();
    expect([a.signalling.size, a.host.connections.length, board.log]).toEqual([0, 0, []]);
  });

  it('closing ends every attempt and lets go of every connection', () => {
    const board = createSwitchboard();
    const host = board.join(people[0]!);
    for (const { local } of people.slice(1, 4)) host.signalling.dial(local.nodeId, undefined);
    host.signalling.close();
    expect(host.signalling.size).toBe(0);
    expect(host.host.connections.every((connection) => connection.isClosed)).toBe(true);
    board.run();
    expect(host.failed).toEqual([]);
  });
});
