/** Whether a run kept what the mesh promises, and the sentences to print when it did not. Pure. */
import type { RunOutcome, RunRequest } from './run.ts';

/** The command that repeats a run exactly. */
export function repeatCommand(request: RunRequest): string {
  const real = request.proof === 'real' ? ' --proof real' : '';
  return `npm run sim -- --nodes ${request.nodes} --seed ${request.seed} --scenario ${request.scenario.name}${real}`;
}

/** Empty when everything held. */
export function broken(request: RunRequest, outcome: RunOutcome): string[] {
  const { report, breaches, missing } = outcome;
  const lines = breaches.map(({ rule, atMs, detail }) => `${rule} at ${atMs.toFixed(0)} ms: ${detail}`);
  if (report.breaches > breaches.length) lines.push(`${report.breaches} breaches in all`);
  if (report.splits > 0) lines.push(`the mesh fell into ${report.splits + 1} parts`);
  if (report.delivered < report.expected * request.scenario.promisedShare) {
    lines.push(`${report.expected - report.delivered} of ${report.expected} deliveries did not happen`, ...missing);
  }
  return lines;
}
