/** Injection tokens of what is made before the application. */
export const DATABASE = Symbol('Database');
export const BACKBONE = Symbol('Backbone');
export const LOG = Symbol('Log');
export const METRICS = Symbol('Metrics');
/** Where active checks may connect to. */
export const TARGETS = Symbol('Targets');
/** How long what grows is kept. */
export const KEEP = Symbol('Keep');
export interface Keep {
  readonly rollupDays: number;
  readonly changeHours: number;
}
