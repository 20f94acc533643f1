import { expect } from '@playwright/test';
import type { Role } from '@recloser/core';
import { api } from '@recloser/protocol';
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PRODUCTION } from './rest.js';
import { test as base, type Stack } from './stack.js';

const BIN = fileURLToPath(new URL('../../node_modules/.bin', import.meta.url));
const PROGRAM = fileURLToPath(new URL('../../apps/cli/bin/recloser.mjs', import.meta.url));
const INSTANCE = `import { Recloser } from '@recloser/sdk';
const recloser = new Recloser({ service: 'stopped', instanceId: 'stopped-1' });
recloser.breaker(process.argv[1]);
console.log(await recloser.ready({ timeoutMs: 20_000 }));
setInterval(() => undefined, 1_000);`;

interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

type Variables = Readonly<Record<string, string>>;

const run = (file: string, args: readonly string[], cwd: string, env: Variables, input = '') =>
  new Promise<Result>((resolve) => {
    const path = `${BIN}:${process.env['PATH'] ?? ''}`;
    const options = { cwd, env: { PATH: path, XDG_CONFIG_HOME: cwd, ...env } };
    const child = execFile(file, args, options, (_error, out, err) => {
      resolve({ code: child.exitCode ?? -1, out, err });
    });
    // A program that reads nothing may be gone already.
    child.stdin?.on('error', () => undefined).end(input);
  });

async function createToken(stack: Stack, role: Role): Promise<string> {
  const body = { name: `cli-${role}`, role };
  return (await stack.rest.call(api.tokens.create, { body })).token;
}

interface Terminal {
  readonly folder: string;
  readonly env: Variables;
  /** Runs `recloser` with an admin's token, and other variables. */
  readonly recloser: (args: readonly string[], env?: Variables) => Promise<Result>;
}

const test = base.extend<{ terminal: Terminal }>({
  terminal: async ({ stack }, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'recloser-cli-'));
    const env = { RECLOSER_URL: stack.url, RECLOSER_TOKEN: await createToken(stack, 'admin') };
    await use({
      folder,
      env,
      recloser: (args, more = {}) =>
        run(process.execPath, [PROGRAM, ...args], folder, { ...env, ...more }),
    });
    await rm(folder, { recursive: true });
  },
});

/** An address where nothing listens. */
async function deadUrl(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

/** The shell examples of a page, in their order. */
async function scriptsOf(page: string): Promise<string[]> {
  const text = await readFile(new URL(`../../docs/${page}.md`, import.meta.url), 'utf8');
  return [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, script = '']) => script);
}

test('every example of docs/cli.md, docs/triggers.md and docs/gitops.md runs as it is written', async ({
  stack,
  terminal,
}) => {
  await stack.createBreaker('stripe');
  const scripts = (await Promise.all(['cli', 'triggers', 'gitops'].map(scriptsOf))).flat();
  expect(scripts.length).toBeGreaterThan(5);
  const { folder, env } = terminal;
  await writeFile(join(folder, 'token.txt'), env['RECLOSER_TOKEN'] ?? '');
  const result = await run('bash', ['--norc', '-ec', scripts.join('')], folder, {
    RECLOSER_URL: stack.url,
  });
  expect(result).toMatchObject({ code: 0, err: '' });
  expect((await stat(join(folder, 'recloser/login.json'))).mode & 0o777).toBe(0o600);
  expect(await readFile(join(folder, 'recloser.yaml'), 'utf8')).toContain('stripe:');
  const lines = (await readFile(join(folder, 'audit.jsonl'), 'utf8')).trim().split('\n');
  expect(lines.map((line): unknown => JSON.parse(line))).toContainEqual(
    expect.objectContaining({
      action: 'breaker.trip',
      reason: 'drill',
      actor: expect.objectContaining({ kind: 'token', name: 'token:cli-admin' }),
    }),
  );
  const report = await readFile(join(folder, 'report.md'), 'utf8');
  expect(report).toContain('# Incident: stripe in default/production');
  expect(report).toContain('| breaker.trip | open (0%) | token:cli-admin | “drill” |');
  const page = await readFile(join(folder, 'recloser.1'), 'utf8');
  expect(page).toMatch(/^\.TH RECLOSER 1/);
  const fish = await readFile(join(folder, 'recloser.fish'), 'utf8');
  for (const command of ['incident', 'schema', 'trigger', 'epoch']) {
    expect(page).toContain(`\n.SS ${command}`);
    expect(fish).toContain(` -a ${command} `);
  }
  const completed = await run(
    'bash',
    [
      '--norc',
      '-c',
      'source recloser.bash; COMP_WORDS=(recloser ramp f); COMP_CWORD=2; _recloser; echo "${COMPREPLY[@]}"',
    ],
    folder,
    {},
  );
  expect(completed.out).toBe('finish\n');
});

test('the package works in an empty folder', async ({ terminal }) => {
  const { folder, recloser } = terminal;
  const npm = (...args: readonly string[]) => run('npm', args, folder, { HOME: folder });
  const source = fileURLToPath(new URL('../../apps/cli', import.meta.url));
  const packed = await npm('pack', source, '--ignore-scripts', '--silent');
  expect(packed).toMatchObject({ code: 0 });
  const install = ['install', '--prefix', folder, '--offline', '--silent', packed.out.trim()];
  expect(await npm(...install)).toMatchObject({ code: 0, err: '' });
  const program = join(folder, 'node_modules/.bin/recloser');
  const { env } = terminal;
  const own = (...args: readonly string[]) => run(program, args, folder, env);
  expect((await own('--version')).out).toBe((await recloser(['--version'])).out);
  const doctor = await own('doctor');
  expect(doctor).toMatchObject({ code: 0, err: '' });
  expect(doctor.out).toMatch(/control plane (\S+), command line \1$/m);
  const migrate = await own('migrate');
  expect(migrate).toMatchObject({ code: 2, out: '' });
  expect(migrate.err).toContain('where the control plane is installed');
});

test('exit code 1: the control plane refuses', async ({ stack, terminal }) => {
  await stack.createBreaker('refusing');
  const viewer = { RECLOSER_TOKEN: await createToken(stack, 'viewer') };
  for (const [args, env, code] of [
    [['open', 'nobody', '--reason', 'x'], {}, 'unknown_breaker'],
    [['open', 'refusing', '--reason', 'x'], viewer, 'forbidden'],
    [['ramp', 'next', 'refusing', '--reason', 'x'], {}, 'not_ramping'],
    [['status'], { RECLOSER_TOKEN: `rct_${'A'.repeat(43)}` }, 'invalid_token'],
    [['status', '--environment', 'nowhere'], {}, 'unknown_environment'],
    [['token', 'revoke', 'nothing', '--reason', 'x'], {}, 'not_found'],
  ] as const) {
    const { code: exit, err, out } = await terminal.recloser(args, env);
    expect([args, exit, out]).toEqual([args, 1, '']);
    expect(err).toContain(`(${code})`);
    const asJson = await terminal.recloser([...args, '--json'], env);
    expect(JSON.parse(asJson.err)).toMatchObject({ exitCode: 1, details: { code } });
  }
});

test('exit code 2: the command line is wrong, and says what to write', async ({ terminal }) => {
  const none = { RECLOSER_URL: '', RECLOSER_TOKEN: '' };
  for (const [args, env] of [
    [['opne', 'stripe'], {}],
    [['open', 'stripe'], {}],
    [['open', '--reason', 'x'], {}],
    [['status', '--nothing'], {}],
    [['dim', 'stripe', '18.75', '--reason', 'x'], {}],
    [['open', 'stripe', '--reason', 'x', '--until', 'soon'], {}],
    [['try', 'stripe', 'accountId'], {}],
    [['diff', '-f', 'missing.yaml'], {}],
    [['status'], none],
  ] as const) {
    const { code, err } = await terminal.recloser(args, env);
    expect([args, code]).toEqual([args, 2]);
    expect(err).not.toBe('');
  }
  expect(await terminal.recloser(['ramp', 'set', '--help'])).toMatchObject({ code: 0, err: '' });
});

test('exit code 3: nothing answers there', async ({ terminal }) => {
  const result = await terminal.recloser(['status'], { RECLOSER_URL: await deadUrl() });
  expect(result.code).toBe(3);
  expect(result.err).toContain('does not answer');
});

test('exit code 4: diff finds changes, which apply makes', async ({ stack, terminal }) => {
  await stack.createBreaker('in-a-file');
  const file = join(terminal.folder, 'plan.yaml');
  await writeFile(file, 'recloser: 1\nbreakers:\n  in-a-file:\n    owner: "0123"\n  new-one: {}\n');
  const plan = await terminal.recloser(['diff', '-f', file]);
  expect(plan.code).toBe(4);
  expect(plan.out).toContain('+ breaker new-one');
  expect(plan.out).toContain('~ breaker in-a-file');
  expect(plan.out).toContain('owner: "" -> "0123"');
  expect((await terminal.recloser(['apply', '-f', file, '--reason', 'x'])).code).toBe(0);
  expect((await terminal.recloser(['diff', '-f', file])).code).toBe(0);
});

test('apply archives what the file does not name only when somebody says so', async ({
  stack,
  terminal,
}) => {
  const place = await stack.createPlace('pruned', 'live');
  const at = { RECLOSER_PROJECT: 'pruned', RECLOSER_ENVIRONMENT: 'live' };
  await stack.rest.must('POST', `${place}/breakers`, { key: 'old', reason: 'test' });
  const file = join(terminal.folder, 'pruned.yaml');
  await writeFile(file, 'recloser: 1\nbreakers:\n  new-one: { owner: me }\n');
  const plan = await terminal.recloser(['diff', '-f', file, '--prune'], at);
  expect(plan).toMatchObject({ code: 4 });
  expect(plan.out).toBe(
    [
      '+ breaker new-one',
      '    + owner: "me"',
      '- breaker old (archived in every environment of the project)',
      'Plan: 1 to add, 0 to change, 1 to archive. 0 unchanged, 0 not in the file.\n',
    ].join('\n'),
  );
  const apply = ['apply', '-f', file, '--prune', '--reason', 'x'];
  const refused = await terminal.recloser(apply, at);
  expect(refused).toMatchObject({ code: 2, out: '' });
  expect(refused.err).toContain('--yes');
  expect((await terminal.recloser(['diff', '-f', file, '--prune'], at)).out).toBe(plan.out);
  const done = await terminal.recloser([...apply, '--yes'], at);
  expect(done).toMatchObject({ code: 0 });
  expect(done.out).toContain('Applied: 1 added, 0 changed, 1 archived.');
  expect((await terminal.recloser(apply, at)).code).toBe(0);
});

test('exit code 5: an instance that hangs has not applied it in time', async ({
  stack,
  terminal,
}) => {
  await stack.createBreaker('waiting');
  const body = { name: 'cli' };
  const { key } = await stack.rest.call(api.keys.create, { params: PRODUCTION, body });
  const child = spawn(process.execPath, ['--input-type=module', '-e', INSTANCE, 'waiting'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, RECLOSER_URL: stack.url, RECLOSER_SDK_KEY: key },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await expect(
      new Promise((resolve) => child.stdout.once('data', resolve)),
    ).resolves.toBeTruthy();
    const open = ['open', 'waiting', '--reason', 'x', '--wait-applied', '--timeout', '1s'];
    child.kill('SIGSTOP');
    const late = await terminal.recloser(open);
    expect(late).toMatchObject({ code: 5 });
    expect(late.err).toContain('Behind: stopped-1');
    child.kill('SIGCONT');
    const restore = ['restore', 'waiting', '--reason', 'x', '--wait-applied', '--json'];
    const done = await terminal.recloser(restore);
    expect(done.code).toBe(0);
    expect(JSON.parse(done.out)).toMatchObject({ applied: { connected: 1, applied: 1 } });
  } finally {
    child.kill('SIGCONT');
    child.kill('SIGKILL');
  }
});
