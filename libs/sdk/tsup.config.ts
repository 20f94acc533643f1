import { type Plugin } from 'esbuild';
import { defineConfig, type Options } from 'tsup';

/** Entry points beside the main one. Their frameworks are optional peers, and stay outside. */
const ADAPTERS = [
  'axios',
  'express',
  'fastify',
  'fetch',
  'nest',
  'opentelemetry',
  'prometheus',
  'testing',
];
// In one folder: the bundler of types makes a program for each, and frameworks have many types.
const adapters = Object.fromEntries(ADAPTERS.map((name) => [name, `src/entries/${name}.ts`]));

/** Adapters use the main entry as their users do, so that there is one of each class in a process. */
const mainEntryOutside: Plugin = {
  name: 'main-entry-outside',
  setup(build) {
    build.onResolve({ filter: /^\.\.\/index\.js$/ }, () => ({
      path: '@recloser/sdk',
      external: true,
    }));
  },
};

/**
 * What only a connected process needs is a chunk of its own, loaded when it is first needed; whoever names it gets the
 * file beside. In CommonJS it is required: `import()` does not work everywhere that CommonJS does, as in Jest.
 */
const uplinkApart: Plugin = {
  name: 'uplink-apart',
  setup(build) {
    const isEsm = build.initialOptions.format === 'esm';
    build.initialOptions.supported = { 'dynamic-import': isEsm };
    build.onResolve({ filter: /\/uplink\/uplink\.js$/ }, () => ({
      path: isEsm ? './uplink.js' : './uplink.cjs',
      external: true,
    }));
  },
};

const shared: Options = {
  format: ['esm', 'cjs'],
  platform: 'node',
  target: 'node20',
  outDir: 'dist',
  // Core travels inside; the one thing that users install beside is ws.
  noExternal: ['@recloser/core'],
  external: ['ws'],
  // The transformation that CommonJS chunks would need makes the hot path slow.
  splitting: false,
  sourcemap: true,
  esbuildOptions(options) {
    options.conditions = ['@recloser/source'];
  },
};

export default defineConfig([
  { ...shared, entry: { index: 'src/index.ts' }, esbuildPlugins: [uplinkApart] },
  { ...shared, entry: { uplink: 'src/uplink/uplink.ts' }, esbuildPlugins: [uplinkApart] },
  { ...shared, entry: adapters, esbuildPlugins: [mainEntryOutside, uplinkApart] },
  {
    ...shared,
    entry: { index: 'src/index.ts', ...adapters },
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
