import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bin, execQuietly, root, tool } from './shell.mjs';

const SOURCES = ['apps', 'bench', 'libs', 'examples', 'prisma'];
const SKIPPED = /^(node_modules|dist|generated|coverage|test-results|playwright-report|\..*)$/;
/** Packages that neither the product nor the demo runs. */
const TOOLING = [
  '@recloser/bench',
  '@recloser/e2e',
  '@recloser/testing',
  '@recloser/textlint-rule-preset-prose',
];
const buildAll = ['run-many', '-t', 'build', '--output-style=static'];
const FILES = ['package-lock.json', 'tsconfig.base.json', 'nx.json'];

/**
 * Builds everything that runs, or all but the console, and maybe a tool. Unchanged sources cost a look at the files.
 * @param {{ web: boolean, tool?: string | undefined }} what
 */
export async function build({ web, tool }) {
  const name = tool?.split('/').at(-1) ?? (web ? 'all' : 'headless');
  const stamp = join(root, '.nx', `built-${name}.txt`);
  const print = fingerprint();
  if (isBuilt(web) && existsSync(stamp) && readFileSync(stamp, 'utf8') === print) return;
  console.error(web ? 'Building …' : 'Building (without the console) …');
  const tooling = TOOLING.filter((one) => one !== tool);
  const left = web ? tooling : [...tooling, '@recloser/web'];
  const args = [...buildAll, `--exclude=${left.join(',')}`];
  const code = await execQuietly(bin('nx'), args, (line) => {
    const built = /^> nx run (\S+):(?:build|codegen)\s*(\[.*cache.*\])?/.exec(line);
    return built && built[2] === undefined ? `  ${built[1]}` : undefined;
  });
  if (code !== 0) throw new Error('The build failed; the reason stands above.');
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, print);
}

/** Builds every package and shows all that is said. */
export const buildEverything = () => tool('nx', buildAll);

/** @param {boolean} web */
function isBuilt(web) {
  const outputs = [
    'apps/api/dist/main.js',
    'apps/worker/dist/main.js',
    'libs/platform/dist/cli.js',
  ];
  if (web) outputs.push('apps/web/.next/BUILD_ID');
  return outputs.every((path) => existsSync(join(root, path)));
}

function fingerprint() {
  const hash = createHash('sha256').update(process.version);
  for (const file of FILES) hash.update(describe(join(root, file)));
  for (const folder of SOURCES) visit(join(root, folder), hash);
  return hash.digest('hex');
}

/**
 * @param {string} folder
 * @param {import('node:crypto').Hash} hash
 */
function visit(folder, hash) {
  if (!existsSync(folder)) return;
  const entries = readdirSync(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (SKIPPED.test(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) visit(path, hash);
    else if (entry.isFile()) hash.update(describe(path));
  }
}

/** @param {string} path */
function describe(path) {
  const { size, mtimeMs } = statSync(path);
  return `${path} ${size} ${mtimeMs}\n`;
}
