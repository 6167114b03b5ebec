import { describe, expect, it } from 'vitest';
import { MAX_FRAME_BYTES, MAX_SIGNAL_CHARS } from '../src/core/ports/transport.ts';
import type {
  Connection,
  ConnectionBinding,
  ConnectionClosedReason,
  ConnectionRole,
} from '../src/core/ports/transport.ts';
import { LOW_WATER_BYTES } from './frame-pipe.ts';
import { createMemoryNetwork, type MemoryHost, type MemoryNetworkOptions } from './memory-transport.ts';
import { createSeededRandom } from './seeded-random.ts';
import { createVirtualClock } from './virtual-clock.ts';

const LATENCY_MS = 50;

interface Side {
  readonly host: MemoryHost;
  connection: Connection;
  openedAtMs?: number;
  binding?: ConnectionBinding;
  closed?: ConnectionClosedReason;
  readonly frames: { atMs: number; bytes: number[] }[];
  readonly signals: string[];
  drains: number;
}

function stage(options: Partial<MemoryNetworkOptions> = {}) {
  const clock = createVirtualClock();
  const random = createSeededRandom(1, 'network');
  const latency = { medianMs: LATENCY_MS, sigma: 0 };
  const network = createMemoryNetwork({ clock, seed: 1, random, latency, ...options });

  /** One end on a host; its signals go to `toFar` after 20 ms. */
  function side(host: MemoryHost, role: ConnectionRole, toFar: (signal: string) => void): Side {
    const side: Side = { host, frames: [], signals: [], drains: 0, connection: undefined as never };
    side.connection = host.transport.connect(role, {
      onSignal(signal) {
        side.signals.push(signal);
        clock.post(20, () => toFar(signal));
      },
      onOpen(binding) {
        side.openedAtMs = clock.now();
        side.binding = binding;
      },
      onFrame: (frame) => side.frames.push({ atMs: clock.now(), bytes: [...frame] }),
      onDrain: () => side.drains++,
      onClosed: (reason) => (side.closed = reason),
    });
    return side;
  }

  function dial(): { alice: Side; bob: Side } {
    const bob: Side = side(network.addHost(), 'answerer', (signal) => alice.connection.acceptSignal(signal));
    const alice: Side = side(network.addHost(), 'offerer', (signal) => bob.connection.acceptSignal(signal));
    return { alice, bob };
  }

  function connected(): { alice: Side; bob: Side } {
    const pair = dial();
    clock.runFor(1000);
    expect(pair.alice.binding).toBeDefined();
    expect(pair.bob.binding).toBeDefined();
    return pair;
  }
  return { clock, network, side, dial, connected };
}

describe('memory transport', () => {
  it('[SM3] opens two round trips after the answer, and the fingerprints agree crosswise', () => {
    const { clock, dial } = stage();
    const { alice, bob } = dial();
    clock.runFor(1000);
    // Offer made at 5, with bob at 25, answer made at 30, with alice at 50; then four trips of 50 ms.
    expect(alice.openedAtMs).toBe(250);
    expect(bob.openedAtMs).toBe(200);
    expect(alice.binding!.localFingerprint).toHaveLength(32);
    expect(alice.binding!.localFingerprint).toEqual(bob.binding!.remoteFingerprint);
    expect(bob.binding!.localFingerprint).toEqual(alice.binding!.remoteFingerprint);
    expect(alice.binding!.localFingerprint).not.toEqual(bob.binding!.localFingerprint);
  });

  it('says nothing within the call that connects, and drops frames before it is open', () => {
    const { clock, dial } = stage();
    const { alice, bob } = dial();
    expect(alice.signals).toEqual([]);
    alice.connection.send(Uint8Array.of(1));
    clock.runFor(1000);
    expect(bob.frames).toEqual([]);
  });

  it('[SM3] carries frames in order, each after one latency, whole and as they were when sent', () => {
    const { clock, connected } = stage();
    const { alice, bob } = connected();
    const frame = Uint8Array.of(1, 2, 3);
    alice.connection.send(frame);
    frame[0] = 99;
    alice.connection.send(new Uint8Array(MAX_FRAME_BYTES).fill(7));
    alice.connection.send(Uint8Array.of(4));
    clock.runFor(1000);
    expect(bob.frames.map(({ bytes }) => bytes.length)).toEqual([3, MAX_FRAME_BYTES, 1]);
    expect(bob.frames[0]!.bytes).toEqual([1, 2, 3]);
    expect(bob.frames[0]!.atMs).toBeGreaterThanOrEqual(1000 + LATENCY_MS);
    expect(bob.frames[0]!.atMs).toBeLessThan(1000 + LATENCY_MS + 1);
    expect(alice.frames).toEqual([]);
  });

  it('delivers what the answerer sends the moment it is open, when the offerer is open too', () => {
    const { clock, network, side } = stage();
    const bob = side(network.addHost(), 'answerer', (signal) => alice.connection.acceptSignal(signal));
    const alice: Side = side(network.addHost(), 'offerer', (signal) => bob.connection.acceptSignal(signal));
    clock.runFor(200);
    expect(bob.openedAtMs).toBe(200);
    bob.connection.send(Uint8Array.of(1));
    clock.runFor(100);
    expect(alice.frames).toHaveLength(1);
    expect(alice.frames[0]!.atMs).toBeGreaterThan(alice.openedAtMs!);
  });

  it('asserts the size of frames', () => {
    const { alice } = stage().connected();
    expect(() => alice.connection.send(new Uint8Array(0))).toThrow('frame of 0 bytes');
    expect(() => alice.connection.send(new Uint8Array(MAX_FRAME_BYTES + 1))).toThrow('frame of 16385 bytes');
  });

  it('[SM3] counts what waits in a narrow uplink and tells once when it has drained', () => {
    const { clock, connected } = stage({ uplinkBytesPerMs: 100 });
    const { alice, bob } = connected();
    for (let i = 0; i < 10; i++) alice.connection.send(new Uint8Array(10_000));
    expect(alice.connection.bufferedBytes).toBe(100_000);
    clock.runFor(300);
    // 100 bytes a millisecond: three frames have left, 70,000 bytes wait.
    expect(alice.connection.bufferedBytes).toBe(70_000);
    expect(alice.drains).toBe(0);
    clock.runFor(100);
    expect(alice.connection.bufferedBytes).toBe(60_000);
    expect(60_000).toBeLessThan(LOW_WATER_BYTES);
    expect(alice.drains).toBe(1);
    clock.runFor(2000);
    expect(alice.drains).toBe(1);
    expect(alice.connection.bufferedBytes).toBe(0);
    expect(bob.frames).toHaveLength(10);
    expect(bob.frames[9]!.atMs).toBeCloseTo(1000 + 10 * 100 + LATENCY_MS);
  });

  it('shares one uplink among the connections of a host', () => {
    const { clock, network, side } = stage({ uplinkBytesPerMs: 100 });
    const aliceHost = network.addHost();
    const pairs = [network.addHost(), network.addHost()].map((host) => {
      const far: Side = side(host, 'answerer', (signal) => near.connection.acceptSignal(signal));
      const near: Side = side(aliceHost, 'offerer', (signal) => far.connection.acceptSignal(signal));
      return { near, far };
    });
    clock.runFor(1000);
    for (const { near } of pairs) near.connection.send(new Uint8Array(10_000));
    clock.runFor(1000);
    expect(pairs.map(({ far }) => Math.round(far.frames[0]!.atMs))).toEqual([1150, 1250]);
    expect(aliceHost.connections).toBe(2);
  });

  it('[SM4] shows a close to the far end one latency later, behind the frames sent before', () => {
    const { clock, connected } = stage();
    const { alice, bob } = connected();
    alice.connection.send(Uint8Array.of(1));
    alice.connection.close();
    alice.connection.close();
    bob.connection.send(Uint8Array.of(2));
    clock.runFor(LATENCY_MS - 1);
    expect(bob.closed).toBeUndefined();
    clock.runFor(2);
    expect(bob.frames).toHaveLength(1);
    expect(bob.closed).toBe('ClosedByPeer');
    clock.runFor(1000);
    expect(alice.closed).toBeUndefined();
    expect(alice.frames).toEqual([]);
    expect([alice.host.connections, bob.host.connections]).toEqual([0, 0]);
  });

  it('loses what was far from leaving when the end is closed behind it, as WebRTC does', () => {
    const { clock, connected } = stage({ uplinkBytesPerMs: 100 });
    const { alice, bob } = connected();
    for (let i = 0; i < 10; i++) alice.connection.send(new Uint8Array(5_000));
    alice.connection.close();
    clock.runFor(2000);
    expect(bob.frames).toHaveLength(2);
    expect(bob.closed).toBe('ClosedByPeer');
  });

  it('[SM4] stays silent when the far end is killed', () => {
    const { clock, connected } = stage();
    const { alice, bob } = connected();
    bob.connection.send(Uint8Array.of(1));
    bob.host.kill();
    bob.connection.send(Uint8Array.of(2));
    alice.connection.send(Uint8Array.of(3));
    clock.runFor(3_600_000);
    expect(alice.frames).toHaveLength(1);
    expect(alice.closed).toBeUndefined();
    expect(alice.connection.bufferedBytes).toBe(0);
    expect(bob.frames).toEqual([]);
    expect(bob.host.connections).toBe(0);
  });

  it('[SM5] holds frames while the path is cut and goes on afterwards, in order and without loss', () => {
    const { clock, network, connected } = stage();
    const { alice, bob } = connected();
    alice.connection.send(Uint8Array.of(1));
    network.partition((hostIndex) => hostIndex);
    alice.connection.send(Uint8Array.of(2));
    clock.runFor(20_000);
    alice.connection.send(Uint8Array.of(3));
    expect(bob.frames).toEqual([]);
    // Another cut that still separates the two changes nothing.
    network.partition((hostIndex) => hostIndex + 1);
    clock.runFor(1000);
    expect(bob.frames).toEqual([]);
    network.heal();
    clock.runFor(1000);
    expect(bob.frames.map(({ bytes }) => bytes[0])).toEqual([1, 2, 3]);
    expect([alice.closed, bob.closed]).toEqual([undefined, undefined]);
  });

  it('[SM5] never opens across a cut: ICE gives up after 15 s', () => {
    const { clock, network, dial } = stage();
    network.partition((hostIndex) => hostIndex);
    const { alice, bob } = dial();
    clock.runFor(14_000);
    expect([alice.closed, bob.closed]).toEqual([undefined, undefined]);
    clock.runFor(2_000);
    expect([alice.binding, bob.binding]).toEqual([undefined, undefined]);
    expect([alice.closed, bob.closed]).toEqual(['ConnectionFailed', 'ConnectionFailed']);
  });

  it('[SM14] carries frames one way only in a one-sided cut, and holds those of the other way', () => {
    const { clock, network, connected } = stage();
    const { alice, bob } = connected();
    // Bob's host came first: his group is the lower one.
    network.partition((hostIndex) => hostIndex, 'One');
    alice.connection.send(Uint8Array.of(1));
    bob.connection.send(Uint8Array.of(2));
    clock.runFor(1000);
    expect([alice.frames.length, bob.frames.length]).toEqual([1, 0]);
    expect([network.reaches(0, 1), network.reaches(1, 0)]).toEqual([true, false]);
    network.heal();
    clock.runFor(1000);
    expect(bob.frames.map(({ bytes }) => bytes)).toEqual([[1]]);
  });

  it('[SM14] never opens across a one-sided cut, whoever offers', () => {
    for (const lower of [0, 1]) {
      const { clock, network, dial } = stage();
      network.partition((hostIndex) => (hostIndex === lower ? 0 : 1), 'One');
      const { alice, bob } = dial();
      clock.runFor(20_000);
      expect([alice.binding, bob.binding]).toEqual([undefined, undefined]);
      expect(alice.closed).toBe('ConnectionFailed');
    }
  });

  it('[SM15] lets frames of a clogged path trickle, in order, and those of others and of the way back pass', () => {
    const { clock, network, connected } = stage();
    const { alice, bob } = connected();
    const others = connected();
    const startMs = clock.now();
    network.clog(alice.host.index, bob.host.index, 1);
    for (const side of [alice, bob, others.alice]) side.connection.send(new Uint8Array(1_000));
    alice.connection.send(new Uint8Array(500));
    expect(alice.connection.bufferedBytes).toBe(1_500);
    clock.runFor(1_020);
    expect(alice.connection.bufferedBytes).toBe(500);
    clock.runFor(2_000);
    const arrivals = ({ frames }: Side): number[] => frames.map(({ atMs }) => Math.round(atMs - startMs));
    expect(arrivals(bob)).toEqual([1_050, 1_550]);
    expect(arrivals(alice)).toEqual([50]);
    expect(arrivals(others.bob)).toEqual([50]);
    network.clog(alice.host.index, bob.host.index, undefined);
    alice.connection.send(new Uint8Array(1_000));
    clock.runFor(60);
    expect(bob.frames).toHaveLength(3);
  });

  it('[SM15] frames after a clog is gone do not overtake those before', () => {
    const { clock, network, connected } = stage();
    const { alice, bob } = connected();
    network.clog(alice.host.index, bob.host.index, 1);
    alice.connection.send(new Uint8Array(1_000).fill(1));
    network.clog(alice.host.index, bob.host.index, undefined);
    alice.connection.send(Uint8Array.of(2));
    clock.runFor(500);
    expect(bob.frames).toEqual([]);
    clock.runFor(1_000);
    expect(bob.frames.map(({ bytes }) => bytes[0])).toEqual([1, 2]);
  });

  it('[SM15] tells of the drain when what waited behind a clog has left, also if the clog went meanwhile', () => {
    const { clock, network, connected } = stage();
    const { alice, bob } = connected();
    network.clog(alice.host.index, bob.host.index, 10);
    for (let i = 0; i < 10; i++) alice.connection.send(new Uint8Array(10_000));
    network.clog(alice.host.index, bob.host.index, undefined);
    for (let i = 0; i < 15; i++) alice.connection.send(new Uint8Array(10_000));
    clock.runFor(8_500);
    expect([alice.connection.bufferedBytes, alice.drains]).toEqual([170_000, 0]);
    clock.runFor(2_000);
    expect([alice.connection.bufferedBytes, alice.drains]).toEqual([0, 1]);
  });

  it('[SM13] keeps what arrives at a sleeping host until it wakes, also that the far end closed', () => {
    const { clock, connected } = stage();
    const { alice, bob } = connected();
    bob.host.sleepUntil(clock.now() + 60_000);
    alice.connection.send(Uint8Array.of(1));
    clock.runFor(30_000);
    alice.connection.send(Uint8Array.of(2));
    alice.connection.close();
    clock.runFor(29_000);
    expect([bob.frames, bob.closed]).toEqual([[], undefined]);
    clock.runFor(2_000);
    expect(bob.frames.map(({ bytes }) => bytes[0])).toEqual([1, 2]);
    expect(bob.closed).toBe('ClosedByPeer');
  });

  it('[SM13] opens no connection with a sleeping host, which hears of that on waking', () => {
    const { clock, dial } = stage();
    const { alice, bob } = dial();
    clock.runFor(60);
    bob.host.sleepUntil(clock.now() + 60_000);
    clock.runFor(30_000);
    expect([alice.binding, alice.closed]).toEqual([undefined, 'ConnectionFailed']);
    expect([bob.binding, bob.closed]).toEqual([undefined, undefined]);
    clock.runFor(31_000);
    expect(bob.closed).toBe('ConnectionFailed');
  });

  it('[SM1] tells runs apart by one frame, by its time, its ends or its bytes', () => {
    const digestOf = (
      play: (pair: ReturnType<ReturnType<typeof stage>['connected']>, wait: () => void) => void,
    ): string => {
      const { clock, network, connected } = stage();
      const pair = connected();
      play(pair, () => clock.runFor(1));
      clock.runFor(1000);
      return network.digest;
    };
    const same = digestOf(({ alice }) => alice.connection.send(Uint8Array.of(1, 2, 3, 4, 5)));
    expect(digestOf(({ alice }) => alice.connection.send(Uint8Array.of(1, 2, 3, 4, 5)))).toBe(same);
    const others = [
      digestOf(() => undefined),
      digestOf(({ bob }) => bob.connection.send(Uint8Array.of(1, 2, 3, 4, 5))),
      digestOf(({ alice }) => alice.connection.send(Uint8Array.of(1, 2, 3, 4, 6))),
      digestOf(({ alice }) => alice.connection.send(Uint8Array.of(1, 2, 3, 5, 5))),
      digestOf(({ alice }, wait) => {
        wait();
        alice.connection.send(Uint8Array.of(1, 2, 3, 4, 5));
      }),
    ];
    expect(new Set([same, ...others]).size).toBe(6);
  });

  it('loses from now on the share of dials that was asked for', () => {
    const { clock, network, dial } = stage();
    network.loseDials(1);
    const { alice } = dial();
    clock.runFor(20_000);
    expect(alice.closed).toBe('ConnectionFailed');
  });

  it('loses the share of dials that was asked for', () => {
    const { clock, dial } = stage({ dialLoss: 0.3 });
    const pairs = Array.from({ length: 500 }, dial);
    clock.runFor(20_000);
    const opened = pairs.filter(({ alice }) => alice.binding).length;
    expect(opened).toBeGreaterThan(315);
    expect(opened).toBeLessThan(385);
    expect(pairs.filter(({ bob }) => bob.closed === 'ConnectionFailed')).toHaveLength(500 - opened);
  });

  it('never opens when one end was closed meanwhile', () => {
    const { clock, dial } = stage();
    const { alice, bob } = dial();
    clock.runFor(100);
    bob.connection.close();
    clock.runFor(20_000);
    expect(alice.binding).toBeUndefined();
    expect(alice.closed).toBe('ConnectionFailed');
    expect(bob.closed).toBeUndefined();
  });

  it('closes on a signal that mallory made up, and only that connection', () => {
    const bad = ['', 'nonsense', 'offer x', 'answer 1', `candidate ${'1'.repeat(MAX_SIGNAL_CHARS)}`, 'offer 999', '{}'];
    for (const signal of bad) {
      const { clock, connected } = stage();
      const mallory = connected();
      const carol = connected();
      mallory.bob.connection.acceptSignal(signal);
      expect(mallory.bob.closed, 'never from within the call').toBeUndefined();
      clock.runFor(1000);
      expect(mallory.bob.closed, signal).toBe('SignalRejected');
      expect(mallory.alice.closed).toBe('ClosedByPeer');
      expect([carol.alice.closed, carol.bob.closed]).toEqual([undefined, undefined]);
    }
  });

  it('closes on one candidate too many', () => {
    const { clock, connected } = stage();
    const { bob } = connected();
    // One came from alice already.
    for (let i = 0; i < 39; i++) bob.connection.acceptSignal('candidate 1');
    clock.runFor(1);
    expect(bob.closed).toBeUndefined();
    bob.connection.acceptSignal('candidate 1');
    clock.runFor(1);
    expect(bob.closed).toBe('SignalRejected');
  });
});
