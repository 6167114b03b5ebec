/** Time, as the core sees it. Real in the browser and in Node, virtual in the simulator. */
export interface Clock {
  /** Monotonic milliseconds since an arbitrary start; all timeouts and ages are measured on it. */
  now(): number;
  /** Wall clock in milliseconds since the Unix epoch: shown to people and put into envelopes, never used for timeouts. */
  wallNow(): number;
  /** Runs `task` once after `delayMs` (at least 0). The returned function cancels it; cancelling twice is harmless. */
  schedule(delayMs: number, task: () => void): () => void;
  /** Runs `task` when the current turn of the event loop is over, and those that wait already may be; not a timer. */
  defer(task: () => void): void;
}
