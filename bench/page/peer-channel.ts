/**
 * Peer Channel as a subject: the core as it ships with the adapters it ships with, put together as in
 * src/platform/join.ts. Only the stretching of the password is left out: a ready secret stands for it.
 */
import { createPeerNode, parseAddress, type MeshChannel, type PeerNode, type Resolver } from '../../src/core/index.ts';
import { assert } from '../../src/core/base/assert.ts';
import { utf8 } from '../../src/core/base/bytes.ts';
import { createCPace } from '../../src/core/crypto/cpace.ts';
import { createBrowserClock } from '../../src/platform/clock.ts';
import { createConsoleLog } from '../../src/platform/console-log.ts';
import { createSessionCertificate } from '../../src/platform/dtls-fingerprint.ts';
import { createSecureRandom } from '../../src/platform/random.ts';
import { createSocketResolver } from '../../src/platform/socket-resolver.ts';
import { createWebCryptoSigner } from '../../src/platform/webcrypto-signer.ts';
import { createWebRtcTransport } from '../../src/platform/webrtc-transport.ts';
import type { Subject, SubjectObserver, SubjectOptions } from './contract.ts';

/** Any 32 bytes that all tabs have. */
const SECRET = new Uint8Array(32).fill(7);

export function createSubject(): Subject {
  let node: PeerNode | undefined;
  let channel: MeshChannel | undefined;

  return {
    async open(options, observer) {
      node = await createNode(options);
      channel = node.channel(addressOf(options.room).path);
      listen(node, channel, observer);
      observer.onOpened();
      node.open();
    },
    send(text) {
      assert(channel !== undefined, 'open comes before send');
      const outcome = channel.send(utf8(text));
      if (outcome !== 'Queued') throw new Error(`The message was not taken: ${outcome}`);
    },
    close: () => node?.close(),
  };
}

function addressOf(room: string) {
  const address = parseAddress(`${room}/bench`);
  assert(address.ok, 'the bench names its rooms so that they are addresses');
  return address.value;
}

async function createNode({ room, rendezvousUrl }: SubjectOptions): Promise<PeerNode> {
  const random = createSecureRandom();
  const [signer, certificate] = await Promise.all([createWebCryptoSigner(), createSessionCertificate()]);
  const resolver: Resolver = createSocketResolver({ url: rendezvousUrl });
  return createPeerNode(
    {
      clock: createBrowserClock(),
      random,
      resolver,
      signer,
      pake: createCPace(random),
      log: createConsoleLog(),
      // All tabs are on one machine.
      transport: createWebRtcTransport({ certificate, iceServers: [] }),
    },
    { meshId: addressOf(room).meshId, secret: SECRET },
  );
}

function listen(node: PeerNode, channel: MeshChannel, observer: SubjectObserver): void {
  const utf8Decoder = new TextDecoder();
  const unsubscribe = node.on('online', () => {
    unsubscribe();
    observer.onOnline();
  });
  channel.onDelivery(({ payload, own }) => {
    if (!own) observer.onText(utf8Decoder.decode(payload));
  });
}
