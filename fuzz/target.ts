/** What is fuzzed: a property over inputs that fast-check draws, and how many of them a whole run takes. */
import type { IAsyncProperty, IProperty } from 'fast-check';

export interface Target {
  readonly name: string;
  /** What holds for every input. */
  readonly claim: string;
  /** Inputs of a whole run. */
  readonly runs: number;
  /** Made anew for each run: it may keep what is dear to set up. */
  property(): IProperty<unknown[]> | IAsyncProperty<unknown[]>;
}
