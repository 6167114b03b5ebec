/** Two proofs wired to each other, with CPace and Ed25519 themselves; mallory may change, swap and replay every record. */
import { sha256 } from '@noble/hashes/sha2.js';
import { describe, expect, it } from 'vitest';
import { compareBytes, concat, fromHex, toHex, utf8 } from '../base/bytes.ts';
import type { MeshId, NodeId } from '../base/ids.ts';
import { createCPace } from '../crypto/cpace.ts';
import { createNobleSigner } from '../crypto/noble-signer.ts';
import { STRETCH_VERSION } from '../crypto/stretch.ts';
import type { Pake, PakeInput, PakeOutcome } from '../ports/pake.ts';
import type { Signer } from '../ports/signer.ts';
import type { ConnectionBinding } from '../ports/transport.ts';
import { createLateSigner, type LateSigner } from '../testing/late-signer.ts';
import { createTestRandom } from '../testing/test-random.ts';
import { encodeValue } from '../wire/codec.ts';
import { EPOCH_BYTES, nodeIdOf } from '../wire/envelope.ts';
import type { ProofRecord, WireRecord } from '../wire/records.ts';
import { PROTOCOL_VERSION, startProof, type LocalIdentity, type Proof, type ProofRun } from './proof.ts';

const MESH = 'riverside' as MeshId;
const SECRET = sha256(utf8('correct horse'));
const OTHER_SECRET = sha256(utf8('battery staple'));
const fingerprintOf = (name: string): Uint8Array => sha256(utf8(`certificate of ${name}`));

interface Person extends LocalIdentity {
  readonly signer: Signer;
  readonly pake: Pake;
  readonly random: ReturnType<typeof createTestRandom>;
  /** Inputs and outcomes of its CPace runs. */
  readonly inputs: PakeInput[];
  readonly outcomes: PakeOutcome[];
}

function person(name: string, changes: Partial<LocalIdentity> = {}): Person {
  const random = createTestRandom(name);
  const signer = createNobleSigner(random);
  const epoch = random.bytes(EPOCH_BYTES);
  const cpace = createCPace(random);
  const inputs: PakeInput[] = [];
  const outcomes: PakeOutcome[] = [];
  const pake: Pake = {
    start(input) {
      inputs.push(input);
      const run = cpace.start(input);
      return {
        share: run.share,
        finish(peer) {
          const finished = run.finish(peer);
          if (finished.ok) outcomes.push(finished.value);
          return finished;
        },
      };
    },
  };
  const nodeId = nodeIdOf(signer.publicKey, epoch);
  return { meshId: MESH, nodeId, epoch, secret: SECRET, signer, pake, random, inputs, outcomes, ...changes };
}

interface End {
  readonly sent: WireRecord[];
  readonly run: ProofRun;
  proven: Proof | undefined;
  failed: string | undefined;
  /** How it ended, or that it has not. */
  readonly state: string;
}

/** What the signalling told of the nonces; the one of a node is always the same unless a test says otherwise. */
interface Told {
  readonly nonce: Uint8Array;
  readonly remoteNonce: Uint8Array;
}
const nonceOf = (name: string): Uint8Array => sha256(utf8(`nonce of ${name}`));
const sessionOf = (...nonces: readonly [Uint8Array, Uint8Array]): Uint8Array =>
  sha256(concat(utf8('peer-channel/session/2'), encodeValue([...nonces].sort(compareBytes))));

function start(
  who: Person,
  remoteNodeId: NodeId,
  binding: ConnectionBinding,
  signer: Signer = who.signer,
  told: Told = { nonce: nonceOf(who.nodeId), remoteNonce: nonceOf(remoteNodeId) },
): End {
  const end: { -readonly [Key in keyof End]: End[Key] } = {
    sent: [],
    run: undefined as unknown as ProofRun,
    proven: undefined,
    failed: undefined,
    get state() {
      return end.failed ?? (end.proven ? 'Proven' : 'Open');
    },
  };
  end.run = startProof({ pake: who.pake, signer }, who, { remoteNodeId, ...told }, binding, {
    send: (record) => end.sent.push(record),
    onProven: (proof) => (end.proven = proof),
    onFailed: (reason) => (end.failed = reason),
  });
  end.run.begin();
  return end;
}

type Change = (record: ProofRecord, from: 'a' | 'b') => WireRecord | undefined;

/** Carries records both ways until nobody says anything more; `change` stands in between. */
function carry(a: End, b: End, change: Change = (record) => record): void {
  const taken = { a: 0, b: 0 };
  for (let moved = true; moved;) {
    moved = false;
    for (const [name, from, to] of [['a', a, b] as const, ['b', b, a] as const]) {
      while (taken[name] < from.sent.length) {
        moved = true;
        const passed = change(from.sent[taken[name]++] as ProofRecord, name);
        if (passed) to.run.accept(passed);
      }
    }
  }
}

const straight = (own: string, far: string): ConnectionBinding => ({
  localFingerprint: fingerprintOf(own),
  remoteFingerprint: fingerprintOf(far),
});

/** alice and bob with nobody in the middle, unless `change` is somebody. */
function meet(alice: Person, bob: Person, change?: Change): [End, End] {
  const a = start(alice, bob.nodeId, straight('alice', 'bob'));
  const b = start(bob, alice.nodeId, straight('bob', 'alice'));
  carry(a, b, change);
  return [a, b];
}

const states = (ends: readonly End[]): string[] => ends.map((end) => end.state);

describe('a proof between two that know the password', () => {
  it('[PF1, PF2] takes Hello, Share and Confirm from both ends, and names the far end by its key', () => {
    const [alice, bob] = [person('alice'), person('bob')];
    const [a, b] = meet(alice, bob);
    expect(a.sent.map((record) => record.type)).toEqual(['Hello', 'Share', 'Confirm']);
    expect(b.sent.map((record) => record.type)).toEqual(['Hello', 'Share', 'Confirm']);
    expect(a.proven).toEqual({ nodeId: bob.nodeId, key: bob.signer.publicKey });
    expect(b.proven).toEqual({ nodeId: alice.nodeId, key: alice.signer.publicKey });
  });

  it('[PF1] says Hello at once, with version, key, epoch and the session ID of the nonces that were signalled', () => {
    const [alice, bob] = [person('alice'), person('bob')];
    const { sent } = start(alice, bob.nodeId, straight('alice', 'bob'));
    expect(sent[0]).toEqual({
      type: 'Hello',
      version: PROTOCOL_VERSION,
      key: alice.signer.publicKey,
      epoch: alice.epoch,
      session: sessionOf(nonceOf(alice.nodeId), nonceOf(bob.nodeId)),
    });
  });

  it('[PF2] draws its share before the connection is open, and says nothing before', () => {
    const [alice, bob] = [person('alice'), person('bob')];
    const sent: WireRecord[] = [];
    const terms = { remoteNodeId: bob.nodeId, nonce: nonceOf('a'), remoteNonce: nonceOf('b') };
    const run = startProof(alice, alice, terms, straight('alice', 'bob'), {
      send: (record) => sent.push(record),
      onProven: () => undefined,
      onFailed: () => undefined,
    });
    expect([alice.inputs.length, sent]).toEqual([1, []]);
    run.begin();
    expect([alice.inputs.length, sent.map(({ type }) => type)]).toEqual([1, ['Hello', 'Share']]);
  });

  it('[PF3, PF4, PF5] runs CPace over exactly what both ends must agree on', () => {
    const [alice, bob] = [person('alice'), person('bob')];
    const [a, b] = meet(alice, bob);
    const [ofAlice, ofBob] = [alice.inputs[0]!, bob.inputs[0]!];
    const hellos = [a, b].map((end) => end.sent[0] as Extract<WireRecord, { type: 'Hello' }>);
    const nonces = [nonceOf(alice.nodeId), nonceOf(bob.nodeId)] as const;
    const session = sessionOf(...nonces);
    expect([ofAlice, ofBob].map(({ sessionId }) => toHex(sessionId))).toEqual([toHex(session), toHex(session)]);

    const sides: [NodeId, Uint8Array][] = [
      [alice.nodeId, fingerprintOf('alice')],
      [bob.nodeId, fingerprintOf('bob')],
    ];
    sides.sort(([one], [other]) => (one < other ? -1 : 1));
    const channel = toHex(encodeValue(['peer-channel/channel/1', PROTOCOL_VERSION, STRETCH_VERSION, MESH, ...sides]));
    expect([ofAlice, ofBob].map(({ channelIdentifier }) => toHex(channelIdentifier))).toEqual([channel, channel]);

    for (const [index, input] of [ofAlice, ofBob].entries()) {
      const { key, epoch } = hellos[index]!;
      expect(toHex(input.associatedData)).toBe(toHex(encodeValue([key, epoch, nonces[index]!])));
      expect(input.secret).toBe(SECRET);
    }
  });

  it('[PF6] signs run, channel and signer with the identity key', () => {
    const [alice, bob] = [person('alice'), person('bob')];
    const [a] = meet(alice, bob);
    const confirm = a.sent[2] as Extract<WireRecord, { type: 'Confirm' }>;
    expect(toHex(confirm.confirmation)).toBe(toHex(alice.outcomes[0]!.confirmation));
    const message = encodeValue([
      'peer-channel/identity/1',
      alice.outcomes[0]!.transcript,
      alice.inputs[0]!.channelIdentifier,
      alice.nodeId,
    ]);
    let isValid: boolean | undefined;
    bob.signer.verify(alice.signer.publicKey, confirm.signature, message, (valid) => (isValid = valid));
    expect(isValid).toBe(true);
  });
});

describe('who does not get in', () => {
  it('[PF7] another password is told at both ends', () => {
    expect(states(meet(person('alice'), person('mallory', { secret: OTHER_SECRET })))).toEqual([
      'AnotherPassword',
      'AnotherPassword',
    ]);
  });

  it('[PF4] another mesh with the same password', () => {
    const ends = meet(person('alice'), person('bob', { meshId: 'lakeside' as MeshId }));
    expect(states(ends)).toEqual(['AnotherPassword', 'AnotherPassword']);
  });

  it('[PF1] another version, at both ends and before anything else is said', () => {
    const [a, b] = meet(person('alice'), person('bob'), (record) =>
      record.type === 'Hello' ? { ...record, version: PROTOCOL_VERSION + 1 } : record,
    );
    expect(states([a, b])).toEqual(['VersionMismatch', 'VersionMismatch']);
    expect([a.sent.length, b.sent.length]).toEqual([2, 2]);
  });

  it('[PF3] a nonce that was changed on its way to one end: neither confirms anything', () => {
    const [alice, bob] = [person('alice'), person('bob')];
    const a = start(alice, bob.nodeId, straight('alice', 'bob'));
    const changed = { nonce: nonceOf(bob.nodeId), remoteNonce: nonceOf('mallory') };
    const b = start(bob, alice.nodeId, straight('bob', 'alice'), bob.signer, changed);
    carry(a, b);
    expect(states([a, b])).toEqual(['Malformed', 'Malformed']);
    expect([a.sent.length, b.sent.length]).toEqual([2, 2]);
  });

  it('[PF1] a node other than the one that was called', () => {
    const [alice, bob, mallory] = [person('alice'), person('bob'), person('mallory')];
    const a = start(alice, bob.nodeId, straight('alice', 'mallory'));
    carry(a, start(mallory, alice.nodeId, straight('mallory', 'alice')));
    expect(a.state).toBe('WrongNode');
    expect(a.sent.map((record) => record.type)).toEqual(['Hello', 'Share']);
  });

  it('[PF1] a node that claims the ID and the key of another but has not signed with it', () => {
    const [alice, bob, mallory] = [person('alice'), person('bob'), person('mallory')];
    const a = start(alice, bob.nodeId, straight('alice', 'mallory'));
    // mallory knows the password and pretends to be bob in all that is not signed.
    const pretender = { ...mallory, nodeId: bob.nodeId, epoch: bob.epoch };
    const signer: Signer = { ...mallory.signer, publicKey: bob.signer.publicKey };
    const m = start(pretender, alice.nodeId, straight('mallory', 'alice'), signer);
    carry(a, m);
    expect(a.state).toBe('BadIdentity');
    expect(m.state).toBe('Proven');
  });

  it('[PF6] a signature with any part changed', () => {
    for (const at of [0, 31, 32, 63]) {
      const [a, b] = meet(person('alice'), person('bob'), (record, from) => {
        if (record.type !== 'Confirm' || from === 'a') return record;
        const signature = record.signature.slice();
        signature[at]! ^= 1;
        return { ...record, signature };
      });
      expect(states([a, b])).toEqual(['BadIdentity', 'Proven']);
    }
  });

  it('[PF6] a signature made for another run, and the own one sent back', () => {
    const [alice, bob] = [person('alice'), person('bob')];
    const earlier = meet(alice, bob)[1].sent[2] as Extract<WireRecord, { type: 'Confirm' }>;
    const replayed = meet(alice, bob, (record, from) =>
      record.type === 'Confirm' && from === 'b' ? { ...record, signature: earlier.signature } : record,
    );
    expect(replayed[0].state).toBe('BadIdentity');

    const confirms: Extract<WireRecord, { type: 'Confirm' }>[] = [];
    const a = start(alice, bob.nodeId, straight('alice', 'bob'));
    const b = start(bob, alice.nodeId, straight('bob', 'alice'));
    carry(a, b, (record) => (record.type === 'Confirm' ? void confirms.push(record) : record));
    const [ofBob, ofAlice] = confirms;
    b.run.accept({ ...ofAlice!, signature: ofBob!.signature });
    expect(b.state).toBe('BadIdentity');
  });

  it.each([
    ['the neutral point', '01' + '00'.repeat(31)],
    ['the point of order two', 'ec' + 'ff'.repeat(30) + '7f'],
    ['a point of order four', '00'.repeat(32)],
    ['a point of order eight', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'],
    ['an encoding that is not canonical', 'ee' + 'ff'.repeat(30) + '7f'],
  ])('[PF6] an identity key that is %s, under which signatures say nothing', (_what, hex) => {
    const [alice, mallory] = [person('alice'), person('mallory')];
    const publicKey = fromHex(hex);
    const nodeId = nodeIdOf(publicKey, mallory.epoch);
    // R neutral and S zero verify for every message under a small-order key where nobody looks at the key.
    const signature = concat(fromHex('01' + '00'.repeat(31)), new Uint8Array(32));
    const signer: Signer = { ...mallory.signer, publicKey, sign: (_message, settle) => settle(signature) };
    const a = start(alice, nodeId, straight('alice', 'mallory'));
    carry(a, start({ ...mallory, nodeId }, alice.nodeId, straight('mallory', 'alice'), signer));
    expect(a.state).toBe('BadIdentity');
  });

  it.each([
    ['the identity element', new Uint8Array(32)],
    ['no canonical encoding', new Uint8Array(32).fill(0xff)],
    ['a negative field element', fromHex('01' + '00'.repeat(31))],
  ])('[PF2] a share that is %s', (_what, share) => {
    const [a, b] = meet(person('alice'), person('mallory'), (record, from) =>
      record.type === 'Share' && from === 'b' ? { ...record, share } : record,
    );
    expect(a.state).toBe('InvalidShare');
    expect(b.state).toBe('Open');
  });

  it('[PF2, PF3, PF5] any bit of Hello or Share changed on its way: no proof at either end', () => {
    for (const field of ['epoch', 'session', 'key', 'share'] as const) {
      for (const at of [0, 7]) {
        const [a, b] = meet(person('alice'), person('bob'), (record, from) => {
          if (from === 'b' || !(field in record)) return record;
          const bytes = (record as unknown as Record<string, Uint8Array>)[field]!.slice();
          bytes[at]! ^= 2;
          return { ...record, [field]: bytes };
        });
        expect([a.proven, b.proven], `${field} at ${at}`).toEqual([undefined, undefined]);
      }
    }
  });

  it('[PF6, PF7] any bit of a confirmation changed: AnotherPassword', () => {
    for (let at = 0; at < 64; at += 9) {
      const [a, b] = meet(person('alice'), person('bob'), (record, from) => {
        if (record.type !== 'Confirm' || from === 'b') return record;
        const confirmation = record.confirmation.slice();
        confirmation[at]! ^= 1 << (at % 8);
        return { ...record, confirmation };
      });
      expect(states([a, b])).toEqual(['Proven', 'AnotherPassword']);
    }
  });
});

describe('mallory without the password', () => {
  it('[PF1] sends back everything that alice says', () => {
    const a = start(person('alice'), person('mallory').nodeId, straight('alice', 'mallory'));
    a.run.accept(a.sent[0]!);
    expect(a.state).toBe('Reflected');
    expect(a.sent).toHaveLength(2);
  });

  it('[PF1] sends back the nonce under a key of her own', () => {
    const [alice, mallory] = [person('alice'), person('mallory')];
    const told = { nonce: nonceOf(alice.nodeId), remoteNonce: nonceOf(alice.nodeId) };
    const a = start(alice, mallory.nodeId, straight('alice', 'mallory'), alice.signer, told);
    const hello = a.sent[0] as Extract<WireRecord, { type: 'Hello' }>;
    a.run.accept({ ...hello, key: mallory.signer.publicKey, epoch: mallory.epoch });
    expect(a.state).toBe('Reflected');
  });

  it('[PF2] sends back share and confirmation behind a Hello of her own', () => {
    const [alice, mallory] = [person('alice'), person('mallory', { secret: OTHER_SECRET })];
    const hello = start(mallory, alice.nodeId, straight('mallory', 'alice')).sent[0]!;
    const a = start(alice, mallory.nodeId, straight('alice', 'mallory'));
    a.run.accept(hello);
    a.run.accept(a.sent[1]!);
    expect(a.state).toBe('Reflected');

    // With a share of her own, so that there is a confirmation of alice's to send back.
    const again = start(alice, mallory.nodeId, straight('alice', 'mallory'));
    again.run.accept(hello);
    again.run.accept({ type: 'Share', share: mallory.pake.start(alice.inputs[0]!).share });
    again.run.accept(again.sent[2]!);
    expect(again.state).toBe('AnotherPassword');
  });

  it('[PF3, PF5] replays what bob once said to alice', () => {
    const [alice, bob] = [person('alice'), person('bob')];
    const recorded = meet(alice, bob)[1].sent;
    expect(recorded).toHaveLength(3);
    // bob's nonce is carried to her once more; her own is fresh.
    const told = { nonce: nonceOf('another run'), remoteNonce: nonceOf(bob.nodeId) };
    const again = (): End => start(alice, bob.nodeId, straight('alice', 'bob'), alice.signer, told);
    const a = again();
    for (const record of recorded) a.run.accept(record);
    expect(a.state).toBe('Malformed');
    // Behind a Hello that names the present session.
    const b = again();
    const { session } = b.sent[0] as Extract<WireRecord, { type: 'Hello' }>;
    for (const record of recorded) b.run.accept(record.type === 'Hello' ? { ...record, session } : record);
    expect(b.state).toBe('AnotherPassword');
  });

  it('[PF3] opens two proofs with alice and answers each with the other', () => {
    const alice = person('alice');
    // As two connections of one node would be: alice is called by somebody with her own node ID.
    const first = start(alice, alice.nodeId, straight('alice', 'mallory'));
    const second = start(alice, alice.nodeId, straight('alice', 'mallory'));
    carry(first, second);
    expect(states([first, second])).toEqual(['Reflected', 'Reflected']);
  });

  it('[PF4] stands between two that know the password and passes every record on', () => {
    const [alice, bob] = [person('alice'), person('bob')];
    // The DTLS connections end at mallory: each sees her certificate as the far one.
    const a = start(alice, bob.nodeId, straight('alice', 'mallory'));
    const b = start(bob, alice.nodeId, straight('bob', 'mallory'));
    carry(a, b);
    expect(states([a, b])).toEqual(['AnotherPassword', 'AnotherPassword']);
  });

  it('[PF4] swaps the fingerprints, whichever way: only the true pair is accepted', () => {
    const names = ['alice', 'bob', 'mallory'];
    let accepted = 0;
    for (const [ownA, farA, ownB, farB] of names.flatMap((a) =>
      names.flatMap((b) => names.flatMap((c) => names.map((d) => [a, b, c, d] as const))),
    )) {
      const [alice, bob] = [person('alice'), person('bob')];
      const a = start(alice, bob.nodeId, straight(ownA, farA));
      const b = start(bob, alice.nodeId, straight(ownB, farB));
      carry(a, b);
      const fits = ownA === farB && farA === ownB;
      expect(states([a, b])).toEqual(fits ? ['Proven', 'Proven'] : ['AnotherPassword', 'AnotherPassword']);
      if (fits) accepted += 1;
    }
    expect(accepted).toBe(9);
  }, 60_000);
});

describe('order of the proof', () => {
  const [alice, bob] = [person('alice'), person('bob')];
  const records = meet(alice, bob)[1].sent;
  const meshRecord: WireRecord = { type: 'Connect', degree: 0 };

  it('[PF2, LK2] takes nothing out of turn, nothing twice and nothing of the mesh', () => {
    const [hello, share, confirm] = [records[0]!, records[1]!, records[2]!];
    for (const sequence of [
      [share],
      [confirm],
      [meshRecord],
      [hello, hello],
      [hello, confirm],
      [hello, meshRecord],
      [hello, share, hello],
      [hello, share, share],
      [hello, share, meshRecord],
    ]) {
      const a = start(alice, bob.nodeId, straight('alice', 'bob'));
      for (const record of sequence) a.run.accept(record);
      expect(a.state, sequence.map(({ type }) => type).join(' ')).toBe('Malformed');
    }
  });

  it('[PF2] says nothing more once it has failed', () => {
    const a = start(alice, bob.nodeId, straight('alice', 'bob'));
    a.run.accept(meshRecord);
    for (const record of [...records, meshRecord]) a.run.accept(record);
    expect(a.state).toBe('Malformed');
    expect(a.sent).toHaveLength(2);
  });
});

describe('engines that sign and verify in their own time', () => {
  function meetLate(secretOfBob = SECRET): { a: End; b: End; ofAlice: LateSigner; carryOn: () => void } {
    const [alice, bob] = [person('alice'), person('bob', { secret: secretOfBob })];
    const ofAlice = createLateSigner(alice.signer);
    const a = start(alice, bob.nodeId, straight('alice', 'bob'), ofAlice);
    const b = start(bob, alice.nodeId, straight('bob', 'alice'));
    const passed = { a: 0, b: 0 };
    const carryOn = (): void => {
      for (let moved = true; moved;) {
        moved = passed.a < a.sent.length || passed.b < b.sent.length;
        if (passed.a < a.sent.length) b.run.accept(a.sent[passed.a++]!);
        if (passed.b < b.sent.length) a.run.accept(b.sent[passed.b++]!);
      }
    };
    carryOn();
    return { a, b, ofAlice, carryOn };
  }

  it('[PF2] a proof waits for both', () => {
    const { a, b, ofAlice, carryOn } = meetLate();
    expect([a.state, a.run.isVerifying, a.run.awaitsConfirmation]).toEqual(['Open', true, false]);
    expect(ofAlice.pending).toBe(2);
    ofAlice.release();
    carryOn();
    expect(states([a, b])).toEqual(['Proven', 'Proven']);
  });

  it('[PF2] is not proven before the own confirmation is out, though the other is verified earlier', () => {
    const [alice, bob] = [person('alice'), person('bob')];
    const late = createLateSigner(alice.signer);
    const a = start(alice, bob.nodeId, straight('alice', 'bob'), { ...late, verify: alice.signer.verify });
    const b = start(bob, alice.nodeId, straight('bob', 'alice'));
    carry(a, b);
    expect([a.state, a.run.isVerifying]).toEqual(['Open', true]);
    expect(a.sent.map(({ type }) => type)).toEqual(['Hello', 'Share']);
    late.release();
    expect(a.sent.map(({ type }) => type)).toEqual(['Hello', 'Share', 'Confirm']);
    expect(a.state).toBe('Proven');
  });

  it('[PF7] who gave another password learns it, though our confirmation is signed only after we know', () => {
    const { a, b, ofAlice, carryOn } = meetLate(OTHER_SECRET);
    expect(states([a, b])).toEqual(['AnotherPassword', 'Open']);
    expect(b.run.awaitsConfirmation).toBe(true);
    ofAlice.release();
    carryOn();
    expect(b.state).toBe('AnotherPassword');
  });

  it('[PF2] a confirmation that is signed after a failure of another kind is not sent', () => {
    const { a, ofAlice } = meetLate();
    a.run.accept({ type: 'Connect', degree: 0 });
    expect(a.state).toBe('Malformed');
    ofAlice.release();
    expect(a.sent.map(({ type }) => type)).toEqual(['Hello', 'Share']);
    expect(a.proven).toBeUndefined();
  });
});
