/** A far end that speaks WebRTC by hand and keeps to no rule but those that a test gives it. */
import type { Signal, Transport } from '../../src/core/ports/transport.ts';
import { startEnd, type End } from './ends.ts';

export interface Mallory {
  readonly pc: RTCPeerConnection;
  readonly channel: RTCDataChannel;
  opened(): Promise<void>;
}

/** Bob answers; mallory offers, with a description that `alter` may change. */
export async function malloryOffers(
  transport: Transport,
  alter: (sdp: string) => string = (sdp) => sdp,
): Promise<{ bob: End; mallory: Mallory }> {
  const bob = startEnd(transport, 'answerer');
  const mallory = createMallory((candidate) => bob.connection.acceptSignal(candidate));
  bob.carryTo((signal) => void mallory.accept(signal));
  await mallory.pc.setLocalDescription();
  bob.connection.acceptSignal(JSON.stringify({ type: 'offer', sdp: alter(mallory.pc.localDescription!.sdp) }));
  return { bob, mallory };
}

/** Alice offers; mallory answers, with a description that `alter` may change. */
export function malloryAnswers(
  transport: Transport,
  alter: (sdp: string) => string = (sdp) => sdp,
): { alice: End; mallory: Mallory } {
  const alice = startEnd(transport, 'offerer');
  const mallory = createMallory((candidate) => alice.connection.acceptSignal(candidate));
  const answer = async (signal: Signal): Promise<void> => {
    await mallory.accept(signal);
    if (mallory.pc.signalingState !== 'have-remote-offer') return;
    await mallory.pc.setLocalDescription();
    alice.connection.acceptSignal(JSON.stringify({ type: 'answer', sdp: alter(mallory.pc.localDescription!.sdp) }));
  };
  alice.carryTo((signal) => void answer(signal));
  return { alice, mallory };
}

function createMallory(send: (candidates: Signal) => void): Mallory & { accept(signal: Signal): Promise<void> } {
  const pc = new RTCPeerConnection();
  const channel = pc.createDataChannel('', { negotiated: true, id: 0 });
  pc.addEventListener('icecandidate', ({ candidate }) => {
    if (candidate?.candidate) send(JSON.stringify({ type: 'candidates', candidates: [candidate.candidate] }));
  });
  return {
    pc,
    channel,
    opened: () =>
      new Promise((resolve) => {
        if (channel.readyState === 'open') resolve();
        else channel.addEventListener('open', () => resolve());
      }),
    async accept(text) {
      const signal = JSON.parse(text) as { type: string; sdp?: string; candidates?: string[] };
      if (signal.sdp) await pc.setRemoteDescription(signal as RTCSessionDescriptionInit);
      for (const candidate of signal.candidates ?? []) await pc.addIceCandidate({ candidate, sdpMLineIndex: 0 });
    },
  };
}
