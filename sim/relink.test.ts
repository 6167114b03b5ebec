/** The resolver goes for good and half of the nodes die at once: what the living links still hold together mends itself. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../src/core/mesh/settings.ts';
import { joinStaggered, SETTLE_MS } from './scenarios/scenario.ts';
import { RUN_TIMEOUT_MS } from './testing/expected-run.ts';
import { createWorld, type World } from './world.ts';

const MEND_MS = 60_000;
const REJOIN_MS = 30_000;

function settled(nodes: number, seed: number): World {
  const world = createWorld({ seed });
  joinStaggered(world, nodes);
  world.clock.runFor(SETTLE_MS);
  return world;
}

/** Dials of everybody so far, by their way. */
function dials(world: World): { resolver: number; neighbours: number } {
  const total = { resolver: 0, neighbours: 0 };
  for (const { node } of world.residents) {
    total.resolver += node.counters.dialsOverResolver;
    total.neighbours += node.counters.dialsOverNeighbours;
  }
  return total;
}

function halve(world: World): void {
  for (let dead = world.living.length / 2; dead > 0; dead--) world.kill(world.pick()!);
}

/** Those who reach the most others over living links. */
function largestPart(world: World): Set<number> {
  const byId = new Map(world.living.map((resident) => [resident.node.nodeId, resident]));
  const seen = new Set<number>();
  let largest = new Set<number>();
  for (const start of world.living) {
    const part = new Set<number>();
    const frontier = seen.has(start.index) ? [] : [start];
    for (let next = frontier.pop(); next; next = frontier.pop()) {
      if (part.has(next.index)) continue;
      part.add(next.index);
      seen.add(next.index);
      for (const nodeId of next.node.neighbours)
        frontier.push(...[byId.get(nodeId)].filter((far) => far !== undefined));
    }
    if (part.size > largest.size) largest = part;
  }
  return largest;
}

describe('half of a mesh dies while the resolver is gone', () => {
  it.each([
    [24, 1],
    [24, 2],
    [24, 3],
    [200, 1],
  ])(
    '[SM23, ND7] of %i nodes the living mend what holds together, over neighbours alone (seed %i)',
    (nodes, seed) => {
      const world = settled(nodes, seed);
      world.resolver.stop();
      world.clock.runFor(1_000);
      const before = dials(world);
      halve(world);
      // Nobody can call whom no living link leads to, so what hangs together now is the most there can be.
      const held = largestPart(world);
      expect(held.size).toBeGreaterThanOrEqual(world.living.length * 0.9);
      world.clock.runFor(MEND_MS);
      expect(largestPart(world)).toEqual(held);
      for (const { index, node } of world.living) {
        if (!held.has(index)) continue;
        expect(node.neighbours.length).toBeGreaterThanOrEqual(DEFAULT_SETTINGS.low);
        expect(node.neighbours.length).toBeLessThanOrEqual(DEFAULT_SETTINGS.cap);
      }
      expect(dials(world).resolver).toBe(before.resolver);
      expect(dials(world).neighbours).toBeGreaterThan(before.neighbours);
      world.resolver.start();
      world.clock.runFor(REJOIN_MS);
      expect(world.shape().splits).toBe(0);
      expect(world.invariants.breaches).toEqual([]);
    },
    RUN_TIMEOUT_MS,
  );
});
