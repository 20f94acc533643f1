import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildEverything } from './build.mjs';
import { countPlaywright, countPrograms, countVitest } from './counts.mjs';
import { exec, root, tool } from './shell.mjs';
import { ensureTestTools } from './tools.mjs';

const reports = join(root, 'test-results');

/**
 * @typedef {{ passed: number, failed: number }} Counts
 * @typedef {{ name: string, needs?: string[], run: () => Promise<number>, count?: () => Counts }} Stage
 * @typedef {Counts & { name: string, seconds: number, note: string }} Outcome
 */

/** @returns {Stage[]} */
function stages() {
  return [
    { name: 'format', run: () => tool('prettier', ['--check', '--log-level', 'warn', '.']) },
    { name: 'build', run: buildEverything },
    { name: 'types', run: () => tool('tsc', ['-b']) },
    { name: 'lint', needs: ['build'], run: lint },
    {
      name: 'prose',
      needs: ['build'],
      run: () => exec('npm', ['run', 'prose', '--silent']),
    },
    { name: 'knip', run: () => tool('knip', ['--no-progress']) },
    vitest('unit'),
    { ...vitest('integration'), needs: ['build'] },
    ...optional('check:package', 'libs/sdk/package.json', {
      name: 'package',
      needs: ['build'],
      run: () => exec('npm', ['run', 'check:package', '-w', '@recloser/sdk', '--silent']),
    }),
    ...programs(),
    ...e2e(),
  ];
}

/** The types of the whole tree at once do not fit into the memory that Node takes by default; two parts have a core each. */
const LINTED_APART = ['apps', 'e2e'];

/** Exit code: 0, or that of a part with problems. */
async function lint() {
  const others = LINTED_APART.flatMap((folder) => ['--ignore-pattern', `${folder}/**`]);
  const parts = [LINTED_APART, ['.', ...others]];
  const codes = await Promise.all(
    parts.map((part) => tool('eslint', ['--max-warnings', '0', ...part])),
  );
  return Math.max(...codes);
}

/**
 * @param {string} project
 * @returns {Stage}
 */
function vitest(project) {
  const file = join(reports, `${project}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  return {
    name: project,
    run: () => tool('vitest', ['run', '--project', project, '--passWithNoTests', ...reporters]),
    count: () => countVitest(file),
  };
}

/** @returns {Stage[]} */
function programs() {
  const runner = join(root, 'e2e', 'programs', 'run.mjs');
  if (!existsSync(runner)) return [];
  const file = join(reports, 'programs.json');
  return [
    {
      name: 'programs',
      needs: ['build'],
      run: () => exec(process.execPath, [runner], { RECLOSER_PROGRAMS_REPORT: file }),
      count: () => countPrograms(file),
    },
  ];
}

/** @returns {Stage[]} */
function e2e() {
  if (!existsSync(join(root, 'e2e', 'playwright.config.ts'))) return [];
  const file = join(reports, 'e2e.json');
  return [
    {
      name: 'e2e',
      needs: ['build'],
      run: () =>
        tool(
          'playwright',
          ['test', '--config', 'e2e/playwright.config.ts', '--reporter=list,json'],
          {
            PLAYWRIGHT_JSON_OUTPUT_NAME: file,
          },
        ),
      count: () => countPlaywright(file),
    },
  ];
}

/**
 * @param {string} script
 * @param {string} manifest
 * @param {Stage} stage
 * @returns {Stage[]}
 */
function optional(script, manifest, stage) {
  const { scripts = {} } = JSON.parse(readFileSync(join(root, manifest), 'utf8'));
  return script in scripts ? [stage] : [];
}

/**
 * Runs every stage, or those named, and prints the sum as the last line.
 * @param {string[]} only
 * @returns {Promise<number>} the exit code
 */
export async function test(only) {
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });
  /** @type {Outcome[]} */
  const outcomes = [];
  for (const stage of stages()) {
    if (only.length > 0 && !only.includes(stage.name)) continue;
    outcomes.push(await runStage(stage, outcomes));
  }
  return summarise(outcomes);
}

/**
 * @param {Stage} stage
 * @param {Outcome[]} before
 * @returns {Promise<Outcome>}
 */
async function runStage(stage, before) {
  const broken = before.find((one) => stage.needs?.includes(one.name) && one.failed > 0);
  if (broken)
    return { ...stage, passed: 0, failed: 1, seconds: 0, note: `not run: ${broken.name} failed` };
  console.log(`\n▶ ${stage.name}`);
  const begin = performance.now();
  const code = await stage.run();
  if (stage.name === 'build' && code === 0) await ensureTestTools();
  const seconds = (performance.now() - begin) / 1000;
  const counts = stage.count?.() ?? { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
  // A runner can fail without a failed test: an unhandled error, or no report at all.
  const failed = code !== 0 && counts.failed === 0 ? 1 : counts.failed;
  console.log(`${failed === 0 ? '✔' : '✘'} ${stage.name} ${seconds.toFixed(1)} s`);
  return { name: stage.name, passed: counts.passed, failed, seconds, note: '' };
}

/** @param {Outcome[]} outcomes */
function summarise(outcomes) {
  const sum = (pick) => outcomes.reduce((total, outcome) => total + pick(outcome), 0);
  console.log('');
  for (const { name, passed, failed, seconds, note } of outcomes) {
    const counts = `${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed`;
    console.log(`${name.padEnd(12)} ${counts} ${seconds.toFixed(1).padStart(7)} s  ${note}`);
  }
  const passed = sum((outcome) => outcome.passed);
  const failed = sum((outcome) => outcome.failed);
  console.log(`\n${passed} passed, ${failed} failed`);
  return passed > 0 && failed === 0 ? 0 : 1;
}
