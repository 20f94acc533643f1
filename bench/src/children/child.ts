import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

const START_MS = 30_000;
const GRACE_MS = 3_000;

/** A process of its own that talks over IPC. `To` is what it is told, `From` what it tells. */
export class Child<To extends object, From extends { readonly type: string }> {
  readonly #listeners = new Set<(message: From) => void>();

  private constructor(private readonly process: ChildProcess) {
    process.on('message', (message: From) => {
      for (const listener of this.#listeners) listener(message);
    });
  }

  /** Resolves once the process has told `first`. @throws Error when it ends before that, or takes half a minute. */
  static async start<To extends object, From extends { readonly type: string }>(
    script: string,
    options: object,
    first: From['type'],
  ): Promise<{ readonly child: Child<To, From>; readonly message: From }> {
    const child = new Child<To, From>(
      fork(script, [JSON.stringify(options)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }),
    );
    try {
      return { child, message: await child.next((message) => message.type === first, START_MS) };
    } catch (error) {
      await child.stop();
      throw error;
    }
  }

  listen(listener: (message: From) => void): void {
    this.#listeners.add(listener);
  }

  send(message: To): void {
    if (this.process.connected) this.process.send(message);
  }

  /** The next message of that kind. @throws Error when the process ends first, or nothing comes in time. */
  next(isIt: (message: From) => boolean, withinMs = START_MS): Promise<From> {
    return new Promise((resolve, reject) => {
      const end = (act: () => void): void => {
        clearTimeout(timer);
        this.#listeners.delete(listener);
        this.process.off('exit', gone);
        act();
      };
      const listener = (message: From): void => {
        if (isIt(message)) end(() => resolve(message));
      };
      const gone = (code: number | null): void =>
        end(() =>
          reject(new Error(`A process of the benchmark ended with ${code ?? 'a signal'}.`)),
        );
      const timer = setTimeout(
        () =>
          end(() => reject(new Error(`A process of the benchmark was silent for ${withinMs} ms.`))),
        withinMs,
      );
      this.#listeners.add(listener);
      this.process.once('exit', gone);
    });
  }

  /** Ends the process; it is killed when it has not ended by itself after three seconds. */
  async stop(): Promise<void> {
    const { process } = this;
    if (process.exitCode !== null || process.signalCode !== null) return;
    const exited = once(process, 'exit');
    const timer = setTimeout(() => process.kill('SIGKILL'), GRACE_MS);
    if (process.connected) process.disconnect();
    await exited;
    clearTimeout(timer);
  }
}
