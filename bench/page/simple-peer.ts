/**
 * Bare simple-peer as a subject: what the browser and simple-peer need for a connection, and nothing else. The first tab
 * of the room answers, every later one calls it. Knows no password and no mesh.
 */
import { createBarePeer, openSignalPath, type BarePeer, type SignalPath } from './bare-peer.ts';
import type { Subject } from './contract.ts';
import { createStepWatch } from './steps.ts';

/** Speaker number of the tab that answers. */
const CALLED = 0;

export function createSubject(): Subject {
  const peers = new Map<number, BarePeer>();
  let path: SignalPath | undefined;
  const watch = createStepWatch();

  return {
    async open(options, observer) {
      const { speaker } = options;
      const connect = (to: number): BarePeer => {
        const peer = createBarePeer(speaker !== CALLED, {
          onSignal(signal) {
            watch.reach('offered');
            path?.send({ from: speaker, to, signal });
          },
          onConnect: observer.onOnline,
          onText: observer.onText,
          onClose: () => peers.delete(to),
        });
        peers.set(to, peer);
        return peer;
      };
      observer.onOpened();
      path = await openSignalPath(options, ({ from, to, signal }) => {
        if (to !== speaker || !signal) return;
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
