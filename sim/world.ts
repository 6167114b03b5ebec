/**
 * A world of peer nodes: the same core as in the browser, on a virtual clock, a memory network and a memory resolver. [SM2]
 * Owns who joins, leaves, is killed or cut off, and who says what; hands what happened to ledger and invariants.
 * Puts each node together as an application does, with stand-ins for what the platform gives.
 */
import { assert } from '../src/core/base/assert.ts';
import type { EndpointPath, MeshId, NodeId } from '../src/core/base/ids.ts';
import { createCPace } from '../src/core/crypto/cpace.ts';
import { createNobleSigner } from '../src/core/crypto/noble-signer.ts';
import { createPeerNode } from '../src/core/index.ts';
import { DEFAULT_SETTINGS } from '../src/core/mesh/settings.ts';
import type { MeshChannel, MeshCounters, MeshSettings, PeerNode } from '../src/core/mesh/types.ts';
import { silentLog, type Log } from '../src/core/ports/log.ts';
import { shapeOf, type GraphShape } from './graph.ts';
import { createInvariants, type Invariants } from './invariants.ts';
import { createLedger, type Attendance, type Ledger } from './ledger.ts';
import { createMemoryPake } from './memory-pake.ts';
import { createMemoryResolver, type MemoryResolver, type MemoryResolverClient } from './memory-resolver.ts';
import { createMemorySigner } from './memory-signer.ts';
import { createMemoryNetwork, type MemoryHost, type MemoryNetwork } from './memory-transport.ts';
import { createMeddlingTransport, type Meddling } from './meddling-transport.ts';
import type { LatencyProfile } from './pair-latency.ts';
import { createSeededRandom, type SeededRandom } from './seeded-random.ts';
import { createVirtualClock, type NodeClock, type VirtualClock } from './virtual-clock.ts';

const MESH_ID = 'simulated' as MeshId;
const PATH = '/chat' as EndpointPath;
/** Wall clocks of people's devices are this far off, either way. */
const MAX_WALL_SKEW_MS = 2_000;

export interface WorldOptions {
  readonly seed: number;
  /** `memory`: stand-ins for proof and signature; `real`: CPace and Ed25519, slow. */
  readonly proof?: 'memory' | 'real';
  readonly settings?: Partial<MeshSettings>;
  readonly latency?: LatencyProfile;
  readonly uplinkBytesPerMs?: number;
  readonly dialLoss?: number;
  /** Every receiver gets bytes of its own: slower, and the same run. [SM2] */
  readonly copiesFrames?: boolean;
  /** So many nodes are listed as members, the first ones; all unless said otherwise. */
  readonly listed?: number;
  /** The trace of one node; silent by default. */
  readonly logOf?: (index: number, clock: VirtualClock) => Log;
}

export interface Resident {
  readonly index: number;
  readonly node: PeerNode;
  readonly channel: MeshChannel;
  readonly host: MemoryHost;
  readonly clock: NodeClock;
  readonly openedAtMs: number;
  readonly password: string;
  /** In the future while its host sleeps. */
  awakeAtMs: number;
  state: 'Living' | 'Left' | 'Killed';
  readonly isHostile: boolean;
}

/** What makes a newcomer another than most. */
export interface Newcomer {
  /** The mesh's, unless another is given. */
  readonly password?: string;
  /** Does not relay as it should what others say (meddling-transport.ts). */
  readonly meddling?: Meddling;
  /** What it does not get is nobody's loss. */
  readonly isHostile?: boolean;
}

/** What was sent by everybody so far. */
export interface Traffic {
  /** Copies of envelopes. */
  readonly envelopes: number;
  readonly frames: number;
  readonly bytes: number;
  /** Frames that carried an envelope or a piece of one. */
  readonly payloadFrames: number;
}

export interface World {
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
  readonly network: MemoryNetwork;
  readonly resolver: MemoryResolver;
  readonly ledger: Ledger;
  readonly invariants: Invariants;
  /** Everybody who ever joined. */
  readonly residents: readonly Resident[];
  readonly living: readonly Resident[];
  /** A new node opens the mesh. */
  join(newcomer?: Newcomer): Resident;
  leave(resident: Resident): void;
  kill(resident: Resident): void;
  /** Its host sleeps for so long, then goes on; the wall clock may have been set anew meanwhile. [SM13] */
  sleep(resident: Resident, durationMs: number, wallShiftMs?: number): void;
  /** One of the living who are awake, each as likely as the next; only such as have a neighbour when `online`. */
  pick(online?: boolean): Resident | undefined;
  say(resident: Resident): void;
  /** So many of the living, each as likely as the next. */
  sample(count: number): Resident[];
  /** Cuts frames, dials and signals between groups, or only one way; the resolver stays in reach of all. [SM5, SM14] */
  partition(groupOf: (hostIndex: number) => number, sides?: 'Both' | 'One'): void;
  heal(): void;
  /** Hears of every link that one end takes for open; returns the function that ends that. */
  onLink(listener: (near: Resident, far: Resident) => void): () => void;
  traffic(): Traffic;
  /** Largest hop count at which anybody accepted an envelope since hops were forgotten. */
  lastHop(): number;
  forgetHops(): void;
  /** The graph of living nodes. */
  shape(): GraphShape;
  attendances(): Attendance[];
  /** Leaves with everybody and waits `lingerMs`; returns the timers that closed nodes still hold. */
  closeAll(lingerMs: number): number;
}

/** 32 bytes that two nodes share exactly when they were given the same password: stretching has no place here. */
function secretOf(password: string): Uint8Array {
  return createSeededRandom(0, password).bytes(32);
}

export function createWorld(options: WorldOptions): World {
  const { seed } = options;
  const clock = createVirtualClock();
  const random = createSeededRandom(seed, 'world');
  const network = createMemoryNetwork({
    clock,
    seed,
    random: createSeededRandom(seed, 'network'),
    ...(options.latency && { latency: options.latency }),
    ...(options.uplinkBytesPerMs !== undefined && { uplinkBytesPerMs: options.uplinkBytesPerMs }),
    ...(options.dialLoss !== undefined && { dialLoss: options.dialLoss }),
    copiesFrames: options.copiesFrames ?? false,
  });
  const resolver = createMemoryResolver({
    clock,
    random: createSeededRandom(seed, 'resolver'),
    signalPasses: network.reaches,
  });
  const ledger = createLedger();
  const invariants = createInvariants();
  const cap = options.settings?.cap ?? DEFAULT_SETTINGS.cap;
  const residents: Resident[] = [];
  const living: Resident[] = [];
  const byId = new Map<NodeId, Resident>();
  const resolverClients: MemoryResolverClient[] = [];
  const linkListeners = new Set<(near: Resident, far: Resident) => void>();

  function watch(resident: Resident): void {
    const { node, channel, index, password } = resident;
    node.on('neighbourOpened', ({ nodeId }) => {
      const degree = node.neighbours.length;
      invariants.check(degree <= cap, 'DegreeCap', clock.now(), () => `node ${index} has ${degree} neighbours`);
      const far = byId.get(nodeId);
      invariants.check(
        far?.password === password,
        'UnprovenNeighbour',
        clock.now(),
        () => `node ${index} took ${far ? `node ${far.index}` : nodeId}`,
      );
      if (far) for (const listener of linkListeners) listener(resident, far);
    });
    channel.onDelivery((delivery) => {
      const speaker = byId.get(delivery.origin);
      const before = ledger.duplicates;
      const known =
        speaker !== undefined &&
        delivery.path === PATH &&
        delivery.own === (speaker === resident) &&
        ledger.read(delivery.payload, speaker.index, resident, clock.now());
      invariants.check(known, 'ForgedDelivery', clock.now(), () => `node ${index} got ${delivery.messageId}`);
      invariants.check(
        ledger.duplicates === before,
        'DeliveredTwice',
        clock.now(),
        () => `node ${index} got ${delivery.messageId} again`,
      );
    });
  }

  const isAwake = (resident: Resident): boolean => resident.awakeAtMs <= clock.now();

  function depart(resident: Resident, state: 'Left' | 'Killed'): void {
    assert(resident.state === 'Living', `node ${resident.index} is living`);
    resident.state = state;
    living.splice(living.indexOf(resident), 1);
  }

  function leave(resident: Resident): void {
    depart(resident, 'Left');
    resident.node.close();
  }

  return {
    clock,
    random,
    network,
    resolver,
    ledger,
    invariants,
    residents,
    living,
    join({ password = 'password', meddling, isHostile = false } = {}) {
      const host = network.addHost();
      const { index } = host;
      const nodeRandom = createSeededRandom(seed, `node ${index}`);
      const nodeClock = clock.view((random.fraction() * 2 - 1) * MAX_WALL_SKEW_MS);
      const client = resolver.clientFor(index);
      resolverClients[index] = client;
      const real = options.proof === 'real';
      const signer = real ? createNobleSigner(nodeRandom) : createMemorySigner(nodeRandom);
      const node = createPeerNode(
        {
          clock: nodeClock,
          random: nodeRandom,
          transport: meddling ? createMeddlingTransport(host.transport, signer.publicKey, meddling) : host.transport,
          resolver: client,
          signer,
          pake: real ? createCPace(nodeRandom) : createMemoryPake(nodeRandom),
          log: options.logOf?.(index, clock) ?? silentLog,
        },
        {
          meshId: MESH_ID,
          secret: secretOf(password),
          settings: { ...options.settings, isListed: index < (options.listed ?? Infinity) },
        },
      );
      const channel = node.channel(PATH);
      const resident: Resident = {
        index,
        node,
        channel,
        host,
        clock: nodeClock,
        openedAtMs: clock.now(),
        password,
        awakeAtMs: 0,
        state: 'Living',
        isHostile,
      };
      residents.push(resident);
      living.push(resident);
      byId.set(node.nodeId, resident);
      watch(resident);
      node.open();
      return resident;
    },
    leave,
    kill(resident) {
      depart(resident, 'Killed');
      resident.clock.halt();
      resident.host.kill();
      resolverClients[resident.index]!.drop();
    },
    sleep(resident, durationMs, wallShiftMs = 0) {
      assert(resident.state === 'Living' && isAwake(resident), `node ${resident.index} is awake`);
      const awakeAtMs = clock.now() + durationMs;
      resident.awakeAtMs = awakeAtMs;
      resident.clock.sleepUntil(awakeAtMs);
      resident.host.sleepUntil(awakeAtMs);
      resolverClients[resident.index]!.sleep();
      clock.post(durationMs, () => {
        if (resident.state !== 'Living') return;
        resident.clock.shiftWall(wallShiftMs);
        resolverClients[resident.index]!.wake();
      });
    },
    pick(online = false) {
      const candidates = living.filter((resident) => isAwake(resident) && (!online || resident.node.isOnline));
      return candidates[random.below(candidates.length)];
    },
    sample(count) {
      const pool = [...living];
      const drawn: Resident[] = [];
      while (drawn.length < count && pool.length > 0) drawn.push(...pool.splice(random.below(pool.length), 1));
      return drawn;
    },
    say(resident) {
      const outcome = resident.channel.send(ledger.write(resident.index, clock.now()));
      assert(outcome === 'Queued', `node ${resident.index} could not speak: ${outcome}`);
    },
    partition: (groupOf, sides) => network.partition(groupOf, sides),
    heal: () => network.heal(),
    onLink(listener) {
      linkListeners.add(listener);
      return () => linkListeners.delete(listener);
    },
    traffic() {
      let [envelopes, frames, bytes] = [0, 0, 0];
      for (const { counters } of residents.map(({ node }) => node)) {
        envelopes += counters.envelopesSent;
        frames += counters.framesSent;
        bytes += counters.bytesSent;
      }
      return { envelopes, frames, bytes, payloadFrames: network.payloadFrames };
    },
    forgetHops() {
      // Read-only to applications; a maximum cannot be told from before to after.
      for (const { node } of residents) (node.counters as MeshCounters).lastHop = 0;
    },
    lastHop: () => residents.reduce((last, { node }) => Math.max(last, node.counters.lastHop), 0),
    shape: () => shapeOf(new Map(living.map(({ node }) => [node.nodeId, node.neighbours]))),
    attendances: () =>
      residents
        .filter(({ isHostile }) => !isHostile)
        .map(({ index, openedAtMs, state }) => ({ index, openedAtMs, isLiving: state === 'Living' })),
    closeAll(lingerMs) {
      for (const resident of [...living]) leave(resident);
      clock.runFor(lingerMs);
      let timersLeft = 0;
      for (const { index, host, clock: nodeClock } of residents) {
        timersLeft += nodeClock.timersLeft();
        const left = nodeClock.timersLeft() + host.connections;
        invariants.check(left === 0, 'LeftBehind', clock.now(), () => {
          return `node ${index}: ${nodeClock.timersLeft()} timers, ${host.connections} connections`;
        });
        invariants.check(host.connectionsPeak <= cap, 'DegreeCap', clock.now(), () => {
          return `node ${index} had ${host.connectionsPeak} connections at once`;
        });
      }
      return timersLeft;
    },
  };
}
