import { ADMISSION_ALL } from '../model/admission.js';
import { BUCKET_MS, type Policy } from '../model/model.js';
import type { PolicyProblem } from '../model/policy-problem.js';
import { checkProblems } from '../model/probe-check.js';
import { EXCESS_REACH_MS, lowestRate } from '../model/trip-policy.js';
import { LADDER_STEPS_MAX, POLICY_LIMITS, type PolicyLimit } from '../model/policy-limits.js';
import { group } from '../model/words.js';

/** All reasons why a policy cannot be saved; empty when it can. */
export function validatePolicy(policy: Policy): readonly PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  const limits: [string, PolicyLimit][] = Object.entries(POLICY_LIMITS);
  for (const [path, limit] of limits) {
    if (isOff(policy, path)) continue;
    const value = valueAt(policy, path);
    // null switches an optional number off.
    if (value === null && NULLABLE.has(path)) continue;
    const message = numberProblem(value, limit);
    if (message !== null) problems.push({ path, message, min: limit.min, max: limit.max });
  }
  problems.push(
    ...ladderProblems(policy.recovery.ladder),
    ...relationProblems(policy),
    ...checkProblems(policy.recovery.probe, policy.recovery),
  );
  return problems;
}

const NULLABLE: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'trip.toleratedSlowRate',
  'recovery.maxRps',
  'call.timeoutMs',
  'call.stallMs',
  'call.slowMs',
  'call.maxConcurrent',
  'call.maxQueue',
  'call.maxRetries',
  'call.autoFalseRate',
  'call.autoMinMs',
  'call.autoMaxMs',
]);

/** Parts of a policy that are null when they are off. */
const PARTS = ['consecutive', 'adaptive'] as const;

function isOff(policy: Policy, path: string): boolean {
  return PARTS.some((part) => path.startsWith(`${part}.`) && valueAt(policy, part) === null);
}

function valueAt(policy: Policy, path: string): unknown {
  let value: unknown = policy;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.entries(value).find(([key]) => key === name)?.[1];
  }
  return value;
}

function numberProblem(value: unknown, limit: PolicyLimit): string | null {
  const range = `${group2(limit.min)} … ${group2(limit.max)}`;
  if (typeof value !== 'number' || !Number.isFinite(value)) return `Give a number, ${range}.`;
  if (value < limit.min || value > limit.max) return `Must be ${range}. ${limit.reason}`;
  if (limit.integer && !Number.isInteger(value)) return `Must be a whole number, ${range}.`;
  if (limit.step !== undefined && value % limit.step !== 0) {
    return `Must be a multiple of ${limit.step}, as outcomes are counted in buckets of ${BUCKET_MS} ms.`;
  }
  return null;
}

function ladderProblems(ladder: Policy['recovery']['ladder']): PolicyProblem[] {
  const path = 'recovery.ladder';
  if (ladder.length < 1 || ladder.length > LADDER_STEPS_MAX) {
    return [
      problem(
        path,
        `A ladder has 1 … ${LADDER_STEPS_MAX} steps; closed follows the last.`,
        1,
        LADDER_STEPS_MAX,
      ),
    ];
  }
  const max = ADMISSION_ALL - 1;
  return ladder.flatMap((admission, step) => {
    const at = `${path}.${step}`;
    if (!Number.isInteger(admission) || admission < 1 || admission > max) {
      return [
        problem(
          at,
          'A step is a whole admission above 0 and below 2³²; 6.25% is 268,435,456.',
          1,
          max,
        ),
      ];
    }
    const before = ladder[step - 1] ?? 0;
    return admission > before
      ? []
      : [problem(at, 'Each step must let in more than the one before.', before + 1, max)];
  });
}

function relationProblems(policy: Policy): PolicyProblem[] {
  return [...tripRelations(policy), ...recoveryRelations(policy), ...callRelations(policy)];
}

function tripRelations({ trip, consecutive }: Policy): PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  const longest = Math.floor((1 - trip.toleratedRate) * EXCESS_REACH_MS);
  // The lowest rate that opens it lies where this excess is reached within the time that is looked back.
  if (lowestRate(trip) > 1) {
    const message =
      `It could never open: even when all calls fail, at most ${group(longest)} ms of excess ` +
      `are reached in the ${EXCESS_REACH_MS / 1_000} s that it looks back.`;
    problems.push(problem('trip.excessMs', message, null, longest));
  }
  if (consecutive !== null && consecutive.instances > consecutive.failures) {
    const message = 'More instances cannot fail than calls do.';
    problems.push(problem('consecutive.instances', message, 1, consecutive.failures));
  }
  return problems;
}

function recoveryRelations({ trip, recovery }: Policy): PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  const { coolDownMs, coolDownMaxMs, dwellMinMs, dwellMaxMs, recoveryRate } = recovery;
  if (coolDownMaxMs < coolDownMs) {
    const message = 'The cap cannot be below the first cool-down.';
    problems.push(problem('recovery.coolDownMaxMs', message, coolDownMs, null));
  }
  if (dwellMaxMs < dwellMinMs) {
    const message = 'The longest dwell cannot be below the shortest.';
    problems.push(problem('recovery.dwellMaxMs', message, dwellMinMs, null));
  }
  if (recoveryRate >= trip.toleratedRate && recoveryRate > 0) {
    const message =
      'A step would pass at a rate that opens the breaker: keep it below trip.toleratedRate.';
    problems.push(problem('recovery.recoveryRate', message, 0, trip.toleratedRate));
  }
  return problems;
}

function callRelations({ call }: Policy): PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  if (call.timeoutMs !== null && call.stallMs !== null && call.stallMs > call.timeoutMs) {
    const message = 'A call has timed out before it could stall.';
    problems.push(problem('call.stallMs', message, null, call.timeoutMs));
  }
  problems.push(...learningRelations(call));
  for (const setting of call.locked) {
    if (call[setting] !== null) continue;
    const message = 'There is nothing to lock: set a value, or unlock it.';
    problems.push(problem(`call.${setting}`, message, null, null));
  }
  return problems;
}

function learningRelations(call: Policy['call']): PolicyProblem[] {
  const { autoFalseRate, autoMinMs, autoMaxMs, stallMs } = call;
  if (autoFalseRate === null) return [];
  const missing = (['autoMinMs', 'autoMaxMs'] as const).filter((bound) => call[bound] === null);
  if (autoMinMs === null || autoMaxMs === null) {
    const message = 'A timeout that is learned needs both bounds.';
    return missing.map((bound) => problem(`call.${bound}`, message, null, null));
  }
  if (autoMaxMs < autoMinMs) {
    const message = 'The upper bound cannot be below the lower one.';
    return [problem('call.autoMaxMs', message, autoMinMs, null)];
  }
  if (stallMs !== null && autoMinMs < stallMs) {
    const message = 'A call has timed out before it could stall.';
    return [problem('call.autoMinMs', message, stallMs, null)];
  }
  return [];
}

function problem(
  path: string,
  message: string,
  min: number | null,
  max: number | null,
): PolicyProblem {
  return { path, message, min, max };
}

function group2(value: number): string {
  return Number.isInteger(value) ? group(value) : String(value);
}
