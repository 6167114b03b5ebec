/** Another password: told at both ends, and nothing passes either way. */
import { describe, expect, it } from 'vitest';
import { createMesh } from './mesh.ts';

describe('another password', () => {
  it('[ND5, PF7] is told at both ends within two seconds, once for each attempt', () => {
    const mesh = createMesh();
    const alice = mesh.open('alice');
    mesh.run(5_000);
    const mallory = mesh.open('mallory', { password: 'a guess' });
    mesh.run(2_000);
    expect(alice.facts.filter((fact) => /another/.test(fact))).toEqual(['anotherPasswordMet mallory']);
    expect(mallory.facts.filter((fact) => /another/.test(fact))).toEqual(['anotherPasswordMet alice']);
    mesh.run(120_000);
    const [atAlice, atMallory] = [alice, mallory].map(
      ({ facts }) => facts.filter((fact) => /another/.test(fact)).length,
    );
    expect(atAlice).toBeGreaterThan(1);
    expect(atMallory).toBe(atAlice);
  });

  it('[ND4, ND5] the attempt of who has another password ends, and not online', () => {
    const mesh = createMesh();
    mesh.openAll(['alice', 'bob']);
    const mallory = mesh.open('mallory', { password: 'a guess' });
    mesh.run(5_000);
    expect(mallory.facts.filter((fact) => fact.startsWith('first'))).toEqual(['firstAttemptEnded false']);
    expect(mallory.facts.some((fact) => fact.startsWith('connectionFailed'))).toBe(false);
  });

  it('[PF7, LN1] among several, nothing passes either way', () => {
    const mesh = createMesh({ seed: 2 });
    const tabs = mesh.openAll(['alice', 'bob', 'carol', 'dave']);
    const mallory = mesh.open('mallory', { password: 'a guess' });
    for (let second = 0; second < 120; second++) {
      tabs[second % 4]!.say(`${second}`);
      mallory.say(`guess ${second}`);
      mesh.run(1_000);
    }
    expect([mallory.texts(), mallory.members(), mallory.neighbours()]).toEqual([[], ['mallory'], []]);
    for (const tab of tabs) {
      expect(tab.texts()).toHaveLength(90);
      expect(tab.members()).toEqual(['alice', 'bob', 'carol', 'dave']);
      expect(tab.facts).not.toContain('neighbourOpened mallory');
    }
  });

  it('[PF7] those who share another password are a mesh of their own', () => {
    const mesh = createMesh({ seed: 2 });
    const ours = mesh.openAll(['alice', 'bob', 'carol']);
    const theirs = mesh.openAll(['mallory', 'oscar'], { password: 'theirs' });
    mesh.run(60_000);
    for (const tab of ours) expect(tab.members()).toEqual(['alice', 'bob', 'carol']);
    for (const tab of theirs) expect(tab.members()).toEqual(['mallory', 'oscar']);
  });

  it('[PF8] twenty guessers have six guesses at once and six a minute, and keep no member out', () => {
    // Content with one neighbour, alice dials nobody but the one stranger in about 20 s that TP7 asks for.
    const mesh = createMesh({ seed: 8, settings: { low: 1, target: 1, high: 2, cap: 10 } });
    const [alice, bob] = mesh.openAll(['alice', 'bob']);
    const guessers = Array.from({ length: 20 }, (_, index) => mesh.open(`mallory ${index}`, { password: `${index}` }));
    const minutes = 3;
    mesh.run(minutes * 60_000);
    const met = alice.facts.filter((fact) => fact.startsWith('another')).length;
    // Four may be under way when the budget ends; strangers are looked for every 10 s at most.
    expect(met).toBeGreaterThan(6);
    expect(met).toBeLessThanOrEqual(6 + 4 + minutes * (6 + 6));
    expect(alice.host.connectionsPeak).toBeLessThanOrEqual(10);
    bob.forge(alice, Uint8Array.of(0xff));
    // The resolver names guessers most of the time, so it takes a few rounds to hear of each other.
    mesh.run(120_000);
    expect(alice.facts).toContain('neighbourClosed bob Malformed');
    expect(alice.neighbours()).toEqual(['bob']);
    for (const guesser of guessers) expect(guesser.members()).toHaveLength(1);
  });
});
