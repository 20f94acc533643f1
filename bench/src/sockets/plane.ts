import { ControlPlane } from '@recloser/example-fleet';
import { startPlatform, startRedis } from '@recloser/platform';

const ADMIN = { email: 'bench@recloser.local', password: 'recloser-bench' };

/** A control plane of one's own, on Postgres alone or with Redis. */
export interface Plane {
  readonly control: ControlPlane;
  readonly sdkUrl: string;
  readonly sdkKey: string;
  /** The API's process. */
  readonly apiPid: number;
  /** kill -9; it is started again. */
  killApi(): void;
  stop(): Promise<void>;
}

export async function startPlane(
  redis: boolean,
  env: Readonly<Record<string, string>> = {},
  log: (line: string) => void = () => undefined,
): Promise<Plane> {
  const server = redis ? await startRedis() : null;
  const platform = await startPlatform({
    ephemeral: true,
    web: false,
    port: 0,
    admin: ADMIN,
    env,
    log,
    ...(server ? { redisUrl: server.url } : {}),
  });
  const control = new ControlPlane(platform.url);
  await control.signIn(ADMIN);
  return {
    control,
    sdkUrl: platform.url.replace(/^http/, 'ws'),
    sdkKey: await control.createKey('bench'),
    apiPid: platform.pid('api') ?? 0,
    killApi: () => platform.kill('api'),
    stop: async () => {
      await platform.stop();
      await server?.stop();
    },
  };
}
