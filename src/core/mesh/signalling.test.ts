/** Signalling of several nodes over a switchboard that a test can read, hold back and forge. */
import { describe, expect, it } from 'vitest';
import type { NodeId } from '../base/ids.ts';
import { CALL_TIMEOUT_MS, CONNECT_TIMEOUT_MS, type AttemptFailure } from '../link/attempt.ts';
import { createManualClock } from '../testing/manual-clock.ts';
import { createTestNetwork, type TestHost } from '../testing/test-network.ts';
import { createTestPerson, inOrderOfId, type TestPerson } from '../testing/test-person.ts';
import { decodeSignal, encodeSignal } from '../wire/signal.ts';
import {
  BUSY_ANSWERS,
  createSignalling,
  MAX_INBOUND_ATTEMPTS,
  STALLED_AFTER_MS,
  type Signalling,
  type SignalPath,
} from './signalling.ts';

interface Sent {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly path: SignalPath;
  readonly text: string;
}

interface Member {
  readonly nodeId: NodeId;
  readonly signalling: Signalling;
  readonly host: TestHost;
  /** Whom a link was proven with, and who dialled. */
  readonly proven: { readonly nodeId: NodeId; readonly dialled: boolean }[];
  readonly failed: { readonly nodeId: NodeId; readonly dialled: boolean; readonly reason: AttemptFailure }[];
  verdict: 'Accept' | 'Busy' | 'Ignore';
}

function createSwitchboard() {
  const clock = createManualClock();
  const network = createTestNetwork(clock);
  const members = new Map<NodeId, Member>();
  /** Everything that was sent, in order, as `letter from>to`. */
  const log: Sent[] = [];
  let waiting: Sent[] = [];

  function join(person: TestPerson): Member {
    const { nodeId } = person.local;
    const host = network.addHost(person.name);
    const member: Member = {
      nodeId,
      host,
      proven: [],
      failed: [],
      verdict: 'Accept',
      signalling: createSignalling({ ...person.deps, clock, transport: host }, person.local, {
        sendSignal(to, path, text) {
          log.push({ from: nodeId, to, path, text });
          waiting.push({ from: nodeId, to, path, text });
        },
        admits: () => member.verdict,
        onProven(_connection, proof, dialled) {
          member.proven.push({ nodeId: proof.nodeId, dialled });
          return { onFrame: () => undefined, onDrain: () => undefined, onClosed: () => undefined };
        },
        onFailed: (far, dialled, reason) => member.failed.push({ nodeId: far, dialled, reason }),
      }),
    };
    members.set(nodeId, member);
    return member;
  }

  function deliver({ from, to, path, text }: Sent): void {
    members.get(to)?.signalling.acceptSignal(from, path, text);
  }

  return {
    clock,
    log,
    join,
    deliver,
    /** What is under way, taken off the line. */
    take(): Sent[] {
      clock.settle();
      return waiting.splice(0);
    },
    /** Delivers until nothing is under way. */
    run(): void {
      clock.settle();
      while (waiting.length > 0) {
        const signals = waiting;
        waiting = [];
        signals.forEach(deliver);
        clock.settle();
      }
    },
    tick(): void {
      for (const { signalling } of members.values()) signalling.tick();
    },
    letters: () => log.map(({ text }) => text[0]).join(''),
  };
}

/** Enough people that some have smaller IDs than others, in order of their IDs. */
const people = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace']
  .map((name) => createTestPerson(name))
  .sort((a, b) => (a.local.nodeId < b.local.nodeId ? -1 : 1));
const [low, high] = inOrderOfId(people[0]!, people[6]!);
const session = (digit: string): string => digit.repeat(16);

describe('who offers', () => {
  it('[SG1] the node with the smaller ID, when it dials', () => {
    const board = createSwitchboard();
    const [a, b] = [board.join(low), board.join(high)];
    a.signalling.dial(b.nodeId, undefined);
    expect([a.signalling.size, a.signalling.dials, a.signalling.has(b.nodeId)]).toEqual([1, 1, true]);
    board.run();
    expect(board.letters()).toBe('TT');
    expect(board.log.map(({ from }) => from)).toEqual([a.nodeId, b.nodeId]);
    expect([a.proven, b.proven]).toEqual([
      [{ nodeId: b.nodeId, dialled: true }],
      [{ nodeId: a.nodeId, dialled: false }],
    ]);
    expect([a.signalling.size, b.signalling.size]).toEqual([0, 0]);
  });

  it('[SG1] the node with the smaller ID, when the other dials: that calls', () => {
    const board = createSwitchboard();
    const [a, b] = [board.join(low), board.join(high)];
    b.signalling.dial(a.nodeId, undefined);
    board.run();
    expect(board.letters()).toBe('CTT');
    expect(board.log.map(({ from }) => from)).toEqual([b.nodeId, a.nodeId, b.nodeId]);
    expect(new Set(board.log.map(({ text }) => decodeSignal(text)?.session)).size).toBe(1);
    expect([a.host.connections[0]?.role, b.host.connections[0]?.role]).toEqual(['offerer', 'answerer']);
    expect([a.proven, b.proven]).toEqual([
      [{ nodeId: b.nodeId, dialled: false }],
      [{ nodeId: a.nodeId, dialled: true }],
    ]);
  });

  it('[SG1] two that dial each other at once make one link, in whatever order signals arrive', () => {
    for (const callFirst of [true, false]) {
      const board = createSwitchboard();
      const [a, b] = [board.join(low), board.join(high)];
      a.signalling.dial(b.nodeId, undefined);
      b.signalling.dial(a.nodeId, undefined);
      const signals = board.take();
      expect(signals.map(({ text }) => text[0]).sort()).toEqual(['C', 'T']);
      signals.sort((one, other) => (one.text < other.text === callFirst ? -1 : 1)).forEach(board.deliver);
      board.run();
      expect([a.host.connections.length, b.host.connections.length]).toEqual([1, 1]);
      expect([a.proven, b.proven]).toEqual([
        [{ nodeId: b.nodeId, dialled: true }],
        [{ nodeId: a.nodeId, dialled: true }],
      ]);
      expect([a.failed, b.failed]).toEqual([[], []]);
    }
  });

  it('[SG1] a caller takes an offer under a session of its own, and goes by that from then on', () => {
    const board = createSwitchboard();
    const b = board.join(high);
    b.signalling.dial(low.local.nodeId, undefined);
    board.take();
    const offer = encodeSignal({ kind: 'Transport', session: session('a'), signal: 'offer 99' });
    b.signalling.acceptSignal(low.local.nodeId, undefined, offer);
    board.clock.settle();
    const [answer] = board.take();
    expect(decodeSignal(answer!.text)).toMatchObject({ kind: 'Transport', session: session('a') });
    // Busy under the session of the call does nothing now, under the new one it ends the attempt.
    const call = decodeSignal(board.log[0]!.text)!;
    b.signalling.acceptSignal(low.local.nodeId, undefined, encodeSignal({ kind: 'Busy', session: call.session }));
    expect(b.signalling.size).toBe(1);
    b.signalling.acceptSignal(low.local.nodeId, undefined, encodeSignal({ kind: 'Busy', session: session('a') }));
    expect([b.signalling.size, b.failed[0]?.reason]).toEqual([0, 'Busy']);
    // That session has ended as well: the same offer, late once more, begins nothing.
    b.signalling.acceptSignal(low.local.nodeId, undefined, offer);
    expect([b.signalling.size, b.host.connections.length]).toEqual([0, 1]);
  });

  it('[SG1, SG3] signals go back the way they came: over the neighbour that knows both', () => {
    const board = createSwitchboard();
    const [a, b] = [board.join(low), board.join(high)];
    const carol = people[3]!.local.nodeId;
    b.signalling.dial(a.nodeId, carol);
    board.run();
    expect(board.log.map(({ path }) => path)).toEqual([carol, carol, carol]);
    expect(a.proven).toHaveLength(1);
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
      encodeSignal({ kind: 'Call', session: session('f') }),
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
      encodeSignal({ kind: 'Transport', session: index.toString(16).padStart(16, '0'), signal: 'nonsense' }),
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

  it('[SG2] every dial has a session of its own', () => {
    const board = createSwitchboard();
    const b = board.join(high);
    for (let i = 0; i < 5; i++) {
      b.signalling.dial(low.local.nodeId, undefined);
      board.clock.advance(CALL_TIMEOUT_MS);
      board.tick();
    }
    expect(b.failed.map(({ reason }) => reason)).toEqual(new Array(5).fill('NoAnswer'));
    expect(new Set(board.log.map(({ text }) => text)).size).toBe(5);
  });
});

describe('strangers', () => {
  const call = encodeSignal({ kind: 'Call', session: session('1') });
  const offer = encodeSignal({ kind: 'Transport', session: session('2'), signal: 'offer 1' });
  const busy = encodeSignal({ kind: 'Busy', session: session('3') });

  it('[SG4] begin an attempt only with a call to the node that offers, or an offer to the one that answers', () => {
    const board = createSwitchboard();
    const [a, b] = [board.join(low), board.join(high)];
    for (const text of [offer, busy]) a.signalling.acceptSignal(high.local.nodeId, undefined, text);
    for (const text of [call, busy]) b.signalling.acceptSignal(low.local.nodeId, undefined, text);
    expect([a.signalling.size, b.signalling.size, board.log]).toEqual([0, 0, []]);
    a.signalling.acceptSignal(high.local.nodeId, undefined, call);
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
    const ring = (index: number): void => host.signalling.acceptSignal(callers[index]!, undefined, call);
    for (let index = 0; index < 4; index++) ring(index);
    expect([host.signalling.size, board.log]).toEqual([4, []]);
    ring(4);
    expect(host.signalling.size).toBe(4);
    expect(board.log.map(({ to, text }) => [to, text[0]])).toEqual([[callers[4], 'B']]);
    board.clock.advance(CONNECT_TIMEOUT_MS);
    board.tick();
    expect(host.signalling.size).toBe(0);
    host.signalling.acceptSignal(callers[4]!, undefined, encodeSignal({ kind: 'Call', session: session('9') }));
    expect(host.signalling.size).toBe(1);
  });

  it('[SG4] one that has opened no connection after 2 s makes room for the next, one that proves does not', () => {
    const board = createSwitchboard();
    const host = board.join(people[0]!);
    const [prover, ...idle] = people.slice(1).map(({ local }) => local.nodeId);
    const far = board.join(people[1]!);
    far.signalling.dial(host.nodeId, undefined);
    // The connection opens; the proof goes no further, as if the far end kept silent.
    for (let round = 0; round < 3; round++) board.take().forEach(board.deliver);
    far.host.connections[0]!.open!.tamper = () => [];
    board.clock.settle();
    expect([host.proven.length, host.signalling.has(prover!)]).toEqual([0, true]);
    for (const caller of idle.slice(0, 3)) host.signalling.acceptSignal(caller, undefined, call);
    expect(host.signalling.size).toBe(4);
    board.clock.advance(STALLED_AFTER_MS - 1);
    host.signalling.acceptSignal(idle[3]!, undefined, call);
    expect(host.signalling.has(idle[3]!)).toBe(false);
    board.clock.advance(1);
    host.signalling.acceptSignal(idle[3]!, undefined, call);
    expect(host.signalling.underWay(false)).toEqual([prover, idle[1], idle[2], idle[3]]);
  });

  it('[SG4] who calls and calls is answered Busy twenty times and five times a second, then not at all', () => {
    const board = createSwitchboard();
    const host = board.join(people[0]!);
    host.verdict = 'Busy';
    const ring = (): void => host.signalling.acceptSignal(people[1]!.local.nodeId, undefined, call);
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
    for (const { local } of people.slice(1, 5)) host.signalling.acceptSignal(local.nodeId, undefined, call);
    host.signalling.dial(far.nodeId, undefined);
    expect([host.signalling.size, host.signalling.dials]).toEqual([5, 1]);
    board.run();
    expect(host.proven.map(({ nodeId }) => nodeId)).toContain(far.nodeId);
  });

  it('[SG4] nor do its own dials keep strangers out', () => {
    const board = createSwitchboard();
    const host = board.join(people[0]!);
    for (const { local } of people.slice(1, 6)) host.signalling.dial(local.nodeId, undefined);
    host.signalling.acceptSignal(people[6]!.local.nodeId, undefined, call);
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

  it('[SG5] a stranger that calls again and again has one attempt', () => {
    const board = createSwitchboard();
    const a = board.join(low);
    for (const digit of '12345678')
      a.signalling.acceptSignal(high.local.nodeId, undefined, encodeSignal({ kind: 'Call', session: session(digit) }));
    expect([a.signalling.size, a.host.connections.length]).toEqual([1, 1]);
  });

  it('[SG5] a stranger that offers again and again has one attempt, and one connection at a time', () => {
    const board = createSwitchboard();
    const b = board.join(high);
    for (const digit of '12345678')
      b.signalling.acceptSignal(
        low.local.nodeId,
        undefined,
        encodeSignal({ kind: 'Transport', session: session(digit), signal: 'offer 1' }),
      );
    expect(b.signalling.size).toBe(1);
    expect(b.host.connections.filter((connection) => !connection.isClosed)).toHaveLength(1);
  });

  it('[SG5] nobody links to oneself', () => {
    const board = createSwitchboard();
    const a = board.join(low);
    a.signalling.dial(a.nodeId, undefined);
    for (const text of [
      encodeSignal({ kind: 'Call', session: session('1') }),
      encodeSignal({ kind: 'Transport', session: session('2'), signal: 'offer 0' }),
    ])
      a.signalling.acceptSignal(a.nodeId, undefined, text);
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
