/** What the chart shows of each system, in panels of one scale each. Pure. */
import type { CompareReport } from '../compare/report.ts';
import type { Figures } from '../tabs/figures.ts';
import { SYSTEMS, type SystemName } from '../tabs/order.ts';

export interface Panel {
  readonly title: string;
  readonly groups: readonly PanelGroup[];
  /** Ends of the scale: powers of ten around all that is shown. */
  readonly scale: readonly [from: number, to: number];
}

export interface PanelGroup {
  /** Tabs. */
  readonly n: number;
  readonly rows: readonly PanelRow[];
}

export interface PanelRow {
  readonly subject: SystemName;
  /** From the usual to the worst, or twice the same; `undefined` where there is nothing to be shown. */
  readonly range: readonly [usual: number, worst: number] | undefined;
}

interface Measure {
  readonly title: string;
  range(figures: Figures): readonly [number, number];
}

const MEASURES: readonly Measure[] = [
  { title: 'Time to online, ms: median, slowest', range: (f) => [f.onlineMsP50, f.onlineMsMax] },
  { title: 'Message latency, ms: median, 95th percentile', range: (f) => [f.latencyMsP50, f.latencyMsP95] },
  {
    title: 'Burst, deliveries a second (more is better)',
    range: (f) => [f.deliveriesPerSecond, f.deliveriesPerSecond],
  },
  { title: 'Connections a tab: mean, most', range: (f) => [f.connectionsMean, f.connectionsMax] },
];

/** One group for each report, in their order. */
export function panelsOf(reports: readonly CompareReport[]): readonly Panel[] {
  return MEASURES.map(({ title, range }) => {
    const groups = reports.map(({ n, systems }) => ({
      n,
      rows: SYSTEMS.map((subject) => ({ subject, range: shown(systems[subject], range) })),
    }));
    return { title, groups, scale: scaleOf(groups.flatMap(({ rows }) => rows.flatMap((row) => row.range ?? []))) };
  });
}

/** A zero is what stands for nothing measured: nobody came, or nothing was delivered. */
function shown(figures: Figures | null, range: Measure['range']): PanelRow['range'] {
  if (!figures) return undefined;
  const ends = range(figures);
  return ends.every((value) => value > 0) ? ends : undefined;
}

/** One decade at least, also for nothing. */
function scaleOf(values: readonly number[]): readonly [number, number] {
  if (values.length === 0) return [1, 10];
  const from = Math.floor(Math.log10(Math.min(...values)));
  const to = Math.max(from + 1, Math.ceil(Math.log10(Math.max(...values))));
  return [10 ** from, 10 ** to];
}
