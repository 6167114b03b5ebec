/**
 * Gathers what one end has to signal into few texts: the description waits a moment for the candidates that the own
 * machine gives at once, and later ones go out together. On a local network that makes one signal an end. [LT2]
 * Knows nothing of simple-peer.
 */
import type { Signal } from '../core/ports/transport.ts';
import { encodeCandidates, encodeDescription, MAX_CANDIDATES } from './signal-codec.ts';

export interface SignalBatch {
  /** The local description is set. */
  describe(): void;
  addCandidate(candidate: string): void;
  /** No more candidates will come: nothing is waited for any more. */
  complete(): void;
  close(): void;
}

export interface SignalBatchDeps {
  /** The local description as it is now, with the candidates gathered so far. */
  readDescription(): { readonly type: 'offer' | 'answer'; readonly sdp: string } | undefined;
  send(signal: Signal): void;
  /** Runs `task` a moment later; the returned function cancels it. */
  delay(task: () => void): () => void;
}

export function createSignalBatch({ readDescription, send, delay }: SignalBatchDeps): SignalBatch {
  const waiting = new Set<string>();
  let sent = 0;
  let sdp: string | undefined;
  let described = false;
  let completed = false;
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
    if (completed) flush();
    else cancel ??= delay(flush);
  }

  return {
    describe() {
      described = true;
      flushSoon();
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
