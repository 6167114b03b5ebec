/**
 * Whether a link keeps up with what is sent on it. [NB11] A backlog makes it slow, so that others take its place; one that
 * does not even shrink by half in a given time makes it too slow to keep.
 * Knows bytes and time only.
 */

/** More waits than a connection is handed at a time (HIGH_WATER_BYTES), so it does not just come in bursts. */
export const SLOW_BACKLOG_BYTES = 256 * 1024;
/** A backlog that lasts so long is no burst. */
export const SLOW_AFTER_MS = 2_000;
/** Below this it has recovered: what the drain of a connection leaves. */
export const RECOVERED_BYTES = 64 * 1024;
/** In this time half of the backlog has to leave: 13 KiB/s at least, 52 KiB/s of a full queue. */
export const CLEARANCE_MS = 10_000;

export interface SlowLink {
  isSlow(): boolean;
  /** `queuedBytes` wait; `leftBytes` have left since the link opened. True once it is too slow to keep. */
  check(queuedBytes: number, leftBytes: number, nowMs: number): boolean;
}

export function createSlowLink(): SlowLink {
  let backlogSince: number | undefined;
  let checkpoint: { readonly at: number; readonly left: number; readonly expected: number } | undefined;
  return {
    isSlow: () => checkpoint !== undefined,
    check(queuedBytes, leftBytes, nowMs) {
      if (queuedBytes <= (checkpoint ? RECOVERED_BYTES : SLOW_BACKLOG_BYTES)) {
        backlogSince = checkpoint = undefined;
        return false;
      }
      backlogSince ??= nowMs;
      if (nowMs - backlogSince < SLOW_AFTER_MS) return false;
      if (checkpoint && nowMs - checkpoint.at < CLEARANCE_MS) return false;
      const isTooSlow = checkpoint !== undefined && leftBytes - checkpoint.left < checkpoint.expected;
      // Watched on, whatever becomes of it: a link that is kept because there is no other is judged anew.
      checkpoint = { at: nowMs, left: leftBytes, expected: queuedBytes / 2 };
      return isTooSlow;
    },
  };
}
