import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const DEADLINE_MS = 60_000;
let directory: string;
let program: string;

/** A process of its own that runs the module under test as it is. */
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'recloser-shutdown-'));
  const source = await readFile(new URL('./shutdown.ts', import.meta.url), 'utf8');
  const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };
  const { outputText } = ts.transpileModule(source, { compilerOptions: options });
  await writeFile(join(directory, 'shutdown.mjs'), outputText);
  program = join(directory, 'program.mjs');
  await writeFile(
    program,
    `import { ShutdownRegistry, exitOnSignals } from './shutdown.mjs';
     const quiet = () => undefined;
     const log = { info: quiet, warn: quiet, fatal: quiet };
     const shutdown = new ShutdownRegistry({ log });
     shutdown.join('work', 'drain', () => console.log('drained'));
     exitOnSignals({ shutdown, log, supervised: process.argv[2] === 'supervised' });
     setInterval(quiet, 1_000);
     console.log('ready');
     if (process.argv[3] === 'fail') setTimeout(() => { throw new Error('broken'); }, 1);`,
  );
});

afterAll(() => rm(directory, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

function run(args: readonly string[], ipc: boolean, then: (child: Child) => void): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, ...args], {
      stdio: ipc ? ['ignore', 'pipe', 'ignore', 'ipc'] : ['pipe', 'pipe', 'ignore'],
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS);
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      const first = output === '';
      output += chunk.toString();
      if (first) then(child);
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      resolve({ code, output });
    });
  });
}
type Child = ReturnType<typeof spawn>;

describe('a process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('ends in order on %s', async (signal) => {
    const ended = await run([], false, (child) => void child.kill(signal));
    expect(ended).toEqual({ code: 0, output: 'ready\ndrained\n' });
  });

  it('ends in order and says so when something was not foreseen', async () => {
    const ended = await run(['alone', 'fail'], false, () => undefined);
    expect(ended).toEqual({ code: 1, output: 'ready\ndrained\n' });
  });

  it('ends when the launcher’s IPC channel closes', async () => {
    const ended = await run(['supervised'], true, (child) => child.disconnect());
    expect(ended).toEqual({ code: 0, output: 'ready\ndrained\n' });
  });

  it('ends when the launcher’s end of its standard input closes', async () => {
    const ended = await run(['supervised'], false, (child) => void child.stdin?.end());
    expect(ended).toEqual({ code: 0, output: 'ready\ndrained\n' });
  });
});
