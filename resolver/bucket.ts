/** Token bucket: a rate with a burst. Pure but for its own level; time is handed in. */
export interface Bucket {
  /** Takes `cost` tokens if there are that many; false, and nothing taken, if not. */
  take(cost: number, nowMs: number): boolean;
}

export interface BucketShape {
  readonly burst: number;
  readonly perSecond: number;
}

export function createBucket({ burst, perSecond }: BucketShape, nowMs: number): Bucket {
  let level = burst;
  let filledAt = nowMs;
  return {
    take(cost, now) {
      level = Math.min(burst, level + (Math.max(0, now - filledAt) / 1000) * perSecond);
      filledAt = now;
      if (cost > level) return false;
      level -= cost;
      return true;
    },
  };
}
