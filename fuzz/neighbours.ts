/** Whole nodes with a proven neighbour that says anything at all: legal records in any order, changed ones, noise. [LN2, NB*, CU*, DS*] */
import fc from 'fast-check';
import { createMesh } from '../test/mesh/mesh.ts';
import { encodeRecord } from '../src/core/wire/records.ts';
import { changed, linkRecords } from './records.ts';
import type { Target } from './target.ts';

const said = fc.oneof(
  { weight: 8, arbitrary: linkRecords.map(encodeRecord) },
  { weight: 1, arbitrary: changed(linkRecords, 1) },
);
const turn = fc.record({
  to: fc.nat({ max: 1 }),
  frames: fc.array(said, { minLength: 1, maxLength: 6 }),
  laterMs: fc.constantFrom(0, 10, 700, 4_000),
});

export const neighbours: readonly Target[] = [
  {
    name: 'neighbours',
    claim: 'the others stay linked, hear each other once, and leave nothing behind',
    runs: 20_000,
    property: () =>
      fc.property(fc.integer({ min: 1, max: 50 }), fc.array(turn, { minLength: 1, maxLength: 10 }), (seed, turns) => {
        const mesh = createMesh({ seed });
        const [alice, bob, mallory] = mesh.openAll(['alice', 'bob', 'mallory']);
        const honest = [alice, bob];
        for (const { to, frames, laterMs } of turns) {
          const victim = honest[to]!;
          for (const frame of frames) {
            if (frame.length === 0 || !mallory.neighbours().includes(victim.name)) continue;
            try {
              mallory.forge(victim, frame);
            } catch {
              // The link is gone: that was the price.
            }
          }
          mesh.run(laterMs);
        }
        mesh.run(1_000);
        const [mine, yours] = [`from alice ${mesh.clock.now()}`, `from bob ${mesh.clock.now()}`];
        alice.say(mine);
        bob.say(yours);
        mesh.run(3_000);
        for (const [tab, line] of [
          [alice, yours],
          [bob, mine],
        ] as const) {
          const times = tab.texts().filter((text) => text === line).length;
          if (times !== 1) throw new Error(`${tab.name} heard it ${times} times`);
        }
        if (!alice.neighbours().includes('bob')) throw new Error('alice and bob are apart');
        const left = mesh.closeAll();
        if (left > 0) throw new Error(`${left} timers or connections left`);
      }),
  },
];
