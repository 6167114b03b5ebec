import { describe, expect, it } from 'vitest';
import { createPairLatency } from './pair-latency.ts';

describe('latency of pairs', () => {
  it('[SM1] is fixed for a pair, the same both ways, and another with another seed', () => {
    const latencyMs = createPairLatency(1, { medianMs: 49, sigma: 0.5 });
    expect(latencyMs(3, 9)).toBe(latencyMs(3, 9));
    expect(latencyMs(3, 9)).toBe(latencyMs(9, 3));
    expect(latencyMs(3, 9)).not.toBe(createPairLatency(2, { medianMs: 49, sigma: 0.5 })(3, 9));
  });

  it('[SM3] has the median and the tail that were asked for', () => {
    const latencyMs = createPairLatency(1, { medianMs: 49, sigma: 0.5 });
    const all: number[] = [];
    for (let a = 0; a < 300; a++) for (let b = 0; b < a; b++) all.push(latencyMs(a, b));
    all.sort((x, y) => x - y);
    expect(all[Math.floor(all.length / 2)]!).toBeGreaterThan(47);
    expect(all[Math.floor(all.length / 2)]!).toBeLessThan(51);
    // 49 ms times e to the 2.326 halves.
    expect(Math.abs(all[Math.floor(all.length * 0.99)]! - 156.8)).toBeLessThan(8);
  });
});
