/** Browser stories that wait for minutes, and are no part of `npm test`: `npm run test:long`. */
import { defineConfig } from '@playwright/test';
import config from './playwright.config.ts';

export default defineConfig({ ...config, grepInvert: [], grep: /@long/ });
