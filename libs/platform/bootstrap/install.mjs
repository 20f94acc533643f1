import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exec, root } from './shell.mjs';

/**
 * Installs the packages of the lock file unless they are there. Install scripts are left out: none
 * is needed, some download or phone home.
 */
export async function install() {
  const folder = join(root, 'node_modules');
  if (isInstalled(folder)) return;
  console.error('Installing packages (once, about a minute) …');
  const how = existsSync(folder) ? ['install', '--no-save'] : ['ci'];
  const code = await exec('npm', [
    ...how,
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]);
  if (code !== 0) {
    throw new Error('npm could not install the packages; its message stands above. Try again.');
  }
}

/**
 * npm writes the hidden lock file last, so a half-finished installation has none.
 * @param {string} folder
 */
function isInstalled(folder) {
  const hidden = join(folder, '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const present = packagesOf(hidden);
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.startsWith('node_modules/') || entry.optional || entry.devOptional) return true;
    return entry.link ? present[path]?.link : present[path]?.version === entry.version;
  });
}

/** @param {string} file */
function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
}
