// Checks the packed tarball as users get it: its size, and a first call from fresh projects.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';

const BUDGET_BYTES = 22 * 1024;
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
  install('ws', '@types/node', 'undici-types');
}

/** As if it were installed: from where this package has it. */
function install(...names) {
  for (const name of names) {
    const places = require.resolve.paths(name).map((place) => join(place, name));
    mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true });
    symlinkSync(places.find(existsSync), join(folder, 'node_modules', name));
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

/** The first example of the README, which takes some names for granted. */
function readmeExample() {
  const [, text] = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8'));
  const [, what, name] = /import \{ (.*) \} from '(.*)';/.exec(text);
  return (from) => [
    from(name, what),
    `const [payload, accountId] = [{ amount: 4200 }, 'ada'];`,
    `const charge = async (what = payload, { signal = AbortSignal.abort() } = {}) => {`,
    `  if (signal.aborted || what !== payload) throw new Error('The example has not run.');`,
    `  console.log('charged');`,
    `};`,
    `const sayTryLater = (ms = Number() || null) => console.log(ms);`,
    `async function example() {`,
    text.replace(/^import .*$/m, ''),
    `}`,
    `example();`,
  ];
}

/** A use of each adapter: what it takes from its entry point, and what it does with it. */
const ADAPTERS = {
  axios: ['protectAxios', `protectAxios(axios.create(), recloser)();`, `axios`],
  express: ['recloserContext', `recloserContext(recloser, () => ({ accountId: 'ada' }));`],
  fastify: ['recloserFastify', `if (recloserFastify.length !== 3) throw new Error('no plugin');`],
  fetch: ['protectFetch', `protectFetch(recloser)('data:text/plain,hi').then((r) => r.text());`],
  nest: ['RecloserModule', `RecloserModule.forRoot({ recloser });`],
  opentelemetry: ['traced', `traced(recloser.breaker('stripe')).protect(async () => 'charged');`],
  prometheus: ['recloserMetrics', `recloserMetrics(recloser)();`],
  testing: [
    'TestControlPlane',
    `if (!(new TestControlPlane().connect() instanceof Recloser)) throw new Error('two SDKs');`,
  ],
};

function checkProjects() {
  const example = readmeExample();
  runBoth('readme', example, 'charged\n');
  compile('readme.mts', example(imported).join('\n'), 'false');
}

function checkAdapters() {
  const { exports, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json')));
  const entries = Object.keys(exports)
    .filter((name) => name !== '.' && name !== './package.json')
    .map((name) => name.slice(2))
    .sort();
  if (entries.join() !== Object.keys(ADAPTERS).sort().join()) {
    throw new Error(`Entry points and their checks differ: ${entries.join()}`);
  }
  install(...Object.keys(peerDependencies), '@types/express');
  for (const [entry, [name, use, framework]] of Object.entries(ADAPTERS)) {
    const lines = (from) => [
      ...(framework ? [from(framework, framework, true)] : []),
      from('@recloser/sdk', 'Recloser'),
      from(`@recloser/sdk/${entry}`, name),
      `const recloser = new Recloser({ connect: false });`,
      use,
    ];
    runBoth(entry, lines);
    // What a framework's own types say is not ours to check.
    compile(`${entry}.mts`, lines(imported).join('\n'), 'true');
  }
}

function imported(name, what, isDefault = false) {
  return `import ${isDefault ? what : `{ ${what} }`} from '${name}';`;
}

function required(name, what, isDefault = false) {
  return `const ${isDefault ? what : `{ ${what} }`} = require('${name}');`;
}

/** Runs a program as an ES module and as CommonJS. */
function runBoth(name, lines, says = '') {
  for (const [ending, from] of [
    ['mjs', imported],
    ['cjs', required],
  ]) {
    const file = join(folder, `${name}.${ending}`);
    writeFileSync(file, lines(from).join('\n'));
    if (run(process.execPath, [file]) !== says) throw new Error(`${name}.${ending} says otherwise`);
    console.log(`${name}.${ending}: runs`);
  }
}

function compile(name, text, skipLibCheck) {
  writeFileSync(join(folder, name), text);
  const options =
    '--strict --noEmit --module nodenext --target es2022 --types node --skipLibCheck'.split(' ');
  const tsc = require.resolve('typescript/bin/tsc');
  run(process.execPath, [tsc, ...options, skipLibCheck, name], folder);
  console.log(`${name}: compiles under strict`);
}

try {
  pack();
  checkSize();
  checkProjects();
  checkAdapters();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
