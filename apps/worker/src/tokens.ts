import type { HealthServerOptions } from '@recloser/server';

/** Injection tokens of what is made before the application. */
export const DATABASE = Symbol('Database');
export const BACKBONE = Symbol('Backbone');
export const LOG = Symbol('Log');
export const METRICS = Symbol('Metrics');
/** Where active checks and notifications may connect to. */
export const TARGETS = Symbol('Targets');
/** What the process was told by its environment. */
export const SETTINGS = Symbol('Settings');

export interface Settings {
  /** Where people see the console, without a slash at the end, for links in notifications; null: not known. */
  readonly consoleUrl: string | null;
  /** How long what grows is kept. */
  readonly keep: { readonly rollupDays: number; readonly changeHours: number };
  /** Where it answers for its health. */
  readonly health: Pick<HealthServerOptions, 'host' | 'port' | 'metricsToken'>;
}
