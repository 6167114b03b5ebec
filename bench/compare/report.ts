/** What `bench compare` has to say: the figures of several systems, of one run, and where and when that was. Pure. */
import * as v from 'valibot';
import { failure, success, type Result } from '../../src/core/base/result.ts';
import { rowsOf, type Figures } from '../tabs/figures.ts';
import { SYSTEMS, type SystemName } from '../tabs/order.ts';

export interface CompareReport {
  readonly n: number;
  /** When the run began, ISO 8601. */
  readonly date: string;
  /** As people read it (machine.ts). */
  readonly machine: string;
  readonly versions: Readonly<Record<SystemName, string>>;
  /** Null for a system that broke down so far that it has no figures. */
  readonly systems: Readonly<Record<SystemName, Figures | null>>;
}

/** As its makers write it. */
export const NAMES: Readonly<Record<SystemName, string>> = {
  'peer-channel': 'Peer Channel',
  trystero: 'Trystero',
  'y-webrtc': 'y-webrtc',
};

/** Where there is nothing to be shown. */
export const NOTHING = '–';

/** As people read it: a line for each figure, a column for each system. */
export function sideBySide({ systems, versions, machine, date }: CompareReport): string {
  const columns = SYSTEMS.map((subject) => {
    const rows = rowsOfMaybe(systems[subject]).map(({ value, measured }) => (measured ? value : NOTHING));
    return [`${NAMES[subject]} ${versions[subject]}`, ...rows];
  });
  const titles = Object.values(systems).find((figures) => figures !== null);
  const rows = ['system', ...rowsOfMaybe(titles ?? null).map(({ title }) => title)].map((title, row) => [
    title,
    ...columns.map((column) => column[row] ?? NOTHING),
  ]);
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)));
  const lines = rows.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
  return `${[...lines, `${date}, ${machine}`].join('\n')}\n`;
}

const rowsOfMaybe = (figures: Figures | null) => (figures ? rowsOf(figures) : []);

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const amount = v.pipe(v.number(), v.finite(), v.minValue(0));
const figures = v.object({
  n: count,
  joined: count,
  connectionsMean: amount,
  connectionsMax: count,
  onlineMsP50: amount,
  onlineMsMax: amount,
  rushLatencyMsP50: amount,
  rushLatencyMsP95: amount,
  cameToRest: v.boolean(),
  latencyMsP50: amount,
  latencyMsP95: amount,
  reach: amount,
  duplicates: count,
  deliveriesPerSecond: amount,
  payloadCopies: amount,
  framesPerDelivery: amount,
  bytesPerDelivery: amount,
});
const ofEach = <Schema extends v.GenericSchema>(schema: Schema) =>
  v.object({ 'peer-channel': schema, trystero: schema, 'y-webrtc': schema });
const report = v.object({
  n: count,
  date: v.pipe(v.string(), v.isoTimestamp()),
  machine: v.string(),
  versions: ofEach(v.string()),
  systems: ofEach(v.nullable(figures)),
});

/** Whatever stands before the first brace is passed over: npm says first what it runs. */
export function readReport(text: string): Result<CompareReport, string> {
  let value: unknown;
  try {
    value = JSON.parse(text.slice(Math.max(0, text.indexOf('{'))));
  } catch (error) {
    return failure(`no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const read = v.safeParse(report, value);
  if (read.success) return success(read.output);
  const [issue] = read.issues;
  return failure(`no report of bench compare: ${v.getDotPath(issue) ?? 'it'}: ${issue.message}`);
}
