import { fileURLToPath } from 'node:url';
import { zoneOf } from '@recloser/example-fleet';
import { Child } from '../children/child.js';
import type { Arm, Counts, CrewOptions, FromCrew, ToCrew } from './messages.js';

const SCRIPT = fileURLToPath(new URL('./crew-process.js', import.meta.url));
const PROCESSES = 2;

/** The fleet of one arm: its instances, spread over a few processes. */
export class Crew {
  /** By breaker: when each instance began to turn calls away, the first time. */
  readonly #blocked = new Map<string, Map<string, number>>();

  private constructor(
    readonly arm: Arm,
    readonly size: number,
    private readonly children: readonly Child<ToCrew, FromCrew>[],
  ) {
    for (const child of children) {
      child.listen((message) => {
        if (message.type === 'blocked') this.#record(message);
      });
    }
  }

  static async start(
    arm: Arm,
    size: number,
    links: Pick<CrewOptions, 'url' | 'sdkKey' | 'dependencyPort'>,
  ): Promise<Crew> {
    const all = Array.from({ length: size }, (_, index) => ({
      id: `${arm}-${index + 1}`,
      zone: zoneOf(index),
    }));
    const children: Child<ToCrew, FromCrew>[] = [];
    try {
      for (let part = 0; part < Math.min(PROCESSES, size); part += 1) {
        const instances = all.filter((_, index) => index % PROCESSES === part);
        const options: CrewOptions = { arm, instances, ...links };
        const { child } = await Child.start<ToCrew, FromCrew>(SCRIPT, options, 'ready');
        children.push(child);
      }
    } catch (error) {
      await Promise.all(children.map((child) => child.stop()));
      throw error;
    }
    return new Crew(arm, size, children);
  }

  /** Resolves when every instance can call through this breaker. */
  async use(breaker: string): Promise<void> {
    await this.#ask(
      { type: 'use', breaker },
      (told) => told.type === 'using' && told.breaker === breaker,
    );
  }

  /** Of the whole fleet; 0 ends it. */
  load(breaker: string, callsPerSecond: number): void {
    this.#tell({ type: 'load', breaker, callsPerSecond: callsPerSecond / this.size });
  }

  reset(breaker: string): void {
    this.#tell({ type: 'reset', breaker });
  }

  /** What became of all calls through this breaker so far. */
  async counts(breaker: string): Promise<Counts> {
    const answers = await this.#ask(
      { type: 'count', breaker },
      (told) => told.type === 'counts' && told.breaker === breaker,
    );
    const sum = { ok: 0, failed: 0, rejected: 0 };
    for (const answer of answers) {
      if (answer.type !== 'counts') continue;
      sum.ok += answer.ok;
      sum.failed += answer.failed;
      sum.rejected += answer.rejected;
    }
    return sum;
  }

  /** How many instances have turned calls away. */
  blockedInstances(breaker: string): number {
    return this.#blocked.get(breaker)?.size ?? 0;
  }

  /** When the last instance began to turn calls away; null while one has not. */
  allBlockedAt(breaker: string): number | null {
    const times = [...(this.#blocked.get(breaker)?.values() ?? [])];
    return times.length < this.size ? null : Math.max(...times);
  }

  async stop(): Promise<void> {
    await Promise.all(this.children.map((child) => child.stop()));
  }

  #record({ breaker, instance, at }: Extract<FromCrew, { type: 'blocked' }>): void {
    const times = this.#blocked.get(breaker) ?? new Map<string, number>();
    if (!times.has(instance)) times.set(instance, at);
    this.#blocked.set(breaker, times);
  }

  #tell(message: ToCrew): void {
    for (const child of this.children) child.send(message);
  }

  #ask(message: ToCrew, isAnswer: (told: FromCrew) => boolean): Promise<FromCrew[]> {
    const answers = this.children.map((child) => child.next(isAnswer));
    this.#tell(message);
    return Promise.all(answers);
  }
}
