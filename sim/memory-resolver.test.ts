import { describe, expect, it } from 'vitest';
import type { NodeId, RegistrationId, RendezvousKey } from '../src/core/base/ids.ts';
import type { Result } from '../src/core/base/result.ts';
import type { Registration, RegistrationRef, ResolverFailure, Settle } from '../src/core/ports/resolver.ts';
import { createMemoryResolver, type MemoryResolverClient, type MemoryResolverOptions } from './memory-resolver.ts';
import { createSeededRandom } from './seeded-random.ts';
import { createVirtualClock } from './virtual-clock.ts';

const KEY = 'a'.repeat(64) as RendezvousKey;
const OTHER_KEY = 'b'.repeat(64) as RendezvousKey;
const LIFETIME_MS = 60_000;

const nodeId = (number: number): NodeId => (number + 1).toString(16).padStart(32, '0') as NodeId;

function stage(options: Partial<MemoryResolverOptions> = {}) {
  const clock = createVirtualClock();
  const random = createSeededRandom(1, 'resolver');
  const resolver = createMemoryResolver({ clock, random, oneWayMs: 25, lifetimeMs: LIFETIME_MS, ...options });

  /** Asks and waits for the answer. */
  function settled<Value>(ask: (settle: Settle<Value>) => void): Result<Value, ResolverFailure> {
    const results: Result<Value, ResolverFailure>[] = [];
    ask((result) => results.push(result));
    expect(results, 'not within the call').toEqual([]);
    clock.runFor(50);
    expect(results).toHaveLength(1);
    return results[0]!;
  }

  function visitor(index: number) {
    const client: MemoryResolverClient = resolver.clientFor(index);
    const events: string[] = [];
    client.open({
      onReachable: () => events.push('reachable'),
      onUnreachable: () => events.push('unreachable'),
      onSignal: (from, signal) => events.push(`${signal} from ${from}`),
    });
    clock.runFor(50);
    return { client, events, index, nodeId: nodeId(index) };
  }
  type Visitor = ReturnType<typeof visitor>;

  function register({ client, nodeId }: Visitor, key = KEY): RegistrationRef {
    const result = settled<Registration>((settle) => client.register({ key, nodeId }, settle));
    if (!result.ok) throw new Error(result.reason);
    return { key, registrationId: result.value.registrationId };
  }

  const resolve = ({ client }: Visitor, ref: RegistrationRef, max: number) =>
    settled<readonly NodeId[]>((settle) => client.resolve({ ...ref, max }, settle));

  return { clock, resolver, settled, visitor, register, resolve };
}

describe('memory resolver', () => {
  it('[SM6] registers for a lifetime and answers one round trip later', () => {
    const { settled, visitor } = stage();
    const alice = visitor(0);
    expect(alice.events).toEqual(['reachable']);
    const result = settled<Registration>((settle) => alice.client.register({ key: KEY, nodeId: alice.nodeId }, settle));
    expect(result).toEqual({
      ok: true,
      value: { registrationId: expect.stringMatching(/^[0-9a-f]{32}$/) as RegistrationId, lifetimeMs: LIFETIME_MS },
    });
    const info = settled((settle) => alice.client.getServiceInfo(settle));
    expect(info).toEqual({ ok: true, value: { controlMeshShape: false } });
  });

  it('[SM6] resolves at most n distinct others, never the asker, and each as often as the next', () => {
    const { visitor, register, resolve } = stage({ lifetimeMs: 3_600_000 });
    const visitors = Array.from({ length: 20 }, (_, index) => visitor(index));
    const refs = visitors.map((each) => register(each));
    const drawn = new Map<NodeId, number>();
    for (let round = 0; round < 1900; round++) {
      const result = resolve(visitors[0]!, refs[0]!, 4);
      if (!result.ok) throw new Error(result.reason);
      expect(new Set(result.value).size).toBe(4);
      for (const id of result.value) drawn.set(id, (drawn.get(id) ?? 0) + 1);
    }
    expect(drawn.has(visitors[0]!.nodeId)).toBe(false);
    expect(drawn.size).toBe(19);
    // Binomial with mean 400 and deviation 18.
    for (const count of drawn.values()) expect(Math.abs(count - 400)).toBeLessThan(80);
    expect(resolve(visitors[0]!, refs[0]!, 100)).toMatchObject({ ok: true, value: { length: 8 } });
  });

  it('[SM13] loses who falls asleep, and on waking tells it so and is reached anew', () => {
    const { clock, resolver, visitor, register, resolve } = stage({ lifetimeMs: 3_600_000 });
    const [alice, bob] = [visitor(0), visitor(1)];
    const [aliceRef, bobRef] = [register(alice), register(bob)];
    const answers: string[] = [];
    bob.client.resolve({ ...bobRef, max: 4 }, (result) => answers.push(result.ok ? 'resolved' : result.reason));
    bob.client.sleep();
    alice.client.signal({ ...aliceRef, to: bob.nodeId, signal: 'offer' });
    clock.runFor(20_000);
    expect([bob.events, answers, resolver.registrations]).toEqual([['reachable'], [], 1]);
    bob.client.wake();
    clock.runFor(100);
    expect(bob.events).toEqual(['reachable', 'unreachable', 'reachable']);
    expect(answers).toEqual(['Unreachable']);
    expect(resolve(bob, bobRef, 4)).toEqual({ ok: false, reason: 'RegistrationNotFound' });
  });

  it('[SM13] keeps who slept for less than the grace', () => {
    const { clock, resolver, visitor, register, resolve } = stage();
    const alice = visitor(0);
    const ref = register(alice);
    alice.client.sleep();
    clock.runFor(3_000);
    alice.client.wake();
    clock.runFor(10_000);
    expect(resolver.registrations).toBe(1);
    expect(resolve(alice, ref, 4)).toEqual({ ok: true, value: [] });
  });

  it('[SM6] keeps meshes apart', () => {
    const { clock, visitor, register, resolve } = stage();
    const [alice, bob] = [visitor(0), visitor(1)];
    const aliceRef = register(alice);
    register(bob, OTHER_KEY);
    expect(resolve(alice, aliceRef, 8)).toEqual({ ok: true, value: [] });
    alice.client.signal({ ...aliceRef, to: bob.nodeId, signal: 'offer' });
    clock.runFor(1000);
    expect(bob.events).toEqual(['reachable']);
  });

  it('[SM6] carries signals under one key, stamped with who sent them, and only for a valid registration', () => {
    const { clock, visitor, register } = stage();
    const [alice, bob] = [visitor(0), visitor(1)];
    const aliceRef = register(alice);
    register(bob);
    alice.client.signal({ ...aliceRef, to: bob.nodeId, signal: 'offer' });
    const forged = { key: KEY, registrationId: 'f'.repeat(32) as RegistrationId };
    alice.client.signal({ ...forged, to: bob.nodeId, signal: 'forged' });
    alice.client.signal({ ...aliceRef, to: nodeId(77), signal: 'to nobody' });
    clock.runFor(1000);
    expect(bob.events).toEqual(['reachable', `offer from ${alice.nodeId}`]);
  });

  it('refuses a node ID that is taken', () => {
    const { settled, visitor, register } = stage();
    const [alice, mallory] = [visitor(0), visitor(1)];
    register(alice);
    const result = settled((settle) => mallory.client.register({ key: KEY, nodeId: alice.nodeId }, settle));
    expect(result).toEqual({ ok: false, reason: 'Refused' });
  });

  it('[SM6] forgets who does not refresh, and prolongs who does', () => {
    const { clock, settled, visitor, register, resolve } = stage();
    const [alice, bob, carol] = [visitor(0), visitor(1), visitor(2)];
    const [aliceRef, , carolRef] = [register(alice), register(bob), register(carol)];
    clock.runFor(LIFETIME_MS / 2);
    expect(settled((settle) => alice.client.refresh(aliceRef, settle)).ok).toBe(true);
    expect(settled((settle) => carol.client.update({ ...carolRef, nodeId: carol.nodeId }, settle)).ok).toBe(true);
    clock.runFor(LIFETIME_MS / 2);
    expect(resolve(alice, aliceRef, 8)).toEqual({ ok: true, value: [carol.nodeId] });
    clock.runFor(LIFETIME_MS);
    expect(settled((settle) => alice.client.refresh(aliceRef, settle))).toEqual({
      ok: false,
      reason: 'RegistrationNotFound',
    });
  });

  it('unregisters, also when the client closes right behind it', () => {
    const { clock, settled, visitor, register, resolve, resolver } = stage();
    const [alice, bob, carol] = [visitor(0), visitor(1), visitor(2)];
    const [aliceRef, bobRef, carolRef] = [register(alice), register(bob), register(carol)];
    expect(settled((settle) => bob.client.unregister(bobRef, settle))).toEqual({ ok: true, value: undefined });
    expect(settled((settle) => bob.client.unregister(bobRef, settle)).ok).toBe(false);
    carol.client.unregister(carolRef, () => expect.unreachable('settled after close'));
    carol.client.close();
    clock.runFor(100);
    expect(resolve(alice, aliceRef, 8)).toEqual({ ok: true, value: [] });
    expect(resolver.registrations).toBe(1);
  });

  it('drops the registration of a killed host after a short grace', () => {
    const { clock, visitor, register, resolve } = stage();
    const [alice, bob] = [visitor(0), visitor(1)];
    const aliceRef = register(alice);
    register(bob);
    bob.client.drop();
    clock.runFor(1000);
    expect(resolve(alice, aliceRef, 8)).toEqual({ ok: true, value: [bob.nodeId] });
    clock.runFor(5000);
    expect(resolve(alice, aliceRef, 8)).toEqual({ ok: true, value: [] });
    expect(bob.events).toEqual(['reachable']);
  });

  it('[SM6] tells everybody when it stops and starts, and has forgotten everything', () => {
    const { clock, resolver, settled, visitor, register } = stage();
    const alice = visitor(0);
    const aliceRef = register(alice);
    const results: string[] = [];
    alice.client.refresh(aliceRef, (result) => results.push(result.ok ? 'ok' : result.reason));
    resolver.stop();
    clock.runFor(100);
    expect(results).toEqual(['Unreachable']);
    expect(alice.events).toEqual(['reachable', 'unreachable']);
    expect(settled((settle) => alice.client.refresh(aliceRef, settle))).toEqual({ ok: false, reason: 'Unreachable' });
    const bob = visitor(1);
    expect(bob.events).toEqual(['unreachable']);
    resolver.start();
    clock.runFor(5000);
    expect(alice.events).toEqual(['reachable', 'unreachable', 'reachable']);
    expect(bob.events).toEqual(['unreachable', 'reachable']);
    expect(settled((settle) => alice.client.refresh(aliceRef, settle))).toEqual({
      ok: false,
      reason: 'RegistrationNotFound',
    });
  });

  it('[SM5] carries no signal between hosts that the world keeps apart', () => {
    const { clock, visitor, register } = stage({ signalPasses: (from, to) => from % 2 === to % 2 });
    const [alice, bob, carol] = [visitor(0), visitor(1), visitor(2)];
    const aliceRef = register(alice);
    register(bob);
    register(carol);
    for (const to of [bob, carol]) alice.client.signal({ ...aliceRef, to: to.nodeId, signal: 'offer' });
    clock.runFor(1000);
    expect(bob.events).toEqual(['reachable']);
    expect(carol.events).toEqual(['reachable', `offer from ${alice.nodeId}`]);
  });
});
