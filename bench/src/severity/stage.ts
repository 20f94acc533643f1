import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DEFAULT_POLICY, type Policy } from '@recloser/core';
import { Child } from '../children/child.js';
import { startPlane, type Plane } from '../sockets/plane.js';
import { Crew } from './crew.js';
import { ARMS, TIMEOUT_MS, type FromDependency, type ToDependency } from './messages.js';

const DEPENDENCY = fileURLToPath(new URL('./dependency-process.js', import.meta.url));
const LOOK_MS = 50;

const policy: Policy = {
  ...DEFAULT_POLICY,
  call: { ...DEFAULT_POLICY.call, timeoutMs: TIMEOUT_MS },
};

/** The control plane, one dependency, and the fleets of all arms, which call it at the same time. */
export class Stage {
  private constructor(
    private readonly plane: Plane,
    private readonly dependency: Child<ToDependency, FromDependency>,
    readonly crews: readonly Crew[],
  ) {}

  static async start(instances: number, log: (line: string) => void): Promise<Stage> {
    const plane = await startPlane(false);
    const crews: Crew[] = [];
    let dependency: Child<ToDependency, FromDependency> | null = null;
    try {
      const started = await Child.start<ToDependency, FromDependency>(DEPENDENCY, {}, 'listening');
      dependency = started.child;
      const dependencyPort = started.message.type === 'listening' ? started.message.port : 0;
      for (const arm of ARMS) {
        log(`${arm}: ${instances} instances`);
        const links = { url: plane.sdkUrl, sdkKey: plane.sdkKey, dependencyPort };
        crews.push(await Crew.start(arm, instances, links));
      }
      return new Stage(plane, dependency, crews);
    } catch (error) {
      await Promise.all([...crews.map((crew) => crew.stop()), dependency?.stop(), plane.stop()]);
      throw error;
    }
  }

  /** A new breaker, ready on every instance of all arms. */
  async create(breaker: string): Promise<void> {
    await this.plane.control.createBreaker(breaker, policy);
    await Promise.all(this.crews.map((crew) => crew.use(breaker)));
  }

  load(breaker: string, callsPerSecond: number): void {
    for (const crew of this.crews) crew.load(breaker, callsPerSecond);
  }

  /** Opens and closes the breaker on all arms, as if an outage had just been over. */
  async reset(breaker: string): Promise<void> {
    for (const crew of this.crews) crew.reset(breaker);
    await this.plane.control.trip(breaker, 'It has to be just closed.');
    await this.plane.control.finish(breaker, 'It has to be just closed.');
  }

  /** Closes what evidence has opened, so that nothing probes on. */
  async close(breaker: string): Promise<void> {
    // One that did not open cannot be closed.
    await this.plane.control.finish(breaker, 'It has been measured.').catch(() => undefined);
  }

  /** Fails this share of the calls from now on; returns since when. */
  async fail(share: number): Promise<number> {
    return this.#at('failing', { share, forMs: null });
  }

  async heal(): Promise<number> {
    return this.#at('healed', { share: 0, forMs: null });
  }

  /** Fails all calls for this long; returns for how long it really was, in ms. */
  async blip(forMs: number): Promise<number> {
    const healed = this.dependency.next(({ type }) => type === 'healed');
    const from = await this.#at('failing', { share: 1, forMs });
    const end = await healed;
    return end.type === 'healed' ? end.at - from : NaN;
  }

  /** Waits until every instance of every arm is blocked, at most for so long. */
  async untilBlocked(breaker: string, atMostMs: number): Promise<void> {
    const until = performance.now() + atMostMs;
    while (performance.now() < until) {
      if (this.crews.every((crew) => crew.allBlockedAt(breaker) !== null)) return;
      await pause(LOOK_MS);
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.crews.map((crew) => crew.stop()));
    await this.dependency.stop();
    await this.plane.stop();
  }

  async #at(type: 'failing' | 'healed', message: ToDependency): Promise<number> {
    const told = this.dependency.next((answer) => answer.type === type);
    this.dependency.send(message);
    const answer = await told;
    return answer.type === 'listening' ? NaN : answer.at;
  }
}
