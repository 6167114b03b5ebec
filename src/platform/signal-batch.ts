/**
 * Gathers what one end has to signal into few texts: an offer waits for the candidates that the own machine gives at
 * once, for without them the far end can try nothing; an answer waits for none, for with the offer's candidates this end
 * tries already. Later ones go out together. On a local network that makes one signal an end. [LT2]
 * Knows nothing of simple-peer.
 */
import type { Signal } from '../core/ports/transport.ts';
import { encodeCandidates, encodeDescription, MAX_CANDIDATES } from './signal-codec.ts';

/**
 * How long candidates wait for company, and an offer for its first. Those of a STUN server come after a round trip or
 * never: too short for a person to notice.
 */
export const BATCH_DELAY_MS = 20;
/** The own machine's candidates come within a millisecond of each other: an offer waits no longer once one is there. */
export const SETTLE_DELAY_MS = 2;

export interface SignalBatch {
  /** The local description is set. */
  describe(type: 'offer' | 'answer'): void;
  addCandidate(candidate: string): void;
  /** No more candidates will come: nothing is waited for any more. */
  complete(): void;
  close(): void;
}

export interface SignalBatchDeps {
  /** The local description as it is now, with the candidates gathered so far. */
  readDescription(): { readonly type: 'offer' | 'answer'; readonly sdp: string } | undefined;
  send(signal: Signal): void;
  /** Runs `task` that much later; the returned function cancels it. */
  delay(ms: number, task: () => void): () => void;
}

export function createSignalBatch({ readDescription, send, delay }: SignalBatchDeps): SignalBatch {
  const waiting = new Set<string>();
  let sent = 0;
  let sdp: string | undefined;
  let described = false;
  let completed = false;
  let isSettling = false;
  let cancel: (() => void) | undefined;

  function flush(): void {
    cancel?.();
    cancel = undefined;
    if (!described) return;
    if (sdp === undefined) {
      const description = readDescription();
      if (!description) return;
      sdp = description.sdp;
      send(encodeDescription(description.type, sdp));
      sent = sdp.split('\na=candidate:').length - 1;
    }
    // Those that made it into the description are told already; more than the far end takes would end the connection.
    const untold = [...waiting].filter((candidate) => !tells(sdp!, candidate)).slice(0, MAX_CANDIDATES - sent);
    waiting.clear();
    sent += untold.length;
    if (untold.length > 0) send(encodeCandidates(untold));
  }

  function flushSoon(): void {
    if (completed) return flush();
    if (described && !isSettling && sdp === undefined && waiting.size > 0) {
      isSettling = true;
      cancel?.();
      cancel = delay(SETTLE_DELAY_MS, flush);
    }
    cancel ??= delay(BATCH_DELAY_MS, flush);
  }

  return {
    describe(type) {
      described = true;
      if (type === 'answer') flush();
      else flushSoon();
    },
    addCandidate(candidate) {
      waiting.add(candidate);
      flushSoon();
    },
    complete() {
      completed = true;
      flush();
    },
    close() {
      cancel?.();
      cancel = undefined;
      waiting.clear();
    },
  };
}

/** In a description a candidate does without the user fragment that it bears alone. */
function tells(sdp: string, candidate: string): boolean {
  return sdp.includes(`a=${candidate.replace(/ ufrag \S+/, '')}`);
}
