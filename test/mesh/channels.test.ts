/** Several paths on one node, what a node does for paths it has no channel for, and how far a message goes. */
import { describe, expect, it } from 'vitest';
import { BRIDGE, CHAT, createMesh, type Tab } from './mesh.ts';

const LINE = { links: ['alice-bob', 'bob-carol', 'carol-dave'] };

describe('paths of a mesh', () => {
  it('[ND2, FL6] two paths share one node, and each message appears under its own only', () => {
    const mesh = createMesh();
    const [alice, bob] = mesh.openAll(['alice', 'bob'], { paths: [CHAT, BRIDGE] });
    alice.say('to the chat');
    alice.say('to the bridge', { path: BRIDGE });
    mesh.run(1_000);
    expect([bob.texts(CHAT), bob.texts(BRIDGE)]).toEqual([['to the chat'], ['to the bridge']]);
    expect([alice.host.connections, mesh.resolver.registrations]).toEqual([1, 2]);
  });

  it('[ND2] closing one of two channels keeps the node, closing the last leaves the mesh', () => {
    const mesh = createMesh();
    const [alice, bob] = mesh.openAll(['alice', 'bob'], { paths: [CHAT, BRIDGE] });
    alice.channels[1]!.close();
    mesh.run(2_000);
    expect([alice.node.isOpen, alice.neighbours()]).toEqual([true, ['bob']]);
    expect(alice.channels[1]!.send(new Uint8Array(1))).toBe('NotOpen');
    alice.channels[0]!.close();
    expect(alice.node.isOpen).toBe(false);
    mesh.run(5_000);
    expect(bob.facts).toContain('offline');
    expect(bob.members()).toEqual(['bob']);
  });

  it('[ND2] opening again makes a new node with a new ID', () => {
    const mesh = createMesh();
    const [alice, again] = mesh.openAll(['alice', 'alice again']);
    expect(alice.nodeId).not.toBe(again.nodeId);
    expect(() => alice.node.open()).toThrow('opens once');
    alice.node.close();
    mesh.run(5_000);
    expect(() => alice.node.open()).toThrow('opens once');
  });

  it('[FL6] a node passes on what it has no channel for', () => {
    const mesh = createMesh(LINE);
    const alice = mesh.open('alice', { paths: [BRIDGE] });
    const bob = mesh.open('bob', { paths: [CHAT] });
    const carol = mesh.open('carol', { paths: [BRIDGE] });
    mesh.run(10_000);
    expect([alice.neighbours(), carol.neighbours()]).toEqual([['bob'], ['bob']]);
    alice.say('over bob', { path: BRIDGE });
    mesh.run(1_000);
    expect([bob.heard.length, carol.texts(BRIDGE)]).toEqual([0, ['over bob']]);
  });

  it('[FL6] own messages are delivered locally too, to every channel of their path', () => {
    const mesh = createMesh();
    const alice = mesh.open('alice', { paths: [CHAT, CHAT, BRIDGE] });
    alice.say('hello');
    mesh.run(100);
    expect(alice.heard.map(({ own, path }) => [own, path])).toEqual([
      [true, CHAT],
      [true, CHAT],
    ]);
  });

  it('[FL1] in a mesh of twelve everybody hears everybody once', () => {
    const mesh = createMesh({ seed: 3 });
    const tabs = Array.from({ length: 12 }, (_, index) => mesh.open(`node ${index}`));
    mesh.run(20_000);
    for (const tab of tabs) tab.say(`from ${tab.name}`);
    mesh.run(5_000);
    for (const tab of tabs) {
      const others = tabs.filter((other) => other !== tab).map(({ name }) => `from ${name}`);
      expect(tab.texts().sort()).toEqual(others.sort());
    }
  });
});

describe('shapes of a mesh', () => {
  const names = Array.from({ length: 10 }, (_, index) => `node ${index}`);
  const line = names.slice(1).map((name, index) => `node ${index}-${name}`);

  it.each<[string, string[]]>([
    ['a line', line],
    ['a ring', [...line, 'node 9-node 0']],
    ['a star', names.slice(1).map((name) => `node 0-${name}`)],
    ['a mesh of all with all', names.flatMap((one) => names.map((other) => `${one}-${other}`))],
  ])('[FL1, DS1] in %s of ten everybody hears everybody once', (_, links) => {
    const mesh = createMesh({ links, settings: { low: 9, target: 9, high: 9, cap: 10 } });
    const tabs = names.map((name) => mesh.open(name));
    mesh.run(120_000);
    const linked = tabs.flatMap((tab) =>
      tab.neighbours().map((other) => [`${tab.name}-${other}`, `${other}-${tab.name}`]),
    );
    expect(linked.every((ways) => ways.some((way) => links.includes(way)))).toBe(true);
    for (let round = 0; round < 3; round++) {
      for (const tab of tabs) tab.say(`${round} from ${tab.name}`);
      mesh.run(5_000);
    }
    for (const tab of tabs) {
      const others = tabs.filter((other) => other !== tab);
      const lines = [0, 1, 2].flatMap((round) => others.map(({ name }) => `${round} from ${name}`));
      expect(tab.texts().sort()).toEqual(lines.sort());
    }
  });
});

describe('hop limit', () => {
  function line(): readonly [Tab, Tab, Tab, Tab] {
    const mesh = createMesh(LINE);
    const tabs = mesh.openAll(['alice', 'bob', 'carol', 'dave']);
    mesh.run(10_000);
    const [alice] = tabs;
    alice.say('local', { hopLimit: 0 });
    alice.say('neighbours', { hopLimit: 1 });
    alice.say('two', { hopLimit: 2 });
    alice.say('all');
    mesh.run(2_000);
    return tabs;
  }

  it('[FL5] 0 stays here, 1 reaches the neighbours, 2 theirs, and by default all', () => {
    const [alice, bob, carol, dave] = line();
    expect(alice.heard).toHaveLength(4);
    expect(bob.texts()).toEqual(['neighbours', 'two', 'all']);
    expect(carol.texts()).toEqual(['two', 'all']);
    expect(dave.texts()).toEqual(['all']);
    expect(dave.node.counters.lastHop).toBe(3);
  });

  it('[CU3] what may go no further is not kept for those who come later', () => {
    const mesh = createMesh(LINE);
    const [alice, bob] = mesh.openAll(['alice', 'bob', 'carol']);
    const dave = mesh.open('dave');
    mesh.run(50);
    // Dave is there already, but not linked to anybody yet.
    expect(dave.neighbours()).toEqual([]);
    alice.say('two', { hopLimit: 2 });
    alice.say('all');
    mesh.run(10_000);
    expect(bob.texts()).toEqual(['two', 'all']);
    expect(dave.texts()).toEqual(['all']);
  });
});
