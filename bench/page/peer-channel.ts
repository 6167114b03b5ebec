/** Peer Channel as a subject: one node, one channel. */
import type { MeshChannel, PeerNode } from '../../src/core/index.ts';
import { assert } from '../../src/core/base/assert.ts';
import { utf8 } from '../../src/core/base/bytes.ts';
import type { Subject, SubjectObserver } from './contract.ts';
import { addressOf, createNode } from './node.ts';
import { createStepWatch } from './steps.ts';

export function createSubject(): Subject {
  let node: PeerNode | undefined;
  let channel: MeshChannel | undefined;
  const watch = createStepWatch();

  return {
    async open(options, observer) {
      ({ node } = await createNode(options, undefined, watch));
      channel = node.channel(addressOf(options.room).path);
      listen(node, channel, observer);
      observer.onOpened();
      node.open();
    },
    send(text) {
      assert(channel !== undefined, 'open comes before send');
      const outcome = channel.send(utf8(text));
      if (outcome !== 'Queued') throw new Error(`The message was not taken: ${outcome}`);
    },
    close: () => node?.close(),
    steps: () => watch.steps,
  };
}

function listen(node: PeerNode, channel: MeshChannel, observer: SubjectObserver): void {
  const utf8Decoder = new TextDecoder();
  const unsubscribe = node.on('online', () => {
    unsubscribe();
    observer.onOnline();
  });
  channel.onDelivery(({ payload, own }) => {
    if (!own) observer.onText(utf8Decoder.decode(payload));
  });
}
