/** A signer that settles when the test says so, as engines do that work in another thread. */
import type { Signer } from '../ports/signer.ts';

export interface LateSigner extends Signer {
  /** Calls that have not settled yet. */
  readonly pending: number;
  /** Settles what is pending, in the order of the calls. */
  release(): void;
}

export function createLateSigner(signer: Signer): LateSigner {
  let waiting: (() => void)[] = [];
  return {
    publicKey: signer.publicKey,
    sign: (message, settle) => {
      waiting.push(() => signer.sign(message, settle));
    },
    verify: (key, signature, message, settle) => {
      waiting.push(() => signer.verify(key, signature, message, settle));
    },
    get pending() {
      return waiting.length;
    },
    release() {
      const calls = waiting;
      waiting = [];
      for (const call of calls) call();
    },
  };
}
