import {
  CALL_SETTINGS,
  isAdmission,
  MODES,
  STATE_KINDS,
  type BreakerView,
  type CallView,
  type Rule,
  type Segment,
} from '@recloser/core';
import { type ServerFrame } from '@recloser/protocol';

/** A frame, or why there is none. An unknown kind is no error: a newer server may say more. */
export type Decoded = ServerFrame | 'unknown' | 'malformed';

type Check = (value: unknown) => boolean;
type Fields = Readonly<Record<string, unknown>>;

const NO_CALL: CallView = Object.freeze({ timeoutMs: null, stallMs: null, slowMs: null });
const NO_RULES: readonly Rule[] = Object.freeze([]);
const DEFAULT_COHORT_KEY = 'accountId';

const isString: Check = (value) => typeof value === 'string';
const isText: Check = (value) => isString(value) && value !== '';
const isBoolean: Check = (value) => typeof value === 'boolean';
const isCount: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const isPositive: Check = (value) => isCount(value) && value !== 0;
const isRate: Check = (value) => typeof value === 'number' && value >= 0;
const isLimit: Check = (value) => value === null || isCount(value);
const isAttribute: Check = (value) =>
  isString(value) || isBoolean(value) || typeof value === 'number';

const isAdmissionEffect = shape({ kind: oneOf(['admission']), admission: isAdmission });
const isPlainEffect = shape({ kind: oneOf(['admit', 'reject']) });
const areClauses = listOf(
  shape({
    attribute: isText,
    // One that this version does not know never matches.
    operator: isString,
    values: listOf(isAttribute),
    negate: optional(isBoolean),
    ignoreCase: optional(isBoolean),
  }),
);
const isSegment = shape({ key: isText, clauses: areClauses });
const isSegmentEdit = shape({
  key: isText,
  clause: isCount,
  add: optional(listOf(isAttribute)),
  remove: optional(listOf(isAttribute)),
});
const isRule = shape({
  id: isText,
  when: oneOf(['always', 'not_closed']),
  clauses: areClauses,
  effect: (value) => isPlainEffect(value) || isAdmissionEffect(value),
});
const standing = {
  version: isCount,
  state: oneOf(STATE_KINDS),
  mode: oneOf(MODES),
  admission: isAdmission,
  retryAfterMs: isLimit,
  keepsRules: optional(isBoolean),
  maxRps: optional(isRate),
};
const isView = shape({
  ...standing,
  key: isText,
  salt: isString,
  cohortKey: isString,
  rules: listOf(isRule),
  segments: optional(listOf(isSegment)),
  call: shape({
    timeoutMs: isLimit,
    stallMs: isLimit,
    slowMs: isLimit,
    maxConcurrent: optional(isLimit),
    maxQueue: optional(isLimit),
    maxRetries: optional(isLimit),
    // A setting that this version does not know is never asked for.
    locked: optional(listOf(isString)),
  }),
  // A kind of part that this version does not know matches no process.
  scopes: optional(listOf(shape({ ...standing, kind: isString, value: isText }))),
});

const SNAPSHOT = shape({
  epoch: isString,
  seq: isCount,
  fleet: optional(isPositive),
  segmentsId: optional(isText),
  breakers: listOf(isView),
});
const SEGMENTS = shape({ id: isText, segments: listOf(isSegment) });
const FRAMES: Readonly<Record<ServerFrame['t'], Check>> = {
  part: shape({
    segments: optional(listOf((value) => isSegment(value) || isSegmentEdit(value))),
    breakers: optional(listOf(isView)),
  }),
  full: shape({
    epoch: isString,
    seq: isCount,
    environment: shape({ key: isString, kind: isString }),
    tuning: shape({ flushMs: isCount, urgentFlushMs: isCount, leaseMs: isCount, pingMs: isCount }),
    fleet: optional(isPositive),
    breakers: listOf(isView),
  }),
  delta: shape({
    epoch: isString,
    from: isCount,
    seq: isCount,
    breakers: listOf(isView),
    removed: listOf(isText),
  }),
  quota: shape({ b: isText, rps: isRate, ttlMs: isPositive }),
  permit: shape({ b: isText, v: isCount, round: isCount, id: isText, ttlMs: isPositive }),
  got: shape({ n: isPositive }),
  ping: shape({ id: isCount, lease: isBoolean, fleet: optional(isPositive) }),
  report: shape({}),
  goodbye: shape({ reason: isString, withinMs: isCount }),
  error: shape({
    code: isString,
    message: isString,
    fatal: isBoolean,
    retryAfterMs: optional(isCount),
  }),
};

/** Reads what the server sent. Never throws; fields that are not known are passed over. */
export function decodeServerFrame(text: string): Decoded {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'malformed';
  }
  if (!isFields(value) || typeof value['t'] !== 'string') return 'malformed';
  if (!Object.hasOwn(FRAMES, value['t'])) return 'unknown';
  if (!isFrame(value)) return 'malformed';
  return 'breakers' in value ? { ...value, breakers: (value.breakers ?? []).map(compact) } : value;
}

/** What is kept of the control plane's state. */
export interface Snapshot {
  readonly epoch: string;
  readonly seq: number;
  /** How many instances there were. */
  readonly fleet?: number | undefined;
  readonly breakers: readonly BreakerView[];
  /** Which segments stand beside it; left out: none, or with each breaker. */
  readonly segmentsId?: string | undefined;
}

/** The segments of a snapshot, in a file of their own: they change rarely, and may be long. */
export interface KeptSegments {
  readonly id: string;
  readonly segments: readonly Segment[];
}

/** Reads what an earlier process has kept; null when it is no such thing. @throws SyntaxError */
export function decodeSnapshot(text: string): Snapshot | null {
  const value: unknown = JSON.parse(text);
  const known =
    isFields(value) && 'views' in value ? { ...value, breakers: value['views'] } : value;
  return isSnapshot(known) ? { ...known, breakers: known.breakers.map(compact) } : null;
}

/** As it is written: where segments stand beside it, breakers have another name, so that SDKs of before do not take them for all. */
export function encodeSnapshot(snapshot: Snapshot): string {
  const { segmentsId, breakers } = snapshot;
  const names = segmentsId === undefined ? { breakers } : { views: breakers, breakers: undefined };
  return JSON.stringify({ ...snapshot, ...names });
}

/** @throws SyntaxError */
export function decodeSegments(text: string): KeptSegments | null {
  const value: unknown = JSON.parse(text);
  return areSegments(value) ? value : null;
}

/** What the SDK needs of a view. Shares what most breakers have in common, as there may be thousands. */
function compact(view: BreakerView): BreakerView {
  const { key, version, state, mode, admission, salt, call, retryAfterMs } = view;
  const isPlain = CALL_SETTINGS.every((setting) => (call[setting] ?? null) === null);
  const plain: BreakerView = {
    key,
    version,
    state,
    mode,
    admission,
    salt,
    cohortKey: view.cohortKey === DEFAULT_COHORT_KEY ? DEFAULT_COHORT_KEY : view.cohortKey,
    rules: view.rules.length === 0 ? NO_RULES : view.rules,
    call: isPlain ? NO_CALL : call,
    retryAfterMs,
  };
  const { cohort, keepsRules, maxRps, segments, scopes = [] } = view;
  // A kind of cohort that this version does not know is left out: it goes by the hash.
  const isSuffix = cohort === 'suffix';
  if (
    !isSuffix &&
    keepsRules !== true &&
    maxRps === undefined &&
    segments === undefined &&
    scopes.length === 0
  ) {
    return plain;
  }
  return {
    ...plain,
    ...(isSuffix && { cohort }),
    ...(keepsRules === true && { keepsRules }),
    ...(maxRps !== undefined && { maxRps }),
    ...(segments !== undefined && { segments }),
    ...(scopes.length > 0 && { scopes }),
  };
}

function isFrame(value: object): value is ServerFrame {
  return FRAMES[(value as ServerFrame).t](value);
}

function isSnapshot(value: unknown): value is Snapshot {
  return SNAPSHOT(value);
}

function areSegments(value: unknown): value is KeptSegments {
  return SEGMENTS(value);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shape(fields: Readonly<Record<string, Check>>): Check {
  const checks = Object.entries(fields);
  return (value) => isFields(value) && checks.every(([name, check]) => check(value[name]));
}

function listOf(check: Check): Check {
  return (value) => Array.isArray(value) && value.every((item) => check(item));
}

function oneOf(known: readonly unknown[]): Check {
  return (value) => known.includes(value);
}

function optional(check: Check): Check {
  return (value) => value === undefined || check(value);
}
