import { ADMISSION_ALL, ADMISSION_NONE } from '../model/admission.js';
import { bucketOf, type CohortSalt, inCohort, prepareSalt } from './cohort.js';
import type { Admission, AdmissionDecision, BreakerView, DecisionReason } from '../model/model.js';
import { PRIORITY_ATTRIBUTE, placeByPriority } from './priority.js';
import {
  attributeOf,
  type CompiledRule,
  isAttributeValue,
  type RuleEngine,
  RULES,
} from '../targeting/rules.js';
import { hexDigitBucketOf } from './hex-digit-cohort.js';
import type { AttributeValue, Context } from '../model/rules.js';

/** A view prepared for many decisions. Make a new one for each new view. */
export interface CompiledBreaker {
  readonly view: BreakerView;
  readonly closed: boolean;
  /** Every call passes as evidence, whoever makes it: nothing has to be looked up. */
  readonly admitsAll: boolean;
  /** No call passes, whoever makes it. */
  readonly rejectsAll: boolean;
  /** Those that can apply in this state. */
  readonly rules: readonly CompiledRule[];
  readonly engine: RuleEngine | null;
  readonly salt: CohortSalt;
  /** The instance's own attributes, used where a call's context has none. */
  readonly base: Context | undefined;
  /** Of these, the priority and the cohort key, looked up once. */
  readonly basePriority: AttributeValue | undefined;
  readonly baseKey: AttributeValue | undefined;
}

/** Prepares a view. `base` holds the instance's attributes (service, zone, …), which a call's context overrides. */
export function compileBreaker(view: BreakerView, base?: Context): CompiledBreaker {
  return compileView(view, base, RULES);
}

/** A person's Open stops what rules admit, too, unless the person left them in force. */
export function stopsRules(view: Pick<BreakerView, 'state' | 'mode' | 'keepsRules'>): boolean {
  return view.state === 'open' && view.mode === 'held' && view.keepsRules !== true;
}

/** As `compileBreaker`, with what evaluates rules; null: views here have none. */
export function compileView(
  view: BreakerView,
  base: Context | undefined,
  engine: RuleEngine | null,
): CompiledBreaker {
  const closed = view.state === 'closed';
  const observe = view.mode === 'observe';
  const stopped = stopsRules(view);
  const rules =
    observe || stopped || engine === null
      ? []
      : engine.compile(
          view.rules.filter((rule) => !closed || rule.when === 'always'),
          view.segments,
        );
  return {
    view,
    closed,
    admitsAll: observe || (rules.length === 0 && view.admission >= ADMISSION_ALL),
    rejectsAll: !observe && rules.length === 0 && view.admission <= ADMISSION_NONE,
    rules,
    engine,
    salt: prepareSalt(view.salt),
    base,
    basePriority: attributeOf(PRIORITY_ATTRIBUTE, base),
    baseKey: attributeOf(view.cohortKey, base),
  };
}

/** A bucket, or what draws one where it is needed. */
export type SampleBucket = number | (() => number);

/** Not admitted. */
export const VERDICT_REJECTED = 0;
/** Admitted, and its outcome is evidence. */
export const VERDICT_ADMITTED = 1;
/** Admitted by a rule alone: its outcome is no evidence for a ramp. */
export const VERDICT_RULE_ADMITTED = 2;
export type Verdict =
  typeof VERDICT_REJECTED | typeof VERDICT_ADMITTED | typeof VERDICT_RULE_ADMITTED;

/**
 * Whether a call may pass, without allocating. `sampleBucket` (0…2³²−1) stands in for the bucket of a context without
 * a cohort key; without it such a call is in no cohort.
 */
export function verdictOf(
  breaker: CompiledBreaker,
  context?: Context,
  sampleBucket?: SampleBucket,
): Verdict {
  if (breaker.admitsAll) return VERDICT_ADMITTED;
  if (breaker.rejectsAll) return VERDICT_REJECTED;
  const { view } = breaker;
  const rule = ruleFor(breaker, context);
  const limit = rule === null ? view.admission : admissionByRule(rule);
  if (limit <= ADMISSION_NONE) return VERDICT_REJECTED;
  // The bucket matters only where an admission is neither none nor all.
  const bucket =
    isPartial(limit) || isPartial(view.admission)
      ? cohortPositionOf(breaker, context, sampleBucket)
      : null;
  if (!passes(limit, bucket)) return VERDICT_REJECTED;
  return passes(view.admission, bucket) ? VERDICT_ADMITTED : VERDICT_RULE_ADMITTED;
}

/** `verdictOf` as yes or no. */
export function admits(
  breaker: CompiledBreaker,
  context?: Context,
  sampleBucket?: SampleBucket,
): boolean {
  return verdictOf(breaker, context, sampleBucket) !== VERDICT_REJECTED;
}

/** As `verdictOf`, with the reasons: for people, tests and traces. */
export function decideAdmission(
  breaker: CompiledBreaker,
  context?: Context,
  sampleBucket?: SampleBucket,
): AdmissionDecision {
  const { view } = breaker;
  const rule = ruleFor(breaker, context);
  const admission = rule === null ? baseAdmission(view) : admissionByRule(rule);
  const needed = isPartial(admission) || (rule !== null && isPartial(view.admission));
  const bucket = needed ? cohortPositionOf(breaker, context, sampleBucket) : null;
  const admitted = passes(admission, bucket);
  return {
    admitted,
    reason: rule === null ? reasonOf(view, admission) : 'rule',
    admission,
    bucket,
    ...(rule === null ? {} : { ruleId: rule.rule.id }),
    evidence: !admitted || passes(baseAdmission(view), bucket),
  };
}

/** Of a longer key the beginning counts, in UTF-16 units: a call's decision takes bounded time. */
const KEY_LENGTH = 1_024;

/** The cohort key of a context as text; undefined when it has none. An empty one is none. */
export function cohortKeyOf(
  view: BreakerView,
  context?: Context,
  base?: Context,
): string | undefined {
  const key = keyOf(attributeOf(view.cohortKey, context, base));
  return key === undefined ? undefined : beginningOf(key);
}

function keyOf(value: AttributeValue | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : String(value);
}

function beginningOf(key: string): string {
  return key.length > KEY_LENGTH ? key.slice(0, KEY_LENGTH) : key;
}

function ruleFor(
  { rules, engine, closed, base }: CompiledBreaker,
  context: Context | undefined,
): CompiledRule | null {
  if (engine === null || rules.length === 0) return null;
  return engine.find(rules, context, closed, base);
}

function baseAdmission(view: BreakerView): Admission {
  return view.mode === 'observe' ? ADMISSION_ALL : view.admission;
}

function reasonOf(view: BreakerView, admission: Admission): DecisionReason {
  if (view.mode === 'observe') return 'observe';
  if (view.state === 'closed') return 'closed';
  if (view.state === 'probing') return 'probe';
  return admission === ADMISSION_NONE ? 'open' : 'cohort';
}

function admissionByRule({ rule }: CompiledRule): Admission {
  switch (rule.effect.kind) {
    case 'admit':
      return ADMISSION_ALL;
    case 'reject':
      return ADMISSION_NONE;
    case 'admission':
      return rule.effect.admission;
  }
}

function isPartial(admission: Admission): boolean {
  return admission > ADMISSION_NONE && admission < ADMISSION_ALL;
}

function passes(admission: Admission, bucket: number | null): boolean {
  return bucket === null ? admission >= ADMISSION_ALL : inCohort(bucket, admission);
}

/** The names are looked up here, each at a place of its own: one place for all names takes several times as long. */
function cohortPositionOf(
  { view, salt, basePriority, baseKey }: CompiledBreaker,
  context: Context | undefined,
  sampleBucket: SampleBucket | undefined,
): number | null {
  const ownPriority = context?.[PRIORITY_ATTRIBUTE];
  const priority = isAttributeValue(ownPriority) ? ownPriority : basePriority;
  const ownKey = context?.[view.cohortKey];
  const key = keyOf(isAttributeValue(ownKey) ? ownKey : baseKey);
  if (key === undefined) {
    const bucket = typeof sampleBucket === 'function' ? sampleBucket() : sampleBucket;
    return bucket === undefined ? null : placeByPriority(bucket, priority);
  }
  const hashed = beginningOf(key);
  const bucket =
    view.cohort === 'suffix' ? hexDigitBucketOf(salt, key, hashed) : bucketOf(salt, hashed);
  return placeByPriority(bucket, priority);
}
