/** Two or three nodes that dial one another while their signals are lost, doubled and put out of order. [SG1-SG6, NB3] */
import fc from 'fast-check';
import { createSwitchboard, type Member } from '../src/core/testing/switchboard.ts';
import { createTestPerson } from '../src/core/testing/test-person.ts';
import type { Target } from './target.ts';

/** Beyond every deadline of an attempt and what follows it: offer, connection, proof, linger. */
const OVER_AFTER_MS = 40_000;
const TICK_MS = 500;

const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('dial' as const), who: fc.nat({ max: 2 }), whom: fc.nat({ max: 2 }) }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constantFrom('deliver', 'deliver', 'deliver', 'double', 'lose', 'change' as const),
      which: fc.nat({ max: 7 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1, 500, 2_000, 5_000, 15_000) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const people = ['alice', 'bob', 'carol'].map((name) => createTestPerson(name));
const guesser = createTestPerson('carol', { password: 'another' });

/** One digit of the session or of the nonce is another; what the transport said stays, for it is nothing but a number here. */
function withOtherDigit(text: string, which: number): string {
  const place = 1 + ((which * 11) % (text.length < 80 ? 16 : 80));
  return text.slice(0, place) + (text[place] === '0' ? '1' : '0') + text.slice(place + 1);
}

function play(count: number, guesses: boolean, steps: readonly Step[]): void {
  const { clock, waiting, join, deliver, tick } = createSwitchboard();
  const cast = guesses ? [people[0]!, people[1]!, guesser] : people;
  const members = cast.slice(0, count).map(join);
  const check = (): void => {
    for (const { signalling, nodeId } of members) {
      if (signalling.has(nodeId)) throw new Error('an attempt with oneself');
      if (signalling.size > count - 1) throw new Error(`${signalling.size} attempts with ${count - 1} nodes`);
    }
  };

  const dialled: [Member, Member][] = [];
  for (const one of steps) {
    if (one.kind === 'dial') {
      const [who, whom] = [members[one.who % count]!, members[one.whom % count]!];
      who.signalling.dial(whom.nodeId, undefined);
      if (who !== whom) dialled.push([who, whom]);
    } else if (one.kind === 'wait') {
      clock.advance(one.ms);
      tick();
    } else if (waiting.length > 0) {
      const place = one.which % waiting.length;
      const signal = waiting[place]!;
      if (one.kind !== 'double') waiting.splice(place, 1);
      if (one.kind === 'change') deliver({ ...signal, text: withOtherDigit(signal.text, one.which) });
      else if (one.kind !== 'lose') deliver(signal);
    }
    clock.settle();
    check();
  }
  // From here on nothing is lost, and nobody dials.
  for (let passed = 0; passed < OVER_AFTER_MS; passed += TICK_MS) {
    for (const signal of waiting.splice(0)) deliver(signal);
    clock.advance(TICK_MS);
    tick();
    check();
  }
  const wereKind = steps.every(({ kind }) => kind === 'dial' || kind === 'deliver' || kind === 'double');
  for (const [who, whom] of wereKind ? dialled : []) {
    const knowEachOther = !guesses || (who.nodeId !== members[2]?.nodeId && whom.nodeId !== members[2]?.nodeId);
    const isLinked = who.proven.some((link) => link.nodeId === whom.nodeId);
    if (knowEachOther && !isLinked) throw new Error('nothing was lost, and no link came of a dial');
  }
  for (const { signalling, nodeId, proven, host } of members) {
    if (signalling.size > 0) throw new Error('an attempt that never ends');
    const open = host.connections.filter(({ isClosed }) => !isClosed).length;
    if (open !== proven.length) throw new Error(`${open} connections for ${proven.length} links`);
    for (const far of members) {
      const [here, there] = [
        proven.filter((link) => link.nodeId === far.nodeId),
        far.proven.filter((link) => link.nodeId === nodeId),
      ];
      if (here.length !== there.length)
        throw new Error(`${here.length} links at one end, ${there.length} at the other`);
      const offered = [...here, ...there].filter((link) => link.offered).length;
      if (offered !== here.length) throw new Error('both or neither dialled');
      const isStranger = guesses && (far === members[2] || nodeId === members[2]?.nodeId);
      if (isStranger && here.length > 0) throw new Error('a link with another password');
    }
  }
}

export const schedules: readonly Target[] = [
  {
    name: 'schedules',
    claim:
      'both ends agree on every link and who dialled it, every attempt ends, no connection is left over; where nothing is lost or changed every dial brings a link',
    runs: 1_000_000,
    property: () =>
      fc.property(
        fc.constantFrom(2, 3),
        fc.boolean(),
        fc.array(step, { minLength: 2, maxLength: 14 }),
        (count, guesses, steps) => play(count, guesses && count === 3, steps),
      ),
  },
];
