import { type Context } from '@recloser/core';
import { type Instance } from '@recloser/protocol';
import { type RecloserOptions } from './options.js';
import { type System } from './system.js';
import { SDK_NAME } from './version.js';

const NAME_LENGTH = 120;
const RANDOM_PART = 36 ** 6;

/** How this process introduces itself. Names that are missing or too long are made to fit. */
export function instanceOf(options: RecloserOptions, system: System): Instance {
  const { zone, region, service, instanceId } = options;
  const random = Math.floor(system.random() * RANDOM_PART).toString(36);
  return {
    id: fit(instanceId, `${system.hostname}-${system.pid}-${random}`),
    service: fit(service, 'unknown'),
    sdk: SDK_NAME,
    pid: system.pid,
    features: ['scopes'],
    ...(zone ? { zone: fit(zone, '') } : {}),
    ...(region ? { region: fit(region, '') } : {}),
  };
}

/** What rules may ask about this process, where a call's own context does not say it. */
export function baseContext(options: RecloserOptions, instance: Instance): Context {
  const { service, zone, region, id, sdk } = instance;
  const sdkVersion = sdk.slice(sdk.indexOf('/') + 1);
  return { ...options.attributes, service, zone, region, instance: id, sdkVersion };
}

function fit(value: string | undefined, otherwise: string): string {
  return (value || otherwise).slice(0, NAME_LENGTH);
}
