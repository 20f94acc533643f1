/** Injection tokens of what every feature may ask for and no class names. */
export const LOG = Symbol('log');
export const DATABASE = Symbol('database');
export const BACKBONE = Symbol('backbone');
export const METRICS = Symbol('metrics');
export const HEALTH = Symbol('health');
export const SETTINGS = Symbol('settings');
