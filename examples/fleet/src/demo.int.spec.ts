import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { faultsOf } from './demo.js';
import type { Figures } from './figures.js';

const run = promisify(execFile);
/** What `npm run demo` runs; its processes start others, which have to be built. */
const DEMO = new URL('../dist/demo.js', import.meta.url).href;
const ARGUMENTS = ['--fast', '--headless', '--json', '--instances', '6', '--rate', '200'];
/** The story takes about a minute; a slow machine gets two more. */
const LONGEST_MS = 175_000;

it(
  'the demo opens the breaker on real processes, brings the traffic back in its steps, and ends with code 0',
  async () => {
    const script = join(mkdtempSync(join(tmpdir(), 'demo-')), 'demo.mjs');
    writeFileSync(
      script,
      `import { main } from '${DEMO}';\nprocess.exit(await main(process.argv.slice(2)));\n`,
    );
    const { stdout, stderr } = await run(process.execPath, [script, ...ARGUMENTS], {
      timeout: LONGEST_MS,
    });
    const figures = JSON.parse(stdout) as Figures;
    expect(faultsOf(figures), stderr).toEqual([]);
    expect(figures.instances).toBe(6);
    expect(figures.detectMs).toBeGreaterThan(1_000);
    expect(figures.recoveredMs).toBeGreaterThan(0);
    // Three permits a round, whatever the number of instances.
    expect(figures.probes).toBeGreaterThanOrEqual(3);
    expect(figures.auditEvents).toBeGreaterThan(figures.steps.length);
  },
  LONGEST_MS + 5_000,
);
