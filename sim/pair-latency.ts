/**
 * One-way latency of every pair of nodes: log-normal, as measured between homes, fixed for a pair and the same both
 * ways. Computed from seed and pair alone, so that it does not depend on who dials whom first. [SM1]
 */
export interface LatencyProfile {
  /** Half the pairs are nearer than this, half farther. */
  readonly medianMs: number;
  /** Standard deviation of the logarithm: 0 makes all pairs alike, 0.5 puts 1 % of the pairs beyond 3.2 medians. */
  readonly sigma: number;
}

/** Median of the one-way figures that the mesh's design numbers were simulated with. */
export const DEFAULT_LATENCY: LatencyProfile = { medianMs: 49, sigma: 0.5 };

/** Nothing is nearer than this: two tabs of one machine. */
const MIN_LATENCY_MS = 0.5;

function mix(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Uniform in (0, 1]: zero would have no logarithm. */
function fraction(hash: number): number {
  return (hash + 1) / 0x1_0000_0000;
}

export function createPairLatency(seed: number, profile: LatencyProfile): (a: number, b: number) => number {
  return (a, b) => {
    const pair = mix(mix(seed ^ Math.imul(Math.min(a, b) + 1, 0x9e3779b1)) ^ Math.imul(Math.max(a, b) + 1, 0x85ebca77));
    // Box and Muller: two uniform numbers make one normal one.
    const normal = Math.sqrt(-2 * Math.log(fraction(pair))) * Math.cos(2 * Math.PI * fraction(mix(pair ^ 0x6a09e667)));
    return Math.max(MIN_LATENCY_MS, profile.medianMs * Math.exp(profile.sigma * normal));
  };
}
