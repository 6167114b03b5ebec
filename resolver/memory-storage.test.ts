import { describe, expect, it } from 'vitest';
import { createManualClock } from '../src/core/testing/manual-clock.ts';
import { createTestRandom } from '../src/core/testing/test-random.ts';
import { createMemoryStorage, type MemoryStorageBounds } from './memory-storage.ts';
import { alice, bob, carol, keyOf, nodeIdOf, registrationIdOf, staffRoom } from './testing.ts';

const ROOMY: MemoryStorageBounds = { maxPerKey: 1000, maxPerHolder: 8, maxTotal: 2000 };

function setUp(bounds = ROOMY) {
  const clock = createManualClock();
  const storage = createMemoryStorage({ clock, random: createTestRandom('storage 7') }, bounds);
  const add = (number: number, holder = `socket ${number}`, key = staffRoom) =>
    storage.add({ key, registrationId: registrationIdOf(number), nodeId: nodeIdOf(number), holder }, 1000);
  return { clock, storage, add };
}

describe('memory storage', () => {
  it('[RS11] shows nothing of an expired entry, swept or not', async () => {
    const { clock, storage, add } = setUp();
    await add(1);
    const ref = { key: staffRoom, registrationId: registrationIdOf(1) };
    clock.advance(999);
    expect(await storage.pick(staffRoom, 8, alice)).toEqual([nodeIdOf(1)]);
    clock.advance(1);
    expect(await storage.pick(staffRoom, 8, alice)).toEqual([]);
    expect(await storage.find(ref)).toBeUndefined();
    expect(await storage.findHeld(staffRoom, nodeIdOf(1))).toBeUndefined();
    expect(await storage.bind(ref, 'socket 2', 1000)).toEqual({ ok: false, reason: 'NotFound' });
    expect(await storage.remove(ref)).toBe(false);
    expect(await storage.counts()).toEqual({ registrations: 1, meshes: 1 });
    expect(await storage.sweep()).toBe(1);
    expect(await storage.counts()).toEqual({ registrations: 0, meshes: 0 });
  });

  it('[RS8] picks distinct random nodes, all of them when there are few', async () => {
    const { storage, add } = setUp();
    for (let number = 1; number <= 20; number++) await add(number);
    const met = new Set<string>();
    for (let round = 0; round < 60; round++) {
      const picked = await storage.pick(staffRoom, 3, nodeIdOf(1));
      expect(new Set(picked).size).toBe(3);
      expect(picked).not.toContain(nodeIdOf(1));
      for (const nodeId of picked) met.add(nodeId);
    }
    expect(met.size).toBe(19);
    expect((await storage.pick(staffRoom, 100, alice)).length).toBe(20);
  });

  it('[RS8] every node is about as likely as the others, wherever it stands', async () => {
    const { storage, add } = setUp();
    for (let number = 1; number <= 5; number++) await add(number);
    const times = new Map<string, number>();
    for (let round = 0; round < 5000; round++) {
      for (const nodeId of await storage.pick(staffRoom, 2, alice)) times.set(nodeId, (times.get(nodeId) ?? 0) + 1);
    }
    for (const count of times.values()) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });

  it('[RS12] what a lost connection held is not given out, and lives for the grace only', async () => {
    const { clock, storage, add } = setUp();
    await add(1);
    const ref = { key: staffRoom, registrationId: registrationIdOf(1) };
    await storage.release('socket 1', 50);
    expect(await storage.pick(staffRoom, 8, alice)).toEqual([]);
    expect(await storage.findHeld(staffRoom, nodeIdOf(1))).toBeUndefined();
    clock.advance(49);
    expect(await storage.bind(ref, 'socket 2', 1000)).toEqual({ ok: true, value: { nodeId: nodeIdOf(1) } });
    expect(await storage.findHeld(staffRoom, nodeIdOf(1))).toEqual({ nodeId: nodeIdOf(1), holder: 'socket 2' });
    await storage.release('socket 2', 50);
    clock.advance(50);
    expect(await storage.bind(ref, 'socket 3', 1000)).toEqual({ ok: false, reason: 'NotFound' });
  });

  it('[RS12] a connection that is noticed lost late takes nothing from the one that replaced it', async () => {
    const { storage, add } = setUp();
    await add(1, 'old');
    await storage.bind({ key: staffRoom, registrationId: registrationIdOf(1) }, 'new', 1000);
    await storage.release('old', 50);
    expect(await storage.findHeld(staffRoom, nodeIdOf(1))).toEqual({ nodeId: nodeIdOf(1), holder: 'new' });
  });

  it('[RS13] one node ID stands once in a mesh while it lives, and again after it expired', async () => {
    const { clock, storage, add } = setUp();
    await add(1);
    const again = { key: staffRoom, registrationId: registrationIdOf(99), nodeId: nodeIdOf(1), holder: 'mallory' };
    expect(await storage.add(again, 1000)).toEqual({ ok: false, reason: 'NodeIdTaken' });
    expect(await storage.add({ ...again, key: keyOf(2) }, 1000)).toEqual({ ok: true, value: undefined });
    clock.advance(1000);
    expect(await storage.add(again, 1000)).toEqual({ ok: true, value: undefined });
    expect(await storage.counts()).toEqual({ registrations: 1, meshes: 1 });
  });

  it('[RS16] holds to its three bounds, and has room again when something goes', async () => {
    const { storage, add } = setUp({ maxPerKey: 3, maxPerHolder: 2, maxTotal: 4 });
    const full = { ok: false, reason: 'Full' };
    expect((await add(1, 'tab')).ok).toBe(true);
    expect((await add(2, 'tab')).ok).toBe(true);
    expect(await add(3, 'tab')).toEqual(full);
    expect((await add(4)).ok).toBe(true);
    expect(await add(5)).toEqual(full);
    expect((await add(6, 'socket 6', keyOf(2))).ok).toBe(true);
    expect(await add(7, 'socket 7', keyOf(2))).toEqual(full);
    await storage.remove({ key: staffRoom, registrationId: registrationIdOf(1) });
    expect((await add(8, 'tab')).ok).toBe(true);
  });

  it('[RS16] binding counts towards the holder too; what the holder let expire does not', async () => {
    const { clock, storage, add } = setUp({ maxPerKey: 10, maxPerHolder: 1, maxTotal: 10 });
    await add(1, 'tab');
    await add(2, 'other');
    const ref = { key: staffRoom, registrationId: registrationIdOf(2) };
    expect(await storage.bind(ref, 'tab', 1000)).toEqual({ ok: false, reason: 'Full' });
    expect((await storage.bind(ref, 'other', 5000)).ok).toBe(true);
    clock.advance(1000);
    expect((await storage.bind(ref, 'tab', 1000)).ok).toBe(true);
    expect(await storage.counts()).toEqual({ registrations: 1, meshes: 1 });
  });

  it('keeps its indices right through a thousand random steps', async () => {
    const { clock, storage } = setUp();
    const random = createTestRandom('storage 11');
    const expected = new Map<number, number>();
    for (let step = 0; step < 1000; step++) {
      const number = 1 + Math.floor(random.fraction() * 40);
      const ref = { key: staffRoom, registrationId: registrationIdOf(number) };
      for (const [old, expiresAt] of expected) if (expiresAt <= clock.now()) expected.delete(old);
      const choice = random.fraction();
      if (choice < 0.5) {
        if (!expected.has(number)) {
          await storage.sweep();
          await storage.add({ ...ref, nodeId: nodeIdOf(number), holder: `socket ${number}` }, 500);
          expected.set(number, clock.now() + 500);
        }
      } else if (choice < 0.8) {
        expect(await storage.remove(ref)).toBe(expected.delete(number));
      } else clock.advance(20);
      const live = [...expected].filter(([, expiresAt]) => expiresAt > clock.now()).map(([live]) => nodeIdOf(live));
      expect([...(await storage.pick(staffRoom, 100, carol))].sort()).toEqual(live.sort());
    }
    expect(await storage.pick(keyOf(404), 8, bob)).toEqual([]);
  });
});
