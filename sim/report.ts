/** What came of a run, as numbers: the one object that `--json` prints. */
import type { Demand } from './scenarios/demand.ts';

/** A demand, and what became of it. */
export interface Judgement {
  readonly figure: string;
  readonly relation: Demand['relation'];
  readonly bound: number;
  readonly value: number | null;
  readonly kept: boolean;
}

/** The figures of a run, without what it promised of them. */
export interface RunFigures {
  readonly scenario: string;
  readonly nodes: number;
  readonly seed: number;
  /** Every message at every node that was open from its sending to the end, the speaker included. */
  readonly expected: number;
  readonly delivered: number;
  /** Share of the expected deliveries that happened, rounded down: 1 is all of them. */
  readonly reach: number;
  readonly duplicates: number;
  /** Components beyond the first at the end. */
  readonly splits: number;
  /** Envelope copies sent while talking for each delivery to another node, less one. */
  readonly rmr: number;
  /** Largest number of hops that an envelope took to anybody while talking. */
  readonly lastHop: number;
  readonly latencyMsP50: number;
  readonly latencyMsP95: number;
  readonly latencyMsP99: number;
  readonly degreeMin: number;
  readonly degreeMean: number;
  readonly degreeMax: number;
  /** How many nodes have 0, 1, 2 … neighbours at the end. */
  readonly degrees: readonly number[];
  readonly timersLeft: number;
  readonly wallMs: number;
  /** Of all processors, so that a busy machine does not lengthen it. */
  readonly cpuMs: number;
  readonly peakRssBytes: number;
  readonly messages: number;
  readonly connectionsPeak: number;
  readonly framesSent: number;
  /** Of the whole run, for each node that ever was. */
  readonly framesPerNode: number;
  readonly bytesPerNode: number;
  /** While talking, for each delivery to another node. */
  readonly framesPerDelivery: number;
  /** While talking: frames with an envelope or a piece of one. */
  readonly payloadFrames: number;
  readonly payloadFramesPerDelivery: number;
  readonly events: number;
  readonly virtualMs: number;
  readonly breaches: number;
  /** All frames of the run as one number: the same digest is the same run. */
  readonly digest: string;
  /** Figures of this scenario alone; null when what they wait for never came. */
  readonly figures: Readonly<Record<string, number | null>>;
}

/** The one object that `--json` prints. */
export interface RunReport extends RunFigures {
  /** What the scenario promises of a mesh of this size, and whether it was kept. */
  readonly promises: readonly Judgement[];
}
