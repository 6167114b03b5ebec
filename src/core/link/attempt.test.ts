/** Attempts between two ends over connections in memory, and mallory at the far end of one with frames of her own. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat } from '../base/bytes.ts';
import { createLateSigner } from '../testing/late-signer.ts';
import { createManualClock, type ManualClock } from '../testing/manual-clock.ts';
import { createTestNetwork, type TestHost, type TestNetwork } from '../testing/test-network.ts';
import { createTestPerson, inOrderOfId, type TestPerson } from '../testing/test-person.ts';
import { createTestRandom } from '../testing/test-random.ts';
import type { Connection, ConnectionObserver, Transport } from '../ports/transport.ts';
import { decodeFrame, encodeRecord, type WireRecord } from '../wire/records.ts';
import { decodeSignal, NONCE_BYTES, type SessionSignal } from '../wire/signal.ts';
import {
  ANSWER_TIMEOUT_MS,
  CONNECT_TIMEOUT_MS,
  FAILURE_LINGER_MS,
  MAX_PROOF_FRAME_BYTES,
  PROOF_TIMEOUT_MS,
  startAttempt,
  type Attempt,
  type AttemptDeps,
} from './attempt.ts';
import type { Proof, ProofDeps } from './proof.ts';

const SESSION = '0123456789abcdef';
const nonce = new Uint8Array(NONCE_BYTES).fill(9);
const connect: WireRecord = { type: 'Connect', degree: 0 };

interface Side {
  readonly attempt: Attempt;
  readonly host: TestHost;
  /** What happened, in order. */
  readonly events: string[];
  readonly signals: SessionSignal[];
  readonly heldFrames: Uint8Array[];
  readonly framesAfter: Uint8Array[];
  connection: Connection | undefined;
  proof: Proof | undefined;
}

interface Stage {
  readonly clock: ManualClock;
  readonly network: TestNetwork;
  /** `who` begins an attempt with `whom`; its signals lie in `signals` until a test carries them. */
  begin(
    who: TestPerson,
    whom: TestPerson,
    dialled: boolean,
    deps?: Partial<AttemptDeps>,
    session?: string,
    /** Whose fingerprint the transport promises instead of the one that the far end has described. */
    promised?: string,
  ): Side;
}

function createStage(): Stage {
  const clock = createManualClock();
  const network = createTestNetwork(clock);
  return {
    clock,
    network,
    begin(who, whom, dialled, deps = {}, session = SESSION, promised) {
      const host = network.addHost(who.name);
      const transport = promised === undefined ? host : promising(host, network.addHost(promised).fingerprint);
      const side: { -readonly [Key in keyof Side]: Side[Key] } = {
        attempt: undefined as unknown as Attempt,
        host,
        events: [],
        signals: [],
        heldFrames: [],
        framesAfter: [],
        connection: undefined,
        proof: undefined,
      };
      side.attempt = startAttempt(
        { ...who.deps, clock, transport, ...deps },
        who.local,
        { nodeId: whom.local.nodeId, dialled, session },
        {
          sendSignal: (text) => side.signals.push(decodeSignal(text)!),
          onProven(connection, proof, held) {
            side.events.push('Proven');
            side.heldFrames.push(...held);
            side.connection = connection;
            side.proof = proof;
            return {
              onFrame: (frame) => side.framesAfter.push(frame),
              onDrain: () => side.events.push('Drained'),
              onClosed: (reason) => side.events.push(reason),
            };
          },
          onFailed: (reason) => side.events.push(reason),
          onReleased: () => side.events.push('Released'),
        },
      );
      return side;
    },
  };
}

function promising(host: TestHost, remoteFingerprint: Uint8Array): Transport {
  return {
    connect(role, observer) {
      const connection = host.connect(role, observer);
      const promised = { localFingerprint: host.fingerprint, remoteFingerprint };
      return Object.defineProperty(connection, 'promised', { get: () => promised, set: () => undefined });
    },
  };
}

/** Carries signals between two sides until there are none. */
function carry(clock: ManualClock, a: Side, b: Side): void {
  clock.settle();
  while (a.signals.length > 0 || b.signals.length > 0) {
    for (const signal of a.signals.splice(0)) b.attempt.acceptSignal(signal);
    for (const signal of b.signals.splice(0)) a.attempt.acceptSignal(signal);
    clock.settle();
  }
}

const [first, second] = inOrderOfId(createTestPerson('alice'), createTestPerson('bob'));

const besiegedNonce = new Uint8Array(NONCE_BYTES).fill(8);
/** Draws always the same nonce, so that what was recorded belongs to the session. */
const drawing = (drawn: Uint8Array): Pick<AttemptDeps, 'random'> => ({
  random: { ...first.deps.random, bytes: () => drawn },
});

/** An attempt at the one end and, at the other, mallory with a bare connection. */
function besiege(deps: Partial<ProofDeps> = {}) {
  const stage = createStage();
  const alice = stage.begin(first, second, true, { ...drawing(besiegedNonce), ...deps });
  const heard: Uint8Array[] = [];
  const ofMallory: string[] = [];
  const observer: ConnectionObserver = {
    onSignal: (signal) => alice.attempt.acceptSignal({ kind: 'Answer', session: SESSION, nonce, signal }),
    onOpen: () => ofMallory.push('open'),
    onFrame: (frame) => heard.push(frame),
    onDrain: () => undefined,
    onClosed: (reason) => ofMallory.push(reason),
  };
  const mallory = stage.network.addHost('mallory').connect('answerer', observer);
  stage.clock.settle();
  for (const signal of alice.signals.splice(0)) if (signal.kind === 'Offer') mallory.acceptSignal(signal.signal);
  stage.clock.settle();
  const say = (...frames: readonly Uint8Array[]): void => {
    for (const frame of frames) mallory.send(frame);
    stage.clock.settle();
  };
  return { ...stage, alice, mallory, ofMallory, heard, say };
}

/** What the true second end says to the first, from Hello to Confirm, as it would in a proof of its own with that nonce. */
function recordedFrames(): readonly Uint8Array[] {
  const { clock, begin } = createStage();
  const a = begin(first, second, true, drawing(besiegedNonce));
  const b = begin(second, first, false, drawing(nonce));
  carry(clock, a, b);
  return b.host.connections[0]!.open!.sent;
}

describe('an attempt', () => {
  it.each([
    ['smaller', first, second],
    ['larger', second, first],
  ])('[LK1, PF2, SG1] ends as a proven link when the end with the %s ID dialled', (_what, who, whom) => {
    const { clock, begin } = createStage();
    const [a, b] = [begin(who, whom, true), begin(whom, who, false)];
    carry(clock, a, b);
    expect([a.events, b.events]).toEqual([['Proven'], ['Proven']]);
    expect([a.proof?.nodeId, b.proof?.nodeId]).toEqual([whom.local.nodeId, who.local.nodeId]);
    expect([a, b].map(({ attempt }) => [attempt.isLive, attempt.dialled, attempt.isOfferer])).toEqual([
      [false, true, true],
      [false, false, false],
    ]);
  });

  it('[SG1] both dialled: the offer of the end with the smaller ID stands, the other end answers it', () => {
    const { clock, begin } = createStage();
    const [a, b] = [begin(first, second, true, {}, 'a'.repeat(16)), begin(second, first, true, {}, 'b'.repeat(16))];
    carry(clock, a, b);
    expect([a.events, b.events]).toEqual([['Proven'], ['Proven']]);
    expect([a, b].map(({ attempt }) => [attempt.dialled, attempt.isOfferer, attempt.session])).toEqual([
      [true, true, 'a'.repeat(16)],
      [true, false, 'a'.repeat(16)],
    ]);
    expect(a.host.connections.map(({ role }) => role)).toEqual(['offerer']);
    expect(b.host.connections.map(({ role, isClosed }) => [role, isClosed])).toEqual([
      ['offerer', true],
      ['answerer', false],
    ]);
  });

  it('[SG1] an offer that was answered does not yield any more', () => {
    const { alice, clock } = besiege();
    const late = { kind: 'Offer', session: 'f'.repeat(16), nonce, signal: 'offer 0' } as const;
    alice.attempt.acceptSignal(late);
    clock.settle();
    expect([alice.host.connections.length, alice.attempt.session, alice.signals]).toEqual([1, SESSION, []]);
  });

  it('[PF2] with what the transport promises, it begins the proof while the connection opens', () => {
    const { clock, begin } = createStage();
    const started: string[] = [];
    const pakeOf = (who: TestPerson, name: string): Partial<AttemptDeps> => ({
      pake: {
        start(input) {
          started.push(name);
          return who.deps.pake.start(input);
        },
      },
    });
    const [a, b] = [
      begin(first, second, true, pakeOf(first, 'offerer')),
      begin(second, first, false, pakeOf(second, 'answerer')),
    ];
    clock.settle();
    for (const signal of a.signals.splice(0)) b.attempt.acceptSignal(signal);
    clock.settle();
    expect([started, b.host.connections[0]!.open]).toEqual([['answerer'], undefined]);
    for (const signal of b.signals.splice(0)) a.attempt.acceptSignal(signal);
    expect(started).toEqual(['answerer', 'offerer']);
    carry(clock, a, b);
    expect([a.events, b.events, started.length]).toEqual([['Proven'], ['Proven'], 2]);
  });

  it('[PF4] a promise that the open connection does not keep counts for nothing', () => {
    const { clock, begin } = createStage();
    const [a, b] = [
      begin(first, second, true, {}, SESSION, 'mallory'),
      begin(second, first, false, {}, SESSION, 'mallory'),
    ];
    carry(clock, a, b);
    // The proof is about what is there, not about what was said.
    expect([a.events, b.events]).toEqual([['Proven'], ['Proven']]);
  });

  it.each(['Offer', 'Answer'] as const)(
    '[PF3] a nonce changed on its way with the %s: no end has guessed, none has confirmed',
    (changed) => {
      const { clock, begin } = createStage();
      const [a, b] = [begin(first, second, true), begin(second, first, false)];
      const change = (signal: SessionSignal): SessionSignal =>
        signal.kind === changed ? { ...signal, nonce } : signal;
      clock.settle();
      for (const signal of a.signals.splice(0)) b.attempt.acceptSignal(change(signal));
      clock.settle();
      for (const signal of b.signals.splice(0)) a.attempt.acceptSignal(change(signal));
      clock.settle();
      expect([a.events, b.events]).toEqual([
        ['Malformed', 'Released'],
        ['Malformed', 'Released'],
      ]);
      for (const { host } of [a, b]) expect(host.connections[0]!.open!.sent).toHaveLength(2);
    },
  );

  it('[SG1] a connection whose offer has yielded describes this end no more', () => {
    const { clock, network, begin } = createStage();
    const observers: ConnectionObserver[] = [];
    const host = network.addHost('bob');
    const transport: Transport = {
      connect(role, observer) {
        observers.push(observer);
        return host.connect(role, observer);
      },
    };
    const b = begin(second, first, true, { transport }, 'b'.repeat(16));
    b.attempt.acceptSignal({ kind: 'Offer', session: SESSION, nonce, signal: 'offer 99' });
    observers[0]!.onSignal('offer of the closed one');
    clock.settle();
    expect(b.signals).toMatchObject([{ kind: 'Answer', session: SESSION, signal: 'answer 99 1' }]);
  });

  it('[LK1] hands over what comes after the proof, and the end of the connection', () => {
    const { clock, begin } = createStage();
    const [a, b] = [begin(first, second, true), begin(second, first, false)];
    carry(clock, a, b);
    a.connection!.send(encodeRecord(connect));
    clock.settle();
    expect(b.framesAfter).toEqual([encodeRecord(connect)]);
    a.connection!.close();
    clock.settle();
    expect(b.events).toEqual(['Proven', 'ClosedByPeer']);
    // Over is over: neither time nor signals change anything.
    b.attempt.close();
    clock.advance(60_000);
    b.attempt.tick();
    b.attempt.acceptSignal({ kind: 'Busy', session: SESSION });
    expect(b.events).toEqual(['Proven', 'ClosedByPeer']);
  });

  it('[LK1] an offer nobody answers fails after 5 s', () => {
    const { clock, begin } = createStage();
    const a = begin(first, second, true);
    clock.settle();
    expect(a.signals).toMatchObject([{ kind: 'Offer', session: SESSION, signal: 'offer 0' }]);
    expect(ANSWER_TIMEOUT_MS).toBe(5_000);
    clock.advance(ANSWER_TIMEOUT_MS - 1);
    a.attempt.tick();
    expect([a.events, a.attempt.isLive]).toEqual([[], true]);
    clock.advance(1);
    a.attempt.tick();
    expect(a.events).toEqual(['NoAnswer', 'Released']);
    expect(a.host.connections[0]!.isClosed).toBe(true);
  });

  it.each([
    ['offers and is answered late', true],
    ['answers', false],
  ])('[LK1] an end that %s gives connecting up after 15 s', (_what, offers) => {
    const { clock, network, begin } = createStage();
    const host = network.addHost('alice');
    // An end that takes every signal and never opens.
    const deaf: Transport = {
      connect: (role, observer) => Object.assign(host.connect(role, observer), { acceptSignal: () => undefined }),
    };
    const side = begin(first, second, offers, { transport: deaf }, SESSION);
    if (offers) clock.advance(ANSWER_TIMEOUT_MS - 1);
    side.attempt.acceptSignal({ kind: offers ? 'Answer' : 'Offer', session: SESSION, nonce, signal: 'anything' });
    expect(CONNECT_TIMEOUT_MS).toBe(15_000);
    clock.advance(CONNECT_TIMEOUT_MS - 1);
    side.attempt.tick();
    expect(side.events).toEqual([]);
    clock.advance(1);
    side.attempt.tick();
    expect(side.events).toEqual(['ConnectTimedOut', 'Released']);
    expect(host.connections[0]!.isClosed).toBe(true);
  });

  it('[LK1] an end that proves nothing has 10 s', () => {
    const { clock, alice, ofMallory } = besiege();
    expect(PROOF_TIMEOUT_MS).toBe(10_000);
    clock.advance(PROOF_TIMEOUT_MS - 1);
    alice.attempt.tick();
    expect(alice.events).toEqual([]);
    clock.advance(1);
    alice.attempt.tick();
    clock.settle();
    expect([alice.events, ofMallory]).toEqual([
      ['ProofTimedOut', 'Released'],
      ['open', 'ClosedByPeer'],
    ]);
  });

  it('[LK1] tells why the connection did not come about', () => {
    const { clock, begin } = createStage();
    const a = begin(first, second, true);
    clock.settle();
    a.host.connections[0]!.fail('ConnectionFailed');
    expect(a.events).toEqual(['ConnectionFailed', 'Released']);
    const b = begin(first, second, true);
    b.attempt.acceptSignal({ kind: 'Answer', session: SESSION, nonce, signal: 'nonsense' });
    expect(b.events).toEqual(['SignalRejected', 'Released']);
  });

  it('[SG4] Busy ends an attempt that goes by its session and has no connection yet', () => {
    const { clock, begin } = createStage();
    const b = begin(second, first, true);
    b.attempt.acceptSignal({ kind: 'Busy', session: 'f'.repeat(16) });
    expect(b.events).toEqual([]);
    b.attempt.acceptSignal({ kind: 'Busy', session: SESSION });
    expect(b.events).toEqual(['Busy', 'Released']);
    clock.settle();

    const { alice } = besiege();
    alice.attempt.acceptSignal({ kind: 'Busy', session: SESSION });
    expect(alice.events).toEqual([]);
  });

  it('closed by its owner, it lets go of the connection and says no more than that', () => {
    const { clock, alice, ofMallory } = besiege();
    alice.attempt.close();
    alice.attempt.close();
    clock.settle();
    expect([alice.events, ofMallory]).toEqual([['Released'], ['open', 'ClosedByPeer']]);
  });
});

describe('before the proof', () => {
  const frames = recordedFrames();

  it('[LK2] nothing leaves but Hello and Share', () => {
    const { heard } = besiege();
    expect(heard.map((frame) => decodeFrame(frame))).toMatchObject([
      { ok: true, value: [{ type: 'Hello' }] },
      { ok: true, value: [{ type: 'Share' }] },
    ]);
  });

  it('[LK2, SG2] no connection opens, and nothing leaves, on a description that came as any other signal', () => {
    const { clock, begin } = createStage();
    const [a, b] = [begin(first, second, true), begin(second, first, false)];
    clock.settle();
    for (const signal of a.signals.splice(0)) b.attempt.acceptSignal(signal);
    clock.settle();
    for (const signal of b.signals.splice(0))
      if (signal.kind === 'Answer')
        a.attempt.acceptSignal({ kind: 'Transport', session: SESSION, signal: signal.signal });
    clock.settle();
    expect([a.events, a.host.connections[0]!.open]).toEqual([[], undefined]);
  });

  it.each<[string, readonly Uint8Array[]]>([
    ['an empty frame', [new Uint8Array(0)]],
    ['noise', [createTestRandom('noise').bytes(100)]],
    ['a frame of 1,025 bytes', [new Uint8Array(MAX_PROOF_FRAME_BYTES + 1)]],
    [
      'two records in one frame',
      [concat(frames[0]!, encodeRecord({ type: 'Share', share: new Uint8Array(32).fill(1) }))],
    ],
    ['a frame cut short', [frames[0]!.subarray(0, -1)]],
    ['a frame with a byte behind the record', [concat(frames[0]!, Uint8Array.of(0))]],
    ['a greeting', [encodeRecord(connect)]],
    ['a greeting after Hello', [frames[0]!, encodeRecord(connect)]],
    ['a farewell', [encodeRecord({ type: 'Disconnect', reason: 'LeavingMesh', referrals: [] })]],
    ['a ping', [encodeRecord({ type: 'Ping', degree: 1, hungry: true })]],
    ['a signal to be passed on', [encodeRecord({ type: 'SignalTo', to: second.local.nodeId, signal: 'C' })]],
    ['a hand-over', [frames[0]!, encodeRecord({ type: 'HandOver', nodeId: second.local.nodeId })]],
    ['a digest', [encodeRecord({ type: 'Digest', isWhole: true, presences: [], holdings: [] })]],
    ['a fragment that holds a Hello', [encodeRecord({ type: 'Fragment', last: true, bytes: frames[0]! })]],
    [
      'a message',
      [
        frames[0]!,
        encodeRecord({
          type: 'Flood',
          hops: 0,
          hopLimit: 64,
          tree: undefined,
          envelope: { bytes: frames[0]!, signature: new Uint8Array(64) },
        }),
      ],
    ],
    ['Share before Hello', [frames[1]!]],
    ['Hello twice', [frames[0]!, frames[0]!]],
  ])('[LK2] %s closes the link and is not answered', (_what, said) => {
    const { alice, mallory, ofMallory, heard, clock } = besiege();
    const inject = mallory as unknown as { open: { inject(frame: Uint8Array): void } };
    for (const frame of said) inject.open.inject(frame);
    clock.settle();
    expect([alice.events, ofMallory]).toEqual([
      ['Malformed', 'Released'],
      ['open', 'ClosedByPeer'],
    ]);
    expect(heard).toHaveLength(2);
  });

  it('[LK2] only that link closes: another attempt of the same node goes on to its proof', () => {
    const { clock, begin, alice, say } = besiege();
    const carol = createTestPerson('carol');
    const [low, high] = inOrderOfId(first, carol);
    const [a, b] = [begin(low, high, true), begin(high, low, false)];
    say(createTestRandom('noise').bytes(100));
    carry(clock, a, b);
    expect([alice.events, a.events, b.events]).toEqual([['Malformed', 'Released'], ['Proven'], ['Proven']]);
  });

  it('[LK2] four frames of 1,024 bytes are borne, the fourth unread while a signature is checked; a fifth is not', () => {
    for (const extraFrames of [1, 2]) {
      const { clock, begin } = createStage();
      const late = createLateSigner(first.deps.signer);
      const a = begin(first, second, true, { signer: { ...first.deps.signer, verify: late.verify } });
      const b = begin(second, first, false);
      carry(clock, a, b);
      expect([a.events, b.events]).toEqual([[], ['Proven']]);
      const large = new Uint8Array(MAX_PROOF_FRAME_BYTES);
      for (let i = 0; i < extraFrames; i++) b.connection!.send(large);
      clock.settle();
      late.release();
      expect(a.events).toEqual(extraFrames === 1 ? ['Proven'] : ['Malformed', 'Released']);
      if (extraFrames === 1) expect(a.heldFrames).toEqual([large]);
    }
  });

  it('[LK2] of frames that are held, one of 1,025 bytes is too much', () => {
    const { clock, begin } = createStage();
    const late = createLateSigner(first.deps.signer);
    const a = begin(first, second, true, { signer: { ...first.deps.signer, verify: late.verify } });
    const b = begin(second, first, false);
    carry(clock, a, b);
    b.connection!.send(new Uint8Array(MAX_PROOF_FRAME_BYTES + 1));
    clock.settle();
    late.release();
    expect(a.events).toEqual(['Malformed', 'Released']);
    expect(a.proof).toBeUndefined();
  });

  it('[LK2, PF2] noise, changed records and replays never prove anything', () => {
    const noise = fc.uint8Array({ minLength: 1, maxLength: 200 });
    const changed = fc
      .tuple(fc.nat({ max: 2 }), fc.nat(), fc.integer({ min: 1, max: 255 }))
      .map(([which, at, change]) => {
        const frame = frames[which]!.slice();
        frame[at % frame.length]! ^= change;
        return frame;
      });
    const replay = fc.nat({ max: 2 }).map((which) => frames[which]!);
    fc.assert(
      fc.property(fc.array(fc.oneof(noise, changed, replay), { minLength: 1, maxLength: 6 }), (said) => {
        const { alice, heard, say } = besiege();
        say(...said);
        expect(alice.events).not.toContain('Proven');
        expect(heard.length).toBeLessThanOrEqual(3);
        // Whoever has not failed is still within the order of the proof.
        if (alice.events.length === 0) expect(said.length).toBeLessThanOrEqual(2);
      }),
      { seed: 1, numRuns: 3000 },
    );
  });
});

describe('a password that does not fit', () => {
  const [low, high] = inOrderOfId(createTestPerson('alice'), createTestPerson('mallory', { password: 'another' }));

  function meet() {
    const stage = createStage();
    const [a, b] = [stage.begin(low, high, true), stage.begin(high, low, false)];
    carry(stage.clock, a, b);
    return { ...stage, a, b };
  }

  it('[LK3, PF7] is told at both ends, and the connection stays for a second', () => {
    const { clock, a, b } = meet();
    expect([a.events, b.events]).toEqual([['AnotherPassword'], ['AnotherPassword']]);
    expect(a.attempt.isLive).toBe(false);
    expect(FAILURE_LINGER_MS).toBe(1_000);
    clock.advance(FAILURE_LINGER_MS - 1);
    a.attempt.tick();
    expect(a.host.connections[0]!.isClosed).toBe(false);
    clock.advance(1);
    a.attempt.tick();
    expect([a.events, a.host.connections[0]!.isClosed]).toEqual([['AnotherPassword', 'Released'], true]);
    clock.settle();
    expect(b.events).toEqual(['AnotherPassword', 'Released']);
  });

  it('[LK3] nothing is read in that time', () => {
    const { clock, a, b } = meet();
    const open = b.host.connections[0]!.open!;
    for (const frame of [...recordedFrames(), encodeRecord(connect), new Uint8Array(2_000)]) open.send(frame);
    clock.settle();
    expect([a.events, a.framesAfter, a.heldFrames]).toEqual([['AnotherPassword'], [], []]);
  });

  it('[LK3] a failure of another kind closes at once', () => {
    const { alice, say, ofMallory } = besiege();
    say(encodeRecord(connect));
    expect(alice.events).toEqual(['Malformed', 'Released']);
    expect(ofMallory).toEqual(['open', 'ClosedByPeer']);
  });

  it.each(['ClosedByPeer', 'ConnectionFailed'] as const)(
    '[PF7] a far end that is gone (%s) once it has our confirmation has guessed',
    (reason) => {
      const { clock, begin } = createStage();
      const [a, b] = [begin(low, high, true), begin(high, low, false)];
      // mallory keeps her confirmation to herself.
      const connection = (): NonNullable<TestHost['connections'][number]['open']> => b.host.connections[0]!.open!;
      clock.settle();
      for (const signal of a.signals.splice(0)) b.attempt.acceptSignal(signal);
      clock.settle();
      for (const signal of b.signals.splice(0)) a.attempt.acceptSignal(signal);
      connection().tamper = (frame) => (frame.length > 100 ? [] : [frame]);
      clock.settle();
      expect(a.events).toEqual([]);
      a.host.connections[0]!.open!.fail(reason);
      expect(a.events).toEqual(['ConfirmationMissing', 'Released']);
    },
  );

  it.each<[string, (scene: ReturnType<typeof besiege>) => void]>([
    ['sends something else', ({ mallory }) => mallory.send(Uint8Array.of(0xff))],
    ['sends the wrong record', ({ say }) => say(recordedFrames()[0]!)],
    ['makes this end give the attempt up', ({ alice }) => alice.attempt.close()],
  ])('[PF7] and so has one that %s', (_, act) => {
    const frames = recordedFrames();
    const scene = besiege();
    scene.say(frames[0]!, frames[1]!);
    scene.clock.settle();
    act(scene);
    scene.clock.settle();
    expect(scene.alice.events).toEqual(['ConfirmationMissing', 'Released']);
  });

  it('[PF7] and so has one that keeps silent from there on', () => {
    const frames = recordedFrames();
    const { clock, alice, say } = besiege();
    say(frames[0]!, frames[1]!);
    clock.advance(PROOF_TIMEOUT_MS);
    alice.attempt.tick();
    expect(alice.events).toEqual(['ConfirmationMissing', 'Released']);
  });

  it('[PF7] one that is gone before has not', () => {
    const frames = recordedFrames();
    const { clock, alice, mallory, say } = besiege();
    say(frames[0]!);
    mallory.close();
    clock.settle();
    expect(alice.events).toEqual(['ClosedByPeer', 'Released']);
  });
});

describe('mallory between two ends', () => {
  /** Two connections that end at mallory, who passes every frame on, both ways. */
  function relay(passwords: readonly [string, string]) {
    const { clock, network, begin } = createStage();
    const [low, high] = inOrderOfId(
      createTestPerson('alice', { isReal: true, password: passwords[0] }),
      createTestPerson('bob', { isReal: true, password: passwords[1] }),
    );
    const [a, b] = [begin(low, high, true), begin(high, low, false)];
    const host = network.addHost('mallory');
    let passed = 0;
    const ends: Connection[] = [];
    const early: Uint8Array[][] = [[], []];
    const open = [false, false];
    const said: string[][] = [[], []];
    const observer = (own: 0 | 1, other: 0 | 1): ConnectionObserver => ({
      onSignal: (signal) => said[own]!.push(signal),
      onOpen() {
        open[own] = true;
        for (const frame of early[own]!) ends[own]!.send(frame);
      },
      onFrame(frame) {
        passed += 1;
        if (open[other]) ends[other]!.send(frame);
        else early[other]!.push(frame);
      },
      onDrain: () => undefined,
      onClosed: () => ends[other]!.close(),
    });
    ends.push(host.connect('answerer', observer(0, 1)), host.connect('offerer', observer(1, 0)));
    clock.settle();
    // She passes on the nonces too: only the fingerprints tell.
    const offer = a.signals[0] as Extract<SessionSignal, { kind: 'Offer' | 'Answer' }>;
    ends[0]!.acceptSignal(offer.signal);
    b.attempt.acceptSignal({ ...offer, signal: said[1]![0]! });
    clock.settle();
    const answer = b.signals[0] as typeof offer;
    ends[1]!.acceptSignal(answer.signal);
    a.attempt.acceptSignal({ ...answer, signal: said[0]![0]! });
    clock.settle();
    return { a, b, passed: () => passed };
  }

  it.each([
    ['both know the password', ['right', 'right']],
    ['one knows another', ['right', 'wrong']],
    ['neither knows it', ['wrong', 'other']],
  ] as const)('[PF4] passes on all that is said: no proof where %s', (_what, passwords) => {
    const { a, b, passed } = relay(passwords);
    // Three frames each way: she kept nothing back.
    expect(passed()).toBe(6);
    expect([a.events, b.events]).toEqual([['AnotherPassword'], ['AnotherPassword']]);
  });

  it('[PF2, PF4] without her the same two prove it, with CPace and Ed25519', () => {
    const { clock, begin } = createStage();
    const [low, high] = inOrderOfId(
      createTestPerson('alice', { isReal: true }),
      createTestPerson('bob', { isReal: true }),
    );
    const [a, b] = [begin(low, high, true), begin(high, low, false)];
    carry(clock, a, b);
    expect([a.events, b.events]).toEqual([['Proven'], ['Proven']]);
  });
});
