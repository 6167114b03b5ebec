/** One run: a scenario played in a fresh world, and what came of it as numbers. */
import type { Breach } from './invariants.ts';
import { judge } from './judge.ts';
import type { RunFigures, RunReport } from './report.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { createWorld, type Traffic, type WorldOptions } from './world.ts';

/** A closed node may still empty its queues and wait for answers under way; after this it must be still. */
const LINGER_MS = 5_000;
/** Missing deliveries named in the trace. */
const MAX_MISSING_NAMED = 10;

export interface RunRequest extends WorldOptions {
  readonly scenario: Scenario;
  readonly nodes: number;
}

export interface RunOutcome {
  readonly report: RunReport;
  readonly breaches: readonly Breach[];
  /** Some of the deliveries that did not happen. */
  readonly missing: readonly string[];
}

const round = (value: number): number => Math.round(value * 1000) / 1000;
const roundedDown = (share: number): number => Math.floor(share * 1e6) / 1e6;

/** What a run measures of the process it runs in; nothing else of it shows in the report. */
export interface RunHost {
  wallNowMs(): number;
  cpuNowMs(): number;
  peakRssBytes(): number;
}

/** What talking cost, between two looks at the world. */
function difference(from: Traffic, to: Traffic): Traffic {
  return {
    envelopes: to.envelopes - from.envelopes,
    frames: to.frames - from.frames,
    bytes: to.bytes - from.bytes,
    payloadFrames: to.payloadFrames - from.payloadFrames,
  };
}

export function runScenario(request: RunRequest, host: RunHost): RunOutcome {
  const startedAtMs = host.wallNowMs();
  const startedCpuMs = host.cpuNowMs();
  const world = createWorld(request);
  const figures: Record<string, number | null> = {};
  const nothing = world.traffic();
  let [before, after] = [nothing, nothing];
  let carried = 0;
  let lastHop = 0;
  request.scenario.play(world, request.nodes, {
    begin() {
      before = world.traffic();
      world.forgetHops();
      carried = -world.ledger.carried;
    },
    end() {
      after = world.traffic();
      lastHop = world.lastHop();
      carried += world.ledger.carried;
    },
    note(figure, value) {
      figures[figure] = value === undefined ? null : roundedDown(value);
    },
  });
  const talk = difference(before, after);
  const perDelivery = (count: number): number => (carried === 0 ? 0 : round(count / carried));
  const attendances = world.attendances();
  const totals = world.ledger.totals(attendances);
  const missing = world.ledger.missing(attendances, MAX_MISSING_NAMED);
  const shape = world.shape();
  const timersLeft = world.closeAll(LINGER_MS);
  const all = world.traffic();
  const run: RunFigures = {
    scenario: request.scenario.name,
    nodes: request.nodes,
    seed: request.seed,
    expected: totals.expected,
    delivered: totals.delivered,
    reach: totals.expected === 0 ? 1 : roundedDown(totals.delivered / totals.expected),
    duplicates: world.ledger.duplicates,
    splits: shape.splits,
    rmr: carried === 0 ? 0 : round(talk.envelopes / carried - 1),
    lastHop,
    latencyMsP50: round(totals.latencyMsP50),
    latencyMsP95: round(totals.latencyMsP95),
    latencyMsP99: round(totals.latencyMsP99),
    degreeMin: shape.degreeMin,
    degreeMean: round(shape.degreeMean),
    degreeMax: shape.degreeMax,
    degrees: shape.degrees,
    timersLeft,
    wallMs: Math.round(host.wallNowMs() - startedAtMs),
    cpuMs: Math.round(host.cpuNowMs() - startedCpuMs),
    peakRssBytes: host.peakRssBytes(),
    messages: world.ledger.messages,
    connectionsPeak: world.residents.reduce((peak, resident) => Math.max(peak, resident.host.connectionsPeak), 0),
    framesSent: all.frames,
    framesPerNode: Math.round(all.frames / world.residents.length),
    bytesPerNode: Math.round(all.bytes / world.residents.length),
    framesPerDelivery: perDelivery(talk.frames),
    payloadFrames: talk.payloadFrames,
    payloadFramesPerDelivery: perDelivery(talk.payloadFrames),
    events: world.clock.eventsRun,
    virtualMs: Math.round(world.clock.now()),
    breaches: world.invariants.breachCount,
    digest: world.network.digest,
    figures,
  };
  const report = { ...run, promises: judge(request.scenario.demands, run) };
  return { report, breaches: world.invariants.breaches, missing };
}
