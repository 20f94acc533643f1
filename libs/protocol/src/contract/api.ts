const V1 = '/v1';
const PROJECT = '/v1/projects/:project';
const E = '/v1/projects/:project/environments/:environment';
const BREAKER = '/v1/projects/:project/environments/:environment/breakers/:key';

/**
 * Method and path of every REST route. What each takes, answers and needs stands in the contract, under the same names.
 * This table has no schemas, so that a page that calls the API does not need them before its first request.
 */
export const api = {
  audit: {
    list: `GET ${E}/audit`,
    export: `GET ${E}/audit/export`,
    verify: `GET ${E}/audit/verify`,
    read: `GET ${E}/audit/:id`,
  },
  auth: {
    signIn: `POST ${V1}/auth/sign-in/email`,
    signOut: `POST ${V1}/auth/sign-out`,
    session: `GET ${V1}/auth/get-session`,
    changePassword: `POST ${V1}/auth/change-password`,
  },
  breakers: {
    list: `GET ${E}/breakers`,
    create: `POST ${E}/breakers`,
    read: `GET ${BREAKER}`,
    edit: `PATCH ${BREAKER}`,
    archive: `POST ${BREAKER}/archive`,
    trip: `POST ${BREAKER}/trip`,
    restore: `POST ${BREAKER}/restore`,
    dim: `POST ${BREAKER}/dim`,
    setMode: `POST ${BREAKER}/mode`,
    ramp: `POST ${BREAKER}/ramp`,
    try: `POST ${BREAKER}/try`,
    series: `GET ${BREAKER}/series`,
    backtest: `POST ${BREAKER}/backtest`,
    cohortKeys: `GET ${BREAKER}/cohort-keys`,
    timeout: `GET ${BREAKER}/timeout`,
    convergence: `GET ${BREAKER}/convergence`,
    split: `GET ${BREAKER}/instances`,
  },
  channels: {
    list: `GET ${E}/channels`,
    create: `POST ${E}/channels`,
    edit: `PATCH ${E}/channels/:id`,
    remove: `POST ${E}/channels/:id/remove`,
    setAside: `GET ${E}/channels/:id/set-aside`,
    rotateSecret: `POST ${E}/channels/:id/rotate-secret`,
    test: `POST ${E}/channels/:id/test`,
  },
  docs: {
    page: 'GET /docs',
    document: 'GET /docs/json',
    script: 'GET /docs/start.js',
    asset: 'GET /docs/assets/:name',
  },
  environmentSettings: {
    read: `GET ${E}/settings`,
    edit: `PATCH ${E}/settings`,
  },
  files: {
    export: `GET ${E}/export`,
    import: `POST ${E}/import`,
  },
  health: {
    live: 'GET /health/live',
    ready: 'GET /health/ready',
    metrics: 'GET /metrics',
  },
  instances: {
    list: `GET ${E}/instances`,
    services: `GET ${E}/services`,
  },
  keys: {
    list: `GET ${E}/keys`,
    create: `POST ${E}/keys`,
    revoke: `POST ${E}/keys/:id/revoke`,
  },
  people: {
    list: `GET ${V1}/people`,
    create: `POST ${V1}/people`,
    setRole: `PATCH ${V1}/people/:id`,
    renewPassword: `POST ${V1}/people/:id/password`,
    remove: `POST ${V1}/people/:id/remove`,
  },
  projects: {
    me: `GET ${V1}/me`,
    list: `GET ${V1}/projects`,
    create: `POST ${V1}/projects`,
    createEnvironment: `POST ${PROJECT}/environments`,
  },
  schedules: {
    list: `GET ${E}/schedules`,
    create: `POST ${E}/schedules`,
    calendar: `GET ${E}/schedules/calendar`,
    read: `GET ${E}/schedules/:key`,
    edit: `PATCH ${E}/schedules/:key`,
    remove: `POST ${E}/schedules/:key/remove`,
  },
  sdk: {
    snapshot: `GET ${V1}/sdk/snapshot`,
    frames: `POST ${V1}/sdk/frames`,
    package: 'GET /sdk/recloser-sdk.tgz',
  },
  segments: {
    list: `GET ${E}/segments`,
    create: `POST ${E}/segments`,
    read: `GET ${E}/segments/:key`,
    edit: `PATCH ${E}/segments/:key`,
    remove: `POST ${E}/segments/:key/remove`,
  },
  systemAudit: {
    list: `GET ${V1}/audit`,
    export: `GET ${V1}/audit/export`,
    verify: `GET ${V1}/audit/verify`,
    read: `GET ${V1}/audit/:id`,
  },
  tokens: {
    list: `GET ${V1}/tokens`,
    create: `POST ${V1}/tokens`,
    revoke: `POST ${V1}/tokens/:id/revoke`,
  },
  triggers: {
    list: `GET ${E}/triggers`,
    create: `POST ${E}/triggers`,
    revoke: `POST ${E}/triggers/:id/revoke`,
    call: `POST ${V1}/triggers/:secret`,
  },
  views: {
    list: `GET ${E}/views`,
    save: `POST ${E}/views`,
    remove: `POST ${E}/views/remove`,
  },
} as const;

type Api = typeof api;

/** Method and path of a route, such as `GET /v1/people`. */
export type Address = { [G in keyof Api]: Api[G][keyof Api[G]] }[keyof Api];

export type MethodOf<A extends string> = A extends `${infer Method} ${string}` ? Method : never;
export type PathOf<A extends string> = A extends `${string} ${infer Path}` ? Path : never;

/** Names of the parameters of a path: `key` of `/breakers/:key/trip`. */
export type ParamOf<A extends string> = A extends `${string}/:${infer Name}/${infer Rest}`
  ? Name | ParamOf<`/${Rest}`>
  : A extends `${string}/:${infer Name}`
    ? Name
    : never;
