/**
 * `npm run sim:seeds -- [--from 1] [--seeds 20] [NAME …]`: plays the scenarios that stand for the mesh's invariants over many
 * seeds, as many at once as there are processors. What came of each run is kept in docs/bench/seeds.json, where it takes
 * the place of an earlier run of the same seed, and docs/bench/seeds.md is made anew from all of them: so it can be
 * played in parts. Ends with 1 when a run broke a promise. Plain Node.
 */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/**
 * What is played, in which size, and with how many seeds at most. The promises of cost and hops, and of what is reached
 * before repair, are made of a thousand nodes; there nobody is listed, for what a list of members costs is not what is
 * measured and takes the most time.
 */
const PLAYED = [
  { scenario: 'one-speaker', nodes: 1000, listed: 0 },
  { scenario: 'steady-chat', nodes: 1000, listed: 0 },
  { scenario: 'everyone-speaks', nodes: 1000, listed: 0 },
  { scenario: 'kill-30', nodes: 1000, listed: 0 },
  { scenario: 'kill-30', nodes: 100 },
  { scenario: 'kill-50', nodes: 100 },
  { scenario: 'churn', nodes: 100 },
  { scenario: 'churn', nodes: 200, most: 3 },
  { scenario: 'join-storm', nodes: 100 },
  { scenario: 'late-joiner', nodes: 100 },
  { scenario: 'partition-heals', nodes: 100 },
  { scenario: 'partition-heals', nodes: 200, most: 3 },
  { scenario: 'partition-long', nodes: 40 },
  { scenario: 'partition-day', nodes: 20, most: 3 },
  { scenario: 'steady-chat', nodes: 100 },
  { scenario: 'steady-chat', nodes: 300, most: 3 },
  { scenario: 'resolver-outage', nodes: 30 },
  { scenario: 'hostile-insiders', nodes: 200 },
  { scenario: 'steady-chat', nodes: 10_000, listed: 0, most: 3 },
];
/** Kept of each run, beside the scenario's own figures and its digest: a build that gives the same digest behaves the same. */
const FIGURES = ['reach', 'rmr', 'lastHop', 'latencyMsP99', 'duplicates', 'splits', 'breaches', 'timersLeft'];
const COST = ['wallMs', 'cpuMs', 'peakRssBytes'];
/** What is new is mostly on its way for a moment and then gone: with room for it little of it is ever copied. */
const flagsFor = (nodes) => {
  const roomMiB = nodes > 1000 ? 256 : 64;
  return [`--min-semi-space-size=${roomMiB}`, `--max-semi-space-size=${roomMiB}`, '--max-old-space-size=7168'];
};

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const jsonFile = join(root, 'docs', 'bench', 'seeds.json');
const tableFile = join(root, 'docs', 'bench', 'seeds.md');
const nameOf = ({ scenario, nodes }) => `${scenario}@${nodes}`;

/** One run; rejects with what it said on standard error when it gave no report. */
function play({ scenario, nodes, listed }, seed) {
  const args = ['--scenario', scenario, '--nodes', `${nodes}`, '--seed', `${seed}`];
  if (listed !== undefined) args.push('--listed', `${listed}`);
  const flags = [...flagsFor(nodes), join(root, 'scripts', 'sim.mjs'), ...args, '--json'];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, flags, { cwd: root, maxBuffer: 2 ** 24 }, (_, stdout, stderr) => {
      if (!stdout.startsWith('{')) return reject(new Error(`${args.join(' ')}: ${stderr}`));
      process.stderr.write(stderr);
      resolve(JSON.parse(stdout));
    });
  });
}

/** What is kept of a report. */
function keep(report, listed) {
  const pick = (names) => Object.fromEntries(names.map((name) => [name, report[name]]));
  const { scenario, nodes, seed, digest, promises, duplicates, breaches, timersLeft, splits } = report;
  const broken = promises
    .filter(({ kept }) => !kept)
    .map(({ figure, relation, bound }) => `${figure} ${relation} ${bound}`);
  if (duplicates + breaches + timersLeft + splits > 0) broken.push('no duplicate, breach, timer or split');
  return {
    ...{ scenario, nodes, ...(listed !== undefined && { listed }), seed, date: new Date().toISOString().slice(0, 10) },
    ...{ digest, broken, ...pick(FIGURES), ...report.figures, ...pick(COST) },
  };
}

/** The worst of all seeds: the least of what was reached, the most of everything else, `never` if one never came. */
function worst(runs, name) {
  const values = runs.map((run) => run[name]);
  if (values.includes(null)) return 'never';
  return name.toLowerCase().includes('reach') ? Math.min(...values) : Math.max(...values);
}

function tableOf(runs) {
  const head = [
    'scenario',
    'nodes',
    'seeds',
    'kept',
    ...FIGURES.slice(0, 4),
    'its own',
    'processor s',
    'MiB',
    'latest',
  ];
  const rows = PLAYED.flatMap((played) => {
    const own = runs.filter((run) => nameOf(run) === nameOf(played));
    if (own.length === 0) return [];
    const known = new Set(['scenario', 'nodes', 'listed', 'seed', 'date', 'digest', 'broken', ...FIGURES, ...COST]);
    const figures = Object.keys(own[0]).filter((name) => !known.has(name));
    const seeds = own.map(({ seed }) => seed);
    const unkept = own.filter(({ broken }) => broken.length > 0);
    const mean = own.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / own.length;
    return [
      [
        played.scenario,
        played.nodes,
        `${own.length} (${Math.min(...seeds)} to ${Math.max(...seeds)})`,
        unkept.length === 0
          ? 'all'
          : `${own.length - unkept.length}: ${[...new Set(unkept.flatMap(({ broken }) => broken))].join(', ')}`,
        ...FIGURES.slice(0, 4).map((name) => worst(own, name)),
        figures.map((name) => `${name} ${worst(own, name)}`).join(', ') || '–',
        Math.round(mean / 1000),
        Math.round(worst(own, 'peakRssBytes') / 2 ** 20),
        own
          .map(({ date }) => date)
          .toSorted()
          .at(-1),
      ],
    ];
  });
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [
    '# The invariants over many seeds',
    '',
    `Made by \`npm run sim:seeds\` on ${cpus().length} cores (${cpus()[0].model.trim()}), Node ${process.versions.node}.`,
    'Of each figure the worst of all seeds; processor time is the mean of a run. Kept: the runs that kept every promise of',
    'their scenario, or which promises were not; no duplicate, breach, split or timer left is promised of all.',
    '`npm run sim -- --nodes N --seed S --scenario NAME` repeats a run; from 1,000 nodes on add `--listed 0`.',
    '',
    line(head),
    line(head.map(() => '---')),
    ...rows.map(line),
    '',
  ].join('\n');
}

const { values, positionals } = parseArgs({
  options: { from: { type: 'string', default: '1' }, seeds: { type: 'string', default: '20' } },
  allowPositionals: true,
});
const isChosen = (played) =>
  positionals.length === 0 || positionals.some((name) => name === played.scenario || name === nameOf(played));
const seeds = Array.from({ length: Number(values.seeds) || 0 }, (_, i) => Number(values.from) + i);
const queue = PLAYED.filter(isChosen).flatMap((played) =>
  seeds.slice(0, played.most).map((seed) => ({ played, seed })),
);
if (queue.length === 0 || !seeds.every(Number.isSafeInteger)) {
  console.error(
    `seeds: names are ${PLAYED.map(nameOf).join(', ')}, with or without the size; --from and --seeds are numbers`,
  );
  process.exit(2);
}

async function playNext() {
  for (let next = queue.shift(); next; next = queue.shift()) {
    const { played, seed } = next;
    const run = keep(await play(played, seed), played.listed);
    const before = existsSync(jsonFile) ? JSON.parse(readFileSync(jsonFile, 'utf8')) : [];
    const runs = [...before.filter((other) => nameOf(other) !== nameOf(run) || other.seed !== seed), run];
    runs.sort((a, b) => nameOf(a).localeCompare(nameOf(b)) || a.seed - b.seed);
    writeFileSync(jsonFile, `[\n${runs.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`);
    writeFileSync(tableFile, tableOf(runs));
    console.log(`${nameOf(run)} seed ${seed}, ${run.wallMs} ms: ${run.broken.join(', ') || 'kept'}`);
    if (run.broken.length > 0) process.exitCode = 1;
  }
}
await Promise.all(Array.from({ length: availableParallelism() }, playNext));
