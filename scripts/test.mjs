/**
 * `npm test`: installs what is missing, finds a Chromium, runs every kind of test, and ends with one line
 * `N passed, N failed`, added up from the runners' own reports. A check that has no report of its own (lint, format,
 * a type check, the build) counts as one test. Plain Node, because nothing may be installed yet.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureChromium } from './chromium.mjs';
import { ensureInstalled } from './packages.mjs';
import { endWithNpm, runModule } from './processes.mjs';
import { asOneTest, ofPlaywright, ofVitest, sumOf } from './tallies.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const reports = join(root, 'node_modules', '.cache', 'test-reports');
const vitestReport = join(reports, 'vitest.json');

async function chromium() {
  try {
    return await ensureChromium(root);
  } catch (error) {
    console.error(error.message);
    return undefined;
  }
}

function reportOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    console.error(`No report: ${error.message}`);
    return undefined;
  }
}

const check = (title, file, args) => ({
  title,
  run: async () => asOneTest(await runModule(root, file, args)),
});

/** What reads the sources only: each row is done beside the other, for they use one processor each. */
const readings = [
  [check('lint', 'eslint/bin/eslint.js', ['--max-warnings', '0', '.'])],
  [
    check('format', 'prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.']),
    check('types of the core', 'typescript/bin/tsc', ['-p', 'src/core']),
    check('types', 'typescript/bin/tsc', ['-p', '.']),
    check('types of the components', 'svelte-check/bin/svelte-check', ['--tsconfig', './tsconfig.json']),
  ],
];

/** The browser stories of one project of playwright.config.ts. */
function stories(project, workers, chromiumPath) {
  const report = join(reports, `playwright-${project}.json`);
  const env = { ...process.env, CHROMIUM_PATH: chromiumPath, PLAYWRIGHT_JSON_OUTPUT_FILE: report };
  const args = ['test', '--project', project, '--workers', `${workers}`, '--reporter=list,json'];
  return {
    title: `browser tests, ${project}`,
    run: async () => ofPlaywright(await runModule(root, '@playwright/test/cli.js', args, { env }), reportOf(report)),
  };
}

/** One after the other: they use all there is, or measure it. */
function runs(chromiumPath) {
  return [
    {
      title: 'unit tests and simulations',
      run: async () => {
        const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${vitestReport}`];
        return ofVitest(await runModule(root, 'vitest/vitest.mjs', args), reportOf(vitestReport));
      },
    },
    check('build', 'vite/bin/vite.js', ['build', '--logLevel', 'warn']),
    check('the same build again', '../scripts/rebuild.mjs', []),
    check('licences of what is handed on', '../scripts/sbom.mjs', ['--check']),
    stories('small', 2, chromiumPath),
    stories('crowd', 1, chromiumPath),
  ];
}

/** Nothing could be run: whoever reads the last line is told so too. */
function fail() {
  console.log('\n0 passed, 1 failed');
  return 1;
}

async function main() {
  if (!(await ensureInstalled(root))) return fail();
  const chromiumPath = await chromium();
  if (!chromiumPath) {
    console.error('No Chromium could be found or installed: install one, or set CHROMIUM_PATH to it.');
    return fail();
  }
  // Reports of an earlier run must not be taken for this one's.
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });

  const tallies = [];
  const lines = [];
  async function perform(row) {
    for (const { title, run } of row) {
      console.log(`\n=== ${title}`);
      const startedAt = performance.now();
      const tally = await run();
      tallies.push(tally);
      const line =
        `${tally.failed === 0 ? 'ok    ' : 'FAILED'} ${title}: ${tally.passed} of ${tally.passed + tally.failed} ` +
        `in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
      lines.push(line);
      console.log(`=== ${line}`);
    }
  }
  await Promise.all(readings.map(perform));
  await perform(runs(chromiumPath));
  const { passed, failed } = sumOf(tallies);
  console.log(`\n${lines.join('\n')}\n\n${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

endWithNpm();
process.exitCode = await main();
