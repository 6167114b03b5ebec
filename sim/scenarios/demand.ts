/** What a scenario promises of its figures: the invariants of the mesh as numbers that a run must reach. Pure. [SM17] */

/** Figures that stand in every report and that a scenario may promise something of. */
export type CommonFigure = 'reach' | 'rmr' | 'lastHop' | 'latencyMsP99' | 'degreeMin';

export interface Demand {
  /** A common figure, or one that the scenario notes. */
  readonly figure: string;
  readonly relation: 'at least' | 'at most' | 'below';
  readonly bound: number;
  /** Promised of meshes from this many nodes on; smaller ones only show the figure. */
  readonly fromNodes: number;
  /** Promised of meshes of up to this many nodes. */
  readonly toNodes: number;
}

type Sizes = Partial<Pick<Demand, 'fromNodes' | 'toNodes'>>;

function demand(figure: string, relation: Demand['relation'], bound: number, sizes: Sizes): Demand {
  return { figure, relation, bound, fromNodes: 0, toNodes: Infinity, ...sizes };
}

export const atLeast = (figure: string, bound: number, sizes: Sizes = {}): Demand =>
  demand(figure, 'at least', bound, sizes);
export const atMost = (figure: string, bound: number, sizes: Sizes = {}): Demand =>
  demand(figure, 'at most', bound, sizes);
export const below = (figure: string, bound: number, sizes: Sizes = {}): Demand =>
  demand(figure, 'below', bound, sizes);

/** A figure that could not be measured, because what it waits for never came, meets no demand. */
export function isMet({ relation, bound }: Demand, value: number | null): boolean {
  if (value === null) return false;
  if (relation === 'at least') return value >= bound;
  return relation === 'at most' ? value <= bound : value < bound;
}

/** Everybody gets everything. */
export const EVERYTHING = atLeast('reach', 1);

/** The mesh's design was measured with 1,000 nodes: in a small one a link more or less changes the figures. */
export const MEASURED_NODES = 1_000;

/** As far as an envelope travels in a settled mesh of up to 1,000 nodes. */
export const FEW_HOPS = atMost('lastHop', 12, { toNodes: MEASURED_NODES });
