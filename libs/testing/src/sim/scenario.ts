import { BREAKER } from './instance.js';
import type { World } from './world.js';

/** Something that goes wrong, and what ends it. */
type Fault = (world: World) => (() => void) | null;

const CALM_MS = 6_000;
const BLIP_MS = 500;
/** Well below what half of the accounts want. */
const MAX_RPS = 40;
const CHECK = {
  kind: 'http',
  method: 'GET',
  url: 'http://dependency/health',
  expectStatus: 200,
  timeoutMs: 1_000,
  maxLatencyMs: null,
} as const;

/**
 * Plans what goes wrong within `untilMs`: first nothing, so that the fleet is known; then at least one outage of the
 * dependency, and around it crashes, partitions, lost stores and people.
 */
export function planFaults(world: World, untilMs: number): void {
  const { scheduler, random } = world;
  const happen = (fault: Fault, lastsMs: number): void => {
    const at = random.between(CALM_MS, untilMs - 1_000);
    scheduler.after(at, () => {
      const end = fault(world);
      if (end !== null) scheduler.after(Math.min(lastsMs, untilMs - at - 1), end);
    });
  };
  for (let outages = 1 + random.below(2); outages > 0; outages -= 1) {
    happen(outage, random.between(300, 20_000));
  }
  const faults = [
    killApi,
    killWorker,
    killInstance,
    partition,
    loseSignals,
    cutStore,
    badInstance,
    badZone,
  ];
  for (let more = random.below(6); more > 0; more -= 1) {
    const fault = faults[random.below(faults.length)];
    if (fault) happen(fault, random.between(500, 15_000));
  }
  if (random.chance(0.3)) happen(person, 0);
  if (random.chance(0.3)) {
    happen(({ database }) => {
      database.edit(BREAKER, (policy) => ({ ...policy, minCalls: policy.minCalls + 1 }));
      return null;
    }, 0);
  }
}

const outage: Fault = ({ dependency, random }) => {
  const kinds = [
    { kind: 'errors' },
    { kind: 'hang' },
    { kind: 'partial', share: random.between(0.05, 1) },
  ] as const;
  dependency.health = kinds[random.below(kinds.length)] ?? { kind: 'errors' };
  return () => {
    dependency.health = { kind: 'healthy' };
  };
};

const killApi: Fault = ({ apis, random }) => restartable(pick(apis, random.below(apis.length)));
const killWorker: Fault = ({ workers, random }) =>
  restartable(pick(workers, random.below(workers.length)));
const killInstance: Fault = ({ instances, random }) =>
  restartable(pick(instances, random.below(instances.length)));

function restartable(process: { kill(): void; start(): void } | undefined): (() => void) | null {
  process?.kill();
  return process === undefined ? null : () => process.start();
}

/** Some of the instances cannot reach one, or any, of the API nodes. */
const partition: Fault = ({ network, instances, apis, random }) => {
  const share = random.next();
  const nodes = random.chance(0.5) ? apis : apis.slice(0, 1);
  const cut = instances.filter(() => random.chance(share));
  const each = (act: (instance: string, api: string) => void): void => {
    for (const instance of cut) for (const api of nodes) act(instance.name, api.name);
  };
  each((instance, api) => network.cut(instance, api));
  return () => each((instance, api) => network.heal(instance, api));
};

/** A process cannot reach a store for a while. */
const cutStore: Fault = ({ network, apis, workers, random }) => {
  const processes = [...apis, ...workers];
  const process = pick(processes, random.below(processes.length));
  const store = random.chance(0.5) ? 'database' : 'signals';
  if (process === undefined) return null;
  network.cut(process.name, store);
  return () => network.heal(process.name, store);
};

const loseSignals: Fault = (world) => {
  world.loseSignals();
  return null;
};

const badInstance: Fault = ({ dependency, instances, random }) => {
  const instance = pick(instances, random.below(instances.length));
  return instance === undefined ? null : dependency.spoil([instance.name], instances.length);
};

/** All instances of one zone lose their way to the dependency. */
const badZone: Fault = ({ dependency, instances, random }) => {
  const { zone } = pick(instances, random.below(instances.length))?.place ?? {};
  const names = instances.filter(({ place }) => place.zone === zone).map(({ name }) => name);
  return dependency.spoil(names, instances.length);
};

const blip: Fault = ({ dependency }) => {
  dependency.health = { kind: 'errors' };
  return () => {
    dependency.health = { kind: 'healthy' };
  };
};

/**
 * Only what must never open the breaker for all: single bad nodes, one bad zone at most, and blips of half a second.
 */
export function planParts(world: World, untilMs: number): void {
  const { scheduler, random } = world;
  const happen = (fault: Fault, fromMs: number, lastsMs: number): void => {
    scheduler.after(fromMs, () => {
      const end = fault(world);
      if (end !== null) scheduler.after(lastsMs, end);
    });
  };
  const third = untilMs / 3;
  happen(badInstance, random.between(CALM_MS, third), random.between(1_000, third));
  happen(blip, random.between(CALM_MS, untilMs - 1_000), BLIP_MS);
  const part = random.chance(0.5) ? badZone : badInstance;
  happen(part, random.between(2 * third, untilMs - 5_000), random.between(1_000, 5_000));
}

/**
 * What makes ramps special: a rate limit for all of them, a worker's check instead of probes in half of the seeds, and a
 * maintenance window after the outage. An instance dies and comes back meanwhile.
 */
export function planRamps(world: World, untilMs: number): void {
  const { scheduler, random, database } = world;
  const half = untilMs / 2;
  const probe = random.chance(0.5) ? CHECK : null;
  scheduler.after(1_000, () => {
    database.edit(BREAKER, (policy) => ({
      ...policy,
      recovery: { ...policy.recovery, maxRps: MAX_RPS, probe },
    }));
  });
  const happen = (fault: Fault, fromMs: number, lastsMs: number): void => {
    scheduler.after(fromMs, () => {
      const end = fault(world);
      if (end !== null) scheduler.after(lastsMs, end);
    });
  };
  happen(outage, random.between(CALM_MS, half - 15_000), random.between(2_000, 12_000));
  happen(killInstance, random.between(CALM_MS, untilMs - 5_000), random.between(500, 4_000));
  const admission = random.chance(0.5) ? 0 : 2 ** 30;
  const lastsMs = Math.round(random.between(3_000, 8_000));
  scheduler.after(random.between(half, untilMs - lastsMs), () => {
    const until = database.now() + lastsMs;
    database.begin(BREAKER, { admission, until, names: ['upgrade'] });
  });
}

/** A person does what the state allows. */
const person: Fault = ({ database, random }) => {
  const { state } = database.find(BREAKER);
  const kinds =
    state.kind === 'closed' || state.kind === 'open'
      ? (['trip', 'restore'] as const)
      : (['ramp.next', 'ramp.back', 'ramp.abort'] as const);
  const type = pick<(typeof kinds)[number]>(kinds, random.below(kinds.length));
  try {
    if (type === 'trip') database.command(BREAKER, { type, until: null });
    else if (type !== undefined) database.command(BREAKER, { type });
  } catch {
    // What does not fit the state is refused; that is tested elsewhere.
  }
  return () => {
    // Nobody leaves a breaker open by hand for good.
    if (database.find(BREAKER).state.kind === 'open')
      database.command(BREAKER, { type: 'restore' });
  };
};

function pick<T>(items: readonly T[], index: number): T | undefined {
  return items[index];
}
