/** Propagation filters on whole nodes in a line: alice, bob who filters, carol. */
import { describe, expect, it } from 'vitest';
import type { Propagation, PropagationFilter } from '../../src/core/mesh/types.ts';
import { BRIDGE, CHAT, createMesh, type Mesh, type Tab } from './mesh.ts';

const ANSWERS: readonly Propagation[] = ['None', 'Local', 'Remote', 'LocalAndRemote'];
const textOf = (payload: Uint8Array): string => new TextDecoder().decode(payload);
/** Each message says itself where it is to go. */
const asSaid: PropagationFilter = ({ payload }) => textOf(payload).split(' ')[0] as Propagation;

function line(filter: PropagationFilter): { mesh: Mesh; alice: Tab; bob: Tab; carol: Tab } {
  const mesh = createMesh({ links: ['alice-bob', 'bob-carol'] });
  const [alice, bob, carol] = mesh.openAll(['alice', 'bob', 'carol'], { paths: [CHAT, BRIDGE] });
  bob.node.setFilter(CHAT, filter);
  mesh.run(10_000);
  return { mesh, alice, bob, carol };
}

describe('a propagation filter', () => {
  it('[PG1, PG2] decides what of others is delivered here, and what goes on', () => {
    const { mesh, alice, bob, carol } = line(asSaid);
    for (const answer of ANSWERS) {
      alice.say(answer);
      mesh.run(1_000);
    }
    expect(bob.texts()).toEqual(['Local', 'LocalAndRemote']);
    expect(carol.texts()).toEqual(['Remote', 'LocalAndRemote']);
  });

  it('[PG1, PG2] decides the same of own messages, also of those sent in one turn', () => {
    const { mesh, alice, bob, carol } = line(asSaid);
    for (const answer of [...ANSWERS, ...ANSWERS]) bob.say(answer);
    mesh.run(1_000);
    expect(bob.heard.map(({ payload, own }) => [textOf(payload), own])).toEqual([
      ['Local', true],
      ['LocalAndRemote', true],
      ['Local', true],
      ['LocalAndRemote', true],
    ]);
    for (const tab of [alice, carol])
      expect(tab.texts()).toEqual(['Remote', 'LocalAndRemote', 'Remote', 'LocalAndRemote']);
  });

  it('[PG2, CU3] what was held back is not given to those who link up later', () => {
    const { mesh, alice, bob, carol } = line(asSaid);
    mesh.cut(['alice', 'bob'], ['carol']);
    for (const text of ['Local for bob', 'Remote', 'Local again']) {
      alice.say(text);
      mesh.run(1_000);
    }
    mesh.run(40_000);
    mesh.heal();
    mesh.run(60_000);
    expect(bob.neighbours()).toEqual(['alice', 'carol']);
    expect([bob.texts(), carol.texts()]).toEqual([['Local for bob', 'Local again'], ['Remote']]);
  });

  it('[PG3] is asked for its path only, and while there is a channel of it', () => {
    const asked: string[] = [];
    const { mesh, alice, bob, carol } = line(({ payload }) => {
      asked.push(textOf(payload));
      return 'None';
    });
    alice.say('over the bridge', { path: BRIDGE });
    mesh.run(1_000);
    bob.channels[0]!.close();
    alice.say('passing by');
    mesh.run(1_000);
    expect([asked, carol.texts(), carol.texts(BRIDGE)]).toEqual([[], ['passing by'], ['over the bridge']]);
  });

  it('[PG4] that throws on what others say keeps it from this node only, and is told', () => {
    const { mesh, alice, bob, carol } = line(() => {
      throw new Error('a bug of the application');
    });
    alice.say('hello');
    mesh.run(1_000);
    expect([bob.texts(), carol.texts()]).toEqual([[], ['hello']]);
    expect(bob.facts).toContain(`filterFailed ${CHAT}`);
    expect([bob.neighbours(), mesh.closeAll()]).toEqual([['alice', 'carol'], 0]);
  });

  it('[PG4] that throws on an own message throws to who sends, and nothing is sent', () => {
    const { mesh, bob, carol } = line(() => {
      throw new Error('a bug of the application');
    });
    expect(() => bob.say('hello')).toThrow('a bug of the application');
    mesh.run(1_000);
    expect([bob.heard.filter(({ path }) => path === CHAT), carol.texts()]).toEqual([[], []]);
  });

  it('[FL5] a hop limit that is none is a bug of who sends', () => {
    const { bob } = line(asSaid);
    for (const hopLimit of [-1, 1.5, NaN]) expect(() => bob.say('LocalAndRemote', { hopLimit })).toThrow('hop limit');
  });
});
