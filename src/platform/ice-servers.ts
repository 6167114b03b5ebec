/**
 * ICE servers as the resolver names them, for the transport. Their credentials expire, and the node asks what the resolver
 * is like whenever it reaches it: what is told then holds until the next time. [JN2]
 */
import type { Resolver } from '../core/ports/resolver.ts';
import type { SocketResolver } from './socket-resolver.ts';

/** The same resolver; `onTold` hears of the ICE servers in each answer. */
export function tellIceServers(
  resolver: SocketResolver,
  onTold: (iceServers: readonly RTCIceServer[]) => void,
): Resolver {
  return {
    ...resolver,
    getServiceInfo: (settle) =>
      resolver.getServiceInfo((info) => {
        if (info.ok)
          onTold(info.value.iceServers.map((server) => ({ ...server, urls: [...server.urls] }) as RTCIceServer));
        settle(info);
      }),
  };
}
