// Checks the packed tarball as users get it: its size, and a first call from fresh projects.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';

const BUDGET_BYTES = 16 * 1024;
const root = join(import.meta.dirname, '..');
const require = createRequire(import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'recloser-package-'));

function run(command, args, cwd = root) {
  return execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

function pack() {
  const [{ filename }] = JSON.parse(
    run('npm', ['pack', '--json', '--silent', '--pack-destination', folder]),
  );
  const modules = join(folder, 'node_modules', '@recloser', 'sdk');
  mkdirSync(modules, { recursive: true });
  run('tar', ['-xzf', join(folder, filename), '-C', modules, '--strip-components=1']);
  for (const name of ['ws', '@types/node', 'undici-types']) {
    const target = dirname(require.resolve(`${name}/package.json`));
    mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true });
    symlinkSync(target, join(folder, 'node_modules', name));
  }
}

function checkSize() {
  const { outputFiles } = buildSync({
    entryPoints: [join(root, 'dist', 'index.js')],
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    external: ['ws'],
    write: false,
  });
  const bytes = gzipSync(outputFiles[0].contents, { level: 9 }).length;
  console.log(`size: ${bytes} of ${BUDGET_BYTES} bytes, minified and compressed, without ws`);
  if (bytes > BUDGET_BYTES) throw new Error('The SDK is larger than its budget.');
}

const CALL = `
const recloser = new Recloser({ connect: false, service: 'checkout' });
const stripe = recloser.breaker('stripe', { timeoutMs: 3000 });
stripe.protect(async (signal) => (signal.aborted ? 'late' : 'charged'), { accountId: 'ada' })
  .then((result) => { if (result !== 'charged' || isCircuitOpen(result)) throw new Error(result); })
  .then(() => recloser.close());
`;

function checkProjects() {
  const projects = {
    'esm.mjs': `import { Recloser, isCircuitOpen } from '@recloser/sdk';${CALL}`,
    'cjs.cjs': `const { Recloser, isCircuitOpen } = require('@recloser/sdk');${CALL}`,
  };
  for (const [name, text] of Object.entries(projects)) {
    writeFileSync(join(folder, name), text);
    run(process.execPath, [join(folder, name)]);
    console.log(`${name}: a first call passes`);
  }
  writeFileSync(
    join(folder, 'typed.mts'),
    `import { Recloser, isCircuitOpen } from '@recloser/sdk';${CALL}`,
  );
  const options = [
    '--strict',
    '--noEmit',
    '--module',
    'nodenext',
    '--target',
    'es2022',
    '--types',
    'node',
  ];
  run(process.execPath, [require.resolve('typescript/bin/tsc'), ...options, 'typed.mts'], folder);
  console.log('typed.mts: compiles under strict');
}

try {
  pack();
  checkSize();
  checkProjects();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
