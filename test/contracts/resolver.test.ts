/** The resolver of the simulator, and the app's own against a real server, held to one contract. */
import { expect } from 'vitest';
import { createResolverServer } from '../../resolver/server.ts';
import { createMemoryResolver } from '../../sim/memory-resolver.ts';
import { createSeededRandom } from '../../sim/seeded-random.ts';
import { createVirtualClock } from '../../sim/virtual-clock.ts';
import type { Resolver } from '../../src/core/ports/resolver.ts';
import { createManualClock } from '../../src/core/testing/manual-clock.ts';
import { createSocketResolver } from '../../src/platform/socket-resolver.ts';
import { describeResolver, type ResolverStage, type Visitor } from './resolver.ts';

async function opened(resolver: Resolver, until: ResolverStage['until']): Promise<Visitor> {
  const signals: string[] = [];
  let reached = false;
  resolver.open({
    onReachable: () => (reached = true),
    onUnreachable: () => (reached = false),
    onSignal: (from, signal) => signals.push(`${signal} from ${from}`),
  });
  await until(() => reached);
  return { resolver, signals };
}

describeResolver('memory resolver', async () => {
  const clock = createVirtualClock();
  const memory = createMemoryResolver({ clock, random: createSeededRandom(1, 'resolver') });
  let hosts = 0;
  const until: ResolverStage['until'] = async (condition) => {
    // Longer than anything takes there and back.
    clock.runFor(100);
    expect(condition()).toBe(true);
  };
  return {
    until,
    visit: () => opened(memory.clientFor(hosts++), until),
    pass: (durationMs) => clock.runFor(durationMs),
    close: async () => undefined,
  };
});

describeResolver('socket resolver', async () => {
  const clock = createManualClock();
  const server = createResolverServer({ appDirectory: '.', clock });
  const { port } = await server.listen(0, '127.0.0.1');
  const clients: Resolver[] = [];
  const until: ResolverStage['until'] = (condition) =>
    expect.poll(condition, { interval: 5, timeout: 10_000 }).toBe(true);
  return {
    until,
    visit() {
      const client = createSocketResolver({ url: `http://127.0.0.1:${port}` });
      clients.push(client);
      return opened(client, until);
    },
    pass: (durationMs) => clock.advance(durationMs),
    async close() {
      for (const client of clients) client.close();
      await server.close();
    },
  };
});
