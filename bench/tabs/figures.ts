/** From what the tabs report to the figures of a run. Pure; the names are those of the JSON. */
import { PHASES, type Phase, type TabReport, type WireCount } from '../page/contract.ts';
import { largest, mean, percentile, rounded } from '../percentile.ts';

export interface Figures {
  readonly n: number;
  /** Tabs that came online. */
  readonly joined: number;
  /** Open RTCPeerConnections a tab: the mean at the end, the most that any tab ever had at once. */
  readonly connectionsMean: number;
  readonly connectionsMax: number;
  readonly onlineMsP50: number;
  readonly onlineMsMax: number;
  /** Of what all say as soon as the last is online, while many connections are still being made. */
  readonly rushLatencyMsP50: number;
  readonly rushLatencyMsP95: number;
  /** Whether connections came to rest before all spoke again. */
  readonly cameToRest: boolean;
  /** Of what all say then. */
  readonly latencyMsP50: number;
  readonly latencyMsP95: number;
  /** Share of the expected deliveries that happened, over all phases and all tabs. */
  readonly reach: number;
  readonly duplicates: number;
  readonly deliveriesPerSecond: number;
  /** Copies of a message that were sent for each delivery of it: no less than 1 is possible. */
  readonly payloadCopies: number;
  readonly framesPerDelivery: number;
  readonly bytesPerDelivery: number;
}

/** All that a run has seen. */
export interface RunRecord {
  /** For each tab the time to online; `undefined` when it did not get there. */
  readonly onlineMs: readonly (number | undefined)[];
  readonly cameToRest: boolean;
  /** Of the tabs that still answer: whoever does not has heard nothing. */
  readonly reports: readonly TabReport[];
  /** When the burst began, on the clock of the reports. */
  readonly burstAt: number;
  readonly burstMessages: number;
  /** What crossed all data channels from the burst's beginning until it had settled. */
  readonly burstWire: WireCount;
}

export function figuresOf(run: RunRecord): Figures {
  const { onlineMs, cameToRest, reports, burstAt, burstMessages, burstWire } = run;
  const n = onlineMs.length;
  const joined = onlineMs.filter((ms) => ms !== undefined);
  const of = (phase: Phase) => reports.map(({ heard }) => heard[phase]);
  const latenciesIn = (phase: Phase) => of(phase).flatMap(({ latenciesMs }) => latenciesMs);
  const [rush, talk] = [latenciesIn('rush'), latenciesIn('talk')];
  const inBurst = latenciesIn('burst').length;
  // Each says one thing to all the others, twice, then one says the burst to all the others.
  const expected = (2 * n + burstMessages) * (n - 1);
  const burstMs = largest(of('burst').map(({ lastAt }) => lastAt)) - burstAt;
  const perDelivery = (amount: number): number => (inBurst === 0 ? 0 : amount / inBurst);
  return {
    n,
    joined: joined.length,
    connectionsMean: rounded(mean(reports.map(({ connectionsOpen }) => connectionsOpen)), 2),
    connectionsMax: largest(reports.map(({ connectionsPeak }) => connectionsPeak)),
    onlineMsP50: rounded(percentile(joined, 50), 0),
    onlineMsMax: rounded(largest(joined), 0),
    rushLatencyMsP50: rounded(percentile(rush, 50), 1),
    rushLatencyMsP95: rounded(percentile(rush, 95), 1),
    cameToRest,
    latencyMsP50: rounded(percentile(talk, 50), 1),
    latencyMsP95: rounded(percentile(talk, 95), 1),
    reach: expected === 0 ? 1 : (rush.length + talk.length + inBurst) / expected,
    duplicates: PHASES.flatMap(of).reduce((sum, { duplicates }) => sum + duplicates, 0),
    deliveriesPerSecond: inBurst === 0 ? 0 : rounded((inBurst / burstMs) * 1000, 0),
    payloadCopies: rounded(perDelivery(burstWire.copiesSent), 2),
    framesPerDelivery: rounded(perDelivery(burstWire.framesSent), 3),
    bytesPerDelivery: rounded(perDelivery(burstWire.bytesSent), 0),
  };
}

/** What all tabs sent between two countings, of those that answered both times. */
export function wireBetween(
  before: readonly (WireCount | undefined)[],
  after: readonly (WireCount | undefined)[],
): WireCount {
  const sum = { framesSent: 0, bytesSent: 0, copiesSent: 0 };
  for (const [index, then] of before.entries()) {
    const now = after[index];
    if (!then || !now) continue;
    sum.framesSent += now.framesSent - then.framesSent;
    sum.bytesSent += now.bytesSent - then.bytesSent;
    sum.copiesSent += now.copiesSent - then.copiesSent;
  }
  return sum;
}

export interface FigureRow {
  readonly title: string;
  readonly value: string;
  /** False where the zeros only say that there was nothing to measure. */
  readonly measured: boolean;
}

/** What of it people read, and in which words. */
export function rowsOf(figures: Figures): readonly FigureRow[] {
  const { joined, n, connectionsMean, connectionsMax, onlineMsP50, onlineMsMax } = figures;
  const { rushLatencyMsP50, rushLatencyMsP95, cameToRest, latencyMsP50, latencyMsP95 } = figures;
  const { reach, duplicates, deliveriesPerSecond, payloadCopies, framesPerDelivery, bytesPerDelivery } = figures;
  const row = (title: string, value: string, measured = true): FigureRow => ({ title, value, measured });
  return [
    row('tabs joined', `${joined} of ${n}`),
    row('connections a tab', `${connectionsMean} mean, ${connectionsMax} max`, connectionsMax > 0),
    row('time to online', `${onlineMsP50} ms p50, ${onlineMsMax} ms max`, joined > 0),
    row('latency in the rush', `${rushLatencyMsP50} ms p50, ${rushLatencyMsP95} ms p95`, rushLatencyMsP95 > 0),
    row(
      'message latency',
      `${latencyMsP50} ms p50, ${latencyMsP95} ms p95${cameToRest ? '' : ', never at rest'}`,
      latencyMsP95 > 0,
    ),
    row('reach', `${rounded(reach * 100, 3)} %, ${duplicates} duplicates`),
    row('burst', `${deliveriesPerSecond} deliveries/s`),
    row(
      'cost of a delivery',
      `${payloadCopies} copies, ${framesPerDelivery} frames, ${bytesPerDelivery} bytes`,
      deliveriesPerSecond > 0,
    ),
  ];
}

/** As people read it. */
export function tableOf(subject: string, figures: Figures): string {
  const rows = [{ title: 'system', value: subject }, ...rowsOf(figures)];
  const width = Math.max(...rows.map(({ title }) => title.length));
  return rows.map(({ title, value }) => `${title.padEnd(width)}  ${value}\n`).join('');
}
