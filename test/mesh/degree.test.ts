/** How many neighbours nodes have, under the profile of the mesh and that of the original. */
import { describe, expect, it } from 'vitest';
import { PEER_CHANNEL_PROFILE } from '../../src/core/index.ts';
import { createMesh, type MeshOptions, type Tab } from './mesh.ts';

function reach(tabs: readonly Tab[]): number {
  const byId = new Map(tabs.map((tab) => [tab.nodeId, tab]));
  const reached = new Set<Tab>();
  const queue = [tabs[0]!];
  for (let tab = queue.pop(); tab; tab = queue.pop()) {
    if (reached.has(tab)) continue;
    reached.add(tab);
    for (const nodeId of tab.node.neighbours) {
      const far = byId.get(nodeId);
      if (far) queue.push(far);
    }
  }
  return reached.size;
}

function grown(
  count: number,
  isStaggered: boolean,
  options: MeshOptions = {},
): { tabs: Tab[]; run: (ms: number) => void; left: () => number } {
  const mesh = createMesh(options);
  const tabs = Array.from({ length: count }, (_, index) => {
    const tab = mesh.open(`node ${index}`);
    if (isStaggered) mesh.run(500);
    return tab;
  });
  mesh.run(60_000);
  return { tabs, run: (ms) => mesh.run(ms), left: () => mesh.closeAll() };
}

const degreesOf = (tabs: readonly Tab[]): number[] => tabs.map((tab) => tab.node.neighbours.length);

describe('degree', () => {
  it.each([
    ['one after the other', true, 1],
    ['one after the other', true, 2],
    ['all at once', false, 1],
    ['all at once', false, 2],
  ])(
    '[TP1, TP4, TP5] thirty nodes that come %s settle between low and high (staggered: %s, seed %i)',
    (_, isStaggered, seed) => {
      const { tabs, left } = grown(30, isStaggered, { seed });
      const degrees = degreesOf(tabs);
      expect(Math.min(...degrees)).toBeGreaterThanOrEqual(4);
      expect(Math.max(...degrees)).toBeLessThanOrEqual(8);
      expect(Math.max(...tabs.map(({ host }) => host.connectionsPeak))).toBeLessThanOrEqual(10);
      expect(reach(tabs)).toBe(30);
      expect(left()).toBe(0);
    },
  );

  // Above three nothing but use lets a link go, so one mesh of thirty has a few more than another.
  it.each([
    ['one after the other', true],
    ['all at once', false],
  ])('[TP1, TP4] the profile 2/3/7 of the original can be set, and most settle at three (%s)', (_, isStaggered) => {
    const settings = { low: 2, target: 3, high: 7 };
    const all: number[] = [];
    for (const seed of [1, 2, 3, 4, 5]) {
      const { tabs, run } = grown(30, isStaggered, { seed, settings });
      const degrees = degreesOf(tabs);
      expect(Math.min(...degrees)).toBeGreaterThanOrEqual(2);
      expect(Math.max(...degrees)).toBeLessThanOrEqual(7);
      expect(degrees.reduce((sum, degree) => sum + degree, 0) / 30).toBeLessThanOrEqual(4);
      expect(reach(tabs)).toBe(30);
      all.push(...degrees);
      const links = tabs.map(({ facts }) => facts.filter((fact) => fact.startsWith('neighbour')).length);
      run(60_000);
      expect(tabs.map(({ facts }) => facts.filter((fact) => fact.startsWith('neighbour')).length)).toEqual(links);
    }
    expect(all.filter((degree) => degree === 3).length).toBeGreaterThan(all.length / 2);
  });

  it('[TP1, TP10, NB2] a talkative mesh of the original profile never exceeds seven, and prunes to its ideal', () => {
    const mesh = createMesh({ seed: 4, settings: PEER_CHANNEL_PROFILE });
    const tabs = Array.from({ length: 20 }, (_, index) => mesh.open(`node ${index}`));
    mesh.run(10_000);
    for (let line = 0; line < 300; line++) {
      tabs[line % tabs.length]!.say(`${line}`);
      mesh.run(200);
    }
    mesh.run(30_000);
    const degrees = degreesOf(tabs).sort((a, b) => a - b);
    expect(degrees[0]).toBeGreaterThanOrEqual(2);
    expect(degrees.at(-1)).toBeLessThanOrEqual(4);
    expect([degrees[9], degrees[10]]).toEqual([3, 3]);
    expect(reach(tabs)).toBe(20);
    expect(Math.max(...tabs.map(({ host }) => host.connectionsPeak))).toBeLessThanOrEqual(7);
    for (const tab of tabs) expect(tab.texts()).toHaveLength(300 - 300 / tabs.length);
  });

  it('[TP1] nodes of different profiles make one mesh', () => {
    const mesh = createMesh({ seed: 5 });
    const tabs = Array.from({ length: 20 }, (_, index) =>
      mesh.open(`node ${index}`, index % 2 ? { settings: { low: 2, target: 3, high: 7 } } : {}),
    );
    mesh.run(60_000);
    expect(reach(tabs)).toBe(20);
    tabs[0]!.say('hello');
    mesh.run(1_000);
    for (const tab of tabs.slice(1)) expect(tab.texts()).toEqual(['hello']);
  });

  it('[TP1, NB2] who is full takes nobody else, and who asked has others', () => {
    const mesh = createMesh();
    const alice = mesh.open('alice', { settings: { low: 2, target: 2, high: 2, cap: 2 } });
    const [bob, carol, dave] = mesh.openAll(['bob', 'carol', 'dave']);
    mesh.run(60_000);
    expect(dave.node.counters.dialsOverResolver + dave.node.counters.dialsOverNeighbours).toBeGreaterThan(2);
    expect([alice, bob, carol, dave].map((tab) => tab.neighbours())).toEqual([
      ['bob', 'carol'],
      ['alice', 'carol', 'dave'],
      ['alice', 'bob', 'dave'],
      ['bob', 'carol'],
    ]);
    alice.say('hello');
    mesh.run(1_000);
    expect(dave.texts()).toEqual(['hello']);
  });

  it('[TP5] while nodes are handed over, everybody hears everything', () => {
    const mesh = createMesh({ seed: 7 });
    const tabs = mesh.openAll(['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi']);
    const alice = tabs[0];
    let said = 0;
    for (let newcomer = 0; newcomer < 16; newcomer++) {
      mesh.open(`newcomer ${newcomer}`);
      for (let tenth = 0; tenth < 10; tenth++) {
        if (tenth % 3 === 0) alice.say(`${said++}`);
        mesh.run(100);
      }
    }
    mesh.run(2_000);
    for (const tab of tabs.slice(1)) expect(tab.texts()).toEqual(Array.from({ length: said }, (_, line) => `${line}`));
  });

  it('[TP1] in a mesh of two there is one link, and it stays', () => {
    const mesh = createMesh();
    const [alice, bob] = mesh.openAll(['alice', 'bob']);
    mesh.run(10 * 60_000);
    for (const tab of [alice, bob]) {
      expect(tab.facts.filter((fact) => fact.startsWith('neighbour'))).toHaveLength(1);
      expect(tab.host.connections).toBe(1);
    }
  });
});
