/**
 * Joining a mesh in a browser: the adapters of this folder and the core put together. [JN1-JN3]
 * Owns the life of one session's adapters; knows nothing of the screen.
 */
import { PeerChannelError, type ErrorCode } from '../core/base/errors.ts';
import { createCPace } from '../core/crypto/cpace.ts';
import { preparePassword, type PasswordFailure } from '../core/crypto/password.ts';
import { parseNickname } from '../core/chat/nickname.ts';
import { openChatRoom } from '../core/chat/room.ts';
import type { ChatRoom, Join, JoinRequest, OnJoinStage } from '../core/chat/types.ts';
import { createPeerNode } from '../core/mesh/node.ts';
import { createBrowserClock } from './clock.ts';
import { createConsoleLog } from './console-log.ts';
import { createSessionCertificate } from './dtls-fingerprint.ts';
import { tellIceServers } from './ice-servers.ts';
import { failingWith } from './join-failures.ts';
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
async function join(request: JoinRequest, onStage: OnJoinStage, resolverUrl: string): Promise<ChatRoom> {
  const nickname = parseNickname(request.nickname);
  if (!nickname.ok) throw new PeerChannelError('NicknameTooLong');
  const password = preparePassword(request.password);
  if (!password.ok) throw new PeerChannelError(PASSWORD_ERRORS[password.reason]);
  onStage('stretching');
  // Before the password: they take milliseconds, and where they fail no worker goes on telling how far it is.
  const [signer, certificate] = await failingWith(
    'KeysUnavailable',
    Promise.all([createWebCryptoSigner(), createSessionCertificate()]),
  );
  const secret = await stretchInWorker(password.value, request.address.meshId, (fraction) =>
    onStage('stretching', fraction),
  );
  onStage('connecting');
  return openRoom(request, nickname.value, { secret, signer, certificate, resolverUrl });
}

interface SessionKeys {
  readonly secret: Uint8Array;
  readonly signer: Awaited<ReturnType<typeof createWebCryptoSigner>>;
  readonly certificate: RTCCertificate;
  readonly resolverUrl: string;
}

function openRoom({ address }: JoinRequest, nickname: string, keys: SessionKeys): ChatRoom {
  const clock = createBrowserClock();
  const random = createSecureRandom();
  let iceServers: readonly RTCIceServer[] = [];
  const resolver = tellIceServers(createSocketResolver({ url: keys.resolverUrl }), (told) => (iceServers = told));
  const node = createPeerNode(
    {
      clock,
      random,
      resolver,
      signer: keys.signer,
      pake: createCPace(random),
      log: createConsoleLog(),
      transport: createWebRtcTransport({
        certificate: keys.certificate,
        get iceServers() {
          return iceServers;
        },
      }),
    },
    { meshId: address.meshId, secret: keys.secret },
  );
  const room = openChatRoom({ clock }, node, address, nickname);
  watchPage(room, { window, document });
  return room;
}
