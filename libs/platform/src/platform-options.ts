export interface PlatformOptions {
  /** Where the database, secrets and logs are kept; `.recloser` of the repository by default. */
  readonly dataDir?: string;
  /** A temporary database without fsync; nothing is kept. For tests and the demo. */
  readonly ephemeral?: boolean;
  /** Exactly this port, or an error. Left out: 4400 or the next free one. 0: any free one. */
  readonly port?: number;
  /** The address to listen on; loopback only by default. */
  readonly host?: string;
  /** Whether to start the console. Default true. */
  readonly web?: boolean;
  /** How many workers. Default 1. */
  readonly workers?: number;
  /** A PostgreSQL of yours in place of the embedded one: the run-time role's URL. */
  readonly databaseUrl?: string;
  /** Its owner's URL, for migrations; `databaseUrl` by default. */
  readonly adminUrl?: string;
  /** Moves queues, bus and signals to Redis or Valkey. */
  readonly redisUrl?: string;
  /** The first administrator, on a new database. Without it the API makes one and prints it. */
  readonly admin?: { readonly email: string; readonly password: string };
  /** Added to the environment of every child. */
  readonly env?: Readonly<Record<string, string>>;
  /** Receives what a person should see. Default: standard output. */
  readonly log?: (line: string) => void;
}

export interface PlatformProcess {
  readonly name: string;
  readonly pid: number | undefined;
  /** How often it was started again after a crash. */
  readonly restarts: number;
}

export interface Platform {
  /** The one address of API and console. */
  readonly url: string;
  readonly databaseUrl: string;
  readonly adminUrl: string;
  readonly redisUrl: string | undefined;
  /** `postgres` (when embedded), `worker-1` …, `api`, `web`. */
  processes(): PlatformProcess[];
  pid(name: string): number | undefined;
  /** Sends a signal, SIGKILL by default; a process that dies of it is started again. */
  kill(name: string, signal?: NodeJS.Signals): void;
  /** Ends a process and keeps it down. */
  halt(name: string, signal?: NodeJS.Signals): Promise<void>;
  /** Starts a halted process, or stops and starts a running one; resolves when it is ready. */
  restart(name: string): Promise<void>;
  /** Resolves when a process answers its readiness check. */
  ready(name: string): Promise<void>;
  /** Stops everything in order. */
  stop(): Promise<void>;
}
