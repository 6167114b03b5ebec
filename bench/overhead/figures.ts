/** How much longer it takes to come online in a mesh than to open a bare connection. Pure. */
import type { Steps } from '../page/contract.ts';
import { percentile, rounded } from '../percentile.ts';
import type { Arrival, OverheadRecord } from './run.ts';

export interface OverheadFigures {
  readonly repetitions: number;
  /** A newcomer of a running mesh, from opening to online: resolver, connection, proof of the password. */
  readonly online: ArrivalFigures;
  /** The same without a rehearsal of the proof. */
  readonly unrehearsed: ArrivalFigures;
  /** The same with the resolver reached and an offer made ahead, as the app does while it stretches the password. */
  readonly ahead: ArrivalFigures;
  /** Bare simple-peer, from opening to its `connect`, with signals straight from tab to tab. */
  readonly bare: ArrivalFigures;
  /** The same with signals through a relay, which is connected to first as a resolver is. */
  readonly relayed: ArrivalFigures;
  /** Online to bare: all that the mesh adds, resolver included. */
  readonly ratio: number;
  /** Ahead to bare: what it adds to who comes by the app, once the password is stretched. */
  readonly ratioAhead: number;
  /** Online to relayed: what it adds to a connection that had to find its peer, too. */
  readonly ratioRelayed: number;
}

export interface ArrivalFigures {
  readonly msP50: number;
  readonly ms: readonly number[];
  /** Medians of the way there. */
  readonly stepsP50: Steps;
}

export function overheadOf(record: OverheadRecord): OverheadFigures {
  const p50Of = (kind: keyof OverheadRecord): number =>
    percentile(
      record[kind].map(({ ms }) => ms),
      50,
    );
  return {
    repetitions: record.online.length,
    online: figuresOf(record.online),
    unrehearsed: figuresOf(record.unrehearsed),
    ahead: figuresOf(record.ahead),
    bare: figuresOf(record.bare),
    relayed: figuresOf(record.relayed),
    ratio: rounded(p50Of('online') / p50Of('bare'), 2),
    ratioAhead: rounded(p50Of('ahead') / p50Of('bare'), 2),
    ratioRelayed: rounded(p50Of('online') / p50Of('relayed'), 2),
  };
}

function figuresOf(arrivals: readonly Arrival[]): ArrivalFigures {
  const median = (values: readonly number[]): number => rounded(percentile(values, 50), 1);
  const names = [...new Set(arrivals.flatMap(({ steps }) => Object.keys(steps)))];
  const timesOf = (name: string): number[] => arrivals.flatMap(({ steps }) => steps[name] ?? []);
  return {
    msP50: median(arrivals.map(({ ms }) => ms)),
    ms: arrivals.map(({ ms }) => rounded(ms, 1)),
    stepsP50: Object.fromEntries(names.map((name) => [name, median(timesOf(name))])),
  };
}

/** As people read it. */
export function overheadTable(figures: OverheadFigures): string {
  const line = (name: string, { msP50, ms, stepsP50 }: ArrivalFigures): string[] => [
    `${name.padEnd(35)}${msP50} ms p50 (${Math.min(...ms)} to ${Math.max(...ms)})`,
    `  ${Object.entries(stepsP50)
      .map(([step, at]) => `${step} ${at}`)
      .join(', ')}`,
  ];
  return [
    ...line('newcomer of a running mesh', figures.online),
    ...line('proof not rehearsed', figures.unrehearsed),
    ...line('resolver and offer made ahead', figures.ahead),
    ...line('bare simple-peer, tab to tab', figures.bare),
    ...line('bare simple-peer, through a relay', figures.relayed),
    `ratio to tab to tab                ${figures.ratio}`,
    `  made ahead                       ${figures.ratioAhead}`,
    `ratio to through a relay           ${figures.ratioRelayed}`,
    `newcomers                          ${figures.repetitions} each`,
    'before the clock                   page, keys, certificate; rehearsal of the proof where not said otherwise',
    '',
  ].join('\n');
}
