import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/index.ts'],
  format: ['esm', 'cjs'],
  platform: 'node',
  target: 'node20',
  outDir: 'dist',
  clean: true,
  sourcemap: true,
  // Core travels inside; the one thing that users install beside is ws.
  noExternal: ['@recloser/core'],
  external: ['ws'],
  dts: {
    compilerOptions: {
      // The bundler of types sets an option that TypeScript 6 deprecates.
      ignoreDeprecations: '6.0',
      composite: false,
      incremental: false,
      tsBuildInfoFile: undefined,
      customConditions: ['@recloser/source'],
      // Resolved like a file of its own, so that core's types travel inside too.
      paths: { '@recloser/core': ['../core/src/index.ts'] },
    },
  },
  esbuildOptions(options) {
    options.conditions = ['@recloser/source'];
  },
});
