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

/** A class, so that a bucket is three fields: a relay keeps one for every key it hears of. */
class Bucket implements TokenBucket {
  private level: number;
  private filledAt: number | undefined;

  constructor(private readonly options: TokenBucketOptions) {
    this.level = options.burst;
  }

  take(nowMs: number, amount = 1): boolean {
    this.fill(nowMs);
    if (this.level < amount) return false;
    this.level -= amount;
    return true;
  }

  waitMs(nowMs: number, amount = 1): number {
    this.fill(nowMs);
    return this.level >= amount ? 0 : ((amount - this.level) / this.options.perSecond) * 1000;
  }

  private fill(nowMs: number): void {
    const { perSecond, burst } = this.options;
    if (this.filledAt !== undefined)
      this.level = Math.min(burst, this.level + ((nowMs - this.filledAt) / 1000) * perSecond);
    this.filledAt = nowMs;
  }
}

export function createTokenBucket(options: TokenBucketOptions): TokenBucket {
  return new Bucket(options);
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
