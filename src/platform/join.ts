/**
 * Joining a mesh in a browser: the adapters of this folder and the core put together. [JN1-JN3]
 * Owns the life of one session's adapters; knows nothing of the screen.
 */
import { PeerChannelError } from '../core/base/errors.ts';
import { createCPace } from '../core/crypto/cpace.ts';
import { preparePassword, type PasswordFailure } from '../core/crypto/password.ts';
import { parseNickname } from '../core/chat/nickname.ts';
import { openChatRoom } from '../core/chat/room.ts';
import type { ChatRoom, Join, JoinRequest } from '../core/chat/types.ts';
import { createPeerNode } from '../core/mesh/node.ts';
import type { ErrorCode } from '../core/base/errors.ts';
import { createBrowserClock } from './clock.ts';
import { createConsoleLog } from './console-log.ts';
import { tellIceServers } from './ice-servers.ts';
import { stretchInWorker } from './password-stretcher.ts';
import { createSecureRandom } from './random.ts';
import { createSocketResolver } from './socket-resolver.ts';
import { createWebCryptoSigner } from './webcrypto-signer.ts';
import { createSessionCertificate, createWebRtcTransport } from './webrtc-transport.ts';

const PASSWORD_ERRORS: Readonly<Record<PasswordFailure, ErrorCode>> = {
  Empty: 'PasswordEmpty',
  TooLong: 'PasswordTooLong',
  BadCharacter: 'PasswordBadCharacter',
};

export function createJoin(resolverUrl: string = location.origin): Join {
  return async (request, onStage) => {
    const nickname = parseNickname(request.nickname);
    if (!nickname.ok) throw new PeerChannelError('NicknameTooLong');
    const password = preparePassword(request.password);
    if (!password.ok) throw new PeerChannelError(PASSWORD_ERRORS[password.reason]);
    onStage('stretching');
    // The keys of the session are made while the worker is busy with the password.
    const [secret, signer, certificate] = await Promise.all([
      stretchInWorker(password.value, request.address.meshId, (fraction) => onStage('stretching', fraction)),
      createWebCryptoSigner(),
      createSessionCertificate(),
    ]);
    onStage('connecting');
    return openRoom(request, nickname.value, { secret, signer, certificate, resolverUrl });
  };
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
  const stopWatching = watchPage(room);
  room.on('closed', stopWatching);
  return room;
}

/** A page that comes back asks after its neighbours at once; one that goes for good says farewell. [JN3] */
function watchPage(room: ChatRoom): () => void {
  const wake = (): void => room.node.wake();
  const onVisible = (): void => {
    if (document.visibilityState === 'visible') wake();
  };
  const onHide = (event: PageTransitionEvent): void => {
    if (!event.persisted) room.leave();
  };
  window.addEventListener('online', wake);
  window.addEventListener('pageshow', wake);
  window.addEventListener('pagehide', onHide);
  document.addEventListener('visibilitychange', onVisible);
  return () => {
    window.removeEventListener('online', wake);
    window.removeEventListener('pageshow', wake);
    window.removeEventListener('pagehide', onHide);
    document.removeEventListener('visibilitychange', onVisible);
  };
}
