import js from '@eslint/js';
import nextPlugin from '@next/eslint-plugin-next';
import { createProjectGraphAsync } from '@nx/devkit';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier/flat';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import reactHooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import { basename } from 'node:path';
import tseslint from 'typescript-eslint';

process.env.NX_DAEMON = 'false';
// The boundaries rule reads Nx's project graph synchronously, so it has to exist first.
await createProjectGraphAsync({ exitOnError: false });

const specs = ['**/*.spec.ts', '**/*.spec.tsx'];
const generated = [
  '**/node_modules/',
  '**/dist/',
  '**/.tsc/',
  '**/.next/',
  '.nx/',
  '**/generated/',
  '**/coverage/',
];
const reports = ['**/test-results/', '**/playwright-report/', '.recloser/', '**/next-env.d.ts'];

const fileNames = {
  rules: {
    'kebab-case': {
      meta: { type: 'suggestion', schema: [], messages: { name: 'Name this file in kebab-case.' } },
      create: (context) => ({
        Program(node) {
          const ok = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*\.[cm]?[jt]sx?$/.test(
            basename(context.filename),
          );
          if (!ok) context.report({ node, messageId: 'name' });
        },
      }),
    },
  },
};

const scopes = {
  core: [],
  protocol: ['core'],
  postgres: ['protocol'],
  hub: ['core', 'protocol'],
  backbone: ['core', 'protocol', 'postgres'],
  db: ['core', 'protocol', 'postgres'],
  server: ['core', 'protocol', 'postgres', 'backbone', 'db'],
  sdk: ['core', 'protocol'],
  prose: [],
  web: ['core', 'protocol'],
  cli: ['core', 'protocol'],
  // Of the SDK the api serves the packed file.
  api: ['core', 'protocol', 'hub', 'backbone', 'db', 'server', 'sdk'],
  evaluator: ['core', 'protocol', 'backbone', 'db'],
  worker: ['core', 'protocol', 'backbone', 'db', 'evaluator', 'server'],
  platform: ['core', 'protocol', 'postgres', 'backbone', 'db', 'server'],
  testing: ['core', 'protocol', 'hub', 'backbone', 'db', 'evaluator', 'server', 'sdk', 'platform'],
  e2e: ['core', 'protocol', 'sdk', 'platform', 'testing'],
  bench: [
    'core',
    'protocol',
    'hub',
    'backbone',
    'db',
    'evaluator',
    'sdk',
    'platform',
    'testing',
    'example',
  ],
  example: ['core', 'protocol', 'sdk', 'platform'],
};
const onlyIn = { db: ['@prisma/*', 'prisma'] };

const depConstraints = Object.entries(scopes).map(([scope, allowed]) => ({
  sourceTag: `scope:${scope}`,
  onlyDependOnLibsWithTags: [`scope:${scope}`, ...allowed.map((name) => `scope:${name}`)],
  ...(scope === 'core' ? { allowedExternalImports: [] } : {}),
  bannedExternalImports: Object.entries(onlyIn)
    .filter(([owner]) => owner !== scope)
    .flatMap(([, packages]) => packages),
}));

const boundaries = (options) => [
  'error',
  { allow: [], depConstraints, checkNestedExternalImports: false, ...options },
];

const syntax = [
  { selector: 'TSEnumDeclaration', message: 'Use a union of string literals.' },
  {
    selector: "TSAsExpression > TSAsExpression[typeAnnotation.type='TSUnknownKeyword']",
    message: 'Do not cast through unknown: narrow or parse the value.',
  },
];
const clocks = [
  ...syntax,
  {
    selector:
      "NewExpression[callee.name='Date'][arguments.length=0], CallExpression[callee.name='Date']",
    message: 'Take the time as a parameter.',
  },
];
const impure = [
  { object: 'Date', property: 'now', message: 'Take the time as a parameter.' },
  { object: 'performance', property: 'now', message: 'Take the time as a parameter.' },
  { object: 'Math', property: 'random', message: 'Take randomness as a parameter.' },
];
const timers = [
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'],
  ...['clearTimeout', 'clearInterval', 'clearImmediate', 'performance'],
].map((name) => ({ name, message: 'Take the time and timers of the system.' }));
const ambient = [
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'performance'],
  ...['process', 'console', 'crypto', 'fetch', 'Buffer', 'window', 'document'],
].map((name) => ({ name, message: 'The core is pure: take it as a parameter.' }));

// Layers of the core, each with those that it may use. What is not listed here may use all of them.
const coreLayers = {
  model: [],
  trip: ['model'],
  text: ['model', 'trip'],
  targeting: ['model'],
  admission: ['model', 'targeting'],
  policy: ['model'],
  recovery: ['model', 'trip', 'text'],
  command: ['model', 'text', 'recovery'],
  fleet: ['model', 'trip', 'text', 'admission', 'targeting', 'recovery', 'command'],
  schedule: ['model', 'recovery', 'fleet'],
  correlated: ['model', 'recovery'],
  timeout: ['model'],
  outage: ['model'],
  backtest: ['model', 'trip', 'text', 'recovery'],
};
const coreZones = Object.entries(coreLayers).map(([layer, allowed]) => ({
  target: `./libs/core/src/${layer}`,
  from: './libs/core/src',
  except: [layer, ...allowed].map((name) => `./${name}`),
  message: `The core's ${layer}/ uses ${['itself', ...allowed].join(', ')}.`,
}));

export default tseslint.config(
  { ignores: [...generated, ...reports] },
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx,mts}'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.config.ts', 'libs/*/*.config.ts'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
    },
  },
  {
    files: ['**/*.{js,mjs,cjs,ts,tsx,mts}'],
    plugins: { '@nx': nx, 'import-x': importX, local: fileNames },
    settings: {
      ...importX.flatConfigs.typescript.settings,
      'import-x/resolver-next': [
        createTypeScriptImportResolver({
          project: ['tsconfig.base.json'],
          conditionNames: ['@recloser/source', 'types', 'import', 'node', 'default'],
        }),
      ],
    },
    rules: {
      '@nx/enforce-module-boundaries': boundaries({}),
      // Packages cannot form a cycle (the boundaries above), so only a package's own files matter.
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-default-export': 'error',
      'local/kebab-case': 'error',
      'no-restricted-syntax': ['error', ...syntax],
      eqeqeq: 'error',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': [
        'error',
        { max: 50, skipBlankLines: true, skipComments: true, IIFEs: true },
      ],
    },
  },
  {
    files: ['libs/core/src/**/*.ts', 'libs/hub/src/**/*.ts', 'libs/sdk/src/**/*.ts'],
    // The SDK's one place that touches the real clock is its system module.
    ignores: [...specs, 'libs/sdk/src/**/{system,node-system,node-clock,stream-clock}.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...clocks],
      'no-restricted-properties': ['error', ...impure],
    },
  },
  {
    files: ['libs/sdk/src/**/*.ts'],
    // Test runners replace them: one place knows when they do.
    ignores: [...specs, '**/*.fake.ts', 'libs/sdk/src/platform/node-clock.ts'],
    rules: { 'no-restricted-globals': ['error', ...timers] },
  },
  {
    files: ['libs/core/src/**/*.ts'],
    ignores: specs,
    rules: {
      'no-restricted-globals': ['error', ...ambient],
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^[^.]', message: 'The core imports nothing.' }] },
      ],
    },
  },
  {
    files: ['libs/core/src/*/**/*.ts'],
    ignores: [...specs, '**/*.fake.ts'],
    rules: { 'import-x/no-restricted-paths': ['error', { zones: coreZones }] },
  },
  {
    files: ['libs/sdk/src/control-plane/**/*.ts'],
    ignores: specs,
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^\\.\\./(?!signals/outcome-counter|integrations/http/retry-after)',
              allowTypeImports: true,
              message:
                'A chunk of its own: it is given what the main entry has, and takes its types.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.tsx'],
    rules: {
      'max-lines-per-function': ['error', { max: 80, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['apps/web/**/*.{ts,tsx}'],
    plugins: { '@next/next': nextPlugin, 'react-hooks': reactHooks },
    settings: { next: { rootDir: 'apps/web' } },
    rules: {
      ...nextPlugin.configs.recommended.rules,
      ...nextPlugin.configs['core-web-vitals'].rules,
      ...reactHooks.configs.flat.recommended.rules,
    },
  },
  {
    files: [
      '**/*.config.{js,mjs,ts}',
      'libs/testing/src/*.setup.ts',
      'libs/prose/src/index.ts',
      'libs/sdk/src/entries/opossum.ts',
      'apps/web/**/{page,layout,error,global-error,loading,not-found,template,default,icon,manifest}.{ts,tsx}',
    ],
    rules: { 'import-x/no-default-export': 'off' },
  },
  {
    // A test may use the helpers and the runner whatever its package may import, and so may what helps tests.
    files: [...specs, 'apps/*/src/testing/**/*.ts', 'libs/db/src/spec/**/*.ts'],
    rules: {
      '@nx/enforce-module-boundaries': boundaries({
        allow: ['@recloser/sdk', '@recloser/testing', '@recloser/platform', 'vitest', 'fast-check'],
      }),
    },
  },
  {
    files: specs,
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
      'max-lines-per-function': 'off',
    },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: globals.node },
  },
  prettier,
);
