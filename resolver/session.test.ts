import { describe, expect, it } from 'vitest';
import { MAX_SIGNAL_CHARS } from '../src/core/ports/transport.ts';
import { createManualClock } from '../src/core/testing/manual-clock.ts';
import { createTestRandom } from '../src/core/testing/test-random.ts';
import { createDirectory } from './directory.ts';
import { createMemoryStorage } from './memory-storage.ts';
import { MAX_RESOLVED_NODES, type DeliveredSignal } from './protocol.ts';
import { createSession, type SessionAnswer } from './session.ts';
import { DEFAULT_SETTINGS } from './settings.ts';
import { alice, bob, carol, keyOf, mallory, nodeIdOf, registrationIdOf, staffRoom } from './testing.ts';

/** A directory and as many connections to it as a test wants. */
function setUp() {
  const clock = createManualClock();
  const random = createTestRandom('session 3');
  const directory = createDirectory(
    { storage: createMemoryStorage({ clock, random }), random },
    () => DEFAULT_SETTINGS,
  );
  const delivered: { holder: string; signal: DeliveredSignal }[] = [];
  const connect = (holder: string) => {
    let offences = 0;
    const session = createSession({
      clock,
      directory,
      holder,
      deliver: (to, signal) => delivered.push({ holder: to, signal }),
      onOffended: () => offences++,
      onFault: (error) => {
        throw error;
      },
    });
    const ask = (name: unknown, ...args: unknown[]) =>
      new Promise<SessionAnswer>((resolve) => session.receive(name, [...args, resolve]));
    return {
      ask,
      say: (name: unknown, ...args: unknown[]) => session.receive(name, args),
      async register(nodeId: string, key: string = staffRoom) {
        const answer = await ask('Register', { key, nodeId });
        if (!answer.ok) throw new Error(`not registered: ${answer.reason}`);
        return { key, registrationId: (answer.value as { registrationId: string }).registrationId };
      },
      get cutOff() {
        return offences > 0;
      },
    };
  };
  return { clock, directory, delivered, connect };
}

const notFound = { ok: false, reason: 'RegistrationNotFound' };
const malformed = { ok: false, reason: 'Malformed' };
const refused = { ok: false, reason: 'Refused' };
const limited = { ok: false, reason: 'RateLimited' };

describe('operations', () => {
  it('[RS4] Register gives a fresh unguessable ID of 32 hex digits and the lifetime', async () => {
    const { connect } = setUp();
    const first = await connect('a').ask('Register', { key: staffRoom, nodeId: alice });
    const second = await connect('b').ask('Register', { key: staffRoom, nodeId: bob });
    expect(first).toMatchObject({ ok: true, value: { lifetimeMs: 600_000 } });
    const ids = [first, second].map(
      (answer) => answer.ok && (answer.value as { registrationId: string }).registrationId,
    );
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(ids[0]).not.toBe(ids[1]);
  });

  it('[RS13] Register refuses a node ID that another live registration bears under the same key', async () => {
    const { clock, connect } = setUp();
    await connect('a').register(alice);
    const socket = connect('m');
    expect(await socket.ask('Register', { key: staffRoom, nodeId: alice })).toEqual(refused);
    expect((await socket.ask('Register', { key: keyOf(2), nodeId: alice })).ok).toBe(true);
    clock.advance(DEFAULT_SETTINGS.lifetimeMs);
    expect((await socket.ask('Register', { key: staffRoom, nodeId: alice })).ok).toBe(true);
  });

  it('[RS13] Register over the same connection replaces the registration whose answer was lost', async () => {
    const { connect } = setUp();
    const socket = connect('a');
    const lost = await socket.register(alice);
    const held = await socket.register(alice);
    expect(held.registrationId).not.toBe(lost.registrationId);
    expect(await socket.ask('Refresh', lost)).toEqual({ ok: false, reason: 'RegistrationNotFound' });
    expect((await socket.ask('Refresh', held)).ok).toBe(true);
  });

  it('[RS5] Update moves a registration to the asking connection and prolongs it', async () => {
    const { clock, connect, delivered } = setUp();
    const ref = await connect('a1').register(alice);
    const bobs = await connect('b').register(bob);
    clock.advance(DEFAULT_SETTINGS.lifetimeMs - 1);
    expect(await connect('a2').ask('Update', { ...ref, nodeId: alice })).toEqual({
      ok: true,
      value: { registrationId: ref.registrationId, lifetimeMs: 600_000 },
    });
    await connect('b').ask('Signal', { ...bobs, to: alice, signal: 'offer' });
    expect(delivered.map(({ holder }) => holder)).toEqual(['a2']);
    clock.advance(1);
    expect((await connect('a2').ask('Resolve', { ...ref, max: 8 })).ok).toBe(true);
  });

  it('[RS5] Update of an unknown registration says so; with another node ID it is refused', async () => {
    const { connect } = setUp();
    const socket = connect('a');
    const ref = await socket.register(alice);
    expect(await socket.ask('Update', { ...ref, registrationId: registrationIdOf(1), nodeId: alice })).toEqual(
      notFound,
    );
    expect(await socket.ask('Update', { ...ref, key: keyOf(2), nodeId: alice })).toEqual(notFound);
    expect(await socket.ask('Update', { ...ref, nodeId: mallory })).toEqual(refused);
  });

  it('[RS6] Refresh prolongs by a whole lifetime, and is told when it comes too late', async () => {
    const { clock, connect } = setUp();
    const socket = connect('a');
    const ref = await socket.register(alice);
    for (let round = 0; round < 5; round++) {
      clock.advance(DEFAULT_SETTINGS.lifetimeMs - 1);
      expect((await socket.ask('Refresh', ref)).ok).toBe(true);
    }
    clock.advance(DEFAULT_SETTINGS.lifetimeMs);
    expect(await socket.ask('Refresh', ref)).toEqual(notFound);
  });

  it('[RS7] Unregister withdraws at once; an unknown registration or mesh is an answer, not a crash', async () => {
    const { connect } = setUp();
    const socket = connect('a');
    const ref = await socket.register(alice);
    const bobs = await socket.register(bob);
    expect(await socket.ask('Unregister', ref)).toEqual({ ok: true, value: {} });
    expect(await socket.ask('Unregister', ref)).toEqual(notFound);
    expect(await socket.ask('Unregister', { ...ref, key: keyOf(404) })).toEqual(notFound);
    expect(await socket.ask('Resolve', { ...bobs, max: 8 })).toEqual({ ok: true, value: { nodeIds: [] } });
  });

  it('[RS8] Resolve gives at most as many as asked, never over the bound, never the asker', async () => {
    const { connect } = setUp();
    for (let number = 1; number <= 30; number++) await connect(`s${number}`).register(nodeIdOf(number));
    const socket = connect('a');
    const ref = await socket.register(alice);
    for (const [max, count] of [
      [1, 1],
      [3, 3],
      [1_000_000, MAX_RESOLVED_NODES],
    ] as const) {
      const answer = await socket.ask('Resolve', { ...ref, max });
      const { nodeIds } = (answer.ok ? answer.value : {}) as { nodeIds: string[] };
      expect(new Set(nodeIds).size).toBe(count);
      expect(nodeIds).not.toContain(alice);
    }
  });

  it('[RS8] Resolve tells nothing to whoever is not registered under the key', async () => {
    const { connect } = setUp();
    await connect('a').register(alice);
    const ref = await connect('m').register(mallory, keyOf(2));
    expect(await connect('m').ask('Resolve', { ...ref, key: staffRoom, max: 8 })).toEqual(notFound);
    expect(await connect('m').ask('Resolve', { ...ref, max: 8 })).toEqual({ ok: true, value: { nodeIds: [] } });
  });

  it('[RS9] Signal reaches the addressee with the sender as registered, whatever the sender claims', async () => {
    const { connect, delivered } = setUp();
    const ref = await connect('a').register(alice);
    await connect('b').register(bob);
    expect(await connect('a').ask('Signal', { ...ref, to: bob, signal: 'offer' })).toEqual({ ok: true, value: {} });
    expect(delivered).toEqual([{ holder: 'b', signal: { from: alice, signal: 'offer' } }]);
    expect(await connect('a').ask('Signal', { ...ref, to: bob, signal: 'x', from: carol })).toEqual(malformed);
    expect(delivered.length).toBe(1);
  });

  it('[RS9] Signal does not pass from one mesh to another, nor without a registration, nor to nobody', async () => {
    const { connect, delivered } = setUp();
    await connect('a').register(alice);
    const socket = connect('m');
    const ref = await socket.register(mallory, keyOf(2));
    expect(await socket.ask('Signal', { ...ref, to: alice, signal: 'x' })).toEqual({ ok: true, value: {} });
    expect(await socket.ask('Signal', { ...ref, key: staffRoom, to: alice, signal: 'x' })).toEqual(notFound);
    expect(delivered).toEqual([]);
  });

  it('[RS12] a lost connection is not signalled; a node that updates within the grace is again', async () => {
    const { clock, connect, directory, delivered } = setUp();
    const ref = await connect('a1').register(alice);
    const bobs = await connect('b').register(bob);
    await directory.release('a1');
    await connect('b').ask('Signal', { ...bobs, to: alice, signal: 'lost' });
    clock.advance(DEFAULT_SETTINGS.graceMs - 1);
    expect((await connect('a2').ask('Update', { ...ref, nodeId: alice })).ok).toBe(true);
    clock.advance(DEFAULT_SETTINGS.graceMs);
    await connect('b').ask('Signal', { ...bobs, to: alice, signal: 'found' });
    expect(delivered).toEqual([{ holder: 'a2', signal: { from: bob, signal: 'found' } }]);
    await directory.release('a2');
    clock.advance(DEFAULT_SETTINGS.graceMs);
    expect(await connect('a3').ask('Update', { ...ref, nodeId: alice })).toEqual(notFound);
  });

  it('[RS10] GetServiceInfo tells version, limits and shape to anybody', async () => {
    expect(await setUp().connect('a').ask('GetServiceInfo', {})).toEqual({
      ok: true,
      value: {
        protocolVersion: 1,
        controlMeshShape: false,
        limits: { maxResolvedNodes: 8, maxSignalChars: MAX_SIGNAL_CHARS, lifetimeMs: 600_000 },
        iceServers: [],
      },
    });
  });
});

describe('hostile messages', () => {
  const ref = { key: staffRoom, registrationId: registrationIdOf(1) };
  it.each<[string, unknown, unknown[]]>([
    ['an unknown operation', 'ListMeshes', [{}]],
    ['the name of a property every object has', 'constructor', [{}]],
    ['a number for a name', 7, [{}]],
    ['no request', 'Register', []],
    ['nothing for a request', 'Register', [null]],
    ['a list for a request', 'Register', [[staffRoom, alice]]],
    ['two requests', 'Register', [{ key: staffRoom, nodeId: alice }, {}]],
    ['a field too many', 'Register', [{ key: staffRoom, nodeId: alice, mesh: 'staff' }]],
    ['a field too few', 'Register', [{ key: staffRoom }]],
    ['the zero node ID', 'Register', [{ key: staffRoom, nodeId: nodeIdOf(0) }]],
    ['no candidates wanted', 'Resolve', [{ ...ref, max: 0 }]],
    ['half a candidate wanted', 'Resolve', [{ ...ref, max: 1.5 }]],
    ['candidates as text', 'Resolve', [{ ...ref, max: '8' }]],
    ['a signal that is empty', 'Signal', [{ ...ref, to: bob, signal: '' }]],
    ['a signal that is too long', 'Signal', [{ ...ref, to: bob, signal: 'x'.repeat(MAX_SIGNAL_CHARS + 1) }]],
    ['a signal that is bytes', 'Signal', [{ ...ref, to: bob, signal: new Uint8Array(3) }]],
  ])('[RS14] %s is answered with Malformed', async (_title, name, args) => {
    const socket = setUp().connect('m');
    expect(await socket.ask(name, ...args)).toEqual(malformed);
    expect(socket.cutOff).toBe(false);
  });

  it('[RS1] a mesh is named by 64 lower-case hex digits and by nothing else', async () => {
    const socket = setUp().connect('m');
    expect((await socket.ask('Register', { key: staffRoom, nodeId: alice })).ok).toBe(true);
    const upperCase = staffRoom.toUpperCase();
    for (const key of [
      'staff-room',
      upperCase,
      `${staffRoom}\n`,
      staffRoom.slice(1),
      `${staffRoom}0`,
      [staffRoom],
      7,
    ]) {
      expect(await socket.ask('Register', { key, nodeId: bob })).toEqual(malformed);
    }
  });

  it('[RS14] a client that goes on with malformed messages is cut off, and no other client', async () => {
    const { connect } = setUp();
    const honest = connect('a');
    const socket = connect('m');
    for (let i = 0; i < 50; i++) socket.say('Nonsense', i);
    expect(socket.cutOff).toBe(false);
    socket.say('Nonsense');
    expect(socket.cutOff).toBe(true);
    await honest.register(alice);
    expect(honest.cutOff).toBe(false);
  });

  it('[RS15] operations beyond the burst are refused until time has passed, and cut off if they go on', async () => {
    const { clock, connect } = setUp();
    const socket = connect('m');
    for (let i = 0; i < 60; i++) expect((await socket.ask('GetServiceInfo', {})).ok).toBe(true);
    expect(await socket.ask('GetServiceInfo', {})).toEqual(limited);
    clock.advance(200);
    expect((await socket.ask('GetServiceInfo', {})).ok).toBe(true);
    expect(socket.cutOff).toBe(false);
    for (let i = 0; i < 50; i++) await socket.ask('GetServiceInfo', {});
    expect(socket.cutOff).toBe(true);
  });

  it('[RS15] a tab that dials eight candidates with trickle ICE is never limited', async () => {
    const { connect, delivered } = setUp();
    await connect('b').register(bob);
    const socket = connect('a');
    const registered = await socket.register(alice);
    for (let dial = 0; dial < 8; dial++) {
      await socket.ask('Signal', { ...registered, to: bob, signal: 'o'.repeat(2048) });
      for (let i = 0; i < 20; i++) await socket.ask('Signal', { ...registered, to: bob, signal: 'c'.repeat(300) });
    }
    expect(delivered.length).toBe(8 * 21);
    expect(socket.cutOff).toBe(false);
  });

  it('[RS15] many signals, or few that are long, are dropped beyond their rates', async () => {
    for (const [signal, passed] of [
      ['x', 200],
      ['x'.repeat(MAX_SIGNAL_CHARS), 16],
    ] as const) {
      const { clock, connect, delivered } = setUp();
      await connect('b').register(bob);
      const socket = connect('m');
      const registered = await socket.register(mallory);
      for (let i = 0; i < 240; i++) await socket.ask('Signal', { ...registered, to: bob, signal });
      expect(delivered.length).toBe(passed);
      clock.advance(1000);
      expect((await socket.ask('Signal', { ...registered, to: bob, signal })).ok).toBe(true);
    }
  });

  it('[RS16] a ninth registration on one connection is refused', async () => {
    const socket = setUp().connect('m');
    for (let i = 1; i <= 8; i++) await socket.register(nodeIdOf(i), keyOf(i));
    expect(await socket.ask('Register', { key: keyOf(9), nodeId: nodeIdOf(9) })).toEqual(refused);
  });

  it('answers with nothing when nothing was asked for', async () => {
    const { connect, delivered } = setUp();
    await connect('b').register(bob);
    const registered = await connect('a').register(alice);
    connect('a').say('Signal', { ...registered, to: bob, signal: 'offer' });
    await expect.poll(() => delivered.length).toBe(1);
  });
});
