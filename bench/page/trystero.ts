/**
 * Trystero as a subject: its core, which does everything between peers, over a strategy that signals through a local
 * relay instead of public ones. Without a password, which spares it a round trip of its handshake.
 */
import {
  createTopicStrategy,
  type BaseRoomConfig,
  type MessageAction,
  type Room,
  type StrategyMessage,
} from '@trystero-p2p/core';
import { assert } from '../../src/core/base/assert.ts';
import type { Subject } from './contract.ts';

interface RelayRoomConfig extends BaseRoomConfig {
  readonly relayUrl: string;
}

/** What the relay passes on to the subscribers of a topic, the sender included. */
interface RelayMessage {
  readonly type: 'publish';
  readonly topic: string;
  readonly payload: StrategyMessage;
}

export function createSubject(): Subject {
  let room: Room | undefined;
  let action: MessageAction<string> | undefined;

  return {
    async open({ room: roomId, rendezvousUrl }, observer) {
      observer.onOpened();
      room = joinRoom(
        // All tabs are on one machine: no STUN server is asked.
        { appId: 'bench', relayUrl: rendezvousUrl, rtcConfig: { iceServers: [] } },
        roomId,
      );
      action = room.makeAction<string>('text', { onMessage: observer.onText });
      room.onPeerJoin = observer.onOnline;
    },
    send(text) {
      assert(action !== undefined, 'open comes before send');
      // Rejects when it is not taken, and is then seen as an error of the page.
      void action.send(text);
    },
    close: () => void room?.leave(),
  };
}

const joinRoom = createTopicStrategy<WebSocket, RelayRoomConfig>({
  init: ({ relayUrl }) =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(relayUrl);
      socket.addEventListener('open', () => resolve(socket), { once: true });
      socket.addEventListener('error', () => reject(new Error('The relay cannot be reached')), { once: true });
    }),
  subscribeTopic(socket, topic, onMessage) {
    const onRelayed = ({ data }: MessageEvent<string>): void => {
      const message = JSON.parse(data) as RelayMessage;
      if (message.topic === topic) void onMessage(topic, message.payload);
    };
    socket.addEventListener('message', onRelayed);
    socket.send(JSON.stringify({ type: 'subscribe', topics: [topic] }));
    return () => {
      socket.send(JSON.stringify({ type: 'unsubscribe', topics: [topic] }));
      socket.removeEventListener('message', onRelayed);
    };
  },
  publishTopic(socket, topic, payload) {
    socket.send(JSON.stringify({ type: 'publish', topic, payload } satisfies RelayMessage));
  },
});
