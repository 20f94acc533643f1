import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { type Server, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withClient } from './databases.js';
import { EmbeddedPostgres } from './embedded-postgres.js';
import { explain } from './explain.js';
import { serverAccount } from './postgres-account.js';
import { freePort } from './ports.js';
import { findBinaries } from './postgres-binaries.js';
import { readPidFile } from './postgres-cluster.js';
import { isAlive } from './processes.js';

let folder: string;
let servers: EmbeddedPostgres[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'platform-test-'));
  servers = [];
});
afterEach(async () => {
  for (const server of servers) await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const server = (dataDir?: string): EmbeddedPostgres => {
  const made = new EmbeddedPostgres(dataDir === undefined ? {} : { dataDir });
  servers.push(made);
  return made;
};
const query = (from: EmbeddedPostgres, sql: string): Promise<unknown[]> =>
  withClient(from.url(), async (client) => (await client.query<object>(sql)).rows);

describe('EmbeddedPostgres', () => {
  it('says in a sentence that a folder cannot be used', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const refusal = await server(join(file, 'data'))
      .start()
      .catch((error: unknown) => explain(error));
    expect(refusal).toMatch(/cannot be used: .*choose another folder with --data-dir\.$/);
  });

  it('creates, keeps and stops a database that only its owner can read', async () => {
    const first = await server(folder).start();
    const pid = first.pid!;
    await query(first, 'CREATE TABLE kept AS SELECT 42 AS n');
    expect(await query(first, 'SHOW listen_addresses')).toEqual([
      { listen_addresses: '127.0.0.1' },
    ]);
    expect(await query(first, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
    const { port } = first;
    await first.stop();
    expect(isAlive(pid)).toBe(false);
    expect(statSync(join(folder, 'postgres.json')).mode & 0o077).toBe(0);
    expect(statSync(join(folder, 'postgres')).mode & 0o077).toBe(0);

    const second = await server(folder).start();
    expect(second.port).toBe(port);
    expect(await query(second, 'SELECT n FROM kept')).toEqual([{ n: 42 }]);
  });

  it('asks for a password', async () => {
    const running = await server().start();
    const wrong = running.url('postgres', 'postgres', 'guess');
    await expect(withClient(wrong, () => Promise.resolve())).rejects.toThrow(/password/);
  });

  it('leaves nothing of a temporary database', async () => {
    const running = await server().start();
    expect(existsSync(running.dataDir)).toBe(true);
    await running.stop();
    expect(existsSync(running.dataDir)).toBe(false);
  });

  it('stops an orphan and goes on with its data', async () => {
    const first = await server(folder).start();
    await query(first, 'CREATE TABLE kept AS SELECT 1 AS n');
    await first.stop();
    const orphan = await abandonedServer(join(folder, 'postgres'));

    const second = await server(folder).start();
    expect(second.pid).not.toBe(orphan);
    expect(isAlive(orphan)).toBe(false);
    expect(await query(second, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
  });

  it('is not misled by a pid file whose process is somebody else', async () => {
    const first = await server(folder).start();
    await first.stop();
    const lines = [process.pid, join(folder, 'postgres'), 1, 5432, '', '127.0.0.1', '', 'ready'];
    writeFileSync(join(folder, 'postgres', 'postmaster.pid'), lines.join('\n'));
    const second = await server(folder).start();
    expect(await query(second, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('refuses the data of another major version', async () => {
    await (await server(folder).start()).stop();
    writeFileSync(join(folder, 'postgres', 'PG_VERSION'), '17\n');
    const refusal = server(folder).start();
    await expect(refusal).rejects.toMatchObject({ code: 'postgres_version_mismatch' });
    await expect(refusal).rejects.toThrow(/PostgreSQL 17.*PostgreSQL 18.*--data-dir/);
    expect(existsSync(join(folder, 'postgres', 'global', 'pg_control'))).toBe(true);
  });

  it('begins again after initdb was killed half way', async () => {
    mkdirSync(join(folder, 'postgres', 'base'), { recursive: true });
    writeFileSync(join(folder, 'postgres', 'PG_VERSION'), '18\n');
    mkdirSync(join(folder, 'postgres.init-left'));
    const running = await server(folder).start();
    expect(await query(running, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(readdirSync(folder).filter((name) => name.includes('init-'))).toEqual([]);
  });

  it('touches nothing in a folder that is no database', async () => {
    mkdirSync(join(folder, 'postgres'));
    writeFileSync(join(folder, 'postgres', 'letters.txt'), 'mine');
    await expect(server(folder).start()).rejects.toMatchObject({
      code: 'postgres_not_a_data_directory',
    });
    expect(readdirSync(join(folder, 'postgres'))).toEqual(['letters.txt']);
  });

  it('opens its data again when the password file is lost', async () => {
    const first = await server(folder).start();
    await query(first, 'CREATE TABLE kept AS SELECT 1 AS n');
    await first.stop();
    rmSync(join(folder, 'postgres.json'));
    const second = await server(folder).start();
    expect(await query(second, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
  });

  it('lets one launcher have a data folder at a time', async () => {
    await server(folder).start();
    await expect(server(folder).start()).rejects.toMatchObject({
      code: 'platform_already_running',
    });
  });

  it('takes another port when its own is in use', async () => {
    const first = await server(folder).start();
    const port = first.port!;
    await first.stop();
    const squatter = await listen(port);
    const second = await server(folder).start();
    expect(second.port).not.toBe(port);
    expect(await query(second, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    squatter.close();
  });

  it('works in a folder that only we may enter', async () => {
    const home = join(folder, 'home');
    mkdirSync(home, { mode: 0o700 });
    const running = await server(join(home, 'data')).start();
    expect(await query(running, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await running.stop();
    const elsewhere = join(home, 'data', 'postgres-is-in');
    if (existsSync(elsewhere)) rmSync(readFileSync(elsewhere, 'utf8').trim(), { recursive: true });
  });

  it('says when the server was killed, and starts again', async () => {
    const onCrash = vi.fn();
    const running = new EmbeddedPostgres({ dataDir: folder, onCrash });
    servers.push(running);
    await running.start();
    await query(running, 'CREATE TABLE kept AS SELECT 1 AS n');
    process.kill(running.pid!, 'SIGKILL');
    await vi.waitFor(() => expect(onCrash).toHaveBeenCalledTimes(1), 60_000);
    await running.start();
    expect(await query(running, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
  });

  it('leaves no server and no files when its process is killed', async () => {
    const { child, facts } = await launcherProcess();
    expect(isAlive(facts.pid)).toBe(true);
    child.kill('SIGKILL');
    await vi.waitFor(() => expect(isAlive(facts.pid)).toBe(false), 60_000);
    await vi.waitFor(() => expect(existsSync(facts.dataDir)).toBe(false), 60_000);
  });
});

async function abandonedServer(directory: string): Promise<number> {
  const account = serverAccount();
  const port = String(await freePort());
  const child = spawn(
    findBinaries(account).postgres,
    ['-D', directory, '-p', port, '-c', 'unix_socket_directories='],
    {
      ...account,
      cwd: '/',
      stdio: 'ignore',
      detached: true,
    },
  );
  child.unref();
  await vi.waitFor(() => expect(readPidFile(directory)?.pid).toBe(child.pid), 60_000);
  return child.pid!;
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve) => {
    const listener = createServer().listen(port, '127.0.0.1', () => resolve(listener));
  });
}

const SCRIPT = `
const { EmbeddedPostgres } = await import(process.argv[1]);
const server = await new EmbeddedPostgres().start();
process.send({ pid: server.pid, dataDir: server.dataDir });
setInterval(() => {}, 1000);
`;

function launcherProcess(): Promise<{
  child: ChildProcess;
  facts: { pid: number; dataDir: string };
}> {
  const built = new URL('../dist/index.js', import.meta.url).href;
  const child = spawn(process.execPath, ['--input-type=module', '-e', SCRIPT, built], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    child.once('message', (facts: { pid: number; dataDir: string }) => resolve({ child, facts }));
    child.once('exit', (code) => reject(new Error(`The launcher ended with ${String(code)}.`)));
  });
}
