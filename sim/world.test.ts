import { describe, expect, it } from 'vitest';
import { createWorld } from './world.ts';

describe('world', () => {
  it('[SM8] nobody becomes a neighbour, or hears a word, without the password', () => {
    const world = createWorld({ seed: 1 });
    for (let i = 0; i < 20; i++) world.join();
    const mallories = [world.join('guess 1'), world.join('guess 2'), world.join('guess 2')];
    world.clock.runFor(60_000);
    for (const resident of world.living.filter(({ password }) => password === 'password')) world.say(resident);
    world.clock.runFor(10_000);
    const [first, second, third] = mallories;
    expect(first!.node.neighbours).toEqual([]);
    // Two who share another password are a mesh of their own.
    expect(second!.node.neighbours).toEqual([third!.node.nodeId]);
    expect(world.invariants.breaches).toEqual([]);
    const attendances = world.attendances();
    const members = attendances.filter(({ index }) => index < 20);
    expect(world.ledger.totals(members)).toMatchObject({ expected: 400, delivered: 400, duplicates: 0 });
    expect(world.ledger.totals(attendances.filter(({ index }) => index >= 20)).delivered).toBe(0);
    expect(world.closeAll(5_000)).toBe(0);
    expect(world.invariants.breaches).toEqual([]);
  });

  it('[SM2] runs with the real proof and real signatures too', () => {
    const world = createWorld({ seed: 1, proof: 'real' });
    for (let i = 0; i < 4; i++) world.join();
    world.clock.runFor(5_000);
    for (const resident of world.living) world.say(resident);
    world.clock.runFor(2_000);
    expect(world.ledger.totals(world.attendances())).toMatchObject({ expected: 16, delivered: 16, duplicates: 0 });
    expect(world.shape()).toMatchObject({ splits: 0, degreeMin: 3 });
    expect(world.invariants.breaches).toEqual([]);
  });

  it('[SM4] a killed node is lost to the others and holds nothing', () => {
    const world = createWorld({ seed: 1 });
    const residents = Array.from({ length: 8 }, () => world.join());
    world.clock.runFor(20_000);
    const bob = residents[3]!;
    world.kill(bob);
    expect(bob.clock.timersLeft()).toBe(0);
    expect(bob.host.connections).toBe(0);
    world.clock.runFor(60_000);
    for (const { node } of world.living) expect(node.neighbours).not.toContain(bob.node.nodeId);
    expect(world.shape().splits).toBe(0);
  });
});
