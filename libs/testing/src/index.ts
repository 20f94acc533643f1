export { TEST_POSTGRES, findChromium, testPostgres, testRedis } from './servers.js';
export type { TestPostgresOptions, TestServer } from './servers.js';
export {
  BACKBONE_TARGETS,
  type BackboneServer,
  type BackboneTarget,
  CLUSTERED_BACKBONE_TARGETS,
  type ClusteredBackboneServer,
  QUIET,
  SIGNAL_TARGETS,
  type SignalServer,
} from './conformance/backbones.js';
export { aggregate, statisticsRow, counts, signalScene } from './conformance/signals.js';
export { type Certificate, type TestAuthority, testAuthority } from './authority.js';
export { type RedisSentinels, type SentinelOptions, testSentinels } from './redis-sentinels.js';
export { type RedisClusterServer, testRedisCluster } from './redis-cluster.js';
export { type TcpProxy, tcpProxy } from './tcp-proxy.js';
