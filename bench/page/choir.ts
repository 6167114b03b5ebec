/**
 * Many who speak at once over one link: a node as it ships, between whose frames stand envelopes of other origins, as if
 * it passed them on for a large mesh. So a tab gets in a minute what people would say in hours, each message in an
 * envelope of its own, and within all that a receiver takes of a neighbour and of an origin (LN2, FL7).
 */
import type { Connection, EndpointPath, MeshId, PeerNode, Transport } from '../../src/core/index.ts';
import { assert } from '../../src/core/base/assert.ts';
import { chatContract } from '../../src/core/chat/chat-contract.ts';
import { encodeCall } from '../../src/core/chat/contract.ts';
import type { Signer } from '../../src/core/ports/signer.ts';
import { encodeBody, EPOCH_BYTES, ItemKind, signedMessage } from '../../src/core/wire/envelope.ts';
import { decodeFrame, encodeRecord, MAX_HOPS } from '../../src/core/wire/records.ts';
import { createWebCryptoSigner } from '../../src/platform/webcrypto-signer.ts';
import type { Subject } from './contract.ts';
import { addressOf, createNode } from './node.ts';

/** Of each a receiver takes 2,000 envelopes at once (FL7): together 100,000, and more as time goes on. */
const VOICES = 50;

interface Voice {
  readonly signer: Signer;
  readonly epoch: Uint8Array;
  sequence: number;
}

/** A node cuts who tells of copies that it has not sent (NB10), and of what stands between its frames it knows nothing. */
function withoutUtility(frame: Uint8Array): readonly Uint8Array[] {
  const records = decodeFrame(frame);
  if (!records.ok || records.value.every(({ type }) => type !== 'LinkUtility')) return [frame];
  return records.value.filter(({ type }) => type !== 'LinkUtility').map((record) => encodeRecord(record));
}

export function createSubject(): Subject {
  const connections = new Set<Connection>();
  let mesh: { id: MeshId; path: EndpointPath } | undefined;
  let voices: Voice[] = [];
  let said = 0;
  let singing: PeerNode | undefined;

  /** Keeps the connections that the node opens. */
  const overheard = (transport: Transport): Transport => ({
    connect(role, observer) {
      const connection = transport.connect(role, {
        onSignal: (signal) => observer.onSignal(signal),
        onOpen: (binding) => observer.onOpen(binding),
        onFrame: (frame) => withoutUtility(frame).forEach((record) => observer.onFrame(record)),
        onDrain: () => observer.onDrain(),
        onClosed: (reason) => observer.onClosed(reason),
      });
      connections.add(connection);
      return connection;
    },
  });

  function say(
    { signer, epoch, sequence }: Voice,
    text: string,
    { id, path }: { id: MeshId; path: EndpointPath },
  ): void {
    const call = encodeCall(chatContract, { operation: 'Chat', arguments: { member: 'choir', message: text } });
    assert(call.ok, 'a message of the work is short');
    const bytes = encodeBody({
      originKey: signer.publicKey,
      epoch,
      sequence,
      stamp: { wallMs: Date.now(), counter: 0 },
      items: [{ kind: ItemKind.Message, path, payload: call.value }],
    });
    signer.sign(signedMessage(id, bytes), (signature) => {
      const record = encodeRecord({
        type: 'Flood',
        hops: 1,
        hopLimit: MAX_HOPS - 1,
        tree: undefined,
        envelope: { bytes, signature },
      });
      for (const connection of connections) if (!connection.isClosed) connection.send(record);
    });
  }

  return {
    async open(options, observer) {
      const { meshId, path } = addressOf(options.room);
      mesh = { id: meshId, path };
      const { node, ports } = await createNode(options, overheard);
      voices = await Promise.all(
        Array.from({ length: VOICES }, async () => ({
          signer: await createWebCryptoSigner(),
          epoch: ports.random.bytes(EPOCH_BYTES),
          sequence: 0,
        })),
      );
      const unsubscribe = node.on('online', () => {
        unsubscribe();
        observer.onOnline();
      });
      singing = node;
      observer.onOpened();
      node.open();
    },
    send(text) {
      assert(mesh !== undefined, 'open comes before send');
      const voice = voices[said++ % VOICES]!;
      voice.sequence += 1;
      say(voice, text, mesh);
    },
    close: () => singing?.close(),
    sizes: () => ({ links: singing?.neighbours.length ?? 0 }),
  };
}
