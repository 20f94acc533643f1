import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const conditions = ['@recloser/source'];
// The console's own path alias.
const alias = [
  { find: /^@\//, replacement: fileURLToPath(new URL('./apps/web/src/', import.meta.url)) },
];
const shared = {
  resolve: { alias, conditions: [...conditions, 'module', 'node', 'development|production'] },
  ssr: { resolve: { conditions: [...conditions, 'node', 'development|production'] } },
  // Nest reads constructor parameter types at run time.
  oxc: {
    decorator: { legacy: true, emitDecoratorMetadata: true },
    jsx: { runtime: 'automatic' as const },
  },
};
// Bounds of time end what hangs; they judge no machine. How fast something is belongs to a benchmark.
const expect = { poll: { timeout: 60_000 } };
const exclude = ['**/node_modules/**', '**/dist/**', '**/.next/**', '**/.nx/**', 'e2e/**'];

export default defineConfig({
  ...shared,
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: ['{apps,libs,examples}/**/*.spec.{ts,tsx}', 'bench/**/*.spec.ts'],
          exclude: [...exclude, '**/*.int.spec.ts'],
          environment: 'node',
          testTimeout: 60_000,
          expect,
        },
      },
      {
        ...shared,
        test: {
          name: 'integration',
          include: ['{apps,libs,examples}/**/*.int.spec.ts', 'bench/**/*.int.spec.ts'],
          exclude,
          environment: 'node',
          globalSetup: ['libs/testing/src/servers.setup.ts'],
          testTimeout: 180_000,
          hookTimeout: 300_000,
          expect,
          pool: 'forks',
          maxWorkers: 2,
        },
      },
    ],
  },
});
