import { defineConfig } from '@playwright/test';
import base from './playwright.config.js';

/** The pictures of the README, taken of the real console: `npm run screenshots -w @recloser/e2e`. */
export default defineConfig({
  ...base,
  projects: [{ name: 'desktop' }],
  testMatch: '**/*.shots.ts',
  timeout: 300_000,
  use: { ...base.use, deviceScaleFactor: 2 },
});
