/**
 * Finds a Chromium for the browser tests, and gets one when there is none. Plain Node; Playwright's own place is asked
 * only once it is installed.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run, runModule } from './processes.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC_APPS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** A browser that takes longer to say its version does not start. */
const PROBE_TIMEOUT_MS = 30_000;

/** Path of a Chromium that is on this machine already and starts, or `undefined`. */
export async function findChromium(environment = process.env) {
  const named = environment.CHROMIUM_PATH;
  if (named) {
    // Whoever names one wants that one and no other.
    if (!starts(named)) throw new Error(`CHROMIUM_PATH is no browser that starts: ${named}`);
    return named;
  }
  const folders = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const installed = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...installed, ...MAC_APPS].find(starts) ?? (await findPlaywrightOwn());
}

async function findPlaywrightOwn() {
  const { chromium } = await import('playwright-core');
  const path = chromium.executablePath();
  return path !== '' && starts(path) ? path : undefined;
}

/** A download may lack the system's libraries, and a distribution's command may be a stub: only its answer tells. */
function starts(path) {
  return (
    isExecutable(path) && spawnSync(path, ['--version'], { timeout: PROBE_TIMEOUT_MS, stdio: 'ignore' }).status === 0
  );
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch (error) {
    if (['ENOENT', 'EACCES', 'ENOTDIR'].includes(error.code)) return false;
    throw error;
  }
}

/** Finds one, else downloads Playwright's, else installs Debian's as root. `undefined` when all of that failed. */
export async function ensureChromium(root) {
  const found = await findChromium();
  if (found) return found;
  console.log('No Chromium here: asking Playwright for one …');
  if ((await runModule(root, 'playwright-core/cli.js', ['install', 'chromium'])) === 0) {
    const downloaded = await findChromium();
    if (downloaded) return downloaded;
  }
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return undefined;
  console.log("Installing Debian's chromium …");
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // One source of the list that does not answer must not stop the others.
  await run('apt-get', ['update'], { env });
  if ((await run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], { env })) !== 0) return undefined;
  return findChromium();
}

/** What every Chromium of the tests is started with. */
export const CHROMIUM_ARGUMENTS = [
  // Containers have no user namespaces for the sandbox; the pages are our own.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Candidates as plain loopback addresses: there is no multicast DNS in a container. No tab yields to the others for
  // not being in front: each stands for one that somebody looks at, on a machine of its own. And no process is kept ready
  // for a next page: nearly every story would start one more than it needs.
  '--disable-features=WebRtcHideLocalIpsWithMdns,PMProcessPriorityPolicy,SpareRendererForSitePerProcess',
  '--disable-renderer-backgrounding',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
];
