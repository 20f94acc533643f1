// Checks the packed tarball as users get it: its size, and a first call from fresh projects.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
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
import { checkContent } from './package-content.mjs';

/**
 * What every process loads, what one loads that connects (`transport` is mostly `ws`), and what one loads that is told a
 * rule with a pattern.
 */
const BUDGETS = {
  index: 17.9 * 1024,
  'control-plane': 14.9 * 1024,
  transport: 16 * 1024,
  patterns: 5 * 1024,
};
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

function checkSizes() {
  for (const [entry, budget] of Object.entries({ ...BUDGETS, ...documentedSizes() })) {
    const { outputFiles } = buildSync({
      entryPoints: [join(root, 'dist', `${entry}.js`)],
      bundle: true,
      minify: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      external: ['./control-plane.js', './transport.js', './patterns.js'],
      write: false,
    });
    const bytes = gzipSync(outputFiles[0].contents, { level: 9 }).length;
    console.log(`${entry}: ${bytes} of ${budget} bytes, minified and compressed`);
    if (bytes > budget) throw new Error(`The SDK's ${entry} is larger than its budget.`);
  }
}

/** What the table of entry points in the documentation says that each takes at most, in bytes. */
function documentedSizes() {
  const page = readFileSync(join(root, '..', '..', 'docs', 'sdk.md'), 'utf8');
  const rows = page.matchAll(/^\| \[`@recloser\/sdk\/(\w+)`\].* ([\d.]+) kB +\|$/gm);
  const sizes = Object.fromEntries(
    Array.from(rows, ([, entry, size]) => [entry, Number(size) * 1024]),
  );
  const missing = Object.keys(ADAPTERS).filter((entry) => !(entry in sizes));
  if (missing.length > 0) throw new Error(`docs/sdk.md does not say the size of ${missing}.`);
  return sizes;
}

/** What a file names as its map is there: tools look for it, and warn. */
function checkMaps() {
  const modules = join(folder, 'node_modules', '@recloser', 'sdk');
  for (const name of readdirSync(modules, { recursive: true })) {
    if (!/\.(?:[cm]?js|d\.c?ts)$/.test(name)) continue;
    const file = join(modules, name);
    const [, map] = /^\/\/# sourceMappingURL=(.*)$/m.exec(readFileSync(file, 'utf8')) ?? [];
    if (map !== undefined && !existsSync(join(dirname(file), map))) {
      throw new Error(`${name} names ${map}, which is not shipped.`);
    }
  }
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
  bullmq: ['postponeWhileOpen', `postponeWhileOpen(async () => 'sent');`],
  express: ['recloserContext', `recloserContext(recloser, () => ({ accountId: 'ada' }));`],
  fastify: ['recloserFastify', `if (recloserFastify.length !== 3) throw new Error('no plugin');`],
  fetch: ['protectFetch', `protectFetch(recloser)('data:text/plain,hi').then((r) => r.text());`],
  local: ['consecutive', `recloser.breaker('a', { policy: { trip: consecutive(5) } });`],
  nest: ['RecloserModule', `RecloserModule.forRoot({ recloser });`],
  opossum: [
    'CircuitBreaker',
    `new CircuitBreaker(async () => 2, { name: 'a', recloser }).fire().then((two) => {
      if (two !== 2) throw new Error(String(two));
    });`,
  ],
  openfeature: [
    'RecloserProvider',
    `new RecloserProvider(recloser).resolveBooleanEvaluation('a', true, {});`,
  ],
  opentelemetry: ['traced', `traced(recloser.breaker('stripe')).protect(async () => 'charged');`],
  prometheus: ['recloserMetrics', `recloserMetrics(recloser)();`],
  stream: [
    'protectStream',
    `(async () => { for await (const _ of protectStream(recloser.breaker('a'), async function* () {})); })();`,
  ],
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

/** `require` gives the class itself, as that of the package in whose place it stands. */
function checkDropIns() {
  const lines = [
    required('@recloser/sdk/opossum', 'CircuitBreaker', true),
    `new CircuitBreaker(async (n) => n + 1).fire(1).then(console.log);`,
  ];
  writeFileSync(join(folder, 'drop-in.cjs'), lines.join('\n'));
  expectRun('drop-in.cjs', '2\n');
}

/** How TypeScript may look for a module: its options, and the endings of files that it then reads. */
const RESOLUTIONS = {
  // TypeScript 6 says that it will go; Nest 10 projects have it.
  node10: ['--module commonjs --moduleResolution node10 --ignoreDeprecations 6.0', ['ts']],
  node16: ['--module node16', ['mts', 'cts']],
  nodenext: ['--module nodenext', ['mts', 'cts']],
  bundler: ['--module preserve --moduleResolution bundler', ['ts']],
};

/** Every entry is found, with its types and not as `any`, however a project resolves modules. */
function checkResolutions() {
  const lines = Object.entries(ADAPTERS).flatMap(([entry, [name]]) => [
    imported(`@recloser/sdk/${entry}`, name),
    `export const ${name}IsTyped: 0 extends 1 & typeof ${name} ? never : true = true;`,
  ]);
  const text = [imported('@recloser/sdk', 'Recloser'), ...lines, 'export { Recloser };'].join('\n');
  for (const [mode, [options, endings]] of Object.entries(RESOLUTIONS)) {
    for (const ending of endings) {
      compile(`${mode}.${ending}`, text, 'true', options);
    }
  }
}

/** A control plane of a few lines, and an SDK that connects to it and takes its state. */
const connection = (from) => [
  from('ws', 'WebSocketServer'),
  from('@recloser/sdk', 'Recloser'),
  `const server = new WebSocketServer({ port: 0 });`,
  `const call = { timeoutMs: null, stallMs: null, slowMs: null };`,
  `const rules = [{ id: 'staff', when: 'always', effect: { kind: 'admit' }, clauses: [`,
  `  { attribute: 'plan', operator: 'matches', values: ['^staff$'] }] }];`,
  `const stripe = { key: 'stripe', version: 1, state: 'open', mode: 'auto', admission: 0, rules,`,
  `  salt: 's', cohortKey: 'accountId', call, retryAfterMs: null };`,
  `const tuning = { flushMs: 1000, urgentFlushMs: 50, leaseMs: 10000, pingMs: 5000 };`,
  `const environment = { key: 'check', kind: 'development' };`,
  `const full = { t: 'full', epoch: 'e', seq: 1, environment, tuning, breakers: [stripe] };`,
  `server.on('connection', (socket) => socket.once('message', () => socket.send(JSON.stringify(full))));`,
  `const recloser = new Recloser({ url: 'ws://127.0.0.1:' + server.address().port });`,
  `const breaker = recloser.breaker('stripe');`,
  `const admitted = () => [breaker.allows(), breaker.allows({ plan: 'staff' })];`,
  `const early = admitted();`,
  `recloser.ready().then(async (ready) => {`,
  `  console.log(...early, ready, ...admitted());`,
  `  await recloser.close({ timeoutMs: 10 });`,
  `  server.close();`,
  `});`,
];
const CONNECTED = 'true true true false true\n';

/** With the package beside it, and with all in one file, as bundlers make it. */
function checkConnection() {
  runBoth('connects', connection, CONNECTED);
  for (const [format, ending] of [
    ['esm', 'mjs'],
    ['cjs', 'cjs'],
  ]) {
    const name = `bundle.${ending}`;
    buildSync({
      entryPoints: [join(folder, `connects.${ending}`)],
      outfile: join(folder, name),
      bundle: true,
      platform: 'node',
      format,
      external: ['ws'],
    });
    expectRun(name, CONNECTED);
  }
}

/** A process that decides alone does not pay for a connection. */
function checkAlone() {
  writeFileSync(
    join(folder, 'alone.cjs'),
    [
      required('@recloser/sdk', 'Recloser'),
      `const recloser = new Recloser({ connect: false });`,
      `recloser.breaker('stripe').protect(async () => 1).then(() => {`,
      `  console.log(Object.keys(require.cache).filter((file) => !file.startsWith(__filename)).length);`,
      `});`,
    ].join('\n'),
  );
  expectRun('alone.cjs', '1\n');
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
    writeFileSync(join(folder, `${name}.${ending}`), lines(from).join('\n'));
    expectRun(`${name}.${ending}`, says);
  }
}

function expectRun(name, says) {
  const said = run(process.execPath, [join(folder, name)]);
  if (said !== says) throw new Error(`${name} says ${JSON.stringify(said)}`);
  console.log(`${name}: runs`);
}

function compile(name, text, skipLibCheck, resolution = '--module nodenext') {
  writeFileSync(join(folder, name), text);
  const options = `${resolution} --strict --noEmit --target es2022 --types node --skipLibCheck`;
  const tsc = require.resolve('typescript/bin/tsc');
  run(process.execPath, [tsc, ...options.split(' '), skipLibCheck, name], folder);
  console.log(`${name}: compiles under strict`);
}

try {
  pack();
  checkContent(join(folder, 'node_modules', '@recloser', 'sdk'));
  checkSizes();
  checkMaps();
  checkProjects();
  checkConnection();
  checkAlone();
  checkAdapters();
  checkDropIns();
  checkResolutions();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
