import { describe, expect, it } from 'vitest';
import { createWorld } from './world.ts';

describe('world', () => {
  it('[SM8] nobody becomes a neighbour, or hears a word, without the password', () => {
    const world = createWorld({ seed: 1 });
    for (let i = 0; i < 20; i++) world.join();
    const mallories = ['guess 1', 'guess 2', 'guess 2'].map((password) => world.join({ password }));
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
    // Until the rush is over, and all have linked.
    world.clock.runFor(20_000);
    for (const resident of world.living) world.say(resident);
    world.clock.runFor(2_000);
    expect(world.ledger.totals(world.attendances())).toMatchObject({ expected: 16, delivered: 16, duplicates: 0 });
    expect(world.shape()).toMatchObject({ splits: 0, degreeMin: 3 });
    expect(world.invariants.breaches).toEqual([]);
  });

  it('[SM13] who sleeps for minutes loses its neighbours, and finds the mesh and what was said on waking', () => {
    const world = createWorld({ seed: 1 });
    const [alice, ...others] = Array.from({ length: 8 }, () => world.join());
    world.clock.runFor(20_000);
    const wallMs = alice!.clock.wallNow();
    const before = alice!.node.neighbours;
    world.sleep(alice!, 120_000, 5_000);
    world.clock.runFor(60_000);
    for (let i = 0; i < 50; i++) expect(world.pick()).not.toBe(alice);
    for (const { node } of others) expect(node.neighbours).not.toContain(alice!.node.nodeId);
    world.say(others[0]!);
    world.clock.runFor(59_000);
    const history = (): number => world.ledger.totals([{ index: 0, openedAtMs: 0, isLiving: true }]).delivered;
    expect(history()).toBe(0);
    expect(alice!.node.neighbours, 'nothing of her runs').toEqual(before);
    world.clock.runFor(61_000);
    expect(alice!.clock.wallNow() - wallMs).toBe(185_000);
    expect(history()).toBe(1);
    expect(world.shape()).toMatchObject({ splits: 0, oneSided: 0 });
    expect(world.closeAll(5_000)).toBe(0);
    expect(world.invariants.breaches).toEqual([]);
  });

  it('[SM22] lists as many nodes as it is told, and every message is everywhere all the same', () => {
    const world = createWorld({ seed: 1, listed: 2 });
    for (let i = 0; i < 12; i++) world.join();
    world.clock.runFor(30_000);
    for (const { node } of world.living.slice(2)) expect(node.members).toHaveLength(2);
    for (const resident of world.living) world.say(resident);
    world.clock.runFor(5_000);
    expect(world.ledger.totals(world.attendances())).toMatchObject({ expected: 144, delivered: 144 });
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
