export { EnvError, envVar, readEnv } from './env.js';
export { redisOptions, redisVars } from './redis-env.js';
export { Health, type HealthCheck, type HealthReport } from './health.js';
export { serveHealth, type HealthServer, type HealthServerOptions } from './health-server.js';
export { createLog, type Log, type LogOptions } from './log.js';
export { nextOccurrences, occurrenceAt, occurrences } from './occurrences.js';
export { problemOf, type ProblemAnswer } from './problem.js';
export { BreakerNames, OTHER_BREAKERS } from './breaker-names.js';
export {
  Counter,
  DURATION_BUCKETS,
  Gauge,
  Histogram,
  createMetrics,
  type Metrics,
  type Sample,
} from './metrics.js';
export { runProcess, type ProcessParts } from './run-process.js';
export {
  SHUTDOWN_PHASES,
  ShutdownRegistry,
  exitOnSignals,
  onLauncherGone,
  type ExitOptions,
  type ShutdownOptions,
  type ShutdownPhase,
} from './shutdown.js';
export { bearerToken, tokenMatches } from './token.js';
export { transitionCounter } from './transition-metrics.js';
export { eachInTurns, mapInTurns, textInTurns } from './turns.js';
