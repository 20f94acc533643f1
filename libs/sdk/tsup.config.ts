/// <reference types="node" />
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { builtinModules, createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Plugin } from 'esbuild';
import { defineConfig, type Options } from 'tsup';

/** Entry points beside the main one. Their frameworks are optional peers, and stay outside. */
const ADAPTERS = [
  'axios',
  'bullmq',
  'express',
  'fastify',
  'fetch',
  'local',
  'nest',
  'openfeature',
  'opentelemetry',
  'prometheus',
  'stream',
  'testing',
];
// In one folder: the bundler of types makes a program for each, and frameworks have many types.
const adapters = Object.fromEntries(ADAPTERS.map((name) => [name, `src/entries/${name}.ts`]));

/** Each stands in for a package whose CommonJS export is one class. */
const dropIns = { opossum: 'src/entries/opossum.ts' };

/** Adapters use the main entry as their users do, so that there is one of each class in a process. */
const mainEntryOutside: Plugin = {
  name: 'main-entry-outside',
  setup(build) {
    build.onResolve({ filter: /^(?:\.\.\/)+index\.js$/ }, () => ({
      path: '@recloser/sdk',
      external: true,
    }));
  },
};

/**
 * What only a connected process needs, and within it what opens sockets and what reads the patterns of rules, are chunks
 * of their own, loaded when they are first needed; whoever names one gets the file beside. In CommonJS it is required: `import()` does not work everywhere
 * that CommonJS does, as in Jest.
 */
const CHUNKS = {
  'control-plane': 'src/control-plane/control-plane-client.ts',
  transport: 'src/control-plane/node-transport.ts',
  patterns: 'src/control-plane/pattern-engine.ts',
};
const chunksApart: Plugin = {
  name: 'chunks-apart',
  setup(build) {
    const isEsm = build.initialOptions.format === 'esm';
    build.initialOptions.supported = { 'dynamic-import': isEsm };
    for (const [chunk, source] of Object.entries(CHUNKS)) {
      const name = source.replace(/^.*\/(.*)\.ts$/, '$1');
      build.onResolve({ filter: new RegExp(`/${name}\\.js$`) }, ({ kind }) =>
        kind === 'entry-point'
          ? undefined
          : { path: `./${chunk}.${isEsm ? 'js' : 'cjs'}`, external: true },
      );
    }
  },
};

const require = createRequire(import.meta.url);
const wsFolder = dirname(require.resolve('ws/package.json'));
const BUILTIN = new RegExp(`^(?:node:)?(?:${builtinModules.join('|')})$`);

/**
 * The client half of `ws` travels inside: as a dependency, bundlers, browser conditions of test runners and other
 * runtimes replace it or parts of it. Its `require` of what comes with Node becomes an import in ES modules.
 */
const wsInside: Plugin = {
  name: 'ws-inside',
  setup(build) {
    const client = join(wsFolder, 'lib', 'websocket.js');
    build.initialOptions.define = {
      ...build.initialOptions.define,
      // Native helpers that nobody installs, and bundlers replace by something that does not work.
      'process.env.WS_NO_BUFFER_UTIL': '"1"',
      'process.env.WS_NO_UTF_8_VALIDATE': '"1"',
    };
    build.onResolve({ filter: /^ws$/ }, () => ({ path: 'ws', namespace: 'ws' }));
    build.onLoad({ filter: /./, namespace: 'ws' }, () => ({
      contents: `export { default as WebSocket } from ${JSON.stringify(client)};`,
      resolveDir: wsFolder,
    }));
    if (build.initialOptions.format !== 'esm') return;
    build.onResolve({ filter: BUILTIN }, ({ kind, path }) =>
      kind === 'require-call' ? { path, namespace: 'builtin' } : undefined,
    );
    // Whole, as `require` gives it: what bundlers make of a namespace leaves out the fields of functions.
    build.onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({
      contents: `export { default } from 'node:${path.replace('node:', '')}';`,
    }));
    build.onLoad({ filter: /ws.lib.[\w-]+\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replaceAll(/require\('(\w+)'\)/g, (call, name) =>
        BUILTIN.test(String(name)) ? `${call}.default` : call,
      ),
    }));
  },
};

const shared: Options = {
  format: ['esm', 'cjs'],
  platform: 'node',
  target: 'node20',
  outDir: 'dist',
  // Everything travels inside.
  noExternal: ['@recloser/core', 'ws'],
  // The transformation that CommonJS chunks would need makes the hot path slow.
  splitting: false,
  esbuildOptions(options) {
    options.conditions = ['@recloser/source'];
  },
};

export default defineConfig([
  { ...shared, entry: { index: 'src/index.ts' }, esbuildPlugins: [chunksApart] },
  ...(['control-plane', 'patterns'] as const).map((chunk) => ({
    ...shared,
    entry: { [chunk]: CHUNKS[chunk] },
    esbuildPlugins: [chunksApart],
  })),
  {
    ...shared,
    entry: { transport: CHUNKS.transport },
    esbuildPlugins: [chunksApart, wsInside],
    banner: { js: `/*! ws\n${readFileSync(join(wsFolder, 'LICENSE'), 'utf8')}*/` },
  },
  { ...shared, entry: adapters, esbuildPlugins: [mainEntryOutside, chunksApart] },
  {
    ...shared,
    entry: dropIns,
    esbuildPlugins: [mainEntryOutside, chunksApart],
    // `require` gives the class, as that of the package in whose place it stands.
    footer: ({ format }) =>
      format === 'cjs'
        ? { js: 'module.exports = Object.assign(module.exports.default, module.exports);' }
        : {},
  },
  {
    ...shared,
    entry: { index: 'src/index.ts', ...adapters, ...dropIns },
    dts: {
      only: true,
      compilerOptions: {
        // The bundler of types sets an option that TypeScript 6 deprecates.
        ignoreDeprecations: '6.0',
        composite: false,
        incremental: false,
        stripInternal: true,
        tsBuildInfoFile: undefined,
        customConditions: ['@recloser/source'],
        // Resolved like a file of its own, so that core's types travel inside too.
        paths: { '@recloser/core': ['../core/src/index.ts'] },
      },
    },
  },
]);
