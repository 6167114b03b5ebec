/** A headless Chromium with many tabs that all count as looked at. */
import { chromium, type Browser } from 'playwright-core';
import { CHROMIUM_ARGUMENTS, findChromium } from '../scripts/chromium.mjs';

export async function launchBrowser(moreArguments: readonly string[] = []): Promise<Browser> {
  const executablePath = await findChromium();
  if (executablePath === undefined) throw new Error('No Chromium could be found: install one, or set CHROMIUM_PATH.');
  return chromium.launch({
    executablePath,
    args: [...CHROMIUM_ARGUMENTS, ...moreArguments],
    // Signals are this process's own affair: it has more to close than the browser.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}
