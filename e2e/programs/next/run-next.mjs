import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';

const { startPlane } = await import(process.env.PLANE_MODULE);

const require = createRequire(import.meta.url);
const next = require.resolve('next/dist/bin/next');
const [major] = require('next/package.json').version.split('.').map(Number);
/** What selects the bundler that is not the default one of this version. */
const OTHER = major < 16 ? '--turbopack' : '--webpack';

/** Next.js with these arguments; what it says is collected in `said`. */
export function run(args, env = {}) {
  const child = spawn(process.execPath, [next, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => (child.said += chunk));
  }
  return child;
}

export async function started(server) {
  for (;;) {
    const [, url] = /(http:\/\/localhost:\d+)/.exec(server.said) ?? [];
    if (url !== undefined && /Ready/.test(server.said)) return url;
    assert.equal(server.exitCode, null, server.said);
    await Promise.race([once(server.stdout, 'data'), once(server, 'exit')]);
  }
}

/** Builds and starts the application; its route handler has to connect over a socket, and to lose no count. */
export async function runNext({ bundler }) {
  const building = run(['build', ...(bundler === 'other' ? [OTHER] : [])]);
  const [code] = await once(building, 'close');
  assert.equal(code, 0, building.said);
  // What is built is not asked by anybody, and connects to nothing.
  const plane = await startPlane();
  const server = run(['start', '--port=0'], { RECLOSER_URL: plane.url });
  const url = await started(server);
  for (const call of [1, 2]) {
    const answer = await fetch(`${url}/charge`, { method: 'POST' });
    assert.deepEqual(await answer.json(), {
      ready: true,
      result: 'charged',
      flushed: true,
      connected: true,
      polling: false,
    });
    assert.equal(plane.calls, call);
  }
  // A server may also load routes that nobody asks for, which have an SDK of their own.
  assert.equal(plane.hellos.filter(({ service }) => service === 'next').length, 1);
  assert.doesNotMatch(server.said, /error|warn/i);
  // Asked politely, it waits for connections that are kept alive.
  server.kill('SIGKILL');
  await once(server, 'close');
  await plane.close();
}
