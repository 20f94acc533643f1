import {
  CALL_SETTINGS,
  type CallSetting,
  type Cohort,
  formatAdmission,
  fromPercent,
  percentOf,
  type Policy,
  POLICY_LIMITS,
  type PolicyProblem,
  validatePolicy,
} from '@recloser/core';
import type { Change } from '../breaker/components/changes';
import {
  POLICY_FIELDS,
  type PolicyField,
  readNumber,
  tellNumber,
  writeNumber,
} from './policy-fields';
import { checkOf, probeChange, type ProbeDraft, probeDraftOf } from './probe-draft';

/** A policy as text fields: what a person writes may be no number yet. */
export interface PolicyDraft {
  readonly numbers: Readonly<Record<string, string>>;
  /** Percentages, separated by commas. */
  readonly ladder: string;
  readonly probe: ProbeDraft;
  readonly coldSensitive: boolean;
  readonly cohort: Cohort;
  readonly onStepFailure: Policy['recovery']['onStepFailure'];
  readonly onLowTraffic: Policy['recovery']['onLowTraffic'];
  /** Settings of the calls in which the code cannot choose another value. */
  readonly locked: readonly CallSetting[];
}

/** The setting of a field that can be locked. */
export function lockable(path: PolicyField['path']): CallSetting | undefined {
  return CALL_SETTINGS.find((setting) => path === `call.${setting}`);
}

function numberAt(policy: Policy, path: string): number | null {
  let value: unknown = policy;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null) return null;
    value = Object.entries(value).find(([key]) => key === name)?.[1];
  }
  return typeof value === 'number' ? value : null;
}

function writeLadder(ladder: Policy['recovery']['ladder']): string {
  return ladder.map((admission) => String(Number(percentOf(admission).toPrecision(9)))).join(', ');
}

export function draftOf(policy: Policy): PolicyDraft {
  const numbers = POLICY_FIELDS.map(({ path, unit }) => [
    path,
    writeNumber(numberAt(policy, path), unit),
  ]);
  return {
    numbers: Object.fromEntries(numbers) as Record<string, string>,
    ladder: writeLadder(policy.recovery.ladder),
    probe: probeDraftOf(policy.recovery.probe),
    coldSensitive: policy.recovery.coldSensitive,
    cohort: policy.recovery.cohort,
    onStepFailure: policy.recovery.onStepFailure,
    onLowTraffic: policy.recovery.onLowTraffic,
    locked: policy.call.locked,
  };
}

/** "6.25, 12.5" as admissions; NaN where a part is no percentage. */
export function readLadder(text: string): number[] {
  return text
    .split(/[\s,;%]+/)
    .filter((part) => part !== '')
    .map((part) => fromPercent(Number(part)) ?? Number.NaN);
}

/** The number in a field; null when it is empty. */
type ReadNumber = (path: PolicyField['path']) => number | null;

/** Off unless a number of failures is given; the rest has a usual value. */
function consecutiveOf(read: ReadNumber): Policy['consecutive'] {
  const failures = read('consecutive.failures');
  if (failures === null) return null;
  return {
    failures,
    instances: read('consecutive.instances') ?? 2,
    withinMs: read('consecutive.withinMs') ?? 60_000,
  };
}

function adaptiveOf(read: ReadNumber): Policy['adaptive'] {
  const k = read('adaptive.k');
  return k === null ? null : { k };
}

function recoveryOf(draft: PolicyDraft, read: ReadNumber): Policy['recovery'] {
  const { ladder, probe, coldSensitive, cohort, onStepFailure, onLowTraffic } = draft;
  const must = (path: PolicyField['path']): number => read(path) ?? Number.NaN;
  return {
    coolDownMs: must('recovery.coolDownMs'),
    coolDownMaxMs: must('recovery.coolDownMaxMs'),
    coolDownJitter: must('recovery.coolDownJitter'),
    stableMs: must('recovery.stableMs'),
    probes: must('recovery.probes'),
    probeTtlMs: must('recovery.probeTtlMs'),
    probe: checkOf(probe),
    ladder: readLadder(ladder),
    coldSensitive,
    cohort,
    maxRps: read('recovery.maxRps'),
    dwellPerOutage: must('recovery.dwellPerOutage'),
    dwellMinMs: must('recovery.dwellMinMs'),
    dwellMaxMs: must('recovery.dwellMaxMs'),
    recoveryRate: must('recovery.recoveryRate'),
    minCalls: must('recovery.minCalls'),
    onStepFailure,
    onLowTraffic,
    lowTrafficMaxMs: must('recovery.lowTrafficMaxMs'),
    ackQuorum: must('recovery.ackQuorum'),
    ackTimeoutMs: must('recovery.ackTimeoutMs'),
  };
}

/** The policy that a draft stands for; numbers that are none are NaN and do not validate. */
export function policyOf(draft: PolicyDraft): Policy {
  const { numbers, locked } = draft;
  const read: ReadNumber = (path) => {
    const field = POLICY_FIELDS.find((one) => one.path === path);
    return readNumber(numbers[path] ?? '', field?.unit ?? 'ms');
  };
  const must = (path: PolicyField['path']): number => read(path) ?? Number.NaN;
  return {
    trip: {
      toleratedRate: must('trip.toleratedRate'),
      toleratedSlowRate: read('trip.toleratedSlowRate'),
      excessMs: must('trip.excessMs'),
    },
    minCalls: must('minCalls'),
    quorum: must('quorum'),
    consecutive: consecutiveOf(read),
    adaptive: adaptiveOf(read),
    recovery: recoveryOf(draft, read),
    call: {
      timeoutMs: read('call.timeoutMs'),
      stallMs: read('call.stallMs'),
      slowMs: read('call.slowMs'),
      maxConcurrent: read('call.maxConcurrent'),
      maxQueue: read('call.maxQueue'),
      maxRetries: read('call.maxRetries'),
      autoFalseRate: read('call.autoFalseRate'),
      autoMinMs: read('call.autoMinMs'),
      autoMaxMs: read('call.autoMaxMs'),
      locked: CALL_SETTINGS.filter((setting) => locked.includes(setting)),
    },
  };
}

/** A problem in the units of its field. */
function explain({ path, message }: PolicyProblem, value: number | null): string {
  const field = POLICY_FIELDS.find((one) => one.path === path);
  if (field === undefined) return message;
  const { min, max, reason } = POLICY_LIMITS[field.path];
  const range = `${writeNumber(min, field.unit)} … ${tellNumber(max, field.unit)}`;
  if (value === null)
    return lockable(field.path) === undefined ? `Give a number, ${range}.` : message;
  if (Number.isNaN(value)) return `Give a number, ${range}.`;
  return value < min || value > max ? `Must be ${range}. ${reason}` : message;
}

/** What is wrong, by path; those of a ladder's steps stand under the ladder. */
export function problemsOf(policy: Policy): Readonly<Record<string, string>> {
  const problems: Record<string, string> = {};
  for (const problem of validatePolicy(policy)) {
    const path = problem.path.startsWith('recovery.ladder') ? 'recovery.ladder' : problem.path;
    problems[path] ??= explain(problem, numberAt(policy, problem.path));
  }
  return problems;
}

export const COHORT_WORDS = { hash: 'by hash', suffix: 'by last hex digit' } as const;
const COLD_WORDS = { no: 'goes by its latencies', yes: 'always in full' } as const;
const coldWord = (isSensitive: boolean): string => COLD_WORDS[isSensitive ? 'yes' : 'no'];
export const FAILURE_WORDS = { step_back: 'one step back', open: 'open again' } as const;
export const TRAFFIC_WORDS = {
  advance_after: 'goes on after a while',
  hold: 'waits for calls',
} as const;

function change(label: string, before: string, after: string): Change[] {
  return before === after ? [] : [{ label, before, after }];
}

export function ladderWords(ladder: Policy['recovery']['ladder']): string {
  return ladder.map((step) => (Number.isNaN(step) ? '?' : formatAdmission(step))).join(' → ');
}

function lockWords({ call }: Policy): string {
  const labels = POLICY_FIELDS.filter(({ path }) => {
    const setting = lockable(path);
    return setting !== undefined && call.locked.includes(setting);
  });
  return labels.map(({ label }) => label).join(', ') || 'none';
}

/** What differs between two policies, in words. */
export function policyChanges(
  before: Policy,
  after: Policy,
  groupOf: (path: string) => string,
): Change[] {
  const was = before.recovery;
  const is = after.recovery;
  return [
    ...POLICY_FIELDS.flatMap(({ path, label, unit }) => {
      const [old, now] = [numberAt(before, path), numberAt(after, path)];
      return Object.is(old, now)
        ? []
        : change(`${groupOf(path)} · ${label}`, tellNumber(old, unit), tellNumber(now, unit));
    }),
    ...change('Each call · Locked', lockWords(before), lockWords(after)),
    ...change('Ladder', ladderWords(was.ladder), ladderWords(is.ladder)),
    ...probeChange(was.probe, is.probe),
    ...change(
      'Ladder of a warm dependency',
      coldWord(was.coldSensitive),
      coldWord(is.coldSensitive),
    ),
    ...change('Who comes first', COHORT_WORDS[was.cohort], COHORT_WORDS[is.cohort]),
    ...change(
      'When a step fails',
      FAILURE_WORDS[was.onStepFailure],
      FAILURE_WORDS[is.onStepFailure],
    ),
    ...change(
      'Too little traffic',
      TRAFFIC_WORDS[was.onLowTraffic],
      TRAFFIC_WORDS[is.onLowTraffic],
    ),
  ];
}
