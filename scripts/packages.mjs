/**
 * Whether the installed packages are those of the lock file, and installing them when not. Plain Node: runs before
 * anything is installed.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNpm } from './processes.mjs';

/**
 * By content, not by time: a fresh checkout writes the lock file later than the packages were installed, and `npm i`
 * writes the two in either order. Optional packages differ from machine to machine and do not count.
 */
export function isInstalled(root) {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const present = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || optional === true || present[path]?.version === version,
  );
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch (error) {
    // Missing, or half written by an installation that was cut off: both mean "install".
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Installs when something is missing. Settles with true when all is there. */
export async function ensureInstalled(root) {
  if (isInstalled(root)) return true;
  console.log('Installing packages …');
  // With NODE_ENV=production npm would leave out what the build needs.
  // No package needs a script of its own to be installed, so none gets to run one.
  const flags = ['--include=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
  let code = await runNpm(['ci', ...flags], { cwd: root });
  // `npm ci` also wants what other systems would need, and a registry mirror may not carry that. The versions are those of
  // the lock file either way, which stays as it is.
  if (code !== 0) code = await runNpm(['install', '--no-save', ...flags], { cwd: root });
  if (code !== 0) console.error('The packages could not be installed: see above.');
  return code === 0;
}
