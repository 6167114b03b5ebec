/** Order statistics of small samples. Pure. */

/** Nearest rank: the smallest value that `percent` of all are not above. Zero for no values. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0;
}

export const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

/** Zero for no values, unlike Math.max; and not bounded by the number of arguments a call takes. */
export const largest = (values: readonly number[]): number => values.reduce((most, value) => Math.max(most, value), 0);

export function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
