import { execFile, execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const sdk = join(import.meta.dirname, '..', '..', '..', 'libs', 'sdk');
const QUIET = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];

/**
 * Packs the built SDK as `npm publish` would.
 * @param {string} folder
 * @returns {string} the tarball's path
 */
export function packSdk(folder) {
  const args = ['pack', '--json', '--silent', '--pack-destination', folder];
  const [{ filename }] = JSON.parse(execFileSync('npm', args, { cwd: sdk, encoding: 'utf8' }));
  return join(folder, filename);
}

/**
 * Installs a copy of a project outside the repository, where nothing but its own packages can be found: those of its
 * lock file, and then the SDK's tarball.
 * @returns {Promise<string>} where it is
 */
export async function installProject({ name, paths }, tarball, folder) {
  const home = join(folder, name);
  for (const path of paths) {
    cpSync(path, home, {
      recursive: true,
      filter: (source) => !source.slice(path.length).includes('node_modules'),
    });
  }
  await npm(home, ['ci', ...QUIET]);
  await npm(home, ['install', '--no-save', ...QUIET, tarball]);
  return home;
}

async function npm(cwd, args) {
  try {
    await promisify(execFile)('npm', args, { cwd, maxBuffer: 2 ** 24 });
  } catch (error) {
    throw new Error(`npm ${args.join(' ')} failed in ${cwd}:\n${error.stderr}`, { cause: error });
  }
}
