import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { expect } from '@playwright/test';
import { api } from '@recloser/protocol';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ENVIRONMENT, PRODUCTION } from './rest.js';
import { test, type Stack } from './stack.js';

const PROGRAM = fileURLToPath(new URL('../../apps/cli/bin/recloser.mjs', import.meta.url));

interface Configuration {
  readonly mcpServers: {
    readonly recloser: { readonly command: string; readonly args: readonly string[] };
  };
}

/** The official client, with the server that docs/assistants.md configures. */
async function connect({ url, rest }: Stack): Promise<Client> {
  const page = await readFile(new URL('../../docs/assistants.md', import.meta.url), 'utf8');
  const [, text = ''] = /^```json\n(.*?)^```$/ms.exec(page) ?? [];
  const { command, args } = (JSON.parse(text) as Configuration).mcpServers.recloser;
  expect(command).toBe('recloser');
  const body = { name: 'assistant', role: 'viewer', ...PRODUCTION } as const;
  const { token } = await rest.call(api.tokens.create, { body });
  const client = new Client({ name: 'test', version: '1' });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [PROGRAM, ...args],
    env: { RECLOSER_URL: url, RECLOSER_TOKEN: token },
  });
  await client.connect(transport);
  return client;
}

async function call(client: Client, name: string, input: Readonly<Record<string, unknown>>) {
  const { content, isError } = await client.callTool({ name, arguments: { ...input } });
  const [first] = content as readonly { readonly text: string }[];
  return { isError: isError === true, text: first?.text ?? '' };
}

test('an assistant lists, explains and compares breakers, and changes nothing', async ({
  stack,
}) => {
  await stack.createBreaker('asked-about');
  const trip = { reason: 'provider incident' };
  await stack.rest.must('POST', `${ENVIRONMENT}/breakers/asked-about/trip`, trip);
  const client = await connect(stack);
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name).sort()).toEqual([
    'backtest_policy',
    'explain_breaker',
    'fleet_status',
    'incident_timeline',
  ]);
  for (const { annotations } of tools) {
    expect(annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false });
  }
  const breaker = 'asked-about';
  const status = await call(client, 'fleet_status', { search: breaker });
  expect(JSON.parse(status.text)).toMatchObject({
    breakers: [{ breaker, state: 'open', mode: 'held', admits: '0%' }],
    nextCursor: null,
  });
  const explained = await call(client, 'explain_breaker', { breaker });
  expect(JSON.parse(explained.text)).toMatchObject({
    evidence: { cause: 'command' },
    applied: { behind: [] },
  });
  const timeline = await call(client, 'incident_timeline', { breaker, since: '1h' });
  expect(timeline.text).toContain('“provider incident”');
  const compared = await call(client, 'backtest_policy', { breaker, toleratedRate: 0.2 });
  expect(JSON.parse(compared.text)).toMatchObject({ proposed: { tripCount: 0 } });

  for (const [name, input, part] of [
    ['explain_breaker', { breaker: 'nobody' }, 'unknown_breaker'],
    ['incident_timeline', { breaker, since: 'yesterday' }, 'Write'],
    ['explain_breaker', {}, 'breaker'],
    ['backtest_policy', { breaker, toleratedRate: 7 }, 'toleratedRate'],
  ] as const) {
    const refused = await call(client, name, input);
    expect(refused).toMatchObject({ isError: true });
    expect(refused.text).toContain(part);
  }
  // Everything at once.
  const many = Array.from({ length: 100 }, () => call(client, 'explain_breaker', { breaker }));
  for (const { isError } of await Promise.all(many)) expect(isError).toBe(false);
  await client.close();
});
