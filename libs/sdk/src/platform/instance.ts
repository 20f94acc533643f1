import { type Context } from '@recloser/core';
import { type Instance } from '@recloser/protocol';
import { type RecloserOptions } from '../options/options.js';
import { type System } from './system.js';
import { SDK_NAME } from '../version.js';

const NAME_LENGTH = 120;
const RANDOM_PART = 36 ** 6;

/** How this process introduces itself. Names that are missing or too long are made to fit. */
export function instanceOf(options: RecloserOptions, system: System): Instance {
  const random = Math.floor(system.random() * RANDOM_PART).toString(36);
  const zone = fit(options.zone);
  const region = fit(options.region);
  return {
    id: fit(options.instanceId) || fit(`${system.hostname}-${system.pid}-${random}`),
    service: fit(options.service) || 'unknown',
    sdk: SDK_NAME,
    pid: system.pid,
    features: ['scopes', 'parts'],
    ...(zone && { zone }),
    ...(region && { region }),
  };
}

/** What rules may ask about this process, where a call's own context does not say it. */
export function baseContext(options: RecloserOptions, instance: Instance): Context {
  const { service, zone, region, id, sdk } = instance;
  const sdkVersion = sdk.slice(sdk.indexOf('/') + 1);
  return { ...options.attributes, service, zone, region, instance: id, sdkVersion };
}

/** Cut to length, and without what the database cannot hold: U+0000 and halves of surrogate pairs. */
function fit(value = ''): string {
  return value.slice(0, NAME_LENGTH).replaceAll(/\0|\p{Cs}/gu, '');
}
