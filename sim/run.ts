/** One run: a scenario played in a fresh world, and what came of it as numbers. */
import type { Breach } from './invariants.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { createWorld, type WorldOptions } from './world.ts';

/** A closed node may still empty its queues and wait for answers under way; after this it must be still. */
const LINGER_MS = 5_000;
/** Missing deliveries named in the trace. */
const MAX_MISSING_NAMED = 10;

export interface RunRequest extends WorldOptions {
  readonly scenario: Scenario;
  readonly nodes: number;
}

/** The one object that `--json` prints. */
export interface RunReport {
  readonly scenario: string;
  readonly nodes: number;
  readonly seed: number;
  /** Every message at every node that was open from its sending to the end, the speaker included. */
  readonly expected: number;
  readonly delivered: number;
  readonly duplicates: number;
  /** Components beyond the first at the end. */
  readonly splits: number;
  /** Envelope copies sent while talking for each delivery to another node, less one. */
  readonly rmr: number;
  readonly lastHop: number;
  readonly latencyMsP50: number;
  readonly latencyMsP99: number;
  readonly degreeMin: number;
  readonly degreeMean: number;
  readonly degreeMax: number;
  readonly timersLeft: number;
  readonly wallMs: number;
  readonly peakRssBytes: number;
  readonly messages: number;
  readonly connectionsPeak: number;
  readonly framesSent: number;
  readonly events: number;
  readonly virtualMs: number;
  readonly breaches: number;
}

export interface RunOutcome {
  readonly report: RunReport;
  readonly breaches: readonly Breach[];
  /** Some of the deliveries that did not happen. */
  readonly missing: readonly string[];
}

const round = (value: number): number => Math.round(value * 1000) / 1000;

/** What a run measures of the process it runs in; nothing else of it shows in the report. */
export interface RunHost {
  wallNowMs(): number;
  peakRssBytes(): number;
}

export function runScenario(request: RunRequest, host: RunHost): RunOutcome {
  const startedAtMs = host.wallNowMs();
  const world = createWorld(request);
  let copies = 0;
  request.scenario.play(world, request.nodes, {
    begin: () => (copies = -world.envelopesSent()),
    end: () => (copies += world.envelopesSent()),
  });
  const attendances = world.attendances();
  const totals = world.ledger.totals(attendances);
  const missing = world.ledger.missing(attendances, MAX_MISSING_NAMED);
  const shape = world.shape();
  const timersLeft = world.closeAll(LINGER_MS);
  const report: RunReport = {
    scenario: request.scenario.name,
    nodes: request.nodes,
    seed: request.seed,
    expected: totals.expected,
    delivered: totals.delivered,
    duplicates: world.ledger.duplicates,
    splits: shape.splits,
    rmr: totals.carried === 0 ? 0 : round(copies / totals.carried - 1),
    lastHop: world.lastHop(),
    latencyMsP50: round(totals.latencyMsP50),
    latencyMsP99: round(totals.latencyMsP99),
    degreeMin: shape.degreeMin,
    degreeMean: round(shape.degreeMean),
    degreeMax: shape.degreeMax,
    timersLeft,
    wallMs: Math.round(host.wallNowMs() - startedAtMs),
    peakRssBytes: host.peakRssBytes(),
    messages: world.ledger.messages,
    connectionsPeak: world.residents.reduce((peak, resident) => Math.max(peak, resident.host.connectionsPeak), 0),
    framesSent: world.residents.reduce((sum, { node }) => sum + node.counters.framesSent, 0),
    events: world.clock.eventsRun,
    virtualMs: Math.round(world.clock.now()),
    breaches: world.invariants.breachCount,
  };
  return { report, breaches: world.invariants.breaches, missing };
}
