/** Resolves when a part works; rejects, or never ends, when it does not. */
export type HealthCheck = () => Promise<void> | void;

export interface HealthReport {
  readonly status: 'ok' | 'failing';
  readonly checks: Readonly<Record<string, { readonly ok: boolean; readonly error?: string }>>;
}

/**
 * What readiness and liveness are made of. Liveness says that the process is not stuck: that its event loop turns, and
 * that work which must go on ends one way or the other. A failing database is no reason for a restart.
 */
export class Health {
  readonly #checks = new Map<string, HealthCheck>();
  readonly #liveChecks: (() => void)[] = [];
  readonly #timeoutMs: number;

  constructor(timeoutMs = 2_000) {
    this.#timeoutMs = timeoutMs;
  }

  add(name: string, check: HealthCheck): void {
    this.#checks.set(name, check);
  }

  /** `check` throws when something is stuck that only a restart helps. */
  addLive(check: () => void): void {
    this.#liveChecks.push(check);
  }

  /** Why the process is stuck; null when it is not. */
  stuck(): string | null {
    for (const check of this.#liveChecks) {
      try {
        check();
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    }
    return null;
  }

  /** Runs all checks at once; one that takes longer than the time-out fails. Never rejects. */
  async ready(): Promise<HealthReport> {
    const results = await Promise.all(
      [...this.#checks].map(async ([name, check]) => [name, await this.#run(check)] as const),
    );
    const ok = results.every(([, result]) => result.ok);
    return { status: ok ? 'ok' : 'failing', checks: Object.fromEntries(results) };
  }

  async #run(check: HealthCheck): Promise<{ ok: boolean; error?: string }> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`no answer within ${this.#timeoutMs} ms`));
      }, this.#timeoutMs);
    });
    try {
      await Promise.race([Promise.resolve().then(check), late]);
      return { ok: true };
    } catch (error) {
      return { ok: false, error: error instanceof Error ? error.message : String(error) };
    } finally {
      clearTimeout(timer);
    }
  }
}
