import { PrismaPg } from '@prisma/adapter-pg';
import { createPool } from '@recloser/postgres';
import { prismaAdapter } from 'better-auth/adapters/prisma';
import { createAudit, type Audit } from './audit/reader.js';
import { PrismaClient } from './generated/client.js';
import { createBreakers, type Breakers } from './breakers/breakers.js';
import { createApiTokens, type ApiTokens } from './people/api-tokens.js';
import { Claims, claimWith } from './people/claims.js';
import { claimedRows } from './people/claimed-rows.js';
import { checkSecret } from './people/claim-key.js';
import { createChannels, type Channels } from './settings/channels.js';
import { createChanges, type Changes } from './breakers/changes.js';
import { createEnvironments, type Environments } from './settings/environments.js';
import { createHealthyLatencies, type HealthyLatenciesOf } from './breakers/healthy-latencies.js';
import { createIncomingTriggers, type IncomingTriggers } from './settings/incoming-triggers.js';
import { createImports, type Imports } from './settings/imports.js';
import { createInstallation, type Installation } from './people/installation.js';
import { createInstances, type Instances } from './fleet/instances.js';
import { createKeys, type Keys } from './people/keys.js';
import { createOpenings, type Openings } from './breakers/openings.js';
import { createPeople, type People } from './people/people.js';
import { createRollups, type Rollups } from './breakers/rollups.js';
import { createSchedules, type Schedules } from './settings/schedules.js';
import { createSegments, type Segments } from './settings/segments.js';
import { createServices, type Services } from './fleet/services.js';
import { createStates, type OnTransition, type States } from './breakers/states.js';
import { createViews, type Views } from './settings/views.js';
import { RowReader } from './rows/row-reader.js';
import { checkWritable, readClock } from './sql.js';

/** What better-auth takes as its `database`. */
export type AuthAdapter = ReturnType<typeof prismaAdapter>;

export interface DatabaseOptions {
  /** Connections at most; default 10. */
  readonly maxConnections?: number | undefined;
  /** Shown in pg_stat_activity. */
  readonly applicationName?: string | undefined;
  /** The API's AUTH_SECRET: with it people sign in, and events are written in their names. The worker has none. */
  readonly authSecret?: string | undefined;
  /** Told when an idle connection is lost; the next call opens another. */
  readonly onConnectionLost?: ((error: Error) => void) | undefined;
  /** Told of a breaker or schedule that cannot be read and so is left out of lists and decisions, at most once a minute. */
  readonly onCorruptRow?: ((error: Error) => void) | undefined;
  /** Told of each transition that was committed here, after it is stored. Must not throw. */
  readonly onTransition?: OnTransition | undefined;
}

/** Everything that is kept for good. Each method throws RecloserError `unavailable` when the database does not answer. */
export interface Database {
  readonly environments: Environments;
  readonly breakers: Breakers;
  readonly channels: Channels;
  readonly schedules: Schedules;
  readonly segments: Segments;
  readonly states: States;
  readonly changes: Changes;
  readonly audit: Audit;
  readonly keys: Keys;
  readonly healthyLatencies: HealthyLatenciesOf;
  readonly imports: Imports;
  readonly installation: Installation;
  readonly instances: Instances;
  readonly openings: Openings;
  readonly services: Services;
  readonly rollups: Rollups;
  readonly people: People;
  readonly tokens: ApiTokens;
  readonly triggers: IncomingTriggers;
  readonly views: Views;
  /** Storage of people, sessions and passwords for better-auth. */
  authAdapter(): AuthAdapter;
  /** The database's clock, in milliseconds. */
  now(): Promise<number>;
  /** @throws RecloserError `unavailable` when the database does not answer or takes no writes. */
  check(): Promise<void>;
  /** @throws RecloserError `unavailable` when the database knows another AUTH_SECRET than this process. */
  checkSecret(): Promise<void>;
  close(): Promise<void>;
}

/** Connects lazily; `url` is the run-time role's. */
export function createDatabase(url: string, options: DatabaseOptions = {}): Database {
  const pool = createPool(url, {
    name: options.applicationName ?? 'recloser',
    max: options.maxConnections ?? 10,
    onLost: options.onConnectionLost,
  });
  const claims = options.authSecret === undefined ? undefined : new Claims(options.authSecret);
  claimWith(pool, claims);
  const reader = new RowReader((error) => options.onCorruptRow?.(error));
  let prisma: PrismaClient | undefined;
  return {
    environments: createEnvironments(pool),
    breakers: createBreakers(pool, reader),
    schedules: createSchedules(pool, reader),
    segments: createSegments(pool),
    states: createStates(pool, reader, options.onTransition),
    changes: createChanges(pool),
    channels: createChannels(pool),
    audit: createAudit(pool),
    keys: createKeys(pool),
    healthyLatencies: createHealthyLatencies(createRollups(pool), createAudit(pool)),
    imports: createImports(pool),
    installation: createInstallation(pool),
    instances: createInstances(pool),
    openings: createOpenings(pool),
    services: createServices(pool),
    rollups: createRollups(pool),
    people: createPeople(pool),
    tokens: createApiTokens(pool),
    triggers: createIncomingTriggers(pool, options.onTransition),
    views: createViews(pool),
    authAdapter: () => {
      prisma ??= new PrismaClient({ adapter: new PrismaPg(pool) });
      const claiming = claims === undefined ? prisma : claimedRows(prisma, claims);
      return prismaAdapter(claiming, { provider: 'postgresql', transaction: true });
    },
    now: () => readClock(pool),
    check: () => checkWritable(pool),
    checkSecret: () => checkSecret(pool),
    close: async () => {
      await prisma?.$disconnect();
      await pool.end();
    },
  };
}
