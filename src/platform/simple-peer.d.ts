/** The part of simple-peer 9.11.1 that the transport uses, with the two internals that its guards need. */
declare module 'simple-peer/simplepeer.min.js' {
  export interface SimplePeerOptions {
    initiator: boolean;
    trickle: boolean;
    channelConfig: RTCDataChannelInit;
    config: RTCConfiguration;
  }

  export type SimplePeerSignal =
    | { type: 'offer' | 'answer'; sdp: string }
    | { type: 'candidate'; candidate: RTCIceCandidateInit }
    | { type: 'renegotiate' | 'transceiverRequest' };

  export default class SimplePeer {
    constructor(options: SimplePeerOptions);
    on(event: 'signal', listener: (signal: SimplePeerSignal) => void): this;
    on(event: 'error', listener: (error: Error & { code?: string }) => void): this;
    /** Not in the documentation: all candidates have been gathered. */
    on(event: 'close' | '_iceComplete', listener: () => void): this;
    signal(signal: { type: string; sdp: string } | { type: string; candidate: RTCIceCandidateInit }): void;
    destroy(): void;
    /** Undefined when the constructor of the browser threw, null after destruction. */
    readonly _pc: RTCPeerConnection | null | undefined;
    readonly _channel: RTCDataChannel | null;
  }
}
