import { describe, expect, it } from 'vitest';
import { createWorld, type Newcomer } from './world.ts';

describe('a silent dropper', () => {
  /** Who hears a word of one of 20 nodes, who its neighbours were a second after it, and who of the others came later. */
  function heard(newcomer: Newcomer): { hearers: number[]; linked: number[]; later: number[] } {
    const world = createWorld({ seed: 1 });
    for (let i = 0; i < 20; i++) world.join(newcomer);
    world.clock.runFor(30_000);
    const [alice, ...others] = world.living;
    const met = new Set(alice!.node.neighbours);
    // Who is linked to her later pulls from her what she said.
    alice!.node.on('neighbourOpened', ({ nodeId }) => met.add(nodeId));
    world.say(alice!);
    const indices = (): number[] => others.filter(({ node }) => met.has(node.nodeId)).map(({ index }) => index);
    world.clock.runFor(1_000);
    const linked = indices();
    world.clock.runFor(1_000);
    const later = indices().filter((index) => !linked.includes(index));
    const hearers = others
      .filter(({ index }) => world.ledger.totals([{ index, openedAtMs: 0, isLiving: true }]).delivered === 1)
      .map(({ index }) => index);
    return { hearers, linked, later };
  }

  it('[SM16] is linked, speaks and hears, and passes nothing on', () => {
    const { hearers, linked, later } = heard({ meddling: 'Drops' });
    expect(linked.length).toBeGreaterThanOrEqual(4);
    // Who is linked only now may still be about to pull it.
    expect(hearers.filter((index) => !later.includes(index))).toEqual(linked);
  });

  it('[SM16] is what keeps the others from hearing', () => {
    expect(heard({}).hearers).toHaveLength(19);
  });
});

describe('shorteners', () => {
  it.each([2, 3])('[SM24] keep nothing from those behind whom they reach first, seed %i', (seed) => {
    const world = createWorld({ seed });
    for (let i = 0; i < 40; i++) {
      world.join(i % 2 === 1 ? { meddling: 'CutsShort' } : {});
      world.clock.runFor(100);
    }
    world.clock.runFor(30_000);
    const honest = world.living.filter(({ index }) => index % 2 === 0);
    for (const resident of honest) {
      world.say(resident);
      world.clock.runFor(500);
    }
    world.clock.runFor(1_500);
    const { delivered, expected } = world.ledger.totals(world.attendances());
    expect([expected, delivered]).toEqual([20 * 40, 20 * 40]);
  });
});
