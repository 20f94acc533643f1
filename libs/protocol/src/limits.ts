/** Bounds on everything that crosses a process. Each is far above honest use and far below harm. */
export const LIMITS = {
  breakerKeyLength: 200,
  nameLength: 120,
  instanceIdLength: 120,
  reasonLength: 1_000,
  /** Bytes of one SDK frame: 1,000 active breakers in one batch stay below it. */
  sdkFrameBytes: 256 * 1024,
  countPerBucket: 100_000_000,
  /** A 250 ms bucket each; older outcomes than 15 s are of no use for a decision. */
  bucketsPerItem: 60,
  /** Numbers of an item's latencies: two for each of the core's bins, and room for finer ones to come. */
  latenciesPerItem: 1_024,
  itemsPerSignal: 2_000,
  /** Of an SDK that polls, in one request. */
  framesPerPost: 100,
  discoverPerFrame: 100,
  /** A code may invent names; more than this many discovered breakers in an environment are refused. */
  discoveredPerEnvironment: 1_000,
  breakersPerProject: 10_000,
  /** Parts of a fleet with a state of their own; the core's SCOPES_MAX. */
  scopesPerBreaker: 32,
  rulesPerBreaker: 100,
  clausesPerRule: 20,
  valuesPerClause: 1_000,
  /** Of a segment's lists together; the core's valuesPerSegment. */
  valuesPerSegment: 100_000,
  /** Of the clauses of all segments of an environment as JSON, in bytes: five lists of 100,000 UUIDs. */
  segmentBytesPerEnvironment: 20 * 1024 * 1024,
  /** Of a request that saves one segment: 100,000 values of 36 characters, twice over. */
  segmentRequestBytes: 8 * 1024 * 1024,
  /** Values of a segment that a list of segments shows; the segment itself has all. */
  valuesInList: 1_000,
  /** Different segments that the rules of one breaker name. */
  segmentsPerBreaker: 20,
  segmentsPerEnvironment: 200,
  schedulesPerEnvironment: 200,
  /** Where notifications go. */
  channelsPerEnvironment: 20,
  urlLength: 2_000,
  headersPerChannel: 20,
  headerNameLength: 100,
  headerValueLength: 2_000,
  /** How long the secret before may sign beside the new one: 7 days. */
  secretOverlapMs: 7 * 86_400_000,
  /** Events that a channel's receiver did not take and that are kept in sight. */
  setAsidePerChannel: 100,
  valueLength: 256,
  tagsPerBreaker: 20,
  /** Of an environment as a file, in bytes of UTF-8: 2,000 breakers, or a list of 100,000 ids. */
  documentBytes: 5 * 1024 * 1024,
  /** Of a request that imports it: JSON escapes line ends and quotes. */
  importRequestBytes: 12 * 1024 * 1024,
  /** More would hold the environment locked for too long. */
  breakersPerDocument: 2_000,
  pageSize: 200,
  /** Views of one environment's fleet that one person keeps. */
  viewsPerPerson: 20,
  viewNameLength: 60,
  viewQueryLength: 1_000,
  keysPerEnvironment: 100,
  /** API tokens in force, of the whole installation. */
  tokens: 500,
  /** Days until a token ends for which no end was given. */
  tokenDays: 90,
  /** Incoming triggers in force. */
  triggersPerEnvironment: 200,
  /** How long what a trigger does may last: from 10 s to 7 days. */
  triggerMinMs: 10_000,
  triggerMaxMs: 7 * 86_400_000,
  /** Of what a monitoring system sends to a trigger. */
  triggerRequestBytes: 256 * 1024,
  /** Alerts that one trigger remembers, the latest. */
  alertsPerTrigger: 200,
  instancesPerKey: 20_000,
  /** Services of which it is known that they call one breaker; more are not kept. */
  servicesPerBreaker: 100,
  /** Pairs of a service and a breaker that a list of services tells at most, the latest. */
  usesPerList: 50_000,
  /** Failed probe rounds that a list counts in one place. */
  foldedRounds: 100_000,
} as const;
