/** A chat room as a subject: node, endpoint, roster and timeline, all that a tab holds but its screen. */
import { assert } from '../../src/core/base/assert.ts';
import { openChatRoom } from '../../src/core/chat/room.ts';
import type { ChatRoom } from '../../src/core/chat/types.ts';
import type { PeerNode } from '../../src/core/index.ts';
import type { Subject } from './contract.ts';
import { addressOf, createNode } from './node.ts';

export function createSubject(): Subject {
  let node: PeerNode | undefined;
  let room: ChatRoom | undefined;
  let received = 0;

  return {
    async open(options, observer) {
      const created = await createNode(options);
      node = created.node;
      const unsubscribe = node.on('online', () => {
        unsubscribe();
        observer.onOnline();
      });
      observer.onOpened();
      room = openChatRoom(created.ports, node, addressOf(options.room), `speaker-${options.speaker}`);
      room.on('timelineGrew', (entry) => {
        if (entry.kind === 'message' && !entry.author.self) received += 1;
      });
    },
    send(text) {
      assert(room !== undefined, 'open comes before send');
      const result = room.submit(text);
      if (result !== 'Sent') throw new Error(`The message was not taken: ${result}`);
    },
    close: () => room?.leave(),
    sizes() {
      assert(room !== undefined && node !== undefined, 'open comes before sizes');
      const { seen, kept } = node.sizes;
      return { received, timeline: room.timeline.length, seen, kept, members: node.members.length };
    },
  };
}
