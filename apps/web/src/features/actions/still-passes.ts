import {
  ADMISSION_ALL,
  ADMISSION_NONE,
  formatAdmission,
  type Mode,
  type Rule,
  type StateKind,
  stopsRules,
} from '@recloser/core';

export interface AfterAction {
  readonly state: StateKind;
  readonly mode: Mode;
  readonly admission: number;
  readonly keepsRules: boolean;
}

const SHOWN = 3;

function named(rules: readonly Rule[]): string {
  const names = rules.slice(0, SHOWN).map(({ id }) => `“${id}”`);
  const more = rules.length - names.length;
  return [...names, ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

function admissionBy({ effect }: Rule): number {
  if (effect.kind === 'admission') return effect.admission;
  return effect.kind === 'admit' ? ADMISSION_ALL : ADMISSION_NONE;
}

/** Rules that let in more than the state does. */
export function admittingRules(rules: readonly Rule[], admission: number): readonly Rule[] {
  return rules.filter((rule) => admissionBy(rule) > admission);
}

/** Who still passes after an action, and whom rules turn away: one or two sentences. */
export function stillPasses(rules: readonly Rule[], after: AfterAction): string {
  const { state, mode, admission, keepsRules } = after;
  if (mode === 'observe') return 'All traffic passes: it only observes, and rules block nobody.';
  const isStopped = stopsRules({ state, mode, ...(keepsRules && { keepsRules }) });
  if (isStopped) {
    return admittingRules(rules, admission).length === 0
      ? 'Nothing passes.'
      : `Nothing passes, rules included: ${named(admittingRules(rules, admission))}.`;
  }
  const inForce = rules.filter(({ when }) => state !== 'closed' || when === 'always');
  const more = admittingRules(inForce, admission);
  const fewer = inForce.filter((rule) => admissionBy(rule) < admission);
  const base =
    admission === ADMISSION_ALL
      ? 'All traffic passes'
      : admission === ADMISSION_NONE
        ? state === 'probing'
          ? 'Only probe calls pass'
          : 'Nothing passes'
        : `${formatAdmission(admission)} of the traffic passes`;
  const but = admission === ADMISSION_NONE ? ' but' : ', and';
  const and = more.length === 0 ? '' : `${but} what a rule admits: ${named(more)}`;
  const not = fewer.length === 0 ? '' : ` Turned away by a rule: ${named(fewer)}.`;
  return `${base}${and}.${not}`;
}
