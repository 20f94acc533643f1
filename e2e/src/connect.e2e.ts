import { expect, type Page } from '@playwright/test';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from './stack.js';

/** As npm and programs are used outside the repository; packages that are there are not asked for again. */
const ENV = {
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  npm_config_prefer_offline: 'true',
};

const LANGUAGES = [
  ['ES module', 'first.mjs'],
  ['CommonJS', 'first.cjs'],
  ['TypeScript', 'first.mts'],
] as const;

let folder = '';
let running: ChildProcess | null = null;

test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recloser-pasted-'));
});

test.afterEach(async () => {
  if (running?.pid !== undefined && running.exitCode === null)
    process.kill(-running.pid, 'SIGKILL');
  running = null;
  await rm(folder, { recursive: true, force: true });
});

/** A shell of its own process group, so that what it starts ends with it. */
function shell(command: string): { child: ChildProcess; said: () => string } {
  const child = spawn('sh', ['-c', command], { cwd: folder, env: ENV, detached: true });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { child, said: () => text };
}

async function run(command: string): Promise<void> {
  const { child, said } = shell(command);
  const code = await new Promise((resolve) => child.once('exit', resolve));
  expect(code, `${command}\n${said()}`).toBe(0);
}

function block(page: Page, what: string): Promise<string> {
  return page.getByLabel(what, { exact: true }).innerText();
}

for (const [language, file] of LANGUAGES) {
  test(`the first program runs as it is pasted: ${language}`, async ({ signedIn: page, stack }) => {
    // It installs packages, and compiles.
    test.setTimeout(300_000);
    const project = `pasted-${file.replace('.', '-')}`;
    await stack.createPlace(project, 'development');
    await page.goto(`${stack.url}/${project}/development`);
    await page.getByRole('button', { name: 'Create a key for development' }).click();
    await expect(page.getByTestId('secret')).toBeVisible();
    await page.getByRole('radio', { name: language }).check();

    const program = await block(page, 'program');
    expect(program).not.toContain(await page.getByTestId('secret').innerText());
    await run('npm init -y');
    await run(await block(page, 'install command'));
    await writeFile(join(folder, file), program);
    const { child, said } = shell(await block(page, 'run command'));
    running = child;
    const heard = page.getByText('First signal received');
    await expect(heard).toBeVisible({ timeout: 120_000 });
    expect(child.exitCode, said()).toBeNull();
  });
}
