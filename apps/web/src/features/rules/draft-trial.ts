import {
  ADMISSION_ALL,
  ADMISSION_NONE,
  type BreakerView,
  type Context,
  type Rule,
  type RuleVerdict,
  type Segment,
  segmentsFor,
  type Trial,
  tryContext,
} from '@recloser/core';

/** In which state the question is asked: as the breaker is, or what its rules' "when" tells apart. */
export type Assumed = 'now' | 'closed' | 'not_closed';

/** As the breaker would be if evidence had closed or opened it. */
function assume(view: BreakerView, assumed: Assumed): BreakerView {
  if (assumed === 'now') return view;
  const { scopes: _parts, ...whole } = view;
  return assumed === 'closed'
    ? { ...whole, mode: 'auto', state: 'closed', admission: ADMISSION_ALL }
    : { ...whole, mode: 'auto', state: 'open', admission: ADMISSION_NONE };
}

export interface DraftTrial {
  readonly draft: Trial;
  /** What the saved rules answer. */
  readonly saved: Trial;
  /** null: saving the draft leaves the answer as it is. */
  readonly difference: string | null;
}

interface TrialQuestion {
  /** What SDKs get now. */
  readonly view: BreakerView;
  readonly rules: readonly Rule[];
  /** All that a draft can name; undefined while they are not known: those of the saved rules. */
  readonly segments: readonly Segment[] | undefined;
  readonly context: Context;
  readonly assumed: Assumed;
}

/** What SDKs would answer if the draft were saved, beside what they answer now. */
export function tryDraft({ view, rules, segments, context, assumed }: TrialQuestion): DraftTrial {
  const now = assume(view, assumed);
  const known = segments && segmentsFor(segments, context);
  // A long one stands beside the view, which only refers to it.
  const whole = now.segments?.map((one) =>
    one.clauses.length > 0 ? one : (known?.find(({ key }) => key === one.key) ?? one),
  );
  const saved = tryContext({ ...now, ...(whole && { segments: whole }) }, context);
  const drafted = { ...now, rules, ...(known !== undefined && { segments: known }) };
  const draft = tryContext(drafted, context);
  return { draft, saved, difference: differenceOf(saved, draft) };
}

function differenceOf(saved: Trial, draft: Trial): string | null {
  if (saved.admitted !== draft.admitted) {
    return draft.admitted
      ? 'Saving the draft lets it in: the saved rules reject it.'
      : 'Saving the draft keeps it out: the saved rules admit it.';
  }
  if (saved.ruleId === draft.ruleId && saved.admission === draft.admission) return null;
  return 'The same answer as the saved rules give, for another reason.';
}

/** What each saved rule says where the draft's rule of this id says something else; `null`: there is none. */
export function changedVerdicts({
  saved,
  draft,
}: DraftTrial): ReadonlyMap<string, RuleVerdict | null> {
  const before = new Map(saved.rules.map(({ ruleId, verdict }) => [ruleId, verdict]));
  return new Map(
    draft.rules
      .filter(({ ruleId, verdict }) => before.get(ruleId) !== verdict)
      .map(({ ruleId }) => [ruleId, before.get(ruleId) ?? null]),
  );
}
