/** From open to close: finding the first neighbour, presence, leaving, and nothing left behind. */
import { describe, expect, it } from 'vitest';
import { utf8 } from '../../src/core/base/bytes.ts';
import { CHAT, createMesh } from './mesh.ts';

describe('life of a node', () => {
  it('[ND1] is online from its first neighbour to its last, and tells these changes only', () => {
    const mesh = createMesh();
    const [alice, bob, carol] = mesh.openAll(['alice', 'bob', 'carol']);
    const changes = (): string[] => alice.facts.filter((fact) => /^(online|offline)$/.test(fact));
    expect([changes(), alice.node.isOnline]).toEqual([['online'], true]);
    mesh.leave(bob);
    mesh.run(3_000);
    expect([changes(), alice.node.isOnline]).toEqual([['online'], true]);
    mesh.leave(carol);
    mesh.run(3_000);
    expect([changes(), alice.node.isOnline]).toEqual([['online', 'offline'], false]);
  });

  it('[ND1] own close is no going offline', () => {
    const mesh = createMesh();
    const [alice] = mesh.openAll(['alice', 'bob']);
    mesh.leave(alice);
    mesh.run(5_000);
    expect(alice.facts).not.toContain('offline');
    expect([alice.node.isOpen, alice.node.isOnline]).toEqual([false, false]);
  });

  it('[ND4] the first attempt ends once: alone, or online', () => {
    const mesh = createMesh();
    const alice = mesh.open('alice');
    mesh.run(5_000);
    const bob = mesh.open('bob');
    mesh.run(60_000);
    const ends = (facts: readonly string[]): string[] => facts.filter((fact) => fact.startsWith('firstAttempt'));
    expect(ends(alice.facts)).toEqual(['firstAttemptEnded false']);
    expect(ends(bob.facts)).toEqual(['firstAttemptEnded true']);
  });

  it('[ND4] it ends too when the only one the resolver knows does not answer', () => {
    const mesh = createMesh();
    const alice = mesh.open('alice');
    mesh.run(5_000);
    alice.clock.halt();
    alice.host.kill();
    const bob = mesh.open('bob');
    mesh.run(20_000);
    expect(bob.facts).toContain('connectionFailed alice');
    expect(bob.facts.filter((fact) => fact.startsWith('firstAttempt'))).toEqual(['firstAttemptEnded false']);
  });

  it('[RV1] of two that open at the same moment, one finds the other', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const mesh = createMesh({ seed });
      const [alice, bob] = [mesh.open('alice'), mesh.open('bob')];
      mesh.run(3_000);
      expect([alice.neighbours(), bob.neighbours()], `seed ${seed}`).toEqual([['bob'], ['alice']]);
    }
  });

  it('[SG1, NB3] two that dial each other at once make one link', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const mesh = createMesh({ seed });
      const [alice, bob] = [mesh.open('alice'), mesh.open('bob')];
      mesh.run(10_000);
      for (const tab of [alice, bob]) {
        expect(
          tab.facts.filter((fact) => fact.startsWith('neighbour')),
          `seed ${seed}`,
        ).toHaveLength(1);
        expect(tab.host.connections, `seed ${seed}`).toBe(1);
      }
    }
  });

  it('[NB1, PR3] a newcomer knows everybody after its first link', () => {
    const mesh = createMesh({ links: ['alice-bob', 'bob-carol', 'carol-dave'] });
    mesh.openAll(['alice', 'bob', 'carol']);
    const dave = mesh.open('dave');
    mesh.run(4_000); // Two out of reach may be tried first.
    expect([dave.neighbours(), dave.members()]).toEqual([['carol'], ['alice', 'bob', 'carol', 'dave']]);
  });

  it('[PR1, PR2] the retained message of everybody comes to whoever joins later, once, and each change of it', () => {
    const mesh = createMesh();
    const [alice, bob] = mesh.openAll(['alice', 'bob']);
    alice.channels[0]!.send(utf8('here'), { retained: true });
    mesh.run(1_000);
    const carol = mesh.open('carol');
    mesh.run(5_000);
    alice.channels[0]!.send(utf8('here'), { retained: true });
    mesh.run(1_000);
    alice.channels[0]!.send(utf8('away'), { retained: true });
    mesh.run(1_000);
    for (const tab of [bob, carol]) {
      expect(tab.texts()).toEqual(['here', 'away']);
      expect(tab.heard.every(({ retained }) => retained)).toBe(true);
    }
  });

  it('[EN5, PR1] what would not fit into one envelope, or into a presence, is refused', () => {
    const mesh = createMesh({ settings: { maxEnvelopeBytes: 16 * 1024 } });
    const [alice, bob] = mesh.openAll(['alice', 'bob'], { paths: [CHAT, '/plan' as typeof CHAT] });
    const [chat, plan] = alice.channels;
    expect(chat!.send(new Uint8Array(16 * 1024))).toBe('TooLarge');
    expect(chat!.send(new Uint8Array(2_500), { retained: true })).toBe('Queued');
    expect(plan!.send(new Uint8Array(2_500), { retained: true })).toBe('TooLarge');
    expect(plan!.send(new Uint8Array(1_000), { retained: true })).toBe('Queued');
    // Replacing counts what goes as well as what comes.
    expect(chat!.send(new Uint8Array(2_700), { retained: true })).toBe('Queued');
    mesh.run(2_000);
    expect([bob.neighbours(), bob.heard.length]).toEqual([['alice'], 2]);
  });

  it("[PR9] who is not listed speaks and hears, is nobody's member, and is missed by nobody", () => {
    const mesh = createMesh();
    const [alice, bob] = mesh.openAll(['alice', 'bob']);
    const carol = mesh.open('carol', { settings: { isListed: false } });
    mesh.run(5_000);
    carol.say('hello');
    alice.say('who is there?');
    mesh.run(1_000);
    expect([alice.texts(), bob.texts().sort(), carol.texts()]).toEqual([
      ['hello'],
      ['hello', 'who is there?'],
      ['who is there?'],
    ]);
    expect(carol.neighbours()).toEqual(['alice', 'bob']);
    for (const tab of [alice, bob]) expect(tab.members()).toEqual(['alice', 'bob']);
    expect(carol.members()).toEqual(['alice', 'bob']);
    mesh.kill(carol);
    mesh.run(60_000);
    for (const tab of [alice, bob]) {
      expect(tab.members()).toEqual(['alice', 'bob']);
      expect(tab.facts.filter((fact) => fact.startsWith('member') && fact.includes('carol'))).toEqual([]);
    }
    expect(() => mesh.open('dave', { settings: { isListed: false } }).say('here', { retained: true })).toThrow(
      'retained',
    );
  });

  it('[PR4, NB6] who leaves is gone from all members at once, and its last words arrive', () => {
    const mesh = createMesh({ links: ['alice-bob', 'bob-carol'] });
    const [alice, bob, carol] = mesh.openAll(['alice', 'bob', 'carol']);
    alice.say('goodbye');
    mesh.leave(alice);
    mesh.run(1_000);
    for (const tab of [bob, carol]) {
      expect([tab.texts(), tab.members()]).toEqual([['goodbye'], ['bob', 'carol']]);
      expect(tab.facts).toContain('memberDisappeared alice Left');
    }
    expect(bob.facts).toContain('neighbourClosed alice LeavingMesh');
  });

  it('[RV4] who leaves is no longer registered', () => {
    const mesh = createMesh();
    const [alice] = mesh.openAll(['alice', 'bob']);
    mesh.leave(alice);
    mesh.run(200);
    expect(mesh.resolver.registrations).toBe(1);
  });

  it('[ND3] closing takes at most 1.5 s and leaves neither timer nor connection, whatever was under way', () => {
    const mesh = createMesh({ seed: 5 });
    const tabs = Array.from({ length: 8 }, (_, index) => mesh.open(`node ${index}`));
    mesh.run(300);
    const early = tabs.splice(0, 3);
    for (const tab of early) mesh.leave(tab);
    mesh.run(1_600);
    expect(early.map((tab) => [tab.clock.timersLeft(), tab.host.connections])).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
    mesh.run(10_000);
    expect(mesh.closeAll()).toBe(0);
  });

  it('[ND3] a neighbour that never closes its end holds nobody up', () => {
    const mesh = createMesh();
    const [alice, bob] = mesh.openAll(['alice', 'bob']);
    mesh.kill(bob);
    mesh.leave(alice);
    mesh.run(1_600);
    expect([alice.clock.timersLeft(), alice.host.connections]).toEqual([0, 0]);
  });

  it('[NB8] after a sleep of the own host the silence of others says nothing', () => {
    const mesh = createMesh();
    const [alice, bob] = mesh.openAll(['alice', 'bob']);
    mesh.sleep(60_000, alice, bob);
    mesh.run(10_000);
    for (const tab of [alice, bob]) expect(tab.facts.filter((fact) => /Closed|Disappeared/.test(fact))).toEqual([]);
    alice.say('awake');
    mesh.run(500);
    expect(bob.texts()).toEqual(['awake']);
  });

  it('[NB8] on wake() all neighbours are pinged at once', () => {
    const mesh = createMesh();
    const [alice, bob] = mesh.openAll(['alice', 'bob']);
    mesh.run(10_400);
    bob.received(alice);
    alice.node.wake();
    mesh.run(100);
    expect(bob.received(alice).map(({ type }) => type)).toContain('Ping');
  });

  it('[NB5] a tab that was frozen for 20 s is suspected and comes back by itself', () => {
    const mesh = createMesh();
    const [alice, bob, carol] = mesh.openAll(['alice', 'bob', 'carol']);
    mesh.sleep(20_000, bob);
    for (const tab of [alice, carol]) expect(tab.facts).toContain('memberDisappeared bob Lost');
    expect(alice.neighbours()).toEqual(['bob', 'carol']);
    alice.say('while you were away');
    mesh.run(10_000);
    expect(bob.texts()).toEqual(['while you were away']);
    for (const tab of [alice, bob, carol]) expect(tab.members()).toEqual(['alice', 'bob', 'carol']);
  });

  it.each([1, 2, 3, 4, 5])(
    '[NB4, PR5] a tab that stalls for 2.2 s suspects nobody aloud, nor is suspected so (%i)',
    (seed) => {
      const mesh = createMesh({ seed });
      const tabs = mesh.openAll(['alice', 'bob', 'carol']);
      mesh.run(10_000);
      const accepted = (): number[] => tabs.map(({ node }) => node.counters.envelopesAccepted);
      const before = accepted();
      for (let stall = 0; stall < 5; stall++) {
        mesh.sleep(2_200, tabs[1]);
        mesh.run(6_000 + 137 * stall);
      }
      expect(accepted()).toEqual(before);
    },
  );

  it('[PR6] after a tab has answered late a few times, a stall that was told of before is not', () => {
    const mesh = createMesh();
    const tabs = mesh.openAll(['alice', 'bob', 'carol']);
    mesh.run(10_000);
    const toldOf = (stallMs: number): boolean => {
      const before = tabs[0].node.counters.envelopesAccepted;
      mesh.sleep(stallMs, tabs[1]);
      mesh.run(10_000);
      return tabs[0].node.counters.envelopesAccepted > before;
    };
    expect([4_500, 8_000, 8_000, 4_500].map(toldOf)).toEqual([true, true, true, false]);
  });

  it('[ND3] closed by whoever hears that a neighbour is gone, it leaves no timer behind', () => {
    const mesh = createMesh();
    const [alice, bob] = mesh.openAll(['alice', 'bob', 'carol']);
    alice.node.on('neighbourClosed', () => alice.node.close());
    mesh.kill(bob);
    mesh.run(40_000);
    expect([alice.node.isOpen, alice.clock.timersLeft()]).toEqual([false, 0]);
  });
});
