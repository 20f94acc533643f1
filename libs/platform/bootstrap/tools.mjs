import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { exec, root, works } from './shell.mjs';

/**
 * Programs that only tests need. Missing ones are installed where that needs no question.
 * @returns {Promise<void>}
 */
export async function ensureTestTools() {
  const missing = await missingTools();
  if (missing.length === 0) return;
  const names = missing.join(' and ');
  console.log(`The tests need ${names}; installing …`);
  await installTools(missing);
  const still = await missingTools();
  if (still.length === 0) return;
  console.error(
    `Still missing: ${still.join(', ')}. Install by hand ("apt-get install redis-server chromium", "brew install redis" and Chrome); tests that need them will fail.`,
  );
}

async function missingTools() {
  const platform = join(root, 'libs', 'platform', 'dist', 'index.js');
  const { findChromium, findRedisServer } = await import(pathToFileURL(platform).href);
  return [
    ...(findRedisServer() === undefined ? ['redis-server'] : []),
    ...(findChromium() === undefined ? ['chromium'] : []),
  ];
}

/** @param {string[]} packages */
async function installTools(packages) {
  if (works('apt-get', ['--version'])) {
    const root = process.getuid?.() === 0;
    if (!root && !works('sudo', ['-n', 'true'])) return;
    const apt = (args) =>
      exec(root ? 'apt-get' : 'sudo', root ? args : ['-n', 'apt-get', ...args], {
        DEBIAN_FRONTEND: 'noninteractive',
      });
    await apt(['update', '-qq']);
    await apt(['install', '-y', '-qq', '--no-install-recommends', ...packages]);
  } else if (works('brew', ['--version'])) {
    if (packages.includes('redis-server')) await exec('brew', ['install', 'redis']);
    if (packages.includes('chromium')) await exec('brew', ['install', '--cask', 'google-chrome']);
  }
}
