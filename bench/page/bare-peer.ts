/** simple-peer with nothing around it, and the ways its signals go: for the subjects that show what a browser can do at all. */
import SimplePeer from 'simple-peer/simplepeer.min.js';
import type { SubjectOptions } from './contract.ts';

export type Signal = Parameters<SimplePeer['signal']>[0];

/** With what the project's transport has no use for, and its types leave out. */
export type BarePeer = SimplePeer & {
  on(event: 'connect', listener: () => void): unknown;
  on(event: 'data', listener: (data: Uint8Array) => void): unknown;
  send(text: string): void;
};

export interface Signalled {
  readonly from: number;
  readonly to: number;
  /** Left out by who only says that it is there. */
  readonly signal?: Signal;
}

export interface SignalPath {
  send(signalled: Signalled): void;
  close(): void;
}

export interface BarePeerObserver {
  onSignal(signal: Signal): void;
  onConnect(): void;
  onText(text: string): void;
  onClose(): void;
}

export function createBarePeer(initiator: boolean, observer: BarePeerObserver): BarePeer {
  const textDecoder = new TextDecoder();
  const peer = new SimplePeer({
    initiator,
    trickle: true,
    channelConfig: {},
    config: { iceServers: [] },
  }) as BarePeer;
  peer.on('signal', (signal) => {
    // The other kinds ask for another round, which one data channel never needs.
    if ('sdp' in signal || 'candidate' in signal) observer.onSignal(signal);
  });
  peer.on('connect', observer.onConnect);
  peer.on('data', (data: Uint8Array) => observer.onText(textDecoder.decode(data)));
  peer.on('close', observer.onClose);
  // Also told when the far end has left.
  peer.on('error', (error) => console.debug(error.message));
  return peer;
}

/** Through the relay if there is one; else over a BroadcastChannel, the shortest way between two tabs. */
export function openSignalPath(
  options: SubjectOptions,
  onSignalled: (signalled: Signalled) => void,
): Promise<SignalPath> {
  return options.rendezvousUrl === '' ? openTabPath(options, onSignalled) : openRelayPath(options, onSignalled);
}

async function openTabPath({ room }: SubjectOptions, onSignalled: (signalled: Signalled) => void): Promise<SignalPath> {
  const channel = new BroadcastChannel(room);
  channel.onmessage = ({ data }: MessageEvent<Signalled>) => onSignalled(data);
  return { send: (signalled) => channel.postMessage(signalled), close: () => channel.close() };
}

function openRelayPath(
  { room, rendezvousUrl }: SubjectOptions,
  onSignalled: (signalled: Signalled) => void,
): Promise<SignalPath> {
  const socket = new WebSocket(rendezvousUrl);
  socket.onmessage = ({ data }: MessageEvent<string>) => {
    onSignalled((JSON.parse(data) as { signalled: Signalled }).signalled);
  };
  return new Promise((resolve, reject) => {
    socket.onopen = () => {
      socket.send(JSON.stringify({ type: 'subscribe', topics: [room] }));
      resolve({
        send: (signalled) => socket.send(JSON.stringify({ type: 'publish', topic: room, signalled })),
        close: () => socket.close(),
      });
    };
    socket.onerror = () => reject(new Error('The relay cannot be reached'));
  });
}
