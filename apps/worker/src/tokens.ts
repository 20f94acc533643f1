/** Injection tokens of what is made before the application. */
export const DATABASE = Symbol('Database');
export const BACKBONE = Symbol('Backbone');
export const LOG = Symbol('Log');
export const METRICS = Symbol('Metrics');
/** Where active checks and notifications may connect to. */
export const TARGETS = Symbol('Targets');
/** Where people see the console, without a slash at the end, for links in notifications; null: not known. */
export const CONSOLE_URL = Symbol('ConsoleUrl');
/** How long what grows is kept. */
export const KEEP = Symbol('Keep');
export interface Keep {
  readonly rollupDays: number;
  readonly changeHours: number;
}
