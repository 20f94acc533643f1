import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { install } from './install.mjs';
import { keepOutputClean, root } from './shell.mjs';

/**
 * Commands that run in this process once what they need is built, so that signals reach them. `tool`: a package that
 * the product does without; it needs no console.
 * @type {Record<string, { program: string, tool?: string } | undefined>}
 */
const commands = {
  start: { program: 'libs/platform/dist/cli.js' },
  migrate: { program: 'libs/platform/dist/migrate.js', tool: '@recloser/platform' },
  epoch: { program: 'libs/platform/dist/epoch.js', tool: '@recloser/platform' },
  cli: { program: 'apps/cli/dist/main.js', tool: '@recloser/cli' },
  demo: { program: 'examples/fleet/dist/demo.js' },
  bench: { program: 'bench/dist/cli.js', tool: '@recloser/bench' },
  sim: { program: 'libs/testing/dist/sim/sim.js', tool: '@recloser/testing' },
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
    const found = commands[command];
    if (found === undefined) {
      console.error(
        `Unknown command "${command}". There are start, migrate, epoch, cli, demo, bench, sim and test.`,
      );
      return 2;
    }
    const { program, tool } = found;
    const headless = args.includes('--no-web') || args.includes('--headless');
    await build({ web: tool === undefined && !headless, tool });
    const { main } = await import(pathToFileURL(join(root, program)).href);
    return await main(args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }
}
