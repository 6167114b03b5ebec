/** Whether a run kept what the mesh promises, and the sentences to print when it did not. Pure. [SM12, SM17] */
import type { RunOutcome, RunRequest } from './run.ts';

/** More nodes than this want the heap that `sim:ten-thousand` asks for. */
const MANY_NODES = 2_000;

/** The command that repeats a run exactly. */
export function repeatCommand(request: RunRequest): string {
  const { nodes, seed, scenario, listed } = request;
  const isMany = nodes > MANY_NODES;
  const options = [
    // That script has a scenario, size and list of its own; what is said last holds.
    ...(isMany ? [`${scenario.name} --listed ${listed ?? nodes}`] : []),
    `--nodes ${nodes} --seed ${seed}`,
    ...(isMany ? [] : [`--scenario ${scenario.name}`]),
    ...(request.proof === 'real' ? ['--proof real'] : []),
    ...(isMany || listed === undefined ? [] : [`--listed ${listed}`]),
    ...(request.dialLoss ? [`--dial-loss ${request.dialLoss}`] : []),
    ...(request.latency ? [`--latency ${request.latency.medianMs},${request.latency.sigma}`] : []),
  ];
  return `npm run ${isMany ? 'sim:ten-thousand' : 'sim'} -- ${options.join(' ')}`;
}

/** Empty when everything held. */
export function broken(outcome: RunOutcome): string[] {
  const { report, breaches, missing } = outcome;
  const lines = breaches.map(({ rule, atMs, detail }) => `${rule} at ${atMs.toFixed(0)} ms: ${detail}`);
  if (report.breaches > breaches.length) lines.push(`${report.breaches} breaches in all`);
  if (report.splits > 0) lines.push(`the mesh fell into ${report.splits + 1} parts`);
  for (const { figure, relation, bound, value, kept } of report.promises) {
    if (kept) continue;
    lines.push(`${figure} is ${value ?? 'unknown: it never came about'}, promised is ${relation} ${bound}`);
    if (figure !== 'reach') continue;
    lines.push(`${report.expected - report.delivered} of ${report.expected} deliveries did not happen`, ...missing);
  }
  return lines;
}
