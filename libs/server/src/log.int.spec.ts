import { spawn } from 'node:child_process';
import { expect, it } from 'vitest';

const log = new URL('../dist/log.js', import.meta.url).href;

it('does not hold up a process whose reader is gone', async () => {
  const program = `
    import { createLog } from ${JSON.stringify(log)};
    const log = createLog({ name: 'test', level: 'info' });
    log.info('up');
    process.once('message', () => {
      for (let i = 0; i < 3; i += 1) log.fatal('nobody reads this');
      process.exit(7);
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    timeout: 60_000,
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await new Promise((resolve) => child.stdout!.once('data', resolve));
  child.stdout!.destroy();
  child.send('go');
  expect(await ended).toBe(7);
});
