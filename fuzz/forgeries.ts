/** Envelopes that their author did not sign so, brought to a relay that checks with Ed25519. [FL1, EN2, CP8, CP11] */
import fc from 'fast-check';
import { toHex, utf8 } from '../src/core/base/bytes.ts';
import type { EndpointPath, MeshId, NodeId } from '../src/core/base/ids.ts';
import { createNobleSigner } from '../src/core/crypto/noble-signer.ts';
import { createEnvelopeStore } from '../src/core/mesh/envelope-store.ts';
import { createFlood } from '../src/core/mesh/flood.ts';
import type { MeshCounters } from '../src/core/mesh/types.ts';
import { silentLog } from '../src/core/ports/log.ts';
import type { Signer } from '../src/core/ports/signer.ts';
import { createManualClock } from '../src/core/testing/manual-clock.ts';
import { createTestNeighbour } from '../src/core/testing/test-neighbour.ts';
import { createTestRandom, steadyRandom } from '../src/core/testing/test-random.ts';
import { encodeBody, EPOCH_BYTES, ItemKind, signedMessage, type SignedEnvelope } from '../src/core/wire/envelope.ts';
import { MAX_HOPS } from '../src/core/wire/records.ts';
import { byteMutations, mutateBytes } from './mutation.ts';
import type { Target } from './target.ts';

const MESH = 'fuzzed' as MeshId;
const OTHER_MESH = 'another' as MeshId;
const AUTHORS = 3;
const SAID = 4;

/** What a few authors said, in this mesh and in another. */
function writings(): SignedEnvelope[] {
  const written: SignedEnvelope[] = [];
  for (let author = 0; author < AUTHORS; author++) {
    const random = createTestRandom(`author ${author}`);
    const signer = createNobleSigner(random);
    const epoch = random.bytes(EPOCH_BYTES);
    for (let sequence = 1; sequence <= SAID; sequence++) {
      const payload = utf8(`${author} says ${sequence}`);
      const items = [{ kind: ItemKind.Message, path: '/chat' as EndpointPath, payload }];
      const bytes = encodeBody({
        originKey: signer.publicKey,
        epoch,
        sequence,
        stamp: { wallMs: 0, counter: 0 },
        items,
      });
      for (const mesh of [MESH, OTHER_MESH])
        signer.sign(signedMessage(mesh, bytes), (signature) => written.push({ bytes, signature: signature }));
    }
  }
  return written;
}

const textOf = ({ bytes, signature }: SignedEnvelope): string => `${toHex(bytes)} ${toHex(signature)}`;

/** Brings it something, and tells whether it took that. */
function createRelay(signer: Signer): (envelope: SignedEnvelope) => boolean {
  const store = createEnvelopeStore();
  const mallory = createTestNeighbour('mallory');
  let taken = 0;
  const flood = createFlood(
    {
      clock: createManualClock(),
      random: steadyRandom,
      signer,
      log: silentLog,
      counters: {} as MeshCounters,
    },
    { meshId: MESH, nodeId: 'self' as NodeId, maxEnvelopeBytes: 64 * 1024 },
    store,
    {
      neighbours: () => [mallory],
      members: () => Infinity,
      lateMs: () => 0,
      filter: (accepted) => accepted,
      onAccepted: () => (taken += 1),
      onFarther: () => undefined,
      isHeldBy: () => false,
      onCopy: () => undefined,
      onEquivocation: () => (taken += 1),
      onBroken: () => undefined,
      onOffence: () => undefined,
    },
  );
  return (envelope) => {
    const before = taken;
    flood.receive(mallory, { type: 'Flood', hops: 0, hopLimit: MAX_HOPS, tree: undefined, envelope });
    return taken > before;
  };
}

export const forgeries: readonly Target[] = [
  {
    name: 'forgeries',
    claim: 'what its author did not sign for this mesh is not taken, and what it did sign is, afterwards too',
    runs: 1_000_000,
    property() {
      const written = writings();
      const place = fc.nat({ max: written.length - 1 });
      const genuine = new Set(written.filter((_, at) => at % 2 === 0).map(textOf));
      const signer = createNobleSigner(createTestRandom('relay'));
      return fc.property(place, place, byteMutations(2), byteMutations(2), (of, signedBy, inBytes, inSignature) => {
        const bytes = mutateBytes(written[of]!.bytes, inBytes);
        const signature = mutateBytes(written[signedBy]!.signature, inSignature);
        const isGenuine = genuine.has(textOf({ bytes, signature }));
        const bring = createRelay(signer);
        if (bring({ bytes, signature }) !== isGenuine) throw new Error('a forgery was taken');
        const truth = written[of - (of % 2)]!;
        if (!isGenuine && !bring(truth)) throw new Error('the genuine one was not taken after it');
      });
    },
  },
];
