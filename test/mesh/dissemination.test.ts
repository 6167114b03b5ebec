/** How often a message travels, how far, and that nothing is lost when the way it took is gone. */
import { describe, expect, it } from 'vitest';
import type { PeerNodeEvents } from '../../src/core/mesh/types.ts';
import type { LinkRecord } from '../../src/core/wire/records.ts';
import { BRIDGE, createMesh, type Mesh, type Tab } from './mesh.ts';

/** A settled mesh, in which `tabs[0]` has spoken so that a tree has grown. */
function grown(count = 16, seed = 1): { mesh: Mesh; tabs: Tab[] } {
  const mesh = createMesh({ seed });
  const tabs = Array.from({ length: count }, (_, index) => mesh.open(`node ${index}`));
  mesh.run(60_000);
  tabs[0]!.say('grows a tree');
  mesh.run(2_000);
  return { mesh, tabs };
}

const sentBy = (tabs: readonly Tab[]): number => tabs.reduce((sum, { node }) => sum + node.counters.envelopesSent, 0);

function expectHeardByAll(tabs: readonly Tab[], speaker: Tab, text: string): void {
  for (const tab of tabs) {
    if (tab !== speaker) expect(tab.texts().filter((one) => one === text)).toEqual([text]);
  }
}

/** In links. */
function distancesFrom(start: Tab, named: ReadonlyMap<string, Tab>): Map<string, number> {
  const distances = new Map([[start.name, 0]]);
  for (const [name, distance] of distances) {
    for (const neighbour of named.get(name)!.neighbours()) {
      if (!distances.has(neighbour)) distances.set(neighbour, distance + 1);
    }
  }
  return distances;
}

describe('dissemination', () => {
  it('[DS1, DS2, DS3] in a settled mesh each message is sent about once to everybody, whoever says it', () => {
    const { mesh, tabs } = grown();
    const copies = tabs.slice(1).map((speaker, index) => {
      const before = sentBy(tabs);
      speaker.say(`line ${index}`);
      mesh.run(1_000);
      expectHeardByAll(tabs, speaker, `line ${index}`);
      return sentBy(tabs) - before;
    });
    // All but the one or two that grew a tree.
    const least = copies.filter((number) => number === tabs.length - 1);
    expect(least.length).toBeGreaterThanOrEqual(copies.length - 2);
  });

  it('[DS7, BR11] where links have come to rest a tree grows, and who speaks first takes it', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const mesh = createMesh({ seed });
      const tabs = Array.from({ length: 16 }, (_, index) => mesh.open(`node ${index}`));
      mesh.run(120_000);
      const atRest = sentBy(tabs);
      mesh.run(60_000);
      expect(sentBy(tabs)).toBe(atRest);
      tabs[seed]!.say('good morning');
      mesh.run(1_000);
      expectHeardByAll(tabs, tabs[seed]!, 'good morning');
      expect(sentBy(tabs) - atRest).toBeLessThan(1.2 * tabs.length);
    }
  });

  it('[DS7] in a small mesh that has come to rest what each says takes the shortest ways, in hardly more than one copy', () => {
    const mesh = createMesh({ seed: 1 });
    const tabs = Array.from({ length: 32 }, (_, index) => mesh.open(`node ${index}`));
    mesh.run(120_000);
    const named = new Map(tabs.map((tab) => [tab.name, tab]));
    const floods = (tab: Tab): Extract<LinkRecord, { type: 'Flood' }>[] =>
      tab.neighbours().flatMap((name) => tab.received(named.get(name)!).filter((record) => record.type === 'Flood'));
    let [copies, hops, shortest] = [0, 0, 0];
    for (const speaker of tabs) {
      for (const tab of tabs) floods(tab);
      speaker.say('by the shortest way');
      mesh.run(1_000);
      const distances = distancesFrom(speaker, named);
      for (const tab of tabs) {
        if (tab === speaker) continue;
        const came = floods(tab).map((copy) => copy.hops + 1);
        copies += came.length;
        hops += Math.min(...came);
        shortest += distances.get(tab.name)!;
      }
    }
    // Here and there a link has come since a tree grew, or gone.
    const deliveries = tabs.length * (tabs.length - 1);
    expect(copies / deliveries).toBeLessThan(1.05);
    expect(hops / shortest).toBeLessThan(1.05);
  });

  it('[DS1] what may go few hops goes over all links, and still no farther', () => {
    const { mesh, tabs } = grown();
    const [alice] = tabs;
    const before = sentBy([alice!]);
    alice!.say('nearby', { hopLimit: 1 });
    mesh.run(1_000);
    const heard = tabs.filter((tab) => tab.texts().includes('nearby')).map(({ name }) => name);
    expect(heard.sort()).toEqual(alice!.neighbours());
    expect(sentBy([alice!]) - before).toBe(alice!.neighbours().length);
  });

  it('[DS5, DS6] with a third of the nodes dead at once the living get everything, before anybody is missed', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const { mesh, tabs } = grown(18, seed);
      const dead = tabs.slice(1, 7);
      for (const tab of dead) mesh.kill(tab);
      const living = tabs.filter((tab) => !dead.includes(tab));
      living[0]!.say('who is left?');
      mesh.run(2_000);
      expectHeardByAll(living, living[0]!, 'who is left?');
    }
  });

  it('[DS2, DS5] a large message reaches everybody, in hardly more copies than there are nodes', () => {
    const { mesh, tabs } = grown();
    const before = sentBy(tabs);
    const text = 'x'.repeat(20_000);
    tabs[3]!.say(text);
    mesh.run(5_000);
    expectHeardByAll(tabs, tabs[3]!, text);
    expect(sentBy(tabs) - before).toBeLessThanOrEqual(1.2 * (tabs.length - 1));
  });

  it('[CU6] a late joiner reads all that was said, each message once', () => {
    const { mesh, tabs } = grown();
    const lines = Array.from({ length: 40 }, (_, index) => `line ${index}`);
    for (const [index, line] of lines.entries()) {
      tabs[index % tabs.length]!.say(line);
      mesh.run(500);
    }
    mesh.run(10 * 60_000);
    const late = mesh.open('late');
    mesh.run(10_000);
    expect(late.texts().sort()).toEqual(['grows a tree', ...lines].sort());
  });

  it('[RC1, FL6] who has no channel of its path passes it on and is not counted', () => {
    const mesh = createMesh({ links: ['alice-relay', 'relay-bob'] });
    const reached: number[] = [];
    const alice = mesh.open('alice');
    mesh.open('relay', { paths: [BRIDGE] });
    const bob = mesh.open('bob');
    alice.node.on('envelopeReached', ({ nodes }) => reached.push(nodes));
    mesh.run(10_000);
    alice.say('hello');
    mesh.run(5_000);
    expect(bob.texts()).toEqual(['hello']);
    expect(reached).toEqual([1]);
  });

  it('[RC1, RC3] the speaker is told how many have it, and it costs less than an answer from each', () => {
    const { mesh, tabs } = grown();
    const reached: PeerNodeEvents['envelopeReached'][] = [];
    tabs[5]!.node.on('envelopeReached', (fact) => reached.push(fact));
    const frames = (): number => tabs.reduce((sum, { node }) => sum + node.counters.framesSent, 0);
    tabs[5]!.say('hello');
    mesh.run(300);
    const before = frames();
    mesh.run(10_000);
    expect(reached.at(-1)?.nodes).toBe(tabs.length - 1);
    expect(new Set(reached.map(({ envelopeId }) => envelopeId)).size).toBe(1);
    // An idle mesh of this size exchanges some 1,000 heartbeats in that time; answers flooded by all would be as many again.
    expect(frames() - before).toBeLessThan(2_000);
  });
});
