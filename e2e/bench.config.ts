import { defineConfig } from '@playwright/test';
import base from './playwright.config.js';

/** What the console costs a browser; `npm run bench -- console` runs it and prints the figures. */
export default defineConfig({
  ...base,
  projects: [{ name: 'desktop' }],
  testMatch: '**/*.bench.ts',
  timeout: 900_000,
});
