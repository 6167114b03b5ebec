/**
 * Bare simple-peer as a subject: what the browser and simple-peer need for a connection, and nothing else. The first tab
 * of the room answers, every later one calls it. Knows no password and no mesh.
 */
import SimplePeer from 'simple-peer/simplepeer.min.js';
import type { Subject, SubjectObserver, SubjectOptions } from './contract.ts';
import { createStepWatch } from './steps.ts';

/** Speaker number of the tab that answers. */
const CALLED = 0;

/** With what the project's transport has no use for, and its types leave out. */
type BarePeer = SimplePeer & {
  on(event: 'connect', listener: () => void): unknown;
  on(event: 'data', listener: (data: Uint8Array) => void): unknown;
  send(text: string): void;
};

interface Signalled {
  readonly from: number;
  readonly to: number;
  readonly signal: Parameters<SimplePeer['signal']>[0];
}

interface SignalPath {
  send(signalled: Signalled): void;
  close(): void;
}

export function createSubject(): Subject {
  const peers = new Map<number, BarePeer>();
  let path: SignalPath | undefined;
  const watch = createStepWatch();

  return {
    async open(options, observer) {
      const { speaker } = options;
      const connect = (to: number): BarePeer => {
        const peer = createPeer(speaker !== CALLED, observer);
        peers.set(to, peer);
        peer.on('close', () => peers.delete(to));
        peer.on('signal', (signal) => {
          watch.reach('offered');
          // The other kinds ask for another round, which one data channel never needs.
          if ('sdp' in signal || 'candidate' in signal) path?.send({ from: speaker, to, signal });
        });
        return peer;
      };
      observer.onOpened();
      path = await openSignalPath(options, ({ from, to, signal }) => {
        if (to !== speaker) return;
        watch.reach('answered');
        (peers.get(from) ?? connect(from)).signal(signal);
      });
      watch.reach('registered');
      if (speaker !== CALLED) connect(CALLED);
    },
    send(text) {
      for (const peer of peers.values()) peer.send(text);
    },
    steps: () => watch.steps,
    close() {
      for (const peer of peers.values()) peer.destroy();
      path?.close();
    },
  };
}

function createPeer(initiator: boolean, observer: SubjectObserver): BarePeer {
  const textDecoder = new TextDecoder();
  const peer = new SimplePeer({
    initiator,
    trickle: true,
    channelConfig: {},
    config: { iceServers: [] },
  }) as BarePeer;
  peer.on('connect', observer.onOnline);
  peer.on('data', (data: Uint8Array) => observer.onText(textDecoder.decode(data)));
  // Also told when the far end has left.
  peer.on('error', (error) => console.debug(error.message));
  return peer;
}

/** Through the relay if there is one; else over a BroadcastChannel, the shortest way between two tabs. */
function openSignalPath(options: SubjectOptions, onSignalled: (signalled: Signalled) => void): Promise<SignalPath> {
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
