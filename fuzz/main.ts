/**
 * `npm run fuzz -- [--share 1] [--seed S] [--path P] [NAME …]`: draws inputs for every target, or the named ones, checks
 * what each claims, and tells how many inputs that were. A claim that does not hold is told with the smallest input found
 * and the command that repeats it; then it ends with 1.
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { TARGETS } from './index.ts';

const { values, positionals } = parseArgs({
  options: {
    share: { type: 'string', default: '1' },
    seed: { type: 'string', default: `${Date.now() % 2 ** 31}` },
    path: { type: 'string' },
  },
  allowPositionals: true,
});
const [share, seed] = [Number(values.share), Number(values.seed)];
const chosen = TARGETS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const unknown = positionals.filter((name) => !TARGETS.some((target) => target.name === name));
if (unknown.length > 0 || !(share > 0) || !Number.isSafeInteger(seed)) {
  console.error(`fuzz: targets are ${TARGETS.map(({ name }) => name).join(', ')}; --share and --seed are numbers`);
  process.exit(2);
}

for (const { name, claim, runs, property } of chosen) {
  const numRuns = Math.ceil(runs * share);
  const startedAt = performance.now();
  const outcome = await fc.check(property() as fc.IAsyncProperty<unknown[]>, {
    seed,
    numRuns,
    ...(values.path !== undefined && { path: values.path }),
    endOnFailure: false,
  });
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(
    `${outcome.failed ? 'BROKEN' : 'holds '} ${name}: ${outcome.numRuns} inputs in ${seconds.toFixed(1)} s, ` +
      `${Math.round(outcome.numRuns / seconds)} a second; seed ${seed}`,
  );
  if (!outcome.failed) continue;
  process.exitCode = 1;
  console.error(`${claim}: does not hold.\n${fc.defaultReportMessage(outcome)}`);
  console.error(`npm run fuzz -- --seed ${outcome.seed} --path ${outcome.counterexamplePath} ${name}`);
}
