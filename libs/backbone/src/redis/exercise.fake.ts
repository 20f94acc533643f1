import { expect } from 'vitest';
import type { Backbone } from '../ports.js';

const ASK_MS = 50;

/** Uses all that there is of a backbone: signals, bus and jobs. */
export class Exercise {
  #heard = 0;
  #runs = 0;

  private constructor(private readonly backbone: Backbone) {}

  static async begin(backbone: Backbone): Promise<Exercise> {
    const exercise = new Exercise(backbone);
    await backbone.bus.subscribe('wake', () => {
      exercise.#heard += 1;
    });
    await backbone.queues.process({
      notify: () => {
        exercise.#runs += 1;
        return Promise.resolve();
      },
    });
    await backbone.queues.every('notify', 100);
    return exercise;
  }

  /** Resolves when signals are answered, something new was heard on the bus, and a repeated job has run anew. */
  async worksAgain(): Promise<void> {
    const { bus, signals } = this.backbone;
    const heard = this.#heard;
    const runs = this.#runs;
    const options = { timeout: 60_000, interval: ASK_MS };
    await expect.poll(() => signals.now().catch(() => 0), options).toBeGreaterThan(0);
    await expect
      .poll(async () => {
        await bus.publish('wake', { environmentId: 'e1' }).catch(() => undefined);
        return this.#heard;
      }, options)
      .toBeGreaterThan(heard);
    // The first of them may have begun before.
    await expect.poll(() => this.#runs, options).toBeGreaterThan(runs + 1);
  }
}
