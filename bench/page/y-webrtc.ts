/**
 * y-webrtc as a subject: messages are elements that are appended to a shared list. As it comes but for three things: no
 * STUN servers, no password, and no way past WebRTC for tabs that are in one browser.
 */
import type { Array as SharedArray, Doc } from 'yjs';
import { assert } from '../../src/core/base/assert.ts';
import type { Subject } from './contract.ts';

/** What is asked of y-webrtc's simple-peer, which it does not type. */
interface ConnectingPeer {
  once(event: 'connect', listener: () => void): void;
}

export function createSubject(): Subject {
  let document: Doc | undefined;
  let said: SharedArray<string> | undefined;

  return {
    async open({ room, rendezvousUrl }, observer) {
      globalThis.BroadcastChannel = MuteBroadcastChannel;
      const [yjs, { WebrtcProvider }] = await Promise.all([import('yjs'), import('y-webrtc')]);
      document = new yjs.Doc();
      said = document.getArray<string>('said');
      said.observe(({ changes }, { local }) => {
        if (local) return;
        for (const { insert } of changes.delta) for (const text of insert ?? []) observer.onText(text as string);
      });

      observer.onOpened();
      const provider = new WebrtcProvider(room, document, {
        signaling: [rendezvousUrl],
        peerOpts: { config: { iceServers: [] } },
      });
      // Told when an attempt begins; whoever is connected first may be talked to.
      provider.on('peers', ({ added }) => {
        for (const peerId of added) {
          const peer = provider.room?.webrtcConns.get(peerId)?.peer as ConnectingPeer | undefined;
          peer?.once('connect', observer.onOnline);
        }
      });
    },
    send(text) {
      assert(said !== undefined, 'open comes before send');
      said.push([text]);
    },
    close: () => document?.destroy(),
  };
}

/**
 * y-webrtc speaks over BroadcastChannel, too, and leaves out connections to whom it hears there. Tabs of one browser
 * stand for people at different machines here, whom no BroadcastChannel joins.
 */
class MuteBroadcastChannel extends BroadcastChannel {
  override postMessage(): void {
    // Nobody else is in this browser.
  }
}
