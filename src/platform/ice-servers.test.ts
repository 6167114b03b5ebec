import { describe, expect, it } from 'vitest';
import { failure, success } from '../core/base/result.ts';
import type { Settle } from '../core/ports/resolver.ts';
import type { ServiceInfoAnswer } from '../../resolver/protocol.ts';
import { tellIceServers } from './ice-servers.ts';
import { createSocketResolver } from './socket-resolver.ts';

const turn = { urls: ['turn:turn.example:3478'], username: '1767225600:alice', credential: 'c2VjcmV0' };

function setUp() {
  const told: (readonly RTCIceServer[])[] = [];
  let settle: Settle<ServiceInfoAnswer> | undefined;
  const resolver = tellIceServers(
    { ...createSocketResolver({ url: 'http://localhost:1' }), getServiceInfo: (given) => (settle = given) },
    (iceServers) => told.push(iceServers),
  );
  const answer = (iceServers: ServiceInfoAnswer['iceServers']): void =>
    settle!(
      success({
        protocolVersion: 1,
        controlMeshShape: true,
        limits: { maxResolvedNodes: 8, maxSignalChars: 16_384, lifetimeMs: 600_000 },
        iceServers,
      }),
    );
  return { resolver, told, answer, refuse: (): void => settle!(failure('TimedOut')) };
}

describe('ICE servers', () => {
  it('[JN2] are told each time the resolver says what it is like, and the asker hears the answer too', () => {
    const { resolver, told, answer } = setUp();
    const heard: unknown[] = [];
    for (const iceServers of [[turn], []]) {
      resolver.getServiceInfo((info) => heard.push(info.ok && info.value.controlMeshShape));
      answer(iceServers);
    }
    expect(told).toEqual([[turn], []]);
    expect(heard).toEqual([true, true]);
  });

  it('[JN2] stay as they were when the resolver does not answer', () => {
    const { resolver, told, refuse } = setUp();
    const heard: unknown[] = [];
    resolver.getServiceInfo((info) => heard.push(info.ok));
    refuse();
    expect(told).toEqual([]);
    expect(heard).toEqual([false]);
  });
});
