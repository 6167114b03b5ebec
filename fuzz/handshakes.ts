/**
 * Proofs with CPace and Ed25519 between two ends while somebody in between changes what they say. [PF1-PF7, LK2]
 * An end may hold a link proven only if what it was sent is, frame for frame, what the true far end with the same password
 * sent in this very run.
 */
import fc from 'fast-check';
import { toHex } from '../src/core/base/bytes.ts';
import { startAttempt } from '../src/core/link/attempt.ts';
import type { TestConnection } from '../src/core/testing/connection-pair.ts';
import { createManualClock, type ManualClock } from '../src/core/testing/manual-clock.ts';
import { createTestNetwork, type TestNetwork } from '../src/core/testing/test-network.ts';
import { createTestPerson, inOrderOfId, type TestPerson } from '../src/core/testing/test-person.ts';
import { decodeSignal, encodeSignal, type SessionSignal } from '../src/core/wire/signal.ts';
import { byteMutations, mutateBytes, type Mutation } from './mutation.ts';
import type { Target } from './target.ts';

/** Hello, Share, Confirm. */
const FRAMES = 3;
const SESSION = '0123456789abcdef';

/** What becomes of one frame on its way. */
type Deed =
  | { readonly kind: 'pass' | 'drop' | 'double' | 'hold' | 'reflect' | 'replay' }
  | { readonly kind: 'change'; readonly changes: readonly Mutation<number>[] };
type Where = 'direct' | 'between' | 'nonces';

const deeds: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ kind: 'pass' } as const) },
  { weight: 3, arbitrary: byteMutations(2).map((changes) => ({ kind: 'change', changes }) as const) },
  { weight: 3, arbitrary: fc.constantFrom('drop', 'double', 'hold', 'reflect', 'replay').map((kind) => ({ kind })) },
);

interface End {
  readonly events: string[];
  readonly signals: SessionSignal[];
  readonly attempt: ReturnType<typeof startAttempt>;
  /** Frames that reached it, in order. */
  readonly heard: string[];
  open(): TestConnection | undefined;
}

function begin(network: TestNetwork, clock: ManualClock, who: TestPerson, whom: TestPerson, dialled: boolean): End {
  const host = network.addHost(who.name);
  const events: string[] = [];
  const heard: string[] = [];
  const signals: SessionSignal[] = [];
  const transport = {
    connect: (role: 'offerer' | 'answerer', observer: Parameters<typeof host.connect>[1]) =>
      host.connect(role, {
        onSignal: (signal) => observer.onSignal(signal),
        onOpen: (binding) => observer.onOpen(binding),
        onFrame(frame) {
          heard.push(toHex(frame));
          observer.onFrame(frame);
        },
        onDrain: () => observer.onDrain(),
        onClosed: (reason) => observer.onClosed(reason),
      }),
  };
  const attempt = startAttempt(
    { ...who.deps, clock, transport },
    who.local,
    { nodeId: whom.local.nodeId, dialled, session: SESSION },
    {
      sendSignal: (text) => signals.push(decodeSignal(text)!),
      onProven() {
        events.push('Proven');
        return { onFrame: () => undefined, onDrain: () => undefined, onClosed: () => undefined };
      },
      onFailed: (reason) => events.push(reason),
      onReleased: () => undefined,
    },
  );
  return { events, signals, heard, attempt, open: () => host.connections.at(-1)?.open };
}

/** Lets `deeds` be done to what one end sends; what is held comes behind the next. */
function meddle(
  from: TestConnection,
  list: readonly Deed[],
  recorded: readonly Uint8Array[],
  back: TestConnection,
): void {
  const held: Uint8Array[] = [];
  let count = 0;
  from.tamper = (frame) => {
    const deed = list[count++] ?? { kind: 'pass' };
    const late = held.splice(0);
    switch (deed.kind) {
      case 'pass':
        return [frame, ...late];
      case 'drop':
        return late;
      case 'double':
        return [frame, frame, ...late];
      case 'hold':
        held.push(frame);
        return late;
      case 'reflect':
        back.inject(frame);
        return late;
      case 'replay':
        return [recorded[count % Math.max(1, recorded.length)] ?? frame, ...late];
      case 'change': {
        const changed = mutateBytes(frame, deed.changes);
        return changed.length === 0 ? late : [changed, ...late];
      }
    }
  };
}

/** Carries signals until there are none. */
function carry(clock: ManualClock, a: End, b: End, change: (signal: SessionSignal) => SessionSignal): void {
  clock.settle();
  while (a.signals.length + b.signals.length > 0) {
    for (const signal of a.signals.splice(0)) b.attempt.acceptSignal(change(signal));
    for (const signal of b.signals.splice(0)) a.attempt.acceptSignal(change(signal));
    clock.settle();
  }
}

export const handshakes: readonly Target[] = [
  {
    name: 'handshakes',
    claim: 'nobody is proven who was not sent what the true far end with the same password sent in this run',
    runs: 100_000,
    property() {
      const [alice, bob] = inOrderOfId(
        createTestPerson('alice', { isReal: true }),
        createTestPerson('bob', { isReal: true }),
      );
      const { secret } = createTestPerson('guesser', { password: 'guess' }).local;
      /** The same identity with another password. */
      const guesser: TestPerson = { ...bob, local: { ...bob.local, secret } };
      /** Of the run before. */
      let recorded: readonly Uint8Array[] = [];
      return fc.property(
        fc.tuple(fc.array(deeds, { maxLength: FRAMES }), fc.array(deeds, { maxLength: FRAMES })),
        fc.boolean(),
        fc.constantFrom<Where>('direct', 'direct', 'between', 'nonces'),
        (done, knowsPassword, where) => {
          const clock = createManualClock();
          const network = createTestNetwork(clock);
          const far = knowsPassword ? bob : guesser;
          const a = begin(network, clock, alice, far, true);
          const b = begin(network, clock, far, alice, false);
          const sent =
            where === 'between'
              ? stand(network, clock, a, b, done, recorded)
              : direct(clock, a, b, done, recorded, where);
          // Beyond an offer, or a proof; then beyond what lingers.
          for (let deadline = 0; deadline < 2; deadline++) {
            clock.advance(12_000);
            a.attempt.tick();
            b.attempt.tick();
          }
          recorded = sent.b.length >= FRAMES ? sent.b : recorded;
          const isTrue = (end: End, farSent: readonly Uint8Array[]): boolean =>
            where === 'direct' &&
            knowsPassword &&
            farSent.slice(0, FRAMES).every((frame, i) => end.heard[i] === toHex(frame));
          for (const [who, end, farSent] of [
            ['alice', a, sent.b],
            ['bob', b, sent.a],
          ] as const) {
            const isProven = end.events.includes('Proven');
            if (isProven && !isTrue(end, farSent)) throw new Error(`${who} accepted; ${where}, ${end.heard.join(' ')}`);
            if (end.attempt.isLive) throw new Error(`${who} has not come to an end`);
            if (end.events.length !== 1) throw new Error(`${who}: ${end.events.join(', ') || 'nothing told'}`);
          }
          const isUntouched = where === 'direct' && done.flat().every(({ kind }) => kind === 'pass');
          if (isUntouched && knowsPassword && a.events[0] !== 'Proven') throw new Error(`refused: ${a.events.join()}`);
        },
      );
    },
  },
];

interface Sent {
  readonly a: readonly Uint8Array[];
  readonly b: readonly Uint8Array[];
}

/** One connection from end to end; with 'nonces' the carrier of the signals changes one. */
function direct(
  clock: ManualClock,
  a: End,
  b: End,
  done: readonly [readonly Deed[], readonly Deed[]],
  recorded: readonly Uint8Array[],
  where: Where,
): Sent {
  const change = (signal: SessionSignal): SessionSignal => {
    if (where !== 'nonces' || signal.kind !== 'Answer') return signal;
    const nonce = signal.nonce.slice();
    nonce[0]! ^= 1;
    return decodeSignal(encodeSignal({ ...signal, nonce }))!;
  };
  clock.settle();
  for (const signal of a.signals.splice(0)) b.attempt.acceptSignal(change(signal));
  clock.settle();
  // The connection opens with the answer, at the end of this turn.
  for (const signal of b.signals.splice(0)) a.attempt.acceptSignal(change(signal));
  const [ofA, ofB] = [a.open(), b.open()];
  if (ofA && ofB) {
    meddle(ofA, done[0], recorded, ofB);
    meddle(ofB, done[1], recorded, ofA);
  }
  carry(clock, a, b, change);
  return { a: ofA?.sent ?? [], b: ofB?.sent ?? [] };
}

/** Mallory ends a connection with each and passes on what either says: two certificates that are not theirs. */
function stand(
  network: TestNetwork,
  clock: ManualClock,
  a: End,
  b: End,
  done: readonly [readonly Deed[], readonly Deed[]],
  recorded: readonly Uint8Array[],
): Sent {
  const host = network.addHost('mallory');
  const signalsTo = { a: [] as string[], b: [] as string[] };
  const queue = { a: [] as Uint8Array[], b: [] as Uint8Array[] };
  const isOpen = { a: false, b: false };
  const nonceOf: Partial<Record<'a' | 'b', Uint8Array>> = {};
  const towards = (end: 'a' | 'b', role: 'offerer' | 'answerer') => {
    const other = end === 'a' ? 'b' : 'a';
    const connection = host.connect(role, {
      onSignal: (signal) => signalsTo[end].push(signal),
      onOpen() {
        isOpen[end] = true;
        for (const frame of queue[end].splice(0)) connection.send(frame);
      },
      onFrame(frame) {
        if (isOpen[other]) ends[other].send(frame);
        else queue[other].push(frame);
      },
      onDrain: () => undefined,
      onClosed: () => ends[other].close(),
    });
    return connection;
  };
  const ends = { a: towards('a', 'answerer'), b: towards('b', 'offerer') };
  for (let turn = 0; turn < 6; turn++) {
    clock.settle();
    for (const signal of a.signals.splice(0)) {
      if (signal.kind === 'Offer') [nonceOf.a] = [signal.nonce];
      if (signal.kind !== 'Busy') ends.a.acceptSignal(signal.signal);
    }
    for (const signal of b.signals.splice(0)) {
      if (signal.kind === 'Answer') [nonceOf.b] = [signal.nonce];
      if (signal.kind !== 'Busy') ends.b.acceptSignal(signal.signal);
    }
    for (const signal of nonceOf.a ? signalsTo.b.splice(0) : [])
      b.attempt.acceptSignal({ kind: 'Offer', session: SESSION, nonce: nonceOf.a!, signal });
    for (const signal of nonceOf.b ? signalsTo.a.splice(0) : [])
      a.attempt.acceptSignal({ kind: 'Answer', session: SESSION, nonce: nonceOf.b!, signal });
    const [ofA, ofB] = [a.open(), b.open()];
    if (ofA && ofA.tamper === undefined) meddle(ofA, done[0], recorded, ofA);
    if (ofB && ofB.tamper === undefined) meddle(ofB, done[1], recorded, ofB);
  }
  clock.settle();
  return { a: a.open()?.sent ?? [], b: b.open()?.sent ?? [] };
}
