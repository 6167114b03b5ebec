/**
 * `bench chart FILE…`: reports of `bench compare --json`, one for each number of tabs, as docs/bench/compare.json, as
 * a drawing beside it, and as what the README shows.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { CommandHost } from '../command.ts';
import { readReport, type CompareReport } from '../compare/report.ts';
import { markdownTable, provenanceOf, replaceMarked } from './markdown.ts';
import { panelsOf } from './panels.ts';
import { draw } from './svg.ts';

const FOLDER = join('docs', 'bench');
const TITLE = 'Peer Channel, Trystero and y-webrtc doing the same work in tabs of one browser';

export async function chart(argv: readonly string[], host: CommandHost): Promise<number> {
  let files: readonly string[];
  try {
    files = parseArgs({ args: [...argv], allowPositionals: true }).positionals;
    if (files.length === 0) throw new Error('name the files that hold the output of bench compare --json');
  } catch (error) {
    host.complain(`bench chart: ${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
  const reports = await readReports(files);
  const readmePath = join(host.root, 'README.md');
  const readme = replaceMarked(await readFile(readmePath, 'utf8'), contentOf(reports));
  if (!readme.ok) throw new Error(`README.md: ${readme.reason}`);

  await mkdir(join(host.root, FOLDER), { recursive: true });
  const drawing = draw({ title: TITLE, caption: provenanceOf(reports), panels: panelsOf(reports) });
  await writeFile(join(host.root, FOLDER, 'compare.svg'), drawing);
  await writeFile(join(host.root, FOLDER, 'compare.json'), `${JSON.stringify(reports, null, 2)}\n`);
  await writeFile(readmePath, readme.value);
  host.print(`${FOLDER} and README.md show ${reports.map(({ n }) => n).join(', ')} tabs\n`);
  return 0;
}

/** Fewest tabs first. */
async function readReports(files: readonly string[]): Promise<readonly CompareReport[]> {
  const reports = new Map<number, CompareReport>();
  for (const file of files) {
    const report = readReport(await readFile(file, 'utf8'));
    if (!report.ok) throw new Error(`${file}: ${report.reason}`);
    if (reports.has(report.value.n)) throw new Error(`${file}: a second report of ${report.value.n} tabs`);
    reports.set(report.value.n, report.value);
  }
  return [...reports.values()].sort((a, b) => a.n - b.n);
}

function contentOf(reports: readonly CompareReport[]): string {
  return [
    `![${TITLE}](docs/bench/compare.svg)`,
    '',
    markdownTable(reports),
    '',
    `Measured ${provenanceOf(reports)}.`,
  ].join('\n');
}
