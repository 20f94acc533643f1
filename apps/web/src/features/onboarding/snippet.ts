interface SnippetInput {
  /** As the browser sees this site: http://localhost:4400. */
  readonly origin: string;
  /** null: not made yet. */
  readonly key: string | null;
}

/** The address that the SDK connects to. */
export function sdkUrl(origin: string): string {
  return origin.replace(/^http/, 'ws');
}

export const INSTALL = 'npm install @recloser/sdk';

/** A whole program that makes a first protected call every second: paste, run, watch. */
export function firstProgram({ origin, key }: SnippetInput): string {
  return `import { Recloser } from '@recloser/sdk';

const recloser = new Recloser({
  url: '${sdkUrl(origin)}',
  sdkKey: process.env.RECLOSER_SDK_KEY ?? '${key ?? 'rk_…'}',
  service: 'checkout',
});
await recloser.ready({ timeoutMs: 1000 });

const example = recloser.breaker('example', { timeoutMs: 3000 });

setInterval(async () => {
  const accountId = \`acct_\${Math.floor(Math.random() * 1000)}\`;
  const answer = await example
    .protect((signal) => fetch('https://example.com', { signal }), { accountId })
    .catch((error) => error);
  console.log(accountId, answer.status ?? answer.message);
}, 1000);
`;
}

/** The key belongs into the environment, not into the code. */
export function exportLine(key: string | null): string {
  return `export RECLOSER_SDK_KEY=${key ?? 'rk_…'}`;
}
