/**
 * What every Resolver must do, in memory or over a network: the [MC-PRCR] operations as their callers see them.
 * Called with a stage of each adapter, which says how clients come about and how time passes for it.
 */
import { afterEach, describe, expect, it } from 'vitest';
import type { NodeId, RegistrationId, RendezvousKey } from '../../src/core/base/ids.ts';
import type { Result } from '../../src/core/base/result.ts';
import type {
  Registration,
  RegistrationRef,
  Resolver,
  ResolverFailure,
  Settle,
} from '../../src/core/ports/resolver.ts';

export interface ResolverStage {
  /** A client that was opened and has been told that the resolver is reached. */
  visit(): Promise<Visitor>;
  /** Lets come true what is on its way. */
  until(condition: () => boolean): Promise<void>;
  /** Lets so much time pass at the resolver. */
  pass(durationMs: number): void;
  close(): Promise<void>;
}

export interface Visitor {
  readonly resolver: Resolver;
  /** Signals received, as `signal from node ID`. */
  readonly signals: readonly string[];
}

const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, '0');
const nodeIdOf = (number: number): NodeId => hex(number, 32) as NodeId;
const staffRoom = 'a'.repeat(64) as RendezvousKey;
const otherRoom = 'b'.repeat(64) as RendezvousKey;
const [alice, bob, carol, mallory] = [1, 2, 3, 4].map(nodeIdOf) as [NodeId, NodeId, NodeId, NodeId];
const unknown: RegistrationRef = { key: staffRoom, registrationId: hex(404, 32) as RegistrationId };
const notFound = { ok: false, reason: 'RegistrationNotFound' };
const refused = { ok: false, reason: 'Refused' };
/** More than one answer may name, whatever is asked for. */
const MAX_RESOLVED = 8;

export function describeResolver(name: string, open: () => Promise<ResolverStage>): void {
  describe(`${name} is a Resolver`, () => {
    let stage: ResolverStage | undefined;
    afterEach(() => stage?.close());

    async function setUp<const Names extends readonly string[]>(...names: Names) {
      const opened = await open();
      stage = opened;
      const visitors: Visitor[] = [];
      for (const _ of names) visitors.push(await opened.visit());

      async function asked<Value>(ask: (settle: Settle<Value>) => void): Promise<Result<Value, ResolverFailure>> {
        const results: Result<Value, ResolverFailure>[] = [];
        ask((result) => results.push(result));
        expect(results, 'not within the call').toEqual([]);
        await opened.until(() => results.length > 0);
        expect(results, 'once').toHaveLength(1);
        return results[0]!;
      }
      const register = (visitor: Visitor, nodeId: NodeId, key = staffRoom) =>
        asked<Registration>((settle) => visitor.resolver.register({ key, nodeId, max: MAX_RESOLVED }, settle));
      async function registered(visitor: Visitor, nodeId: NodeId, key = staffRoom): Promise<RegistrationRef> {
        const result = await register(visitor, nodeId, key);
        if (!result.ok) throw new Error(`not registered: ${result.reason}`);
        return { key, registrationId: result.value.registrationId };
      }
      return {
        ...opened,
        visitors: visitors as { -readonly [Index in keyof Names]: Visitor },
        asked,
        register,
        registered,
        resolve: ({ resolver }: Visitor, ref: RegistrationRef, max = MAX_RESOLVED) =>
          asked<readonly NodeId[]>((settle) => resolver.resolve({ ...ref, max }, settle)),
        update: ({ resolver }: Visitor, ref: RegistrationRef, nodeId: NodeId) =>
          asked<Registration>((settle) => resolver.update({ ...ref, nodeId }, settle)),
        refresh: ({ resolver }: Visitor, ref: RegistrationRef) =>
          asked<Registration>((settle) => resolver.refresh(ref, settle)),
        unregister: ({ resolver }: Visitor, ref: RegistrationRef) =>
          asked<undefined>((settle) => resolver.unregister(ref, settle)),
      };
    }

    it('[RS4] gives out fresh registrations with a lifetime, and says what it is like', async () => {
      const { visitors, register, asked } = await setUp('alice', 'bob');
      const [alices, bobs] = [await register(visitors[0], alice), await register(visitors[1], bob)];
      const granted = { registrationId: expect.stringMatching(/^[0-9a-f]{32}$/) as string, lifetimeMs: 600_000 };
      expect([alices, bobs]).toMatchObject([
        { ok: true, value: granted },
        { ok: true, value: granted },
      ]);
      expect(alices).not.toEqual(bobs);
      const told = await asked((settle) => visitors[0].resolver.getServiceInfo(settle));
      expect(told).toMatchObject({ ok: true, value: { controlMeshShape: false } });
    });

    it('[RS8] names others of the same mesh, each once, never the asker and never more than asked for', async () => {
      const { visitors, registered, resolve } = await setUp('alice', 'bob');
      const alices = await registered(visitors[0], alice);
      expect(await resolve(visitors[0], alices)).toEqual({ ok: true, value: [] });
      await registered(visitors[1], bob);
      await registered(visitors[1], carol);
      await registered(visitors[1], mallory, otherRoom);
      const all = await resolve(visitors[0], alices);
      expect(all.ok && [...all.value].sort()).toEqual([bob, carol]);
      expect(await resolve(visitors[0], alices, 1)).toMatchObject({ ok: true, value: { length: 1 } });
      expect(await resolve(visitors[0], unknown)).toEqual(notFound);
    });

    it('[RS8] names eight at most, however many are asked for', async () => {
      const { visitors, registered, resolve } = await setUp('alice', 'bob', 'carol');
      const alices = await registered(visitors[0], alice);
      for (let i = 0; i < 12; i++) await registered(visitors[1 + (i % 2)]!, nodeIdOf(100 + i));
      const found = await resolve(visitors[0], alices, 100);
      expect(found.ok && new Set(found.value).size).toBe(MAX_RESOLVED);
    });

    it('[RS9] carries signals under one key, stamped with who sent them, and only for a live registration', async () => {
      const { visitors, registered, refresh, until } = await setUp('alice', 'bob', 'mallory');
      const [alices, bobs] = [await registered(visitors[0], alice), await registered(visitors[1], bob)];
      const mallorys = await registered(visitors[2], mallory, otherRoom);
      const bad = visitors[2].resolver;
      bad.signal({ ...mallorys, to: bob, signal: 'from another mesh' });
      bad.signal({ ...mallorys, key: staffRoom, to: bob, signal: 'under a key that is not its own' });
      bad.signal({ ...unknown, to: bob, signal: 'forged' });
      await refresh(visitors[2], mallorys);
      visitors[0].resolver.signal({ ...alices, to: carol, signal: 'to nobody' });
      visitors[0].resolver.signal({ ...alices, to: bob, signal: 'offer' });
      await until(() => visitors[1].signals.length > 0);
      visitors[1].resolver.signal({ ...bobs, to: alice, signal: 'answer' });
      await until(() => visitors[0].signals.length > 0);
      expect(visitors.map(({ signals }) => signals)).toEqual([[`answer from ${bob}`], [`offer from ${alice}`], []]);
    });

    it.each(['update', 'refresh'] as const)(
      '[RS5, RS6] %s makes the asking connection the one that is signalled',
      async (operation) => {
        const { visitors, registered, update, refresh, until } = await setUp('alice', 'bob', 'bob again');
        const [alices, bobs] = [await registered(visitors[0], alice), await registered(visitors[1], bob)];
        const renewed = await (operation === 'update' ? update(visitors[2], bobs, bob) : refresh(visitors[2], bobs));
        expect(renewed).toEqual({ ok: true, value: { registrationId: bobs.registrationId, lifetimeMs: 600_000 } });
        visitors[0].resolver.signal({ ...alices, to: bob, signal: 'offer' });
        await until(() => visitors[2].signals.length > 0);
        expect(visitors.map(({ signals }) => signals)).toEqual([[], [], [`offer from ${alice}`]]);
      },
    );

    it('[RS5] an update under another node ID is refused and changes nothing', async () => {
      const { visitors, registered, update, resolve, until } = await setUp('alice', 'bob', 'mallory');
      const [alices, bobs] = [await registered(visitors[0], alice), await registered(visitors[1], bob)];
      expect(await update(visitors[2], bobs, mallory)).toEqual(refused);
      expect(await update(visitors[2], unknown, mallory)).toEqual(notFound);
      expect(await resolve(visitors[0], alices)).toEqual({ ok: true, value: [bob] });
      visitors[0].resolver.signal({ ...alices, to: bob, signal: 'offer' });
      await until(() => visitors[1].signals.length > 0);
      expect(visitors[2].signals).toEqual([]);
    });

    it('[RS7] withdraws a registration, once', async () => {
      const { visitors, registered, resolve, refresh, unregister } = await setUp('alice', 'bob');
      const [alices, bobs] = [await registered(visitors[0], alice), await registered(visitors[1], bob)];
      expect(await unregister(visitors[1], bobs)).toEqual({ ok: true, value: undefined });
      expect(await unregister(visitors[1], bobs)).toEqual(notFound);
      expect(await refresh(visitors[1], bobs)).toEqual(notFound);
      expect(await resolve(visitors[0], alices)).toEqual({ ok: true, value: [] });
    });

    it('[RS11] forgets who does not refresh, and keeps who does', async () => {
      const { visitors, registered, resolve, refresh, update, pass } = await setUp('alice', 'bob');
      const [alices, bobs] = [await registered(visitors[0], alice), await registered(visitors[1], bob)];
      await registered(visitors[1], carol);
      pass(400_000);
      expect((await refresh(visitors[0], alices)).ok).toBe(true);
      expect((await update(visitors[1], bobs, bob)).ok).toBe(true);
      pass(400_000);
      expect(await resolve(visitors[0], alices)).toEqual({ ok: true, value: [bob] });
      pass(600_000);
      expect(await refresh(visitors[0], alices)).toEqual(notFound);
    });

    it('[RS13] a node ID that another connection has registered is refused', async () => {
      const { visitors, registered, register } = await setUp('alice', 'mallory');
      await registered(visitors[0], alice);
      expect(await register(visitors[1], alice)).toEqual(refused);
      expect((await register(visitors[1], alice, otherRoom)).ok).toBe(true);
    });

    it('[RS13] registering again over the same connection replaces the earlier registration', async () => {
      const { visitors, registered, refresh, resolve } = await setUp('alice', 'bob');
      const bobs = await registered(visitors[1], bob);
      const first = await registered(visitors[0], alice);
      const second = await registered(visitors[0], alice);
      expect(second.registrationId).not.toBe(first.registrationId);
      expect(await refresh(visitors[0], first)).toEqual(notFound);
      expect((await refresh(visitors[0], second)).ok).toBe(true);
      expect(await resolve(visitors[1], bobs)).toEqual({ ok: true, value: [alice] });
    });

    it('[RS23] settles nothing after it was closed', async () => {
      const { visitors, registered, refresh } = await setUp('alice', 'bob');
      const [alices, bobs] = [await registered(visitors[0], alice), await registered(visitors[1], bob)];
      const settled: boolean[] = [];
      visitors[0].resolver.refresh(alices, ({ ok }) => settled.push(ok));
      visitors[0].resolver.close();
      visitors[0].resolver.refresh(alices, ({ ok }) => settled.push(ok));
      for (let i = 0; i < 3; i++) expect((await refresh(visitors[1], bobs)).ok).toBe(true);
      expect(settled).toEqual([]);
    });
  });
}
