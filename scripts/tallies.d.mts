export interface Tally {
  readonly passed: number;
  readonly failed: number;
}
export function asOneTest(exitCode: number): Tally;
export function ofVitest(exitCode: number, report: unknown): Tally;
export function ofPlaywright(exitCode: number, report: unknown): Tally;
export function sumOf(tallies: readonly Tally[]): Tally;
