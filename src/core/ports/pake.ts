/**
 * Balanced password-authenticated key exchange in symmetric mode with explicit confirmation.
 * Real: CPace (crypto/cpace.ts). The simulator may put a cheap stand-in of the same shape here.
 */
import type { Result } from '../base/result.ts';

export interface Pake {
  /** One run; its secret is fresh and never used again. */
  start(input: PakeInput): PakeRun;
}

export interface PakeInput {
  /** Stretched password (PRS). */
  readonly secret: Uint8Array;
  /** What both ends must agree on for the proof to succeed (CI): versions, mesh, node IDs, fingerprints. */
  readonly channelIdentifier: Uint8Array;
  readonly sessionId: Uint8Array;
  /** Own associated data (AD), unique to this run: identity key, nonce. */
  readonly associatedData: Uint8Array;
}

export interface PakeRun {
  /** Own public share, 32 bytes, to be sent. */
  readonly share: Uint8Array;
  /** To be called once, with what the far end sent. */
  finish(peer: { share: Uint8Array; associatedData: Uint8Array }): Result<PakeOutcome, PakeFailure>;
}

export type PakeFailure =
  /** Not a valid encoding, or the identity element. */
  | 'InvalidShare'
  /** Own share or own associated data came back. */
  | 'Reflected';

export interface PakeOutcome {
  /** 64 bytes, to be sent as proof of the password. */
  readonly confirmation: Uint8Array;
  /** 64 bytes that the far end's confirmation must equal; compare in constant time. */
  readonly expectedConfirmation: Uint8Array;
  /** 64 bytes, public: names this run (sid_output); what identity keys sign. */
  readonly transcript: Uint8Array;
}
