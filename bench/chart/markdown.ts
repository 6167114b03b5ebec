/** The figures as a table of the README, and its place there. Pure. */
import { failure, success, type Result } from '../../src/core/base/result.ts';
import { NAMES, NOTHING, type CompareReport } from '../compare/report.ts';
import type { Figures } from '../tabs/figures.ts';
import { SYSTEMS } from '../tabs/order.ts';

const COLUMNS: readonly (readonly [title: string, value: (figures: Figures) => string])[] = [
  ['joined', (f) => String(f.joined)],
  ['connections a tab, mean / most', (f) => `${f.connectionsMean} / ${f.connectionsMax}`],
  ['online p50 / max, ms', (f) => (f.joined === 0 ? NOTHING : `${f.onlineMsP50} / ${f.onlineMsMax}`)],
  ['latency in the rush p50 / p95, ms', (f) => latency(f.rushLatencyMsP50, f.rushLatencyMsP95)],
  ['latency p50 / p95, ms', (f) => latency(f.latencyMsP50, f.latencyMsP95) + (f.cameToRest ? '' : ', never at rest')],
  ['reach', (f) => `${(Math.floor(f.reach * 1000) / 10).toFixed(1)} %`],
  ['burst, deliveries/s', ({ deliveriesPerSecond: burst }) => (burst === 0 ? NOTHING : String(burst))],
  ['copies a delivery', (f) => (f.deliveriesPerSecond === 0 ? NOTHING : String(f.payloadCopies))],
  ['frames a delivery', (f) => (f.deliveriesPerSecond === 0 ? NOTHING : String(f.framesPerDelivery))],
  ['bytes a delivery', (f) => (f.deliveriesPerSecond === 0 ? NOTHING : String(f.bytesPerDelivery))],
];

const latency = (p50: number, p95: number): string => (p95 === 0 ? NOTHING : `${p50} / ${p95}`);

export function markdownTable(reports: readonly CompareReport[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rows = reports.flatMap(({ n, systems, versions }) =>
    SYSTEMS.map((subject) => {
      const figures = systems[subject];
      const values = COLUMNS.map(([, value]) => (figures ? value(figures) : NOTHING));
      return line([String(n), `${NAMES[subject]} ${versions[subject]}`, ...values]);
    }),
  );
  const titles = ['tabs', 'system', ...COLUMNS.map(([title]) => title)];
  return [line(titles), `|${'---|'.repeat(titles.length)}`, ...rows].join('\n');
}

/** When and on what, once for all runs that share it. */
export function provenanceOf(reports: readonly CompareReport[]): string {
  const runs = reports.map(({ date, machine }) => `${date.slice(0, 'yyyy-mm-dd'.length)}, ${machine}`);
  return [...new Set(runs)].join('; ');
}

const BEGIN = '<!-- bench chart: begin -->';
const END = '<!-- bench chart: end -->';

/** The document with everything between its two markers replaced. */
export function replaceMarked(document: string, content: string): Result<string, string> {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (begin < 0 || end < begin) return failure(`"${BEGIN}" and then "${END}" must stand in it`);
  return success(`${document.slice(0, begin + BEGIN.length)}\n${content}\n${document.slice(end)}`);
}
