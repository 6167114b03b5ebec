/** Token bucket over an injected monotonic time: the one shape of every rate limit here. */
export interface TokenBucket {
  /** Takes `amount` if it is there; false means the limit is reached and nothing was taken. */
  take(nowMs: number, amount?: number): boolean;
  /** Milliseconds until `amount` will be there. */
  waitMs(nowMs: number, amount?: number): number;
}

export interface TokenBucketOptions {
  readonly perSecond: number;
  readonly burst: number;
}

export function createTokenBucket({ perSecond, burst }: TokenBucketOptions): TokenBucket {
  let level = burst;
  let filledAt: number | undefined;
  function fill(nowMs: number): void {
    if (filledAt !== undefined) level = Math.min(burst, level + ((nowMs - filledAt) / 1000) * perSecond);
    filledAt = nowMs;
  }
  return {
    take(nowMs, amount = 1) {
      fill(nowMs);
      if (level < amount) return false;
      level -= amount;
      return true;
    },
    waitMs(nowMs, amount = 1) {
      fill(nowMs);
      return level >= amount ? 0 : ((amount - level) / perSecond) * 1000;
    },
  };
}

/** A bucket for each owner, begun full when it is first asked for, gone with its owner. */
export interface TokenBuckets<Owner extends object> {
  take(owner: Owner, nowMs: number): boolean;
}

export function createTokenBuckets<Owner extends object>(options: TokenBucketOptions): TokenBuckets<Owner> {
  const buckets = new WeakMap<Owner, TokenBucket>();
  return {
    take(owner, nowMs) {
      let bucket = buckets.get(owner);
      if (!bucket) buckets.set(owner, (bucket = createTokenBucket(options)));
      return bucket.take(nowMs);
    },
  };
}
