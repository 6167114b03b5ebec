/** The mesh and its resolver: needed for the first link, missed by nobody after. */
import { describe, expect, it } from 'vitest';
import { createMesh, type Mesh, type Tab } from './mesh.ts';

const NAMES = ['alice', 'bob', 'carol', 'dave'] as const;

describe('resolver and mesh', () => {
  it('[RV3] gone, it changes nothing in the mesh, and everybody is told', () => {
    const mesh = createMesh();
    const tabs = mesh.openAll(NAMES);
    mesh.run(30_000); // Until all are linked to all.
    mesh.resolver.stop();
    mesh.run(5 * 60_000);
    for (const tab of tabs) {
      expect(tab.facts.at(-1)).toBe('resolverUnreachable');
      expect([tab.neighbours().length, tab.members().length]).toEqual([3, 4]);
      tab.say(`from ${tab.name}`);
    }
    mesh.run(1_000);
    for (const tab of tabs) expect(tab.texts()).toHaveLength(3);
  });

  it('[RV3, ND4] gone from the start, that is told and the attempt ends; back again, the nodes find each other', () => {
    const mesh = createMesh();
    mesh.resolver.stop();
    const [alice, bob] = [mesh.open('alice'), mesh.open('bob')];
    mesh.run(5_000);
    expect(alice.facts).toEqual(['memberAppeared alice', 'resolverUnreachable', 'firstAttemptEnded false']);
    mesh.resolver.start();
    mesh.run(10_000);
    expect([alice.neighbours(), bob.neighbours()]).toEqual([['bob'], ['alice']]);
  });

  it('[RV2, RV3] restarted, it is told of everybody again, and a newcomer finds the mesh', () => {
    const mesh = createMesh();
    const tabs = mesh.openAll(NAMES);
    mesh.run(30_000); // Until all are linked to all.
    mesh.resolver.stop();
    mesh.run(30_000);
    expect(mesh.resolver.registrations).toBe(0);
    mesh.resolver.start();
    mesh.run(10_000);
    expect(mesh.resolver.registrations).toBe(4);
    for (const tab of tabs) expect(tab.facts.slice(-2)).toEqual(['resolverUnreachable', 'resolverReachable']);
    const erin = mesh.open('erin');
    mesh.run(5_000);
    expect(erin.members()).toHaveLength(5);
  });

  it('[RV3, TP2] without it the mesh heals over referrals', () => {
    const mesh = createMesh({ seed: 2 });
    const tabs = Array.from({ length: 11 }, (_, index) => mesh.open(`node ${index}`));
    mesh.run(30_000);
    mesh.resolver.stop();
    mesh.run(1_000);
    for (const tab of tabs.slice(0, 3)) mesh.kill(tab);
    mesh.run(60_000);
    const living = tabs.slice(3);
    for (const tab of living) expect(tab.neighbours().length).toBeGreaterThanOrEqual(4);
    living[0]!.say('one mesh');
    mesh.run(1_000);
    for (const tab of living.slice(1)) expect(tab.texts()).toEqual(['one mesh']);
  });

  it.each([
    ['leaves', 2_000, (mesh: Mesh, bob: Tab) => mesh.leave(bob)],
    // It has to be suspected first.
    ['is killed', 4_000, (mesh: Mesh, bob: Tab) => mesh.kill(bob)],
  ])('[SG6] is where two go on when the neighbour that carries their signals %s', (_how, withinMs, end) => {
    for (const seed of [5, 7, 22]) {
      const begin = (): { mesh: Mesh; alice: Tab; bob: Tab; carol: Tab } => {
        const mesh = createMesh({ seed });
        const [alice, bob] = mesh.openAll(['alice', 'bob']);
        mesh.run(5_000);
        return { mesh, alice, bob, carol: mesh.open('carol') };
      };
      const { mesh: rehearsal, alice: first, carol: second } = begin();
      let dialledAt = 0;
      while (first.node.counters.dialsOverNeighbours + second.node.counters.dialsOverNeighbours === 0) {
        rehearsal.run(1);
        dialledAt += 1;
      }
      for (let ms = dialledAt - 30; ms < dialledAt + 180; ms += 5) {
        const { mesh, alice, bob } = begin();
        mesh.run(ms);
        expect(alice.neighbours()).toEqual(['bob']);
        end(mesh, bob);
        mesh.run(withinMs);
        expect(alice.neighbours(), `seed ${seed}, ${ms - dialledAt} ms after the dial`).toContain('carol');
      }
    }
  });

  it('[RV2] is refreshed for as long as a node lives', () => {
    const mesh = createMesh();
    mesh.openAll(NAMES);
    mesh.run(30 * 60_000);
    expect(mesh.resolver.registrations).toBe(4);
  });

  it('[TP7] two parts of one mesh that never met find each other by themselves', () => {
    const mesh = createMesh({ seed: 6 });
    const east = Array.from({ length: 5 }, (_, index) => `east ${index}`);
    const west = Array.from({ length: 5 }, (_, index) => `west ${index}`);
    mesh.cut(east, west);
    const tabs = [...east, ...west].map((name) => mesh.open(name));
    mesh.run(30_000);
    for (const tab of tabs) expect(tab.members()).toHaveLength(5);
    mesh.heal();
    mesh.run(60_000);
    for (const tab of tabs) expect(tab.members()).toHaveLength(10);
  });
});
