import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench, BenchRow } from '../bench.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Plays the console's rounds in a real browser. @throws Error when it could not be played to its end */
function play(figures: string): Promise<void> {
  const playwright = join(ROOT, 'node_modules', '.bin', 'playwright');
  const args = ['test', '--config', 'e2e/bench.config.ts', '--reporter=line'];
  const env = { ...process.env, RECLOSER_BENCH_FIGURES: figures };
  return new Promise((resolve, reject) => {
    const child = spawn(playwright, args, { cwd: ROOT, env, stdio: ['ignore', 2, 2] });
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error('The browser did not play to the end. "npm run build" comes first.'));
    });
  });
}

/** What it costs the console's page to be used while a large fleet changes. */
export const console: Bench = {
  summary: 'a page of 1,000 breakers with 200 changes a second, used by hand on a slow machine',
  options: {},
  run: async ({ progress }) => {
    const folder = await mkdtemp(join(tmpdir(), 'recloser-bench-'));
    const figures = join(folder, 'figures.json');
    try {
      progress('Building a fleet of 1,000 breakers and opening a browser …');
      await play(figures);
      const rows = JSON.parse(await readFile(figures, 'utf8')) as readonly BenchRow[];
      return {
        setting:
          'Chromium with its processor slowed down four times; processor time of the page itself, ms',
        rows,
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
