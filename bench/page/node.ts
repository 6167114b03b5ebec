/**
 * A peer node as it ships with the adapters it ships with, put together as in src/platform/join.ts. Only the stretching
 * of the password is left out: a ready secret stands for it. What the app does in that time is done here too before the
 * node is opened, as far as is asked for.
 */
import {
  createPeerNode,
  parseAddress,
  type EndpointAddress,
  type PeerNode,
  type PeerNodePorts,
  type Transport,
} from '../../src/core/index.ts';
import { assert } from '../../src/core/base/assert.ts';
import { createCPace } from '../../src/core/crypto/cpace.ts';
import { rehearseProof } from '../../src/core/link/rehearsal.ts';
import { createBrowserClock } from '../../src/platform/clock.ts';
import { createConsoleLog } from '../../src/platform/console-log.ts';
import { createSessionCertificate } from '../../src/platform/dtls-fingerprint.ts';
import { createSecureRandom } from '../../src/platform/random.ts';
import { createSocketResolver } from '../../src/platform/socket-resolver.ts';
import { createWebCryptoSigner } from '../../src/platform/webcrypto-signer.ts';
import { createWebRtcTransport } from '../../src/platform/webrtc-transport.ts';
import type { SubjectOptions } from './contract.ts';
import { watchPorts, type StepWatch } from './steps.ts';

/** Any 32 bytes that all tabs have. */
const SECRET = new Uint8Array(32).fill(7);
/** Stretching takes the app this long at least. */
const STRETCH_MS = 500;

export function addressOf(room: string): EndpointAddress {
  const address = parseAddress(`${room}/bench`);
  assert(address.ok, 'the bench names its rooms so that they are addresses');
  return address.value;
}

export interface BenchNode {
  readonly node: PeerNode;
  readonly ports: PeerNodePorts;
}

/** `wrap` may stand between the node and its transport. */
export async function createNode(
  { room, rendezvousUrl, ahead = 'Rehearsal' }: Pick<SubjectOptions, 'room' | 'rendezvousUrl' | 'ahead'>,
  wrap: (transport: Transport) => Transport = (transport) => transport,
  watch?: StepWatch,
): Promise<BenchNode> {
  const random = createSecureRandom();
  const [signer, certificate] = await Promise.all([createWebCryptoSigner(), createSessionCertificate()]);
  const resolver = createSocketResolver({ url: rendezvousUrl });
  // All tabs are on one machine.
  const transport = createWebRtcTransport({ certificate, iceServers: [] });
  const pake = createCPace(random);
  if (ahead !== 'Keys') await new Promise<void>((settle) => rehearseProof({ pake, signer }, random, settle));
  if (ahead === 'Line') {
    resolver.connect();
    transport.prepare?.();
    await new Promise((resolve) => setTimeout(resolve, STRETCH_MS));
  }
  const plain: PeerNodePorts = {
    clock: createBrowserClock(),
    random,
    resolver,
    signer,
    pake,
    log: createConsoleLog(),
    transport: wrap(transport),
  };
  const ports = watch ? watchPorts(plain, watch) : plain;
  return { node: createPeerNode(ports, { meshId: addressOf(room).meshId, secret: SECRET }), ports };
}
