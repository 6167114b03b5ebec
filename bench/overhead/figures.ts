/** How much longer it takes to come online in a mesh than to open a bare connection. Pure. */
import { percentile, rounded } from '../percentile.ts';
import type { OverheadRecord } from './run.ts';

export interface OverheadFigures {
  readonly repetitions: number;
  /** A newcomer of a running mesh, from opening to online: resolver, connection, proof of the password. */
  readonly onlineMsP50: number;
  /** Bare simple-peer, from opening to its `connect`, with signals straight from tab to tab. */
  readonly bareMsP50: number;
  /** The same with signals through a relay, which is connected to first as a resolver is. */
  readonly relayedMsP50: number;
  /** Online to bare: all that the mesh adds, resolver included. */
  readonly ratio: number;
  /** Online to relayed: what it adds to a connection that had to find its peer, too. */
  readonly ratioRelayed: number;
  readonly onlineMs: readonly number[];
  readonly bareMs: readonly number[];
  readonly relayedMs: readonly number[];
}

export function overheadOf({ meshMs, bareMs, relayedMs }: OverheadRecord): OverheadFigures {
  const onlineMsP50 = percentile(meshMs, 50);
  const bareMsP50 = percentile(bareMs, 50);
  const relayedMsP50 = percentile(relayedMs, 50);
  const shown = (values: readonly number[]): number[] => values.map((ms) => rounded(ms, 1));
  return {
    repetitions: meshMs.length,
    onlineMsP50: rounded(onlineMsP50, 1),
    bareMsP50: rounded(bareMsP50, 1),
    relayedMsP50: rounded(relayedMsP50, 1),
    ratio: rounded(onlineMsP50 / bareMsP50, 2),
    ratioRelayed: rounded(onlineMsP50 / relayedMsP50, 2),
    onlineMs: shown(meshMs),
    bareMs: shown(bareMs),
    relayedMs: shown(relayedMs),
  };
}

/** As people read it. */
export function overheadTable(figures: OverheadFigures): string {
  const spread = (values: readonly number[]): string => `${Math.min(...values)} to ${Math.max(...values)}`;
  return [
    `newcomer of a running mesh         ${figures.onlineMsP50} ms p50 (${spread(figures.onlineMs)})`,
    `bare simple-peer, tab to tab       ${figures.bareMsP50} ms p50 (${spread(figures.bareMs)})`,
    `bare simple-peer, through a relay  ${figures.relayedMsP50} ms p50 (${spread(figures.relayedMs)})`,
    `ratio to tab to tab                ${figures.ratio}`,
    `ratio to through a relay           ${figures.ratioRelayed}`,
    `newcomers                          ${figures.repetitions} each`,
    '',
  ].join('\n');
}
