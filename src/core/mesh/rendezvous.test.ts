import { describe, expect, it } from 'vitest';
import { failure, success } from '../base/result.ts';
import type { RegistrationId } from '../base/ids.ts';
import { silentLog } from '../ports/log.ts';
import type { Registration, Resolver, ResolverObserver, Settle } from '../ports/resolver.ts';
import { nodeIdFor, TEST_MESH } from '../testing/cast.ts';
import { createManualClock } from '../testing/manual-clock.ts';
import { createRendezvous, MAX_REGISTER_RETRY_MS, REGISTER_RETRY_MS, rendezvousKeyOf } from './rendezvous.ts';

const self = nodeIdFor('alice');
const key = rendezvousKeyOf(TEST_MESH);
const LIFETIME_MS = 600_000;

/** A resolver of which every answer is the test's. */
function setUp() {
  const clock = createManualClock();
  const asked: string[] = [];
  const facts: string[] = [];
  const signals: unknown[] = [];
  let controlMeshShape = false;
  let observer: ResolverObserver | undefined;
  let settleLast: Settle<Registration> | undefined;
  const ask = (name: string) => (request: unknown, settle: Settle<Registration>) => {
    asked.push(`${name} ${Object.values(request as object).join(' ')}`);
    settleLast = settle;
  };
  const resolver: Resolver = {
    canShareReferrals: true,
    open: (given) => (observer = given),
    getServiceInfo: (settle) => clock.defer(() => settle(success({ protocolVersion: 1, controlMeshShape }))),
    register: ask('register'),
    update: ask('update'),
    refresh: ask('refresh'),
    unregister: (_request, settle) => {
      asked.push('unregister');
      clock.defer(() => settle(success(undefined)));
    },
    resolve: (request, settle) => {
      asked.push(`resolve ${request.max}`);
      clock.defer(() => settle(success([nodeIdFor('bob')])));
    },
    signal: (request) => signals.push(request),
    close: () => asked.push('close'),
  };
  const rendezvous = createRendezvous(
    { clock, resolver, log: silentLog },
    { meshId: TEST_MESH, nodeId: self },
    {
      onReachable: () => facts.push('reachable'),
      onUnreachable: () => facts.push('unreachable'),
      onRegistered: () => facts.push('registered'),
      onSignal: (from, text) => facts.push(`signal of ${from === nodeIdFor('bob') ? 'bob' : from}: ${text}`),
    },
  );
  const grant = (id = 'r1', lifetimeMs = LIFETIME_MS): void =>
    settleLast!(success({ registrationId: id as RegistrationId, lifetimeMs }));
  const refuse = (reason: 'Refused' | 'RegistrationNotFound' | 'TimedOut'): void => settleLast!(failure(reason));
  /** Half a second at a time, as the node ticks. */
  function pass(ms: number): void {
    for (let passed = 0; passed < ms; passed += 500) {
      clock.advance(500);
      rendezvous.tick();
    }
  }
  const taken = (): string[] => asked.splice(0);
  return {
    clock,
    rendezvous,
    facts,
    signals,
    grant,
    refuse,
    pass,
    taken,
    shapeMesh: () => (controlMeshShape = true),
    observer: () => observer!,
  };
}

describe('rendezvous', () => {
  it('[RV1] registers as soon as the resolver is reached, and resolves only then', () => {
    const { rendezvous, observer, taken, facts, grant, clock } = setUp();
    const found: unknown[] = [];
    rendezvous.open();
    rendezvous.resolve((nodeIds) => found.push(nodeIds));
    expect([taken(), rendezvous.isReachable, found]).toEqual([[], undefined, []]);
    clock.settle();
    expect(found).toEqual([undefined]);
    observer().onReachable();
    rendezvous.resolve((nodeIds) => found.push(nodeIds));
    clock.settle();
    expect(found).toEqual([undefined, undefined]);
    expect(taken()).toEqual([`register ${key} ${self} 4`]);
    grant();
    expect(facts).toEqual(['reachable', 'registered']);
    rendezvous.resolve((nodeIds) => found.push(nodeIds));
    clock.settle();
    expect([taken(), found.at(-1)]).toEqual([['resolve 4'], [nodeIdFor('bob')]]);
  });

  it('[RV1] sends no signal before it is registered, and then under its registration', () => {
    const { rendezvous, observer, signals, grant } = setUp();
    rendezvous.open();
    observer().onReachable();
    rendezvous.signal(nodeIdFor('bob'), 'early');
    grant();
    rendezvous.signal(nodeIdFor('bob'), 'hello');
    expect(signals).toEqual([{ key, registrationId: 'r1', to: nodeIdFor('bob'), signal: 'hello' }]);
  });

  it('[RV2] refreshes at half of the lifetime', () => {
    const { rendezvous, observer, taken, grant, pass } = setUp();
    rendezvous.open();
    observer().onReachable();
    grant();
    taken();
    pass(LIFETIME_MS / 2 - 500);
    expect(taken()).toEqual([]);
    pass(500);
    expect(taken()).toEqual([`refresh ${key} r1`]);
    grant();
    pass(LIFETIME_MS / 2);
    expect(taken()).toEqual([`refresh ${key} r1`]);
  });

  it('[RV2] a lifetime that would have it refresh all the time is not followed', () => {
    const { rendezvous, observer, taken, grant, pass } = setUp();
    rendezvous.open();
    observer().onReachable();
    grant('r1', 1);
    taken();
    pass(4_500);
    expect(taken()).toEqual([]);
    pass(500);
    expect(taken()).toHaveLength(1);
  });

  it('[RV2] updates when the resolver is reached again', () => {
    const { rendezvous, observer, taken, facts, grant } = setUp();
    rendezvous.open();
    observer().onReachable();
    grant();
    observer().onUnreachable();
    observer().onReachable();
    expect(taken().at(-1)).toBe(`update ${key} r1 ${self}`);
    grant();
    expect(facts).toEqual(['reachable', 'registered', 'unreachable', 'reachable', 'registered']);
  });

  it.each(['update', 'refresh'])('[RV2] registers anew when it is not known there any more (on %s)', (operation) => {
    const { rendezvous, observer, taken, facts, grant, refuse, pass } = setUp();
    rendezvous.open();
    observer().onReachable();
    grant();
    if (operation === 'update') observer().onReachable();
    else pass(LIFETIME_MS / 2);
    expect(taken().at(-1)).toMatch(operation);
    refuse('RegistrationNotFound');
    expect(rendezvous.isRegistered).toBe(false);
    expect(taken()).toEqual([`register ${key} ${self} 4`]);
    grant('r2');
    expect([rendezvous.isRegistered, facts.at(-1)]).toEqual([true, 'registered']);
  });

  it('[RV2] repeats a failed registration after 1 s, doubling to 30 s', () => {
    const { rendezvous, observer, taken, refuse, pass } = setUp();
    rendezvous.open();
    observer().onReachable();
    taken();
    const waitsMs = Array.from({ length: 7 }, (_, attempt) => {
      refuse(attempt % 2 === 0 ? 'TimedOut' : 'Refused');
      let waitedMs = 0;
      while (taken().length === 0) {
        pass(500);
        waitedMs += 500;
      }
      return waitedMs;
    });
    expect(waitsMs).toEqual([REGISTER_RETRY_MS, 2_000, 4_000, 8_000, 16_000, MAX_REGISTER_RETRY_MS, 30_000]);
  });

  it('[RV2] asks one thing at a time', () => {
    const { rendezvous, observer, taken, grant, pass } = setUp();
    rendezvous.open();
    observer().onReachable();
    grant();
    pass(LIFETIME_MS / 2);
    taken();
    pass(LIFETIME_MS);
    expect(taken()).toEqual([]);
  });

  it('[RV3] while the resolver is not reached, nothing is asked of it', () => {
    const { rendezvous, observer, taken, facts, grant, pass } = setUp();
    rendezvous.open();
    observer().onReachable();
    grant();
    observer().onUnreachable();
    taken();
    pass(2 * LIFETIME_MS);
    expect([taken(), rendezvous.isReachable, facts.at(-1)]).toEqual([[], false, 'unreachable']);
  });

  it('[RV4] withdraws the registration on close, and only then lets go of the resolver', () => {
    const { clock, rendezvous, observer, taken, grant } = setUp();
    rendezvous.open();
    observer().onReachable();
    grant();
    taken();
    rendezvous.close();
    expect(taken()).toEqual(['unregister']);
    clock.settle();
    expect(taken()).toEqual(['close']);
    rendezvous.close();
    clock.settle();
    expect(taken()).toEqual([]);
  });

  it('[RV4] closes at once when it is not registered or the resolver is not reached, and hears nothing any more', () => {
    const { rendezvous, observer, taken, facts, grant } = setUp();
    rendezvous.open();
    observer().onReachable();
    observer().onUnreachable();
    rendezvous.close();
    expect(taken().at(-1)).toBe('close');
    const before = facts.length;
    grant();
    observer().onReachable();
    observer().onSignal(nodeIdFor('bob'), 'late');
    expect([facts.length, taken()]).toEqual([before, []]);
  });

  it('[SG3] hands the signals of others on as they came', () => {
    const { rendezvous, observer, facts } = setUp();
    rendezvous.open();
    observer().onSignal(nodeIdFor('bob'), 'hello');
    expect(facts).toEqual(['signal of bob: hello']);
  });

  it('[RS1] the key depends on the mesh alone and does not show it', () => {
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(rendezvousKeyOf(TEST_MESH)).toBe(key);
    expect(rendezvousKeyOf('test-mesi' as typeof TEST_MESH)).not.toBe(key);
  });

  it('[RV5] knows from the resolver whether that wants to shape the mesh, each time it is reached', () => {
    const { rendezvous, observer, clock, shapeMesh } = setUp();
    rendezvous.open();
    observer().onReachable();
    clock.settle();
    expect(rendezvous.controlsMeshShape).toBe(false);
    shapeMesh();
    observer().onReachable();
    clock.settle();
    expect(rendezvous.controlsMeshShape).toBe(true);
  });
});
