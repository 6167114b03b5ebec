/**
 * A neighbour that has proven the password and then breaks the rules: whatever it sends is bounded, costs it its own
 * link at most, and the others go on talking.
 */
import { describe, expect, it } from 'vitest';
import { utf8 } from '../../src/core/base/bytes.ts';
import type { NodeId } from '../../src/core/base/ids.ts';
import { HAND_OVERS, PASSED_ATTEMPTS } from '../../src/core/mesh/maintainer.ts';
import { PULLS } from '../../src/core/mesh/catch-up.ts';
import { MAX_PULLED } from '../../src/core/mesh/repair.ts';
import { PASSED_SIGNALS } from '../../src/core/mesh/node.ts';
import { SEEN_LIFETIME_MS } from '../../src/core/mesh/seen-set.ts';
import { MAX_INBOUND_ATTEMPTS } from '../../src/core/mesh/signalling.ts';
import { RELAYED_ENVELOPES } from '../../src/core/mesh/flood.ts';
import { MAX_FRAME_BYTES } from '../../src/core/ports/transport.ts';
import {
  encodeBody,
  ItemKind,
  nodeIdOf,
  signedMessage,
  type Item,
  type SignedEnvelope,
} from '../../src/core/wire/envelope.ts';
import {
  encodeRecord,
  encodeSuspicion,
  MAX_DIGEST_ENTRIES,
  MAX_ENVELOPE_BYTES,
  MAX_HOPS,
  MAX_SUSPECTS,
  type LinkRecord,
} from '../../src/core/wire/records.ts';
import { encodeSignal, NONCE_BYTES, type SessionSignal } from '../../src/core/wire/signal.ts';
import { CHAT, createMesh, MESH_ID, type Mesh, type Tab } from './mesh.ts';

interface Scene {
  readonly mesh: Mesh;
  readonly alice: Tab;
  readonly bob: Tab;
  readonly carol: Tab;
  readonly mallory: Tab;
}

/** Four tabs, all linked to all. */
function setUp(): Scene {
  const mesh = createMesh();
  const [alice, bob, carol, mallory] = mesh.openAll(['alice', 'bob', 'carol', 'mallory']);
  mesh.run(10_000);
  for (const tab of [alice, bob, carol]) tab.received(mallory);
  expect(alice.neighbours()).toEqual(['bob', 'carol', 'mallory']);
  return { mesh, alice, bob, carol, mallory };
}

/** The honest hear each other, each line once, and are linked to one another. */
function expectTalk({ mesh, alice, bob, carol }: Scene): void {
  const honest = [alice, bob, carol];
  const before = honest.map((tab) => tab.texts().length);
  const lines = honest.map((tab) => `${tab.name} at ${mesh.clock.now()}`);
  honest.forEach((tab, index) => tab.say(lines[index]!));
  mesh.run(2_000);
  honest.forEach((tab, index) => {
    const heard = tab.texts().slice(before[index]);
    expect(heard.filter((line) => lines.includes(line)).sort()).toEqual(lines.filter((_, other) => other !== index));
    for (const other of honest) {
      if (other !== tab) expect(tab.neighbours()).toContain(other.name);
    }
  });
}

/** Envelopes of an identity that mallory made up, signed as its key signs. */
function createForger(mallory: Tab, epoch = new Uint8Array(8).fill(7)) {
  let sequence = 0;
  return {
    nodeId: nodeIdOf(mallory.signer.publicKey, epoch),
    sign(items: readonly Item[], originKey = mallory.signer.publicKey): SignedEnvelope {
      sequence += 1;
      const bytes = encodeBody({ originKey, epoch, sequence, stamp: { wallMs: 0, counter: 0 }, items });
      let signature = new Uint8Array();
      mallory.signer.sign(signedMessage(MESH_ID, bytes), (made) => (signature = made as Uint8Array<ArrayBuffer>));
      return { bytes, signature };
    },
  };
}

const message = (text: string): Item => ({ kind: ItemKind.Message, path: CHAT, payload: utf8(text) });
const presence: Item = { kind: ItemKind.Presence, path: '', payload: new Uint8Array() };
const flood = (envelope: SignedEnvelope): LinkRecord => ({
  type: 'Flood',
  hops: 0,
  hopLimit: MAX_HOPS,
  tree: undefined,
  envelope,
});
const ghost = (number: number): NodeId => (number + 1).toString(16).padStart(32, 'f') as NodeId;
/** A signal as of an attempt of the ghost's own; the offer is of an end that there is not. */
const ofGhost = (number: number, kind: 'Offer' | 'Transport'): { from: NodeId; signal: string } => {
  const session = number.toString(16).padStart(16, '0');
  const signal: SessionSignal =
    kind === 'Offer'
      ? { kind, session, nonce: new Uint8Array(NONCE_BYTES).fill(number), signal: 'offer 999999999' }
      : { kind, session, signal: 'nonsense' };
  return { from: ghost(number), signal: encodeSignal(signal) };
};
const closings = (tab: Tab): string[] => tab.facts.filter((fact) => fact.startsWith('neighbourClosed'));

describe('a hostile neighbour', () => {
  it.each<[string, Uint8Array]>([
    ['that does not parse', Uint8Array.of(0xff, 0x00)],
    ['of an unknown type', Uint8Array.of(0x81, 0x18, 0x63)],
    ['of the proof', encodeRecord({ type: 'Share', share: new Uint8Array(32) })],
    ['that nests without end', new Uint8Array(MAX_FRAME_BYTES).fill(0x81)],
    ['of too many records', new Uint8Array(2_050).fill(0x80)],
  ])('[LN2] a frame %s closes that link only', (_, frame) => {
    const scene = setUp();
    const { mesh, alice, bob, mallory } = scene;
    mallory.forge(alice, frame);
    mesh.run(200);
    expect(closings(alice)).toEqual(['neighbourClosed mallory Malformed']);
    expect(closings(bob)).toEqual([]);
    expectTalk(scene);
  });

  it.each<[string, LinkRecord]>([
    ['Connect', { type: 'Connect', degree: 0 }],
    ['Welcome', { type: 'Welcome', degree: 0, referrals: [] }],
  ])('[NB1, LN2] %s from a neighbour closes that link only', (_, record) => {
    const scene = setUp();
    const { mesh, alice, mallory } = scene;
    mallory.forge(alice, record);
    mesh.run(200);
    expect(closings(alice)).toEqual(['neighbourClosed mallory InvalidNeighbor']);
    expectTalk(scene);
  });

  it('[FL4] the third bad signature closes the link; nothing of it was shown or passed on', () => {
    const scene = setUp();
    const { mesh, alice, bob, mallory } = scene;
    const forger = createForger(mallory);
    for (let count = 1; count <= 3; count++) {
      expect(closings(alice)).toEqual([]);
      const { bytes, signature } = forger.sign([message('forged')]);
      mallory.forge(alice, flood({ bytes, signature: signature.map((byte) => byte ^ 1) }));
      mesh.run(200);
    }
    expect(closings(alice)).toEqual(['neighbourClosed mallory InvalidNeighbor']);
    expect([alice.texts(), bob.texts(), bob.node.counters.invalidReceived]).toEqual([[], [], 0]);
    expectTalk(scene);
  });

  it('[FL4] nobody can speak in the name of another', () => {
    const scene = setUp();
    const { mesh, alice, bob, carol, mallory } = scene;
    const forger = createForger(mallory);
    for (let count = 0; count < 3; count++) {
      mallory.forge(alice, flood(forger.sign([message('I am bob')], bob.signer.publicKey)));
    }
    mesh.run(200);
    expect(closings(alice)).toEqual(['neighbourClosed mallory InvalidNeighbor']);
    for (const tab of [alice, bob, carol]) expect(tab.texts()).toEqual([]);
    expectTalk(scene);
  });

  it('[FL4, PR4] nobody can have another leave, or tell its presence', () => {
    const scene = setUp();
    const { mesh, alice, bob, mallory } = scene;
    const forger = createForger(mallory);
    for (const kind of [ItemKind.Leaving, ItemKind.Presence] as const) {
      mallory.forge(alice, flood(forger.sign([{ ...presence, kind }], bob.signer.publicKey)));
    }
    mesh.run(10_000);
    expect(alice.members()).toEqual(['alice', 'bob', 'carol', 'mallory']);
    expectTalk(scene);
  });

  it('[EN5, LN4] an envelope beyond 64 KiB closes the link, in as many fragments as it comes', () => {
    const scene = setUp();
    const { mesh, alice, mallory } = scene;
    const whole = encodeRecord(flood({ bytes: new Uint8Array(MAX_ENVELOPE_BYTES + 1), signature: new Uint8Array(64) }));
    for (let at = 0; at < whole.length; at += 16_000) {
      const bytes = whole.subarray(at, at + 16_000);
      mallory.forge(alice, { type: 'Fragment', last: at + 16_000 >= whole.length, bytes });
    }
    mesh.run(1_000);
    expect(closings(alice)).toEqual(['neighbourClosed mallory Malformed']);
    expectTalk(scene);
  });

  it('[LN4] fragments that never end close the link', () => {
    const scene = setUp();
    const { mesh, alice, mallory } = scene;
    for (let i = 0; i < 40; i++) mallory.forge(alice, { type: 'Fragment', last: false, bytes: new Uint8Array(8_000) });
    mesh.run(1_000);
    expect(closings(alice)).toEqual(['neighbourClosed mallory Malformed']);
    expectTalk(scene);
  });

  it('[FL7] a flood beyond the quota is dropped, and keeps nobody else from being heard', () => {
    const scene = setUp();
    const { mesh, alice, bob, mallory } = scene;
    const forger = createForger(mallory);
    for (let second = 0; second < 5; second++) {
      for (let i = 0; i < 600; i++) mallory.forge(alice, flood(forger.sign([message('spam')])));
      mesh.run(1_000);
      expectTalk(scene);
    }
    const spam = (tab: Tab): number => tab.texts().filter((text) => text === 'spam').length;
    // Each second took three: one of the flood, two of the talk after it.
    const most = RELAYED_ENVELOPES.burst + 15 * RELAYED_ENVELOPES.perSecond;
    expect(spam(alice)).toBeGreaterThanOrEqual(RELAYED_ENVELOPES.burst);
    expect(spam(alice)).toBeLessThanOrEqual(most);
    expect(spam(bob)).toBeLessThanOrEqual(spam(alice));
  });

  it('[LN2] more bytes than a neighbour may send close the link', () => {
    const scene = setUp();
    const { mesh, alice, mallory } = scene;
    const digest: LinkRecord = {
      type: 'Digest',
      isWhole: true,
      presences: Array.from({ length: 800 }, (_, index) => ({ nodeId: ghost(index), sequence: 1 })),
      holdings: [],
    };
    for (let i = 0; i < 700; i++) mallory.forge(alice, digest);
    mesh.run(3_000);
    expect(closings(alice)).toEqual(['neighbourClosed mallory BudgetExceeded']);
    expectTalk(scene);
  });

  it('[FL3] what was forgotten is not shown again when it is replayed', () => {
    const scene = setUp();
    const { mesh, alice, bob, carol, mallory } = scene;
    alice.say('once');
    mesh.run(1_000);
    const [recorded] = [alice, bob, carol].flatMap((tab) =>
      mallory.received(tab).filter(({ type }) => type === 'Flood'),
    );
    mesh.run(SEEN_LIFETIME_MS + 60_000);
    for (const tab of [alice, bob, carol]) tab.say('later');
    mesh.run(1_000);
    for (const tab of [alice, bob, carol]) mallory.forge(tab, recorded!);
    mesh.run(1_000);
    expect(bob.texts()).toEqual(['once', 'later', 'later']);
    expect(alice.texts()).toEqual(['later', 'later']);
    expectTalk(scene);
  });

  it('[FL9] mallory says yes to alice and no to bob: all know, and each has heard one of them', () => {
    const scene = setUp();
    const { mesh, alice, bob, carol, mallory } = scene;
    const [told, denied] = ['yes', 'no'].map((text) => createForger(mallory).sign([message(text)])) as [
      SignedEnvelope,
      SignedEnvelope,
    ];
    const seen = new Map<string, string[]>();
    for (const { name, node } of [alice, bob, carol]) {
      node.on('equivocation', ({ sequence, statements }) =>
        seen.set(name, [
          `${sequence}`,
          ...statements.flatMap(({ messages }) => messages.map(({ payload }) => new TextDecoder().decode(payload))),
        ]),
      );
    }
    mallory.forge(alice, flood(told));
    mallory.forge(bob, flood(denied));
    mesh.run(2_000);
    expect([...seen.keys()].sort()).toEqual(['alice', 'bob', 'carol']);
    for (const { name, texts } of [alice, bob, carol]) {
      expect(texts()).toHaveLength(1);
      expect(seen.get(name)).toEqual(['1', texts()[0], texts()[0] === 'yes' ? 'no' : 'yes']);
    }
    expectTalk(scene);
  });

  it('[CU4] of 5,000 digests a few are answered', () => {
    const scene = setUp();
    const { mesh, alice, mallory } = scene;
    alice.say('hello');
    mesh.run(30_000);
    mallory.received(alice);
    const sent = alice.node.counters.envelopesSent;
    const empty: LinkRecord = { type: 'Digest', isWhole: true, presences: [], holdings: [] };
    for (let i = 0; i < 5_000; i++) mallory.forge(alice, empty);
    mesh.run(1_000);
    const answered = mallory.received(alice).filter(({ type }) => type === 'Flood').length;
    expect(answered).toBeGreaterThan(0);
    expect(answered).toBeLessThanOrEqual(3 * 5);
    expect(alice.node.counters.envelopesSent - sent).toBe(answered);
    expectTalk(scene);
  });

  it('[CU6] who holds all there ever was, and gives nothing, is asked three times a minute; others are heard all the same', () => {
    const scene = setUp();
    const { mesh, alice, bob, mallory } = scene;
    const ranges = [{ from: 1, to: 2 ** 40 }];
    const origins = [bob.node.nodeId, ...Array.from({ length: 200 }, (_, index) => ghost(index))];
    const digest: LinkRecord = {
      type: 'Digest',
      isWhole: true,
      presences: [],
      holdings: origins.map((origin) => ({ origin, ranges })),
    };
    mallory.received(alice);
    let asked = 0;
    for (let second = 0; second < 60; second++) {
      mallory.forge(alice, digest);
      mesh.run(1_000);
      if (second % 20 === 0) expectTalk(scene);
      asked += mallory.received(alice).filter(({ type }) => type === 'Pull').length;
    }
    expect(asked).toBe(3);
    expect(alice.node.counters.promisesBroken).toBe(3);
    expect(closings(alice)).toEqual([]);
    expectTalk(scene);
  });

  it('[CU4] of pulls of all there ever was a few are answered, each with 256 envelopes at most', () => {
    const scene = setUp();
    const { mesh, alice, bob, mallory } = scene;
    for (let i = 0; i < 10; i++) bob.say(`line ${i}`);
    mesh.run(10_000);
    mallory.received(alice);
    const wanted = [{ origin: bob.node.nodeId, ranges: [{ from: 1, to: 2 ** 40 }] }];
    for (let i = 0; i < 1_000; i++) mallory.forge(alice, { type: 'Pull', wanted });
    mesh.run(5_000);
    const given = mallory.received(alice).filter(({ type }) => type === 'Held').length;
    expect(given).toBeGreaterThan(0);
    expect(given).toBeLessThanOrEqual((PULLS.burst + 5 * PULLS.perSecond) * MAX_PULLED);
    expect(given).toBeLessThan(1_000);
    expectTalk(scene);
  });

  it('[PR7] digests full of made-up members are not passed on and make nobody a member', () => {
    const scene = setUp();
    const { mesh, alice, mallory } = scene;
    const presences = Array.from({ length: MAX_DIGEST_ENTRIES }, (_, index) => ({ nodeId: ghost(index), sequence: 1 }));
    const whole = encodeRecord({ type: 'Digest', isWhole: true, presences, holdings: [] });
    mesh.run(30_000);
    const before = alice.node.counters.bytesSent;
    for (let round = 0; round < 3; round++) {
      for (let at = 0; at < whole.length; at += 16_000) {
        const last = at + 16_000 >= whole.length;
        mallory.forge(alice, { type: 'Fragment', last, bytes: whole.subarray(at, at + 16_000) });
      }
    }
    mesh.run(10_000);
    expect([alice.members().length, closings(alice)]).toEqual([4, []]);
    // Heartbeats, a shuffle, her own presence to who lacks it: less than any one of those digests.
    expect(alice.node.counters.bytesSent - before).toBeLessThan(whole.length / 10);
    expectTalk(scene);
  });

  it.each<[string, LinkRecord]>([
    ['copies that were never sent', { type: 'LinkUtility', useful: 32, total: 32 }],
    ['one copy too many', { type: 'LinkUtility', useful: 0, total: 1 }],
  ])('[NB10] who tells of %s loses that link, and nobody else does', (_, lie) => {
    const scene = setUp();
    const { mesh, alice, bob, carol, mallory } = scene;
    // All that alice sent has been told of by now.
    mesh.run(40_000);
    for (let time = 0; time < 40; time++) mallory.forge(alice, lie);
    mesh.run(200);
    expect(closings(alice)).toEqual(['neighbourClosed mallory InvalidNeighbor']);
    expect([closings(bob), closings(carol)]).toEqual([[], []]);
    expectTalk(scene);
  });

  it('[TP9, TP11] shuffles full of ghosts have two of them dialled at a time, and newcomers find room', () => {
    const { mesh, alice, mallory } = setUp();
    const before = alice.node.counters.dialsOverNeighbours;
    for (let second = 0; second < 30; second++) {
      for (let i = 0; i < 20; i++) {
        const referrals = Array.from({ length: 10 }, (_, at) => ({
          nodeId: ghost(second * 200 + i * 10 + at),
          degree: 0,
        }));
        mallory.forge(alice, { type: 'Shuffle', referrals }, { type: 'Shuffled', referrals });
      }
      mesh.run(1_000);
      expect(alice.host.connections).toBeLessThanOrEqual(3 + 2);
    }
    expect(alice.node.counters.dialsOverNeighbours - before).toBeGreaterThan(0);
    expect(alice.node.counters.dialsOverResolver).toBeLessThan(10);
    const dave = mesh.open('dave');
    mesh.run(15_000);
    expect(dave.neighbours()).toContain('alice');
  });

  it('[TP5] a storm of hand-overs has a few followed, and newcomers find room', () => {
    const scene = setUp();
    const { mesh, alice, mallory } = scene;
    const dialled = new Set<string>();
    for (let second = 0; second < 30; second++) {
      for (let i = 0; i < 100; i++) mallory.forge(alice, { type: 'HandOver', nodeId: ghost(second * 100 + i) });
      mesh.run(1_000);
    }
    mesh.run(20_000);
    for (const fact of alice.facts) if (fact.startsWith('connectionFailed')) dialled.add(fact);
    expect(dialled.size).toBeGreaterThan(0);
    expect(dialled.size).toBeLessThanOrEqual(HAND_OVERS.burst + 30 * HAND_OVERS.perSecond);
    const dave = mesh.open('dave');
    mesh.run(5_000);
    expect(dave.neighbours()).toContain('alice');
    expectTalk(scene);
  });

  it('[TP6] being asked to let go of mallory for the others takes nothing but mallory', () => {
    const scene = setUp();
    const { mesh, alice, bob, carol, mallory } = scene;
    for (let i = 0; i < 50; i++)
      mallory.forge(alice, ...[bob, carol].map(({ nodeId }): LinkRecord => ({ type: 'HandOver', nodeId })));
    mesh.run(1_000);
    expect(alice.neighbours()).toEqual(expect.arrayContaining(['bob', 'carol']));
    expectTalk(scene);
  });

  it('[SG3] signals are passed on between neighbours only', () => {
    const scene = setUp();
    const { mesh, alice, bob, carol, mallory } = scene;
    bob.received(alice);
    for (let i = 0; i < 50; i++)
      mallory.forge(alice, { type: 'SignalTo', to: ghost(i), signal: ofGhost(i, 'Offer').signal });
    mallory.forge(alice, { type: 'SignalTo', to: bob.nodeId, signal: 'anything at all' });
    mesh.run(500);
    const passed = [alice, carol].map(
      (tab) => tab.received(mallory).filter(({ type }) => type === 'SignalFrom').length,
    );
    expect(passed).toEqual([0, 0]);
    // As the neighbour's own, whatever it says.
    expect(bob.received(alice).filter(({ type }) => type === 'SignalFrom')).toEqual([
      { type: 'SignalFrom', from: mallory.nodeId, signal: 'anything at all' },
    ]);
    expectTalk(scene);
  });

  it('[SG3] 400 signals are passed on at once and 50 a second', () => {
    const scene = setUp();
    const { mesh, alice, bob, mallory } = scene;
    bob.received(alice);
    for (let i = 0; i < 2_000; i++) mallory.forge(alice, { type: 'SignalTo', to: bob.nodeId, signal: 'x' });
    mesh.run(1_000);
    const passed = bob.received(alice).filter(({ type }) => type === 'SignalFrom').length;
    expect(passed).toBeGreaterThanOrEqual(PASSED_SIGNALS.burst);
    expect(passed).toBeLessThanOrEqual(PASSED_SIGNALS.burst + PASSED_SIGNALS.perSecond);
    expectTalk(scene);
  });

  it('[SG4] offers in the names of thousands make four attempts at once, and newcomers get their turn', () => {
    const scene = setUp();
    const { mesh, alice, bob, carol, mallory } = scene;
    // Over three neighbours, because each introduces two only.
    for (let i = 0; i < 2_000; i++) {
      [mallory, bob, carol][i % 3]!.forge(alice, { type: 'SignalFrom', ...ofGhost(i, 'Offer') });
    }
    mesh.run(1_000);
    expect(MAX_INBOUND_ATTEMPTS).toBe(4);
    expect(alice.host.connections).toBe(3 + MAX_INBOUND_ATTEMPTS);
    mesh.run(20_000);
    const dave = mesh.open('dave');
    // The first two of three may be others, and the third waits until no newcomers come.
    mesh.run(25_000);
    expect(dave.neighbours()).toContain('alice');
    expectTalk(scene);
  });

  it('[SG4, PF2] offers that are taken back at once begin 16 proofs and one in 2 s, however many they are', () => {
    const scene = setUp();
    const { mesh, alice, mallory } = scene;
    const before = alice.proofsBegun;
    for (let i = 0; i < 2_000; i++) {
      mallory.forge(alice, { type: 'SignalFrom', ...ofGhost(i, 'Offer') });
      mesh.run(10);
      mallory.forge(alice, { type: 'SignalFrom', ...ofGhost(i, 'Transport') });
    }
    const begun = alice.proofsBegun - before;
    expect(begun).toBeGreaterThanOrEqual(PASSED_ATTEMPTS.burst);
    expect(begun).toBeLessThanOrEqual(PASSED_ATTEMPTS.burst + 20 * PASSED_ATTEMPTS.perSecond);
    const dave = mesh.open('dave');
    // As above.
    mesh.run(25_000);
    expect(dave.neighbours()).toContain('alice');
    expectTalk(scene);
  });

  it('[PR6] suspicions of everybody, every second, of every sequence: the living answer and stay', () => {
    const scene = setUp();
    const { mesh, alice, bob, carol, mallory } = scene;
    const forger = createForger(mallory);
    const all = [alice, bob, carol].map(({ nodeId }) => ({ nodeId, sequence: 2 ** 40 }));
    for (let second = 0; second < 120; second++) {
      const suspicion: Item = { kind: ItemKind.Suspicion, path: '', payload: encodeSuspicion(all) };
      mallory.forge(alice, flood(forger.sign([suspicion])));
      mesh.run(1_000);
    }
    for (const tab of [alice, bob, carol]) {
      expect(tab.facts.filter((fact) => fact.startsWith('memberDisappeared'))).toEqual([]);
      expect(tab.members()).toEqual(['alice', 'bob', 'carol', 'mallory']);
    }
    expectTalk(scene);
  });

  it('[PR5] suspicions that do not parse, or name too many, do nothing', () => {
    const scene = setUp();
    const { mesh, alice, mallory } = scene;
    const forger = createForger(mallory);
    const tooMany = Array.from({ length: MAX_SUSPECTS + 1 }, () => ({ nodeId: scene.bob.nodeId, sequence: 9 }));
    for (const payload of [utf8('x'), new Uint8Array(), encodeSuspicion(tooMany)]) {
      mallory.forge(alice, flood(forger.sign([{ kind: ItemKind.Suspicion, path: '', payload }])));
    }
    mesh.run(10_000);
    expect(alice.facts.filter((fact) => fact.startsWith('memberDisappeared'))).toEqual([]);
    expectTalk(scene);
  });

  it('[PR1, FL7, CU2] presences as large as envelopes, of made-up members, are not kept: newcomers get in', () => {
    const scene = setUp();
    const { mesh, alice, mallory } = scene;
    const large = { kind: ItemKind.Retained, path: CHAT, payload: new Uint8Array(60_000) };
    for (let i = 0; i < 100; i++) {
      const epoch = new Uint8Array(8);
      new DataView(epoch.buffer).setUint32(0, i);
      const whole = encodeRecord(flood(createForger(mallory, epoch).sign([presence, large])));
      for (let at = 0; at < whole.length; at += 16_000) {
        const last = at + 16_000 >= whole.length;
        mallory.forge(alice, { type: 'Fragment', last, bytes: whole.subarray(at, at + 16_000) });
      }
      mesh.run(100);
    }
    expect(alice.members()).toEqual(['alice', 'bob', 'carol', 'mallory']);
    mesh.leave(mallory);
    const dave = mesh.open('dave');
    mesh.run(10_000);
    expect(dave.facts.filter((fact) => fact.startsWith('neighbourClosed'))).toEqual([]);
    expect(dave.members()).toEqual(['alice', 'bob', 'carol', 'dave']);
    expectTalk(scene);
  });

  it('[TP2] made-up referrals keep no real neighbour from being found', () => {
    const mesh = createMesh({ seed: 9 });
    const [alice, mallory] = mesh.openAll(['alice', 'mallory']);
    for (let second = 0; second < 60; second++) {
      const referrals = Array.from({ length: 10 }, (_, index) => ({ nodeId: ghost(second * 10 + index), degree: 0 }));
      mallory.forge(alice, { type: 'Pong', degree: 1, referrals });
      if (second === 30) mesh.open('bob');
      mesh.run(1_000);
    }
    expect(alice.neighbours()).toContain('bob');
    expect(alice.host.connectionsPeak).toBeLessThanOrEqual(10);
  });

  it('[NB6] Disconnect over and over, each time linked again, leaves the others alone', () => {
    const scene = setUp();
    const { mesh, alice, mallory } = scene;
    for (let round = 0; round < 30; round++) {
      if (alice.neighbours().includes('mallory')) {
        mallory.forge(alice, {
          type: 'Disconnect',
          reason: 'NotUsefulNeighbor',
          referrals: [{ nodeId: ghost(round), degree: 0 }],
        });
      }
      mesh.run(2_000);
    }
    expect(closings(alice).every((fact) => fact.includes('mallory'))).toBe(true);
    expectTalk(scene);
  });

  it('[ND3] after all of it nothing is left behind', () => {
    const { mesh, alice, bob, mallory } = setUp();
    for (let i = 0; i < 100; i++) {
      mallory.forge(alice, { type: 'HandOver', nodeId: ghost(i) });
      mallory.forge(bob, { type: 'SignalFrom', ...ofGhost(i, 'Offer') });
    }
    mesh.run(500);
    expect(mesh.closeAll()).toBe(0);
  });
});

describe('with whom no link is wanted', () => {
  it('[NB14] is let go of, not linked again whoever dials, and heard over others', () => {
    const { mesh, alice, bob, mallory } = setUp();
    alice.node.refuse([mallory.signer.publicKey]);
    mesh.run(60_000);
    expect(alice.neighbours()).toEqual(['bob', 'carol']);
    expect(mallory.neighbours()).toEqual(['bob', 'carol']);
    // It gave up a link, and nobody takes the other for lost.
    expect(bob.facts.filter((fact) => fact.startsWith('memberDisappeared'))).toEqual([]);
    mallory.say('hello');
    alice.say('good day');
    mesh.run(2_000);
    expect([alice.texts().at(-1), mallory.texts().at(-1)]).toEqual(['hello', 'good day']);
    const again = mesh.open('mallory again', { signer: mallory.signer });
    mesh.run(30_000);
    expect(again.neighbours()).toEqual(['bob', 'carol', 'mallory']);
    expect(again.proofsBegun).toBeLessThanOrEqual(5);
    alice.node.refuse([]);
    mesh.leave(again);
    mesh.run(60_000);
    expect(alice.neighbours()).toEqual(['bob', 'carol', 'mallory']);
  });

  it('[NB14] whoever knows nobody else is alone', () => {
    const mesh = createMesh();
    const [alice, mallory] = mesh.openAll(['alice', 'mallory']);
    alice.node.refuse([mallory.signer.publicKey]);
    mesh.run(30_000);
    expect([alice.neighbours(), mallory.neighbours()]).toEqual([[], []]);
    // Each attempt is a connection: who is refused does not dial again soon.
    expect(alice.proofsBegun + mallory.proofsBegun).toBeLessThanOrEqual(6);
  });
});
