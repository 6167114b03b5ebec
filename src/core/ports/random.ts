/** Randomness. Cryptographic in the browser and in Node, seeded in the simulator. */
export interface Random {
  /** `length` fresh bytes, fit for secrets. */
  bytes(length: number): Uint8Array;
  /** Uniform in [0, 1): for choices that are no secret (which neighbour, how much jitter). */
  fraction(): number;
}
