/**
 * Signalling of several nodes over a switchboard that a test can read, hold back and forge: what one says to another waits
 * here until it is delivered.
 */
import type { NodeId } from '../base/ids.ts';
import type { AttemptFailure } from '../link/attempt.ts';
import { createSignalling, type Signalling, type SignalPath } from '../mesh/signalling.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';
import { createTestNetwork, type TestHost } from './test-network.ts';
import type { TestPerson } from './test-person.ts';

export interface Sent {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly path: SignalPath;
  readonly text: string;
}

export interface Member {
  readonly nodeId: NodeId;
  readonly signalling: Signalling;
  readonly host: TestHost;
  /** Whom a link was proven with, and whose offer it was. */
  readonly proven: { readonly nodeId: NodeId; readonly offered: boolean }[];
  readonly failed: { readonly nodeId: NodeId; readonly dialled: boolean; readonly reason: AttemptFailure }[];
  verdict: 'Accept' | 'Busy' | 'Ignore';
}

export interface Switchboard {
  readonly clock: ManualClock;
  /** Everything that was sent, in order. */
  readonly log: readonly Sent[];
  /** What is under way, in the order in which it was sent; a test may take from it. */
  readonly waiting: Sent[];
  join(person: TestPerson): Member;
  deliver(sent: Sent): void;
  /** What is under way once the turn is over, taken off the line. */
  take(): Sent[];
  /** Delivers until nothing is under way. */
  run(): void;
  tick(): void;
  /** First letters of all that was sent. */
  letters(): string;
}

export function createSwitchboard(): Switchboard {
  const clock = createManualClock();
  const network = createTestNetwork(clock);
  const members = new Map<NodeId, Member>();
  const log: Sent[] = [];
  const waiting: Sent[] = [];

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
        onProven(_connection, proof, offered) {
          member.proven.push({ nodeId: proof.nodeId, offered });
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
    waiting,
    join,
    deliver,
    take() {
      clock.settle();
      return waiting.splice(0);
    },
    run() {
      clock.settle();
      while (waiting.length > 0) {
        waiting.splice(0).forEach(deliver);
        clock.settle();
      }
    },
    tick() {
      for (const { signalling } of members.values()) signalling.tick();
    },
    letters: () => log.map(({ text }) => text[0]).join(''),
  };
}
