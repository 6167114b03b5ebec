/**
 * One connection between two peer nodes, unproven: bytes only. What it is made of (WebRTC, memory) is the adapter's.
 * Whoever uses it sees to it that of two ends one offers [SG1], so glare cannot happen.
 */
export interface Transport {
  /** Starts one end. Nothing leaves but signals, through `observer.onSignal`, until both ends are open. */
  connect(role: ConnectionRole, observer: ConnectionObserver): Connection;
  /**
   * Begins the next offerer's connection ahead, as far as that goes without a far end; for whoever will dial as soon as
   * it knows whom. The returned function lets go of it if it was not used.
   */
  prepare?(): () => void;
}

export type ConnectionRole = 'offerer' | 'answerer';

/** Offer, answer or candidate as text, at most MAX_SIGNAL_CHARS; opaque to everything but the adapter. */
export type Signal = string;

/** Upper bound of one signal in UTF-16 units: an SDP of a data channel is below 1 KiB, 16 KiB leaves room for candidates. */
export const MAX_SIGNAL_CHARS = 16 * 1024;

/** Frames are at most this many bytes: the size every browser's SCTP takes whole. */
export const MAX_FRAME_BYTES = 16 * 1024;

export interface Connection {
  /**
   * Takes a signal of the far end. Until the connection is open a malformed or unwanted one closes it; from then on every
   * signal is ignored, so that nobody who merely carries signals can cut it. Never throws.
   */
  acceptSignal(signal: Signal): void;
  /** Sends one frame, 1 to MAX_FRAME_BYTES bytes, in order and reliably. Before open and after close it is dropped. */
  send(frame: Uint8Array): void;
  /**
   * What `onOpen` will tell if all is well, once both ends have described themselves; to save time only, for nothing is
   * known before the connection is open. A transport may leave it out.
   */
  readonly promised?: ConnectionBinding | undefined;
  /** Bytes handed to `send` that have not left yet. */
  readonly bufferedBytes: number;
  /** Nothing of it is left. After `close` that may take up to a second, in which it still counts as a connection. */
  readonly isClosed: boolean;
  /**
   * Closes this end: nothing more is sent, received or told to its observer. What was sent before still arrives if the
   * far end takes it within a second. Closing twice is harmless.
   */
  close(): void;
}

/** What the two ends of an open connection are told by the transport itself, never by signal text. */
export interface ConnectionBinding {
  /** SHA-256 of the own DTLS certificate, 32 bytes. */
  readonly localFingerprint: Uint8Array;
  /** SHA-256 of the certificate the far end really used, 32 bytes. */
  readonly remoteFingerprint: Uint8Array;
}

export interface ConnectionObserver {
  /** The first one describes this end. */
  onSignal(signal: Signal): void;
  onOpen(binding: ConnectionBinding): void;
  onFrame(frame: Uint8Array): void;
  /** `bufferedBytes` fell to the low-water mark or below after having been above it. Never from within `send`. */
  onDrain(): void;
  /** At most once, last. */
  onClosed(reason: ConnectionClosedReason): void;
}

export type ConnectionClosedReason =
  /** The far end closed. */
  | 'ClosedByPeer'
  /** A signal was malformed, too large, of an unwanted kind, or too many. */
  | 'SignalRejected'
  /** The network between the two gave way or was never there. */
  | 'ConnectionFailed'
  /** The far end broke the transport's rules: second channel, text frame, oversized frame. */
  | 'ProtocolViolation';
