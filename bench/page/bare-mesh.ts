/**
 * What a partial mesh of the same degree could do at best, as a subject: bare simple-peer over links that all know, and
 * each message passed on at once along the shortest ways. No password, no signatures, no heartbeat, no repair, nobody
 * who comes or goes: what a system does better than this, it does in the browser's own part.
 */
import { assert } from '../../src/core/base/assert.ts';
import { createBarePeer, openSignalPath, type BarePeer, type SignalPath } from './bare-peer.ts';
import type { Subject } from './contract.ts';
import { childrenOf, linksOf } from './shortest-tree.ts';

/** Whom a tab tells that it is there. */
const EVERYBODY = -1;

export function createSubject(): Subject {
  const peers = new Map<number, BarePeer>();
  let path: SignalPath | undefined;
  let passOn: (root: number, text: string) => void = () => undefined;
  let self = 0;

  return {
    async open(options, observer) {
      const { tabs } = options;
      assert(tabs !== undefined, 'who lays out links knows between how many');
      self = options.speaker;
      const links = linksOf(self, tabs);
      const children = Array.from({ length: tabs }, (_, root) => childrenOf(self, root, tabs));
      let connected = 0;

      passOn = (root, text) => {
        for (const child of children[root]!) peers.get(child)?.send(`${root} ${text}`);
      };
      const connect = (to: number): BarePeer => {
        const peer = createBarePeer(self < to, {
          onSignal: (signal) => path?.send({ from: self, to, signal }),
          onConnect() {
            connected += 1;
            if (connected === links.length) observer.onOnline();
          },
          onText(frame) {
            const space = frame.indexOf(' ');
            const text = frame.slice(space + 1);
            passOn(Number(frame.slice(0, space)), text);
            observer.onText(text);
          },
          onClose: () => peers.delete(to),
        });
        peers.set(to, peer);
        return peer;
      };
      const sayThere = (): void => path?.send({ from: self, to: EVERYBODY });

      observer.onOpened();
      path = await openSignalPath(options, ({ from, to, signal }) => {
        if (signal) {
          if (to === self) (peers.get(from) ?? connect(from)).signal(signal);
          return;
        }
        if (!links.includes(from) || peers.has(from)) return;
        // The lower calls; one that came too late to hear the higher is told again.
        if (self < from) connect(from);
        else sayThere();
      });
      sayThere();
    },
    send: (text) => passOn(self, text),
    close() {
      for (const peer of peers.values()) peer.destroy();
      path?.close();
    },
  };
}
