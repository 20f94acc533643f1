export const LANGUAGES = ['esm', 'commonjs', 'typescript'] as const;
export type Language = (typeof LANGUAGES)[number];

interface LanguageWords {
  readonly label: string;
  /** What the program is saved as. The ending says what it is, whatever stands in package.json. */
  readonly file: string;
}

export const LANGUAGE_WORDS: Readonly<Record<Language, LanguageWords>> = {
  esm: { label: 'ES module', file: 'first.mjs' },
  commonjs: { label: 'CommonJS', file: 'first.cjs' },
  typescript: { label: 'TypeScript', file: 'first.mts' },
};

/** The address that the SDK connects to. */
function sdkUrl(origin: string): string {
  return origin.replace(/^http/, 'ws');
}

/** In a folder of `npm init -y`, or in any service. `origin`: as the browser sees this site. */
export function installCommand(origin: string, language: Language): string {
  const install = `npm install ${origin}/sdk/recloser-sdk.tgz`;
  return language === 'typescript'
    ? `${install}\nnpm install --save-dev typescript @types/node`
    : install;
}

/** The key belongs into the environment, not into the code. null: it is not made yet. */
export function runCommand(key: string | null, language: Language): string {
  const exported = `export RECLOSER_SDK_KEY=${key ?? 'rk_…'}`;
  const { file } = LANGUAGE_WORDS[language];
  const run =
    language === 'typescript'
      ? `npx tsc --module nodenext --target es2022 --strict --types node ${file} && node first.mjs`
      : `node ${file}`;
  return `${exported}\n${run}`;
}

/** A whole program that makes a protected call every second: paste, run, watch. */
export function firstProgram(origin: string, language: Language): string {
  const take =
    language === 'commonjs'
      ? `const { Recloser } = require('@recloser/sdk');`
      : `import { Recloser } from '@recloser/sdk';`;
  return `${take}

const recloser = new Recloser({
  url: '${sdkUrl(origin)}',
  sdkKey: process.env.RECLOSER_SDK_KEY,
  service: 'checkout',
});
recloser.on('error', (error) => console.error(error.message));

const example = recloser.breaker('example', { timeoutMs: 3000 });

setInterval(async () => {
  const accountId = \`acct_\${Math.floor(Math.random() * 1000)}\`;
  try {
    const response = await example.protect(
      (signal) => fetch('https://example.com', { signal }),
      { accountId },
    );
    console.log(accountId, response.status);
  } catch (error) {
    console.log(accountId, String(error));
  }
}, 1000);
`;
}
