import type { Log } from './log.js';

/** Phases run in this order; what joined one phase stops together. */
export const SHUTDOWN_PHASES = ['drain', 'stop', 'close'] as const;
/**
 * `drain`: say goodbye and take no more work. `stop`: end servers, consumers and timers.
 * `close`: flush and close connections to stores.
 */
export type ShutdownPhase = (typeof SHUTDOWN_PHASES)[number];

interface Member {
  readonly name: string;
  readonly phase: ShutdownPhase;
  readonly stop: () => Promise<void> | void;
  readonly timeoutMs: number;
}

export interface ShutdownOptions {
  readonly log: Log;
  /** Longest time of a component, in ms, unless it says its own; what has not ended by then is left behind and named. */
  readonly phaseTimeoutMs?: number;
}

/** Components join with how they stop. `run` stops them once, phase by phase, however often it is called. */
export class ShutdownRegistry {
  readonly #members: Member[] = [];
  readonly #log: Log;
  readonly #phaseTimeoutMs: number;
  #running: Promise<void> | null = null;

  constructor({ log, phaseTimeoutMs = 10_000 }: ShutdownOptions) {
    this.#log = log;
    this.#phaseTimeoutMs = phaseTimeoutMs;
  }

  get stopping(): boolean {
    return this.#running !== null;
  }

  join(
    name: string,
    phase: ShutdownPhase,
    stop: () => Promise<void> | void,
    timeoutMs = this.#phaseTimeoutMs,
  ): void {
    this.#members.push({ name, phase, stop, timeoutMs });
  }

  /** Resolves when every component has stopped or its time is over. Never rejects. */
  run(reason: string): Promise<void> {
    this.#running ??= this.#stopAll(reason);
    return this.#running;
  }

  async #stopAll(reason: string): Promise<void> {
    this.#log.info({ reason }, 'shutting down');
    for (const phase of SHUTDOWN_PHASES) {
      const members = this.#members.filter((member) => member.phase === phase);
      await Promise.all(members.map((member) => this.#stopOne(member)));
    }
    this.#log.info('shut down');
  }

  async #stopOne({ name, phase, stop, timeoutMs }: Member): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`did not stop within ${timeoutMs} ms`));
      }, timeoutMs);
    });
    try {
      await Promise.race([Promise.resolve().then(stop), late]);
    } catch (error) {
      this.#log.warn({ component: name, phase, err: error }, 'component did not stop cleanly');
    } finally {
      clearTimeout(timer);
    }
  }
}

export interface ExitOptions {
  readonly shutdown: ShutdownRegistry;
  readonly log: Log;
  /** Also exit when the launcher that started this process is gone. */
  readonly supervised: boolean;
}

/** Shuts down and exits on SIGINT, SIGTERM, a fatal error, or (when supervised) a launcher that is gone. */
export function exitOnSignals({ shutdown, log, supervised }: ExitOptions): void {
  const end = (reason: string, code: number): void => {
    void shutdown.run(reason).finally(() => process.exit(code));
  };
  process.on('SIGINT', () => end('SIGINT', 0));
  process.on('SIGTERM', () => end('SIGTERM', 0));
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'uncaught exception');
    end('uncaught exception', 1);
  });
  process.on('unhandledRejection', (error) => {
    log.fatal({ err: error }, 'unhandled rejection');
    end('unhandled rejection', 1);
  });
  if (supervised) onLauncherGone(() => end('launcher gone', 0));
}

/**
 * Calls back once when the launcher has died, however it died: its end of the IPC channel, or of the pipe on
 * standard input where there is no channel, is closed by the operating system.
 */
export function onLauncherGone(callback: () => void): void {
  if (process.channel) {
    process.once('disconnect', callback);
    process.channel.unref();
    return;
  }
  process.stdin.once('close', callback);
  process.stdin.once('end', callback);
  process.stdin.once('error', callback);
  process.stdin.resume();
  process.stdin.unref();
}
