import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { CrowdOptions, FromCrowd } from './messages.js';

const SCRIPT = fileURLToPath(new URL('./crowd-process.js', import.meta.url));

/** Clients spread over a few processes. */
export class Crowd {
  readonly #children: ChildProcess[] = [];

  /** Connects all of them. @throws Error when some do not get through. */
  async connect(
    total: number,
    processes: number,
    options: Omit<CrowdOptions, 'count' | 'firstId'>,
  ): Promise<void> {
    const size = Math.ceil(total / processes);
    for (let firstId = 0; firstId < total; firstId += size) {
      const count = Math.min(size, total - firstId);
      const connected = await this.#connectSome({ ...options, count, firstId });
      if (connected < count) throw new Error(`Only ${connected} of ${count} clients connected.`);
    }
  }

  /** Resolves with every client's time of the round's message. Call it before the message is sent. */
  async round(arm: 'recloser' | 'bare', patienceMs = 30_000): Promise<number[]> {
    const parts = await Promise.all(
      this.#children.map(
        (child) =>
          new Promise<readonly number[]>((resolve, reject) => {
            const late = setTimeout(
              () => reject(new Error(`Not every client had the message of arm ${arm}.`)),
              patienceMs,
            );
            const listen = (message: FromCrowd): void => {
              if (message.type !== 'round' || message.arm !== arm) return;
              clearTimeout(late);
              child.off('message', listen);
              resolve(message.times);
            };
            child.on('message', listen);
          }),
      ),
    );
    return parts.flat();
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#children.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        child.kill('SIGKILL');
        await once(child, 'exit');
      }),
    );
  }

  #connectSome(options: CrowdOptions): Promise<number> {
    const child = fork(SCRIPT, [JSON.stringify(options)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#children.push(child);
    return new Promise((resolve, reject) => {
      child.once('exit', () => reject(new Error('A process of clients ended.')));
      child.on('message', (message: FromCrowd) => {
        if (message.type === 'ready') resolve(message.connected);
      });
    });
  }
}
