/**
 * The command `--nodes N --seed S --scenario NAME [--seeds K] [--listed K] [--dial-loss SHARE] [--latency MEDIAN,SIGMA] [--proof real]
 * [--json]`: reads its arguments, plays the runs, prints a table for people or one JSON object, and answers by exit code: 0 all held, 1 something broke (with the
 * command that repeats it, on standard error), 2 arguments that make no sense.
 */
import { parseArgs } from 'node:util';
import type { LatencyProfile } from './pair-latency.ts';
import { runScenario, type RunHost, type RunRequest } from './run.ts';
import type { RunReport } from './report.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { summarise, table } from './summary.ts';
import { broken, repeatCommand } from './verdict.ts';

/** More nodes than this need more memory than a workstation has. */
const MAX_NODES = 20_000;
const MAX_SEEDS = 10_000;
const MAX_SEED = 0xffff_ffff;
const ALL = 'all';
/** One way across the world and back again. */
const MAX_MEDIAN_MS = 1_000;
/** At 2 every hundredth pair is a hundred times as far apart as the median. */
const MAX_SIGMA = 2;
const proofs = ['memory', 'real'] as const;

interface Order {
  readonly runs: readonly RunRequest[];
  readonly json: boolean;
  /** The report is one run, not a list. */
  readonly single: boolean;
}

/** An order, or the sentence that says what is wrong with the arguments. */
function readOrder(argv: readonly string[], scenarios: readonly Scenario[]): Order | string {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...argv],
      options: {
        nodes: { type: 'string', default: '200' },
        seed: { type: 'string', default: '1' },
        seeds: { type: 'string' },
        scenario: { type: 'string', default: 'steady-chat' },
        listed: { type: 'string' },
        'dial-loss': { type: 'string', default: '0' },
        latency: { type: 'string' },
        proof: { type: 'string', default: 'memory' },
        json: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    // Its advice goes on for several lines; the first says what is wrong.
    return String(error instanceof Error ? error.message : error).split('\n', 1)[0]!;
  }
  const nodes = wholeNumber(values.nodes, 2, MAX_NODES);
  const seed = wholeNumber(values.seed, 0, MAX_SEED);
  const seeds = values.seeds === undefined ? 1 : wholeNumber(values.seeds, 1, MAX_SEEDS);
  const chosen = scenarios.filter(({ name }) => values.scenario === ALL || values.scenario === name);
  const listed = values.listed === undefined ? undefined : wholeNumber(values.listed, 0, MAX_NODES);
  const dialLoss = readNumber(values['dial-loss'], 0.9);
  const latency = values.latency === undefined ? undefined : readLatency(values.latency);
  const proof = proofs.find((name) => name === values.proof);
  if (nodes === undefined) return `--nodes is a whole number from 2 to ${MAX_NODES}, not "${values.nodes}"`;
  if (seed === undefined) return `--seed is a whole number from 0 to ${MAX_SEED}, not "${values.seed}"`;
  if (seeds === undefined) return `--seeds is a whole number from 1 to ${MAX_SEEDS}, not "${values.seeds}"`;
  if (chosen.length === 0) {
    return `--scenario is one of ${scenarios.map(({ name }) => name).join(', ')} or ${ALL}, not "${values.scenario}"`;
  }
  if (values.listed !== undefined && listed === undefined) {
    return `--listed is a whole number from 0 to ${MAX_NODES}, not "${values.listed}"`;
  }
  if (dialLoss === undefined) return `--dial-loss is a share from 0 to 0.9, not "${values['dial-loss']}"`;
  if (values.latency !== undefined && latency === undefined) {
    return `--latency is a median of up to ${MAX_MEDIAN_MS} ms and a sigma of up to ${MAX_SIGMA}, as "49,0.5", not "${values.latency}"`;
  }
  if (proof === undefined) return `--proof is ${proofs.join(' or ')}, not "${values.proof}"`;
  const runs = chosen.flatMap((scenario) =>
    Array.from({ length: seeds }, (_, i) => ({
      scenario,
      nodes,
      seed: seed + i,
      proof,
      dialLoss,
      ...(listed !== undefined && { listed }),
      ...(latency && { latency }),
    })),
  );
  return { runs, json: values.json, single: values.seeds === undefined && chosen.length === 1 };
}

function wholeNumber(text: string, min: number, max: number): number | undefined {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  return value >= min && value <= max ? value : undefined;
}

/** A plain decimal number from 0 to `max`. */
function readNumber(text: string | undefined, max: number): number | undefined {
  const value = text !== undefined && /^\d{1,6}(\.\d{1,6})?$/.test(text) ? Number(text) : NaN;
  return value <= max ? value : undefined;
}

function readLatency(text: string): LatencyProfile | undefined {
  const [median, sigma, ...rest] = text.split(',');
  const profile = { medianMs: readNumber(median, MAX_MEDIAN_MS), sigma: readNumber(sigma, MAX_SIGMA) };
  const isWhole = profile.medianMs !== undefined && profile.sigma !== undefined && rest.length === 0;
  return isWhole ? (profile as LatencyProfile) : undefined;
}

/** Where a command writes and what it measures of its process. */
export interface CommandHost extends RunHost {
  print(text: string): void;
  complain(text: string): void;
}

/** Returns the exit code. */
export function simulate(argv: readonly string[], catalogue: readonly Scenario[], host: CommandHost): number {
  const order = readOrder(argv, catalogue);
  if (typeof order === 'string') {
    host.complain(`sim: ${order}\n`);
    return 2;
  }
  const reports: RunReport[] = [];
  let exitCode = 0;
  for (const request of order.runs) {
    let lines: string[];
    try {
      const outcome = runScenario(request, host);
      reports.push(outcome.report);
      lines = broken(outcome);
    } catch (error) {
      // A node that breaks an assertion of its own: no report, and all the more to repeat.
      lines = [error instanceof Error ? (error.stack ?? error.message) : String(error)];
    }
    if (lines.length === 0) continue;
    exitCode = 1;
    for (const line of lines) host.complain(`sim: ${line}\n`);
    host.complain(`sim: repeat with: ${repeatCommand(request)}\n`);
  }
  if (reports.length === 0) return exitCode;
  if (!order.json) host.print(table(reports));
  else if (order.single) host.print(`${JSON.stringify(reports[0])}\n`);
  else host.print(`${JSON.stringify({ runs: reports, summary: summarise(reports) })}\n`);
  return exitCode;
}
