/**
 * A small mesh of named nodes on the simulator's clock, network and resolver, for tests of whole nodes: who may link to
 * whom, what each one heard, and frames that a node never sent.
 * Owns no rule of the mesh; a forged frame leaves on a connection that was proven by the core itself.
 */
import { assert } from '../../src/core/base/assert.ts';
import { concat, utf8 } from '../../src/core/base/bytes.ts';
import type { EndpointPath, MeshId, NodeId } from '../../src/core/base/ids.ts';
import { createPeerNode } from '../../src/core/index.ts';
import type {
  Delivery,
  MeshChannel,
  MeshSettings,
  PeerNode,
  PeerNodeEvents,
  SendOptions,
} from '../../src/core/mesh/types.ts';
import { silentLog } from '../../src/core/ports/log.ts';
import type { Signer } from '../../src/core/ports/signer.ts';
import type { Connection, Transport } from '../../src/core/ports/transport.ts';
import { nodeIdOf } from '../../src/core/wire/envelope.ts';
import { decodeFrame, encodeRecord, type LinkRecord } from '../../src/core/wire/records.ts';
import { createMemoryPake } from '../../sim/memory-pake.ts';
import { createMemoryResolver, type MemoryResolver, type MemoryResolverClient } from '../../sim/memory-resolver.ts';
import { createMemorySigner } from '../../sim/memory-signer.ts';
import { createMemoryNetwork, type MemoryHost, type MemoryNetwork } from '../../sim/memory-transport.ts';
import { createSeededRandom } from '../../sim/seeded-random.ts';
import { createVirtualClock, type NodeClock, type VirtualClock } from '../../sim/virtual-clock.ts';

export const MESH_ID = 'ops-room' as MeshId;
export const CHAT = '/chat' as EndpointPath;
export const BRIDGE = '/bridge' as EndpointPath;

export interface MeshOptions {
  readonly seed?: number;
  readonly settings?: Partial<MeshSettings>;
  /**
   * Pairs that may link, as `alice-bob`; then nobody is introduced by neighbours and the graph stays as it is drawn.
   * Without it all may.
   */
  readonly links?: readonly string[];
}

export interface OpenOptions {
  readonly password?: string;
  /** Channels it has from the start; `/chat` unless said otherwise. */
  readonly paths?: readonly EndpointPath[];
  readonly settings?: Partial<MeshSettings>;
  readonly signer?: Signer;
  /** How far its wall clock is ahead of the true time. */
  readonly wallSkewMs?: number;
}

/** One node with what it heard. */
export interface Tab {
  readonly name: string;
  readonly node: PeerNode;
  readonly nodeId: NodeId;
  readonly host: MemoryHost;
  readonly clock: NodeClock;
  readonly signer: Signer;
  readonly channels: readonly MeshChannel[];
  /** Deliveries to its channels, in order. */
  readonly heard: readonly Delivery[];
  /** What the node told, as `event name`. */
  readonly facts: readonly string[];
  /** Proofs of the password it began to work out, for each of which it drew a share. */
  readonly proofsBegun: number;
  /** Texts that others said, on one path. */
  texts(path?: EndpointPath): string[];
  say(text: string, options?: SendOptions & { path?: EndpointPath }): void;
  /** Names of its neighbours, sorted. */
  neighbours(): string[];
  members(): string[];
  /** Sends frames over the proven connection to another, behind its own node's back. */
  forge(to: Tab, ...frames: readonly (LinkRecord | Uint8Array)[]): void;
  /** Records that came in over that connection since it was last asked. */
  received(from: Tab): LinkRecord[];
}

export interface Mesh {
  readonly clock: VirtualClock;
  readonly network: MemoryNetwork;
  readonly resolver: MemoryResolver;
  open(name: string, options?: OpenOptions): Tab;
  /** Opens them one after the other, each settled before the next. */
  openAll<const Names extends readonly string[]>(names: Names, options?: OpenOptions): { [Place in keyof Names]: Tab };
  run(ms: number): void;
  /** The hosts sleep: nothing of them runs and nothing reaches them, until the time has passed. */
  sleep(ms: number, ...sleepers: readonly Tab[]): void;
  leave(tab: Tab): void;
  kill(tab: Tab): void;
  /** Cuts the network between groups of names; who is named in none is in a group with the others of that kind. */
  cut(...groups: readonly (readonly string[])[]): void;
  heal(): void;
  /** Closes those still open and tells what they left behind: timers and connections. */
  closeAll(): number;
}

/** One connection of a node, with the far end's identity as it said in its Hello. */
interface Line {
  far: NodeId | undefined;
  connection: Connection | undefined;
  received: LinkRecord[];
  isOpen: boolean;
  /** Frames were sent on it that its node does not know of. */
  isForged: boolean;
}

const EVENTS = [
  'online',
  'offline',
  'neighbourOpened',
  'neighbourClosed',
  'memberAppeared',
  'memberDisappeared',
  'deliveryChanged',
  'filterFailed',
  'anotherPasswordMet',
  'connectionFailed',
  'nobodyFound',
  'resolverReachable',
  'resolverUnreachable',
  'firstAttemptEnded',
] as const satisfies readonly (keyof PeerNodeEvents)[];

export function createMesh(options: MeshOptions = {}): Mesh {
  const seed = options.seed ?? 1;
  const clock = createVirtualClock();
  const network = createMemoryNetwork({ clock, seed, random: createSeededRandom(seed, 'network'), copiesFrames: true });
  const tabs: Tab[] = [];
  const clients = new Map<Tab, MemoryResolverClient>();
  const asleep = new Map<NodeClock, (() => void)[]>();
  const names = new Map<NodeId, string>();
  const hostNames: string[] = [];
  const mayLink = (from: number, to: number): boolean => {
    const [a, b] = [hostNames[from]!, hostNames[to]!];
    return options.links === undefined || options.links.includes(`${a}-${b}`) || options.links.includes(`${b}-${a}`);
  };
  const resolver = createMemoryResolver({
    clock,
    random: createSeededRandom(seed, 'resolver'),
    signalPasses: (from, to) => network.reaches(from, to) && mayLink(from, to),
  });

  function open(name: string, given: OpenOptions = {}): Tab {
    const host = network.addHost();
    hostNames[host.index] = name;
    const random = createSeededRandom(seed, name);
    const nodeClock = clock.view(given.wallSkewMs);
    /** Timers that come due while the host sleeps run when it wakes. */
    const schedule: NodeClock['schedule'] = (delayMs, task) => {
      let isCancelled = false;
      const cancel = nodeClock.schedule(delayMs, () => {
        const late = asleep.get(nodeClock);
        if (late) late.push(() => isCancelled || task());
        else task();
      });
      return () => {
        isCancelled = true;
        cancel();
      };
    };
    const pake = createMemoryPake(random);
    let proofsBegun = 0;
    const client = resolver.clientFor(host.index);
    const signer = given.signer ?? createMemorySigner(random);
    const lines: Line[] = [];
    const settings = given.settings ?? options.settings;
    const node = createPeerNode(
      {
        clock: { ...nodeClock, schedule },
        random,
        transport: watched(host.transport, lines),
        resolver: options.links ? { ...client, canShareReferrals: false } : client,
        signer,
        pake: {
          start(input) {
            proofsBegun += 1;
            return pake.start(input);
          },
        },
        log: silentLog,
      },
      {
        meshId: MESH_ID,
        secret: createSeededRandom(0, given.password ?? 'password').bytes(32),
        ...(settings && { settings }),
      },
    );
    names.set(node.nodeId, name);
    const heard: Delivery[] = [];
    const facts: string[] = [];
    for (const event of EVENTS) node.on(event, (fact) => facts.push(describe(event, fact)));
    const channels = (given.paths ?? [CHAT]).map((path) => {
      const channel = node.channel(path);
      channel.onDelivery((delivery) => heard.push(delivery));
      return channel;
    });
    const lineTo = (far: Tab): Line | undefined => lines.find((line) => line.far === far.nodeId && line.isOpen);
    const tab: Tab = {
      name,
      node,
      nodeId: node.nodeId,
      host,
      clock: nodeClock,
      signer,
      channels,
      heard,
      facts,
      get proofsBegun() {
        return proofsBegun;
      },
      texts: (path = CHAT) =>
        heard
          .filter((delivery) => !delivery.own && delivery.path === path)
          .map(({ payload }) => new TextDecoder().decode(payload)),
      say(text, { path = CHAT, ...sendOptions } = {}) {
        const channel = channels.find((one) => one.path === path);
        assert(channel !== undefined, `${name} has a channel on ${path}`);
        const outcome = channel.send(utf8(text), sendOptions);
        assert(outcome === 'Queued', `${name} could not say "${text.slice(0, 20)}": ${outcome}`);
      },
      neighbours: () => node.neighbours.map(nameOf).sort(),
      members: () => node.members.map(nameOf).sort(),
      forge(to, ...frames) {
        const line = lineTo(to);
        const connection = line?.connection;
        assert(connection !== undefined, `${name} is connected to ${to.name}`);
        line!.isForged = true;
        for (const frame of frames) connection.send(frame instanceof Uint8Array ? frame : encodeRecord(frame));
      },
      received(from) {
        return lineTo(from)?.received.splice(0) ?? [];
      },
    };
    tabs.push(tab);
    clients.set(tab, client);
    node.open();
    return tab;
  }

  function nameOf(nodeId: NodeId): string {
    return names.get(nodeId) ?? nodeId;
  }

  function describe<Name extends keyof PeerNodeEvents>(event: Name, fact: PeerNodeEvents[Name]): string {
    type Facts = { nodeId?: NodeId; online?: boolean } & Record<'reason' | 'delivery' | 'path', string | undefined>;
    const { nodeId, reason, online, delivery, path } = (fact ?? {}) as Facts;
    return [event, nodeId && nameOf(nodeId), reason, online, delivery, path]
      .filter((part) => part !== undefined)
      .join(' ');
  }

  function depart(tab: Tab): void {
    tabs.splice(tabs.indexOf(tab), 1);
  }

  return {
    clock,
    network,
    resolver,
    open,
    openAll<const Names extends readonly string[]>(all: Names, given?: OpenOptions) {
      const opened = all.map((name) => {
        const tab = open(name, given);
        clock.runFor(2_000);
        return tab;
      });
      return opened as { [Place in keyof Names]: Tab };
    },
    run: (ms) => clock.runFor(ms),
    sleep(ms, ...sleepers) {
      for (const tab of sleepers) asleep.set(tab.clock, []);
      network.partition((index) => (sleepers.some(({ host }) => host.index === index) ? index : -1));
      clock.runFor(ms);
      for (const tab of sleepers) {
        const late = asleep.get(tab.clock)!;
        asleep.delete(tab.clock);
        for (const task of late) task();
      }
      network.heal();
    },
    leave(tab) {
      depart(tab);
      tab.node.close();
    },
    kill(tab) {
      depart(tab);
      tab.clock.halt();
      tab.host.kill();
      clients.get(tab)!.drop();
    },
    cut(...groups) {
      network.partition((index) => groups.findIndex((group) => group.includes(hostNames[index]!)));
    },
    heal: () => network.heal(),
    closeAll() {
      const closing = [...tabs];
      for (const tab of closing) tab.node.close();
      clock.runFor(5_000);
      return closing.reduce((sum, tab) => sum + tab.clock.timersLeft() + tab.host.connections, 0);
    },
  };
}

/** The transport as it is, with every connection noted and who is at its far end. */
function watched(transport: Transport, lines: Line[]): Transport {
  return {
    connect(role, observer) {
      const line: Line = { far: undefined, connection: undefined, received: [], isOpen: true, isForged: false };
      lines.push(line);
      const connection = transport.connect(role, {
        onSignal: (signal) => observer.onSignal(signal),
        onOpen: (binding) => observer.onOpen(binding),
        onDrain: () => observer.onDrain(),
        onFrame(frame) {
          note(line, frame);
          const passed = line.isForged ? withoutUtility(frame) : frame;
          if (passed.length > 0) observer.onFrame(passed);
        },
        onClosed(reason) {
          line.isOpen = false;
          observer.onClosed(reason);
        },
      });
      line.connection = connection;
      return {
        acceptSignal: (signal) => connection.acceptSignal(signal),
        send: (frame) => connection.send(frame),
        get promised() {
          return connection.promised;
        },
        get bufferedBytes() {
          return connection.bufferedBytes;
        },
        get isClosed() {
          return connection.isClosed;
        },
        close() {
          line.isOpen = false;
          connection.close();
        },
      };
    },
  };
}

/** Who forges does not mind being told of copies that its own node never sent. */
function withoutUtility(frame: Uint8Array): Uint8Array {
  const decoded = decodeFrame(frame);
  if (!decoded.ok || decoded.value.every(({ type }) => type !== 'LinkUtility')) return frame;
  return concat(...decoded.value.filter(({ type }) => type !== 'LinkUtility').map(encodeRecord));
}

function note(line: Line, frame: Uint8Array): void {
  const decoded = decodeFrame(frame);
  if (!decoded.ok) return;
  for (const record of decoded.value) {
    if (record.type === 'Hello') line.far = nodeIdOf(record.key, record.epoch);
    else if (record.type !== 'Share' && record.type !== 'Confirm') line.received.push(record);
  }
}
