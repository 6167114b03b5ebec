/** Browser stories. Each starts the resolver it needs (e2e/fixtures.ts), because stopping it is part of the story. */
import { defineConfig } from '@playwright/test';
import { CHROMIUM_ARGUMENTS, findChromium } from './scripts/chromium.mjs';

const executablePath = await findChromium();

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results',
  // Many tabs of WebRTC share the machine within one story; stories beside each other would measure the machine.
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
