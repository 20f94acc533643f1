import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Ledger } from './ledger.js';
import type {
  DependencyMode,
  FromDependency,
  FromService,
  ServiceOptions,
  ToDependency,
  ToService,
} from './messages.js';

const path = (name: string): string => fileURLToPath(new URL(`./${name}.js`, import.meta.url));
/** Starting all processes at the same moment would only make them wait for each other. */
const STARTING_AT_ONCE = 4;
const ZONES = ['a', 'b', 'c'] as const;

/** The zone of the instance with this index: they take turns. */
export function zoneOf(index: number): string {
  return ZONES[index % ZONES.length] ?? ZONES[0];
}

/** The dependency in its own process. What it counts goes into the ledger. */
export class Dependency {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  /** `script` is what the process runs, with `args`; the demo's dependency by default. */
  static async start(
    ledger: Ledger,
    script = path('dependency'),
    args: readonly string[] = [],
  ): Promise<Dependency> {
    const child = fork(script, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const port = await new Promise<number>((resolve, reject) => {
      child.on('message', (message: FromDependency) => {
        if (message.type === 'listening') resolve(message.port);
        else if (message.type === 'totals') ledger.totals = message;
        else if (message.mode === 'cold') ledger.revivedAt = message.at;
        else if (message.mode !== 'healthy') ledger.diedAt ??= message.at;
        else if (ledger.diedAt !== null) ledger.revivedAt ??= message.at;
      });
      child.once('exit', () => reject(new Error('The dependency did not start.')));
    });
    return new Dependency(child, port);
  }

  set(mode: DependencyMode): void {
    this.child.send({ type: 'mode', mode } satisfies ToDependency);
  }

  stop(): Promise<void> {
    return end(this.child);
  }
}

export interface FleetOptions extends Omit<ServiceOptions, 'instanceId' | 'zone'> {
  /** What each process runs; the service with the SDK by default. */
  readonly script?: string;
}

/** The service processes. */
export class Fleet {
  readonly #children: ChildProcess[] = [];

  constructor(
    private readonly ledger: Ledger,
    private readonly options: FleetOptions,
  ) {}

  /** Starts one process for each instance of the ledger; `onReady` is told how many are connected. */
  async start(onReady: (connected: number) => void): Promise<void> {
    const waiting = [...this.ledger.instances.entries()];
    let connected = 0;
    const startSome = async (): Promise<void> => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        await this.#startOne(...next);
        connected += 1;
        onReady(connected);
      }
    };
    await Promise.all(Array.from({ length: STARTING_AT_ONCE }, startSome));
  }

  /** Lets the load begin on all of them. */
  begin(): void {
    for (const child of this.#children) child.send({ type: 'start' } satisfies ToService);
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.#children.map((child) => {
        if (child.connected) child.send({ type: 'stop' } satisfies ToService);
        return end(child, 3_000);
      }),
    );
  }

  async #startOne(index: number, instanceId: string): Promise<void> {
    const { script = path('service'), ...shared } = this.options;
    const options: ServiceOptions = {
      ...shared,
      instanceId,
      zone: zoneOf(index),
    };
    const child = fork(script, [JSON.stringify(options)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: ['--max-old-space-size=96'],
    });
    this.#children.push(child);
    await new Promise<void>((resolve, reject) => {
      child.on('message', (message: FromService) => {
        this.ledger.record(instanceId, message);
        if (message.type !== 'ready') return;
        if (message.connected) resolve();
        else reject(new Error(`${instanceId} could not connect to ${this.options.url}.`));
      });
      child.once('exit', (code) =>
        reject(new Error(`${instanceId} ended with code ${code ?? 'none'}.`)),
      );
    });
  }
}

/** Resolves when the child has ended; it is killed when it has not by itself within `graceMs`. */
async function end(child: ChildProcess, graceMs = 0): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await exited;
  clearTimeout(timer);
}
