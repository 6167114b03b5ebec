/**
 * Ed25519 under one identity key. WebCrypto or noble in the browser, a fast stand-in in the simulator.
 * Callbacks instead of promises, so that a synchronous implementation stays synchronous and the simulator deterministic.
 */
export interface Signer {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** 64 bytes; not necessarily the same for the same message (Safari). */
  sign(message: Uint8Array, settle: (signature: Uint8Array) => void): void;
  /** A signature under this key will be verified soon: does ahead what can be done without it. */
  expect?(publicKey: Uint8Array): void;
  /** False for malformed, small-order and non-canonical keys too. Settles in any order among calls. */
  verify(publicKey: Uint8Array, signature: Uint8Array, message: Uint8Array, settle: (valid: boolean) => void): void;
}
