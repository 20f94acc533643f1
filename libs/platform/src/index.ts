export { findChromium } from './chromium.js';
export { databaseUrl, dropDatabase, ensureDatabase, withClient } from './databases.js';
export { EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres.js';
export { type RedisServer, findRedisServer, startRedis } from './embedded-redis.js';
export { PlatformError, type PlatformErrorCode, isPlatformError } from './errors.js';
export { freePort, isPortFree } from './ports.js';
export type { Platform, PlatformOptions, PlatformProcess } from './platform-options.js';
export { startPlatform } from './start-platform.js';
