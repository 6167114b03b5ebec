/** Several runs in a few numbers, and the table people read. Pure. */
import type { RunReport } from './report.ts';

export interface Summary {
  readonly runs: number;
  readonly expected: number;
  readonly delivered: number;
  /** Runs that broke a promise of their scenario. */
  readonly runsBroken: number;
  readonly reachMin: number;
  readonly duplicates: number;
  /** Runs that ended in more than one component. */
  readonly runsSplit: number;
  readonly rmrMax: number;
  readonly lastHopMax: number;
  readonly latencyMsP99Max: number;
  readonly degreeMin: number;
  readonly degreeMax: number;
  readonly timersLeft: number;
  readonly breaches: number;
  readonly wallMs: number;
}

export function summarise(reports: readonly RunReport[]): Summary {
  const sum = (read: (report: RunReport) => number): number => reports.reduce((total, r) => total + read(r), 0);
  const most = (read: (report: RunReport) => number): number => reports.reduce((a, r) => Math.max(a, read(r)), 0);
  return {
    runs: reports.length,
    expected: sum((r) => r.expected),
    delivered: sum((r) => r.delivered),
    runsBroken: reports.filter((r) => r.promises.some(({ kept }) => !kept)).length,
    reachMin: reports.reduce((least, r) => Math.min(least, r.reach), 1),
    duplicates: sum((r) => r.duplicates),
    runsSplit: reports.filter((r) => r.splits > 0).length,
    rmrMax: most((r) => r.rmr),
    lastHopMax: most((r) => r.lastHop),
    latencyMsP99Max: most((r) => r.latencyMsP99),
    degreeMin: reports.reduce((least, r) => Math.min(least, r.degreeMin), Infinity),
    degreeMax: most((r) => r.degreeMax),
    timersLeft: sum((r) => r.timersLeft),
    breaches: sum((r) => r.breaches),
    wallMs: sum((r) => r.wallMs),
  };
}

type Column = readonly [title: string, read: (report: RunReport) => string | number];

const COLUMNS: readonly Column[] = [
  ['scenario', (r) => r.scenario],
  ['nodes', (r) => r.nodes],
  ['seed', (r) => r.seed],
  ['delivered', (r) => `${r.delivered}/${r.expected}`],
  ['dup', (r) => r.duplicates],
  ['splits', (r) => r.splits],
  ['rmr', (r) => r.rmr],
  ['last hop', (r) => r.lastHop],
  ['p50 ms', (r) => r.latencyMsP50],
  ['p95 ms', (r) => r.latencyMsP95],
  ['p99 ms', (r) => r.latencyMsP99],
  ['degree', (r) => `${r.degreeMin} ${r.degreeMean} ${r.degreeMax}`],
  ['conns', (r) => r.connectionsPeak],
  ['timers', (r) => r.timersLeft],
  ['breaches', (r) => r.breaches],
  ['frames/node', (r) => r.framesPerNode],
  ['wall ms', (r) => r.wallMs],
  ['cpu ms', (r) => r.cpuMs],
  ['rss MiB', (r) => Math.round(r.peakRssBytes / 2 ** 20)],
  [
    'figures',
    (r) =>
      Object.entries(r.figures)
        .map(([name, value]) => `${name}=${value ?? 'never'}`)
        .join(' ') || '-',
  ],
  [
    'broken',
    (r) =>
      r.promises
        .filter(({ kept }) => !kept)
        .map(({ figure }) => figure)
        .join(' ') || '-',
  ],
];

/** One line a run, columns as wide as their widest cell. */
export function table(reports: readonly RunReport[]): string {
  const rows = [
    COLUMNS.map(([title]) => title),
    ...reports.map((report) => COLUMNS.map(([, read]) => String(read(report)))),
  ];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => `${row.map((cell, column) => cell.padStart(widths[column]!)).join('  ')}\n`).join('');
}
