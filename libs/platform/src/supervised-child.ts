import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { ChildOutput } from './child-output.js';
import { PlatformError } from './errors.js';
import { type LivenessWatch, watchLiveness } from './liveness.js';
import { Patience } from './patience.js';
import { cpuMs, signal } from './processes.js';

export interface ChildSpec {
  readonly name: string;
  /** The module that Node runs, and its arguments. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Answers with less than 400 (a console: less than 500) once the child can do its work. */
  readonly readyUrl: string;
  readonly readyBelow?: number;
  /** Answers with anything but 503 while the child is not stuck; without one, only its end is noticed. */
  readonly liveUrl?: string;
  /** Its plain standard output is not meant for people. */
  readonly quiet?: boolean;
}

export interface ChildOptions {
  readonly logDir: string | undefined;
  readonly show: (line: string) => void;
  /** How long it may take to end by itself, in ms. */
  readonly stopTimeoutMs?: number;
  /** It is given up when it has done nothing for so long before it is ready, in ms. Default 60,000. */
  readonly stillMs?: number;
  /** After so long without an answer a child is taken to hang, in ms. Default 20,000. */
  readonly hungMs?: number;
}

// Relative to this package, so that it is found from its sources and from its build.
const GUARD = new URL('../dist/child-guard.js', import.meta.url);
/** Less processor time than this is what a process uses that only waits for something. */
const BUSY_MS = 500;
const STOP_TIMEOUT_MS = 15_000;
const HUNG_MS = 20_000;
const STABLE_MS = 30_000;
const BACKOFF_MS = [200, 400, 800, 1_600, 3_200, 6_400, 10_000] as const;

/** One child process that is started again when it ends without having been told to, and when it hangs. */
export class SupervisedChild {
  private child: ChildProcess | undefined;
  private liveness: LivenessWatch | undefined;
  private wanted = false;
  private failures = 0;
  private startedAt = 0;
  private readonly output: ChildOutput;
  /** How often it was started again after a crash. */
  restarts = 0;

  constructor(
    readonly spec: ChildSpec,
    private readonly options: ChildOptions,
  ) {
    this.output = new ChildOutput(spec.name, options.logDir, options.show);
  }

  get name(): string {
    return this.spec.name;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /**
   * Starts it and waits until it is ready.
   * @throws PlatformError `child_failed` with its last lines.
   */
  async start(): Promise<void> {
    this.wanted = true;
    if (!this.child) this.spawn();
    await this.ready();
  }

  /** Resolves when it answers its readiness check. A slow machine is waited for as long as it gets on. */
  async ready(): Promise<void> {
    const failuresBefore = this.failures;
    let answer = 'nothing yet';
    const patience = new Patience({
      progress: () => `${this.work()} ${answer}`,
      say: (seconds) => this.options.show(this.waitingWords(seconds, answer)),
      ...(this.options.stillMs === undefined ? {} : { stillMs: this.options.stillMs }),
    });
    while (this.wanted && patience.isLeft() && this.failures - failuresBefore < 3) {
      answer = this.child === undefined ? 'it is not running' : await answerOf(this.spec);
      if (answer === '') {
        this.liveness?.works();
        return;
      }
      await sleep(25);
    }
    throw this.notReady(answer, this.failures - failuresBefore >= 3);
  }

  private waitingWords(seconds: number, answer: string): string {
    return `Waiting for ${this.name}, ${seconds} s so far: ${this.spec.readyUrl} (${answer}) …`;
  }

  private notReady(answer: string, crashes: boolean): PlatformError {
    const why = crashes
      ? 'It ended again and again.'
      : `It did nothing any more while ${this.spec.readyUrl} was waited for (${answer}).`;
    const tail = this.output.tail();
    const lines = tail === '' ? 'It has written nothing.' : `Its last lines:\n${tail}`;
    return new PlatformError('child_failed', `${this.name} did not become ready. ${why} ${lines}`);
  }

  /** A mark of the work that the child has done. */
  private work(): string {
    const cpu = this.pid === undefined ? undefined : cpuMs(this.pid);
    const steps = cpu === undefined ? '' : Math.floor(cpu / BUSY_MS);
    return `${this.pid ?? ''} ${steps} ${this.output.lines}`;
  }

  /** Asks it to end, waits, and insists. It stays down until `start`. */
  async stop(name: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.wanted = false;
    const child = this.child;
    if (child?.pid === undefined) return;
    const gone = exited(child);
    signal(child.pid, name);
    const late = setTimeout(() => {
      this.options.show(`${this.name} did not stop in time and was killed.`);
      child.kill('SIGKILL');
    }, this.options.stopTimeoutMs ?? STOP_TIMEOUT_MS);
    await gone;
    clearTimeout(late);
    if (this.child === child) this.child = undefined;
  }

  /** Sends a signal as the world would: if it ends of it, it is started again. */
  kill(name: NodeJS.Signals): void {
    const pid = this.child?.pid;
    if (pid !== undefined) signal(pid, name);
  }

  close(): void {
    this.output.close();
  }

  private spawn(): void {
    const { args, cwd, env } = this.spec;
    const guard = ['--enable-source-maps', '--import', GUARD.href];
    const child = spawn(process.execPath, [...guard, ...args], {
      cwd,
      env: { ...process.env, ...env, RECLOSER_SUPERVISED: '1' },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // Ctrl-C in a terminal reaches the launcher alone, which then stops them in order.
      detached: true,
    });
    this.child = child;
    this.startedAt = Date.now();
    if (child.stdout) this.output.read(child.stdout, this.spec.quiet === true);
    if (child.stderr) this.output.read(child.stderr, false);
    child.on('message', (message) => this.output.notice(message));
    child.on('error', (error) => this.options.show(`${this.name}: ${error.message}`));
    const watch = this.watch(child);
    this.liveness = watch;
    child.once('exit', (code, by) => {
      watch?.end();
      void this.ended(child, code ?? by ?? 'unknown');
    });
  }

  private watch(child: ChildProcess): LivenessWatch | undefined {
    const { liveUrl: url } = this.spec;
    if (url === undefined) return undefined;
    const onHung = (why: string): void => {
      this.options.show(`${this.name} hangs (${why}) and is killed.`);
      child.kill('SIGKILL');
    };
    return watchLiveness({ url, hungMs: this.options.hungMs ?? HUNG_MS, onHung });
  }

  private async ended(child: ChildProcess, how: number | string): Promise<void> {
    if (this.child === child) this.child = undefined;
    if (!this.wanted) return;
    this.failures = Date.now() - this.startedAt > STABLE_MS ? 1 : this.failures + 1;
    const wait = BACKOFF_MS[Math.min(this.failures, BACKOFF_MS.length) - 1] ?? 0;
    this.options.show(`${this.name} ended (${how}); starting it again in ${wait} ms.`);
    await sleep(wait);
    // `stop` or `start` may have been called in the meantime.
    if (this.isWanted() && this.child === undefined) {
      this.restarts += 1;
      this.spawn();
    }
  }

  private isWanted(): boolean {
    return this.wanted;
  }
}

function exited(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

/** '' when it is ready, else what its readiness check came to. */
async function answerOf({ readyUrl, readyBelow = 400 }: ChildSpec): Promise<string> {
  try {
    const response = await fetch(readyUrl, {
      redirect: 'manual',
      signal: AbortSignal.timeout(3_000),
    });
    await response.body?.cancel();
    return response.status < readyBelow ? '' : `it answers ${response.status}`;
  } catch {
    return 'no answer';
  }
}
