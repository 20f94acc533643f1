import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PlatformError } from './errors.js';
import { Patience } from './patience.js';
import { isPortFree, freePort } from './ports.js';
import { type Account, serverAccount } from './postgres-account.js';
import { type PostgresBinaries, findBinaries } from './postgres-binaries.js';
import {
  SUPERUSER,
  initialiseCluster,
  inspectCluster,
  readPidFile,
  stopOrphan,
  stopServer,
} from './postgres-cluster.js';
import {
  checkOwner,
  clusterDirectory,
  hasNotes,
  lockHome,
  readNotes,
  writeNotes,
} from './postgres-home.js';
import { serverSettings } from './postgres-settings.js';
import { cpuMs } from './processes.js';
import { type Watchdog, watch } from './watchdog.js';

export interface EmbeddedPostgresOptions {
  /** Keeps the database here. Left out: in a new temporary folder, without fsync, removed on stop. */
  readonly dataDir?: string;
  /** Called once when the server ends without `stop` having been called. */
  readonly onCrash?: () => void;
  readonly log?: (line: string) => void;
}

interface Running {
  readonly child: ChildProcess;
  readonly port: number;
  readonly watchdog: Watchdog;
}

/** One PostgreSQL server of our own: created, started, watched and stopped by this process. */
export class EmbeddedPostgres {
  readonly dataDir: string;
  private readonly ephemeral: boolean;
  private running: Running | undefined;
  private password = '';
  private directory = '';
  private release: (() => void) | undefined;

  constructor(private readonly options: EmbeddedPostgresOptions = {}) {
    this.ephemeral = options.dataDir === undefined;
    this.dataDir = resolve(options.dataDir ?? mkdtempSync(join(tmpdir(), 'recloser-')));
  }

  /** The process id of the server while it runs. */
  get pid(): number | undefined {
    return this.running?.child.pid;
  }

  /** The loopback port while the server runs. */
  get port(): number | undefined {
    return this.running?.port;
  }

  /** A connection string, by default the superuser's. */
  url(database = 'postgres', user = SUPERUSER, password = this.password): string {
    const port = this.running?.port;
    if (port === undefined) throw new PlatformError('postgres_failed', 'Start the server first.');
    return `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
  }

  /**
   * Starts the server, creating the database cluster on first use and stopping one that a killed
   * launcher left behind.
   * @throws PlatformError with what to do about it.
   */
  async start(): Promise<this> {
    if (this.running) return this;
    try {
      const account = serverAccount(this.options.log);
      const binaries = findBinaries(account);
      const directory = clusterDirectory(this.dataDir, account);
      this.release ??= this.ephemeral ? () => undefined : lockHome(this.dataDir);
      await this.prepare(directory, account, binaries);
      await this.launch(account, binaries);
    } catch (error) {
      this.giveUp();
      throw error;
    }
    return this;
  }

  /** Stops the server in an orderly way; a temporary one leaves nothing on disk. */
  async stop(): Promise<void> {
    const running = this.running;
    this.running = undefined;
    if (running?.child.pid !== undefined) await stopServer(running.child.pid);
    running?.watchdog.dismiss();
    this.giveUp();
  }

  private giveUp(): void {
    this.release?.();
    this.release = undefined;
    if (!this.ephemeral) return;
    for (const folder of this.folders()) rmSync(folder, { recursive: true, force: true });
  }

  private folders(): string[] {
    return [this.dataDir, ...(this.directory === '' ? [] : [dirname(this.directory)])];
  }

  private async prepare(path: string, account: Account | undefined, binaries: PostgresBinaries) {
    const notes = readNotes(this.dataDir);
    this.password = notes.password;
    let state = inspectCluster(path);
    if (state.kind === 'foreign') throw notACluster(path);
    if (state.kind === 'ready') checkOwner(path, account);
    else {
      this.options.log?.('Creating the database …');
      await initialiseCluster({
        directory: path,
        password: this.password,
        account,
        binaries,
        volatile: this.ephemeral,
      });
      state = inspectCluster(path);
      writeNotes(this.dataDir, notes);
    }
    this.directory = realpathSync(path);
    if (state.kind === 'ready' && state.major !== binaries.major) {
      throw otherVersion(path, state.major, binaries.major);
    }
    if (await stopOrphan(this.directory)) {
      this.options.log?.('Stopped a database server that an earlier run had left behind.');
    }
    if (!hasNotes(this.dataDir)) {
      resetPassword(binaries, account, this.directory, this.password);
      writeNotes(this.dataDir, notes);
    }
  }

  private async launch(account: Account | undefined, binaries: PostgresBinaries): Promise<void> {
    const notes = readNotes(this.dataDir);
    let port = notes.port;
    for (let attempt = 1; ; attempt += 1) {
      if (port === 0 || !(await isPortFree(port))) port = await freePort();
      try {
        await this.spawnServer(account, binaries, port);
        break;
      } catch (error) {
        if (attempt === 3) throw error;
        await sleep(300);
        port = 0;
      }
    }
    writeNotes(this.dataDir, { ...notes, port });
  }

  private async spawnServer(
    account: Account | undefined,
    binaries: PostgresBinaries,
    port: number,
  ): Promise<void> {
    const logFile = join(this.dataDir, 'postgres.log');
    const log = openSync(logFile, 'w', 0o600);
    chmodSync(logFile, 0o600);
    const child = spawn(
      binaries.postgres,
      ['-D', this.directory, '-p', String(port), ...serverSettings(this.ephemeral)],
      {
        ...account,
        cwd: '/',
        env: { ...process.env, LC_ALL: 'C', TZ: 'UTC', PGDATA: '' },
        stdio: ['ignore', log, log],
        // Not in our process group: Ctrl-C must reach the servers before their database.
        detached: true,
      },
    );
    closeSync(log);
    const gone = new Promise<void>((settle) => {
      child.once('exit', () => settle());
      child.once('error', () => settle());
    });
    const watchdog = watch(child.pid ?? 0, this.ephemeral ? this.folders() : []);
    if (!(await this.becomesReady(child, gone, logFile))) {
      if (child.exitCode === null && child.pid !== undefined) await stopServer(child.pid);
      watchdog.dismiss();
      const words = readFileSync(logFile, 'utf8').slice(-2000).trim();
      throw new PlatformError('postgres_failed', `PostgreSQL did not start. Its log:\n${words}`);
    }
    const running: Running = { child, port, watchdog };
    this.running = running;
    void gone.then(() => {
      watchdog.dismiss();
      if (this.running !== running) return;
      this.running = undefined;
      this.options.onCrash?.();
    });
  }

  private async becomesReady(
    child: ChildProcess,
    gone: Promise<void>,
    logFile: string,
  ): Promise<boolean> {
    let over = child.pid === undefined;
    void gone.then(() => (over = true));
    const patience = new Patience({
      // Replaying its log after a crash takes as long as it takes.
      progress: () => `${statSync(logFile).size} ${Math.floor((cpuMs(child.pid ?? 0) ?? 0) / 100)}`,
      say: (seconds) => this.options.log?.(`Waiting for PostgreSQL, ${seconds} s so far …`),
      stillMs: 600_000,
    });
    while (!over && patience.isLeft()) {
      const file = readPidFile(this.directory);
      if (file?.pid === child.pid && file?.ready === true) return true;
      await sleep(15);
    }
    return false;
  }
}

function resetPassword(
  binaries: PostgresBinaries,
  account: Account | undefined,
  directory: string,
  password: string,
): void {
  const statement = `ALTER ROLE ${SUPERUSER} PASSWORD '${password.replaceAll("'", "''")}'\n`;
  const result = spawnSync(binaries.postgres, ['--single', '-D', directory, 'postgres'], {
    ...account,
    cwd: '/',
    input: statement,
    encoding: 'utf8',
  });
  if (result.status === 0) return;
  throw new PlatformError('postgres_failed', `PostgreSQL could not be opened:\n${result.stderr}`);
}

function notACluster(path: string): PlatformError {
  return new PlatformError(
    'postgres_not_a_data_directory',
    `${path} holds something that is not a PostgreSQL database. Move it away or choose another folder with --data-dir.`,
  );
}

function otherVersion(path: string, found: number, ours: number): PlatformError {
  return new PlatformError(
    'postgres_version_mismatch',
    `The database in ${path} was made by PostgreSQL ${String(found)}; this release runs PostgreSQL ${String(ours)}. Dump it with the old release and load it into a new --data-dir, or move the folder away to begin afresh.`,
  );
}
