import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { install } from './install.mjs';
import { keepOutputClean, root } from './shell.mjs';

/** Commands that run in this process once everything is built, so that signals reach them. */
const programs = {
  start: 'libs/platform/dist/cli.js',
  demo: 'examples/fleet/dist/demo.js',
  bench: 'bench/dist/cli.js',
};

/**
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<number>} the exit code
 */
export async function run(command, args) {
  try {
    if (command !== 'test') keepOutputClean();
    await install();
    if (command === 'install') return 0;
    if (command === 'test') {
      const { test } = await import('./test.mjs');
      return await test(args);
    }
    const program = programs[command];
    if (program === undefined) {
      console.error(`Unknown command "${command}". There are start, demo, bench and test.`);
      return 2;
    }
    await build({
      web: command !== 'bench' && !args.includes('--no-web') && !args.includes('--headless'),
    });
    const { main } = await import(pathToFileURL(join(root, program)).href);
    return await main(args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }
}
