import { defineConfig } from '@playwright/test';
import { findChromium } from '@recloser/platform';

const executablePath = findChromium();

/** What people do with a phone in their hand; the night's own flow brings a phone along. */
const PHONE_FLOWS = [
  'console',
  'everywhere',
  'fleet',
  'history',
  'moments',
  'notifications',
  'ramp',
  'schedules',
  'targeting',
  'tokens',
  'triggers',
  'trip',
];

const PICTURES = ['**/pictures.e2e.ts', '**/gallery.e2e.ts'];

export default defineConfig({
  testDir: 'src',
  testMatch: '**/*.e2e.ts',
  outputDir: '../test-results/e2e',
  // One real stack for all tests, on a machine with few cores.
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  // Bounds of time end what hangs; they judge no machine. How fast something is belongs to a benchmark.
  timeout: 300_000,
  expect: {
    timeout: 60_000,
    // The fonts are the console's own; edges of letters and icons differ a little between builds of Chromium.
    toHaveScreenshot: { animations: 'disabled', caret: 'hide', maxDiffPixelRatio: 0.002 },
  },
  snapshotPathTemplate: '{testDir}/references/{arg}{ext}',
  updateSnapshots: 'none',
  reporter: 'list',
  projects: [
    { name: 'desktop', testIgnore: PICTURES },
    // A stack of their own: what other tests have made would be in the picture.
    { name: 'pictures', testMatch: PICTURES },
    {
      name: 'phone',
      testMatch: PHONE_FLOWS.map((flow) => `**/${flow}.e2e.ts`),
      grepInvert: /keyboard/,
      use: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
    },
  ],
  use: {
    viewport: { width: 1440, height: 900 },
    colorScheme: 'dark',
    trace: 'retain-on-failure',
    launchOptions: {
      ...(executablePath === undefined ? {} : { executablePath }),
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    },
  },
});
