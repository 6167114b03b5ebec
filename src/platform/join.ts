/**
 * Joining a mesh in a browser: the adapters of this folder and the core put together. [JN1-JN4]
 * Owns the life of one session's adapters; knows nothing of the screen.
 */
import { PeerChannelError, type ErrorCode } from '../core/base/errors.ts';
import { createCPace } from '../core/crypto/cpace.ts';
import { preparePassword, type PasswordFailure } from '../core/crypto/password.ts';
import { parseNickname } from '../core/chat/nickname.ts';
import { createAcquaintances } from '../core/chat/acquaintances.ts';
import { openChatRoom } from '../core/chat/room.ts';
import type { Join, Joined, JoinRequest, OnJoinStage } from '../core/chat/types.ts';
import { rehearseProof } from '../core/link/rehearsal.ts';
import { createPeerNode } from '../core/mesh/node.ts';
import type { Resolver } from '../core/ports/resolver.ts';
import type { Signer } from '../core/ports/signer.ts';
import type { Transport } from '../core/ports/transport.ts';
import { createBrowserClock } from './clock.ts';
import { createConsoleLog } from './console-log.ts';
import { createSessionCertificate } from './dtls-fingerprint.ts';
import { tellIceServers } from './ice-servers.ts';
import { failingWith } from './join-failures.ts';
import { findKept, openKeepsake, type Keepsake } from './keepsake.ts';
import { createLazyComparisons } from './lazy-comparisons.ts';
import { watchPage } from './page-watch.ts';
import { stretchInWorker } from './password-stretcher.ts';
import { createSecureRandom } from './random.ts';
import { createSocketResolver } from './socket-resolver.ts';
import { createWebCryptoSigner } from './webcrypto-signer.ts';
import { createWebRtcTransport } from './webrtc-transport.ts';

const PASSWORD_ERRORS: Readonly<Record<PasswordFailure, ErrorCode>> = {
  Empty: 'PasswordEmpty',
  TooLong: 'PasswordTooLong',
  BadCharacter: 'PasswordBadCharacter',
};

export function createJoin(resolverUrl: string = location.origin): Join {
  return (request, onStage) => failingWith('Internal', join(request, onStage, resolverUrl));
}

/** What it throws beside errors of the closed set is a bug of ours. */
async function join(request: JoinRequest, onStage: OnJoinStage, resolverUrl: string): Promise<Joined> {
  const nickname = parseNickname(request.nickname);
  if (!nickname.ok) throw new PeerChannelError('NicknameTooLong');
  const password = preparePassword(request.password);
  if (!password.ok) throw new PeerChannelError(PASSWORD_ERRORS[password.reason]);
  onStage('stretching');
  // Before the password: they take milliseconds, and where they fail no worker goes on telling how far it is.
  const { meshId } = request.address;
  const keepsake = request.keeps ? await openKeepsake(meshId) : undefined;
  // Looked for beside everything else: nobody waits for it before the room is there.
  const earlier = keepsake ? undefined : findKept(meshId);
  const [signer, certificate] = await failingWith(
    'KeysUnavailable',
    Promise.all([createWebCryptoSigner(undefined, keepsake?.identity), createSessionCertificate()]),
  );
  const stretching = stretchInWorker(password.value, meshId, (fraction) => onStage('stretching', fraction));
  const line = makeReady(certificate, signer, resolverUrl);
  try {
    const secret = await stretching;
    onStage('connecting');
    const forget = keepsake?.forget ?? (await earlier);
    const session = openSession(request, nickname.value, { secret, signer, line, keepsake });
    return { ...session, isKept: keepsake !== undefined, forget };
  } catch (error) {
    line.letGo();
    throw error;
  }
}

/** The way to others. */
interface Line {
  readonly resolver: Resolver;
  readonly transport: Transport;
  /** For when nobody opens it. */
  letGo(): void;
}

/**
 * What the first link needs and the password has no part in. The worker takes half a second at least; on a slow line the
 * resolver is reached in that time, and the first proof will be as quick as those after it. [JN4]
 */
function makeReady(certificate: RTCCertificate, signer: Signer, resolverUrl: string): Line {
  let iceServers: readonly RTCIceServer[] = [];
  const transport = createWebRtcTransport({
    certificate,
    get iceServers() {
      return iceServers;
    },
  });
  const socketResolver = createSocketResolver({ url: resolverUrl });
  socketResolver.connect();
  const letGoOfPrepared = transport.prepare?.();
  const random = createSecureRandom();
  rehearseProof({ pake: createCPace(random), signer }, random, () => undefined);
  return {
    resolver: tellIceServers(socketResolver, (told) => (iceServers = told)),
    transport,
    letGo() {
      letGoOfPrepared?.();
      socketResolver.close();
    },
  };
}

interface Session {
  readonly secret: Uint8Array;
  readonly signer: Signer;
  readonly line: Line;
  readonly keepsake: Keepsake | undefined;
}

function openSession(
  { address }: JoinRequest,
  nickname: string,
  { secret, signer, line, keepsake }: Session,
): Pick<Joined, 'room' | 'comparisons'> {
  const clock = createBrowserClock();
  const random = createSecureRandom();
  const node = createPeerNode(
    {
      clock,
      random,
      resolver: line.resolver,
      signer,
      pake: createCPace(random),
      log: createConsoleLog(),
      transport: line.transport,
    },
    { meshId: address.meshId, secret },
  );
  const acquaintances = createAcquaintances({
    ownKey: signer.publicKey,
    ...(keepsake && { kept: keepsake.acquaintances, onChange: keepsake.keep }),
  });
  const room = openChatRoom({ clock, acquaintances }, node, address, nickname);
  watchPage(room, { window, document });
  return { room, comparisons: createLazyComparisons({ clock, random }, node, room) };
}
