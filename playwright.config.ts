/** Browser stories. Each starts the resolver it needs (e2e/fixtures.ts), because stopping it is part of the story. */
import { defineConfig } from '@playwright/test';
import { CHROMIUM_ARGUMENTS, findChromium } from './scripts/chromium.mjs';

const executablePath = await findChromium();

/** Stories of a few seconds and four tabs at most: what they see does not depend on what else the machine does. */
const SMALL = [
  'accessibility',
  'alone',
  'apart',
  'app-shell',
  'bad-input',
  'acquaintances',
  'chat',
  'departure',
  'join-screen',
  'keeping',
  'lying-resolver',
  'mesh-field',
  'offline',
  'page-policy',
  'reached',
  'resolver',
  'resolver-outage',
  'room-layout',
  'share',
  'timeline',
  'transport/transport',
].map((name) => `**/${name}.spec.ts`);

export default defineConfig({
  testDir: 'e2e',
  globalSetup: './scripts/bundled-resolver.mjs',
  testMatch: '**/*.spec.ts',
  // `npm test` plays the small ones two at a time. Many tabs share the machine within one of the crowd; beside each other
  // those would measure the machine.
  // Each keeps what it records of failures: a run empties the folders of its projects first.
  projects: [
    { name: 'small', testMatch: SMALL, outputDir: 'test-results/small' },
    { name: 'crowd', testIgnore: SMALL, outputDir: 'test-results/crowd' },
  ],
  workers: 1,
  fullyParallel: false,
  // What waits for minutes has a command of its own (playwright.long.config.ts).
  grepInvert: /@long/,
  // A test that passes at the second try has told a lie once.
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
  use: {
    viewport: { width: 1280, height: 800 },
    launchOptions: { args: [...CHROMIUM_ARGUMENTS], ...(executablePath === undefined ? {} : { executablePath }) },
  },
});
