import { RecloserOptionError } from '../errors.js';

/** What an option has to be, in words; undefined when it is that. */
export type Check = (value: unknown, path: string) => string | undefined;
export type Checks<T> = { readonly [K in keyof Required<T>]: Check };

const HIGHEST = Number.MAX_SAFE_INTEGER;

const ofType =
  (type: 'boolean' | 'function' | 'string', words: string): Check =>
  (value) =>
    typeof value === type ? undefined : words;

export const isAnything: Check = () => undefined;
export const isBoolean = ofType('boolean', 'true or false');
export const isFunction = ofType('function', 'a function');
export const isString = ofType('string', 'a text');

/** A number from `min` to `max`. */
export function number(min: number, max = HIGHEST, whole = false): Check {
  const words = `a ${whole ? 'whole ' : ''}number ${max === HIGHEST ? `≥ ${min}` : `${min} … ${max}`}`;
  return (value) =>
    typeof value === 'number' && value >= min && value <= max && (!whole || Number.isInteger(value))
      ? undefined
      : words;
}

/** As `check`, or Infinity for no limit. */
export const orInfinity =
  (check: Check): Check =>
  (value, path) => {
    const words = value === Infinity ? undefined : check(value, path);
    return words && `${words}, or Infinity`;
  };

/** One of these texts. */
export const oneOf =
  (...texts: readonly string[]): Check =>
  (value) =>
    texts.includes(value as string) ? undefined : texts.map((text) => `'${text}'`).join(' or ');

/** An object whose values are all so, whatever their names. */
export const recordOf =
  (check: Check): Check =>
  (value, path) => {
    if (!isObject(value)) return 'an object';
    for (const [name, item] of Object.entries(value)) demand(`${path}.${name}`, item, check);
    return undefined;
  };

/** Options of their own. */
export const nested =
  <T>(checks: Checks<T>): Check =>
  (value, path) => {
    checkOptions(path, value, checks);
    return undefined;
  };

/**
 * Makes sure that options are what they are documented to be. What is undefined counts as left out.
 * @throws RecloserOptionError
 */
export function checkOptions<T>(
  path: string,
  options: unknown,
  checks: Checks<T>,
  needed: readonly string[] = [],
): void {
  if (!isObject(options)) throw new RecloserOptionError(path, options, 'an object');
  for (const name of new Set([...needed, ...Object.keys(options)])) {
    const at = path === '' ? name : `${path}.${name}`;
    const value = options[name];
    if (!Object.hasOwn(checks, name)) {
      throw new RecloserOptionError(at, value, `one of ${Object.keys(checks).join(', ')}`);
    }
    if (value !== undefined || needed.includes(name)) demand(at, value, checks[name as keyof T]);
  }
}

/** @throws RecloserOptionError */
export function demand(path: string, value: unknown, check: Check): void {
  const words = check(value, path);
  if (words !== undefined) throw new RecloserOptionError(path, value, words);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
