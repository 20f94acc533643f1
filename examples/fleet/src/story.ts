import { setTimeout as pause } from 'node:timers/promises';
import { ADMISSION_ALL, DEFAULT_POLICY, type Policy } from '@recloser/core';
import { startPlatform, startRedis, type Platform, type RedisServer } from '@recloser/platform';
import { ControlPlane, type Credentials } from './control-plane.js';
import { figuresOf, type Figures } from './figures.js';
import { Dependency, Fleet } from './fleet.js';
import { Ledger } from './ledger.js';

const BREAKER = 'payments';
const ADMIN: Credentials = { email: 'admin@recloser.local', password: 'recloser-demo' };
const TIMEOUT_MS = 1_500;
/** Longest wait for the fleet to reach a state before the story counts as failed. */
const PATIENCE_MS = 120_000;

export interface StoryOptions {
  readonly instances: number;
  readonly callsPerSecond: number;
  readonly mode: 'errors' | 'hang';
  /** Shorter cool-down and dwell, for an unattended run of about a minute. */
  readonly fast: boolean;
  readonly redis: boolean;
  readonly web: boolean;
}

/** What a screen shows while the story goes on. */
export interface Scene {
  readonly chapter: string;
  readonly url: string;
  readonly admin: Credentials;
  readonly ledger: Ledger;
}

/** The whole stage: control plane, dependency and fleet, and the script of one outage. */
export class Story {
  #platform: Platform | null = null;
  #redis: RedisServer | null = null;
  #fleet: Fleet | null = null;
  #dependency: Dependency | null = null;
  #chapter = 'Starting';
  readonly ledger: Ledger;
  readonly policy: Policy;

  constructor(
    private readonly options: StoryOptions,
    private readonly tell: (chapter: string) => void,
  ) {
    this.ledger = new Ledger(
      Array.from(
        { length: options.instances },
        (_, index) => `checkout-${String(index + 1).padStart(2, '0')}`,
      ),
    );
    this.policy = policyFor(options.fast);
  }

  get scene(): Scene {
    return {
      chapter: this.#chapter,
      url: this.#platform?.url ?? '',
      admin: ADMIN,
      ledger: this.ledger,
    };
  }

  get dependency(): Dependency {
    if (!this.#dependency) throw new Error('The dependency has not started yet.');
    return this.#dependency;
  }

  /** Starts everything, and lets healthy calls flow. */
  async setUp(): Promise<ControlPlane> {
    this.#say('Starting the control plane');
    let starting = true;
    if (this.options.redis) this.#redis = await startRedis();
    this.#platform = await startPlatform({
      ephemeral: true,
      web: this.options.web,
      admin: ADMIN,
      // What a slow machine is at is in sight; later words of the processes belong to the outage.
      log: (line) => {
        if (starting) this.#say(line);
      },
      ...(this.#redis ? { redisUrl: this.#redis.url } : {}),
    });
    starting = false;
    const controlPlane = new ControlPlane(this.#platform.url);
    await controlPlane.signIn(ADMIN);
    await controlPlane.createBreaker(BREAKER, this.policy);
    const sdkKey = await controlPlane.createKey('demo fleet');
    this.#dependency = await Dependency.start(this.ledger);
    this.#fleet = new Fleet(this.ledger, {
      url: this.#platform.url.replace(/^http/, 'ws'),
      sdkKey,
      service: 'checkout',
      breaker: BREAKER,
      dependencyPort: this.#dependency.port,
      callsPerSecond: this.options.callsPerSecond / this.options.instances,
      accounts: 500,
      timeoutMs: TIMEOUT_MS,
    });
    await this.#fleet.start((connected) =>
      this.#say(`Starting ${connected} of ${this.options.instances} instances`),
    );
    this.#fleet.begin();
    return controlPlane;
  }

  /** One outage from the first failure to all traffic back, and its figures. */
  async run(controlPlane: ControlPlane): Promise<Figures> {
    const { fast, mode } = this.options;
    this.#say('All is well');
    await pause(fast ? 4_000 : 8_000);
    this.#say(mode === 'errors' ? 'The dependency fails every call' : 'The dependency hangs');
    this.dependency.set(mode);
    await this.#until('block every instance', (admission) => admission === 0);
    this.#say('Open on every instance; a few probes for the whole fleet');
    await pause(fast ? 5_000 : 12_000);
    this.dependency.set('cold');
    this.#say('The dependency is back, but cold: it can take little at first');
    await this.#until('admit all on every instance', (admission) => admission === ADMISSION_ALL);
    this.#say('Recovered');
    await pause(1_000);
    const auditEvents = await controlPlane.countAuditEvents(BREAKER);
    return figuresOf(this.ledger, this.policy, auditEvents);
  }

  async stop(): Promise<void> {
    await this.#fleet?.stop();
    await this.#dependency?.stop();
    await this.#platform?.stop();
    await this.#redis?.stop();
  }

  async #until(what: string, reached: (admission: number) => boolean): Promise<void> {
    const since = Date.now();
    let movedAt = since;
    let seen = '';
    const all = () =>
      this.ledger.instances.every((instance) => {
        const latest = this.ledger.latest(instance);
        return latest !== null && latest.at >= since - 1_000 && reached(latest.admission);
      });
    while (!all()) {
      // A slow machine is waited for as long as any instance gets on.
      const now = this.ledger.instances.map((one) => this.ledger.latest(one)?.admission).join();
      if (now !== seen) [seen, movedAt] = [now, Date.now()];
      if (Date.now() - movedAt > PATIENCE_MS) {
        throw new Error(
          `The fleet did not ${what}: no instance has changed for ${PATIENCE_MS / 1000} s.`,
        );
      }
      await pause(50);
    }
  }

  #say(chapter: string): void {
    this.#chapter = chapter;
    this.tell(chapter);
  }
}

/**
 * The default policy for a dependency that comes back cold: short outages, too, are left in small steps. With `fast`,
 * shortened cool-down and dwell only, so that detection is judged by the defaults.
 */
function policyFor(fast: boolean): Policy {
  const recovery = { ...DEFAULT_POLICY.recovery, coldSensitive: true };
  const call = { ...DEFAULT_POLICY.call, timeoutMs: TIMEOUT_MS };
  const shorter = { coolDownMs: 2_000, coolDownMaxMs: 4_000, dwellMinMs: 1_000, dwellMaxMs: 2_000 };
  return {
    ...DEFAULT_POLICY,
    call,
    recovery: fast ? { ...recovery, ...shorter } : { ...recovery, dwellMaxMs: 6_000 },
  };
}
