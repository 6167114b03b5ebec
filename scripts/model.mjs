/**
 * `npm run model`: has spin look at every interleaving of the models in model/, and at what happens where a part of the
 * proof or a rule is left out, which it must find. Needs spin and a C compiler (`apt-get install spin gcc`). Ends with 1
 * where anything comes out otherwise, with 2 where a tool is missing. Plain Node.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, 'node_modules', '.cache', `model-${process.pid}`);

/** `found`: something is left out, and what goes wrong must be found. */
const CHECKS = [
  { model: 'proof', says: 'an outsider who carries everything' },
  { model: 'proof', defines: ['INSIDER'], says: 'a member who carries everything' },
  { model: 'proof', defines: ['TWO_MEET'], found: 'that two honest ends do accept each other' },
  { model: 'proof', defines: ['WITHOUT_FINGERPRINTS'], found: 'somebody between two connections' },
  { model: 'proof', defines: ['WITHOUT_IDS', 'INSIDER'], found: 'an end that took one node for another' },
  { model: 'proof', defines: ['WITHOUT_SIGNATURE', 'INSIDER'], found: 'a member that bears the ID of another' },
  { model: 'proof', defines: ['WITHOUT_NONCES'], found: 'runs of different sessions that meet' },
  { model: 'dial', says: 'two that dial each other, signals doubled and out of order' },
  { model: 'dial', defines: ['LOSSY', 'COPIES=1'], says: 'and lost, and attempts that run out of time' },
  { model: 'dial', defines: ['BOTH_YIELD'], found: 'two offers that both yield, and no link' },
  { model: 'dial', defines: ['NOBODY_YIELDS'], found: 'two offers of which neither yields, and no link' },
];
/** The ends of proof.pml may wait for ever: nobody has to be given a confirmation. */
const SEARCH = { proof: ['-E'], dial: [] };

function run(command, args) {
  const { error, status, stdout, stderr } = spawnSync(command, args, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (error?.code === 'ENOENT' && !command.startsWith('.')) {
    console.error(`model: ${command} is not installed: apt-get install spin gcc`);
    process.exit(2);
  }
  if (error || status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stdout + stderr}`);
  return stdout;
}

process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
mkdirSync(folder, { recursive: true });
for (const { model, defines = [], says, found } of CHECKS) {
  run('spin', ['-a', ...defines.map((define) => `-D${define}`), join(root, 'model', `${model}.pml`)]);
  run('gcc', ['-O2', '-w', '-DSAFETY', '-DCOLLAPSE', '-o', 'pan', 'pan.c']);
  const out = run('./pan', [...SEARCH[model], '-m1000000']);
  const errors = Number(/errors: (\d+)/.exec(out)?.[1] ?? NaN);
  const states = Number(/(\d+) states, stored/.exec(out)?.[1] ?? NaN);
  // A search that was cut short has seen nothing for certain.
  const isWhole = !/max search depth too small|Search not completed|out of memory/.test(out) || found !== undefined;
  const isAsExpected = isWhole && states > 0 && (found === undefined ? errors === 0 : errors > 0);
  console.log(
    `${isAsExpected ? 'as it should' : 'NOT SO      '} ${[model, ...defines].join(' -D')}: ` +
      `${found === undefined ? `${says}: nothing found` : `finds ${found}`}; ${states} states`,
  );
  if (!isAsExpected) {
    process.exitCode = 1;
    console.error(out);
  }
}
