// Installs the packed SDK in other people's programs, and runs these as their users would. See README.md beside it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { installProject, packSdk } from './harness/install.mjs';
import { findProjects } from './harness/projects.mjs';
import { runProgram } from './harness/run-program.mjs';

/** Projects that are installed and run at once. */
const AT_ONCE = 2;
const here = import.meta.dirname;

/**
 * @param {string[]} wanted projects (`clients`) or programs (`clients/got`); none for all
 * @returns {Promise<{ passed: number, failed: number }>}
 */
async function runAll(wanted) {
  const folder = mkdtempSync(join(tmpdir(), 'recloser-programs-'));
  const counts = { passed: 0, failed: 0 };
  try {
    const projects = findProjects(here, wanted);
    const tarball = packSdk(folder);
    const lane = async () => {
      for (let project = projects.shift(); project; project = projects.shift()) {
        await runProject(project, tarball, folder, counts);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return counts;
}

async function runProject(project, tarball, folder, counts) {
  const begin = performance.now();
  const home = await installProject(project, tarball, folder);
  console.log(`${project.name}: installed in ${secondsSince(begin)} s`);
  for (const program of project.programs) {
    const name = `${project.name}/${program.name}`;
    const start = performance.now();
    const problem = await runProgram(join(home, program.file));
    counts[problem === null ? 'passed' : 'failed'] += 1;
    console.log(`${problem === null ? '✔' : '✘'} ${name} ${secondsSince(start)} s`);
    if (problem !== null) console.error(problem);
  }
}

function secondsSince(begin) {
  return ((performance.now() - begin) / 1000).toFixed(1);
}

const counts = await runAll(process.argv.slice(2));
console.log(`${counts.passed} programs passed, ${counts.failed} failed`);
const report = process.env.RECLOSER_PROGRAMS_REPORT;
if (report !== undefined) {
  mkdirSync(dirname(report), { recursive: true });
  writeFileSync(report, JSON.stringify(counts));
}
process.exitCode = counts.passed > 0 && counts.failed === 0 ? 0 : 1;
