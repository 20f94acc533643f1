import { type CorrelatedSettings, validateCorrelated } from '@recloser/core';

/** The settings as text fields: what a person writes may be no number yet. Empty `breakers`: off. */
export interface CorrelatedDraft {
  readonly breakers: string;
  /** In percent. */
  readonly share: string;
  /** In seconds. */
  readonly wait: string;
}

export function correlatedDraftOf({
  breakers,
  share,
  waitMs,
}: CorrelatedSettings): CorrelatedDraft {
  return {
    breakers: breakers === null ? '' : String(breakers),
    share: String(Number((share * 100).toPrecision(12))),
    wait: String(waitMs / 1_000),
  };
}

function numberIn(text: string): number {
  const trimmed = text.trim().replace(',', '.');
  return trimmed === '' ? Number.NaN : Number(trimmed);
}

/** The settings that a draft stands for; what is no number is NaN and does not validate. */
export function correlatedOf({ breakers, share, wait }: CorrelatedDraft): CorrelatedSettings {
  return {
    breakers: breakers.trim() === '' ? null : numberIn(breakers),
    share: Number((numberIn(share) / 100).toPrecision(12)),
    waitMs: Number((numberIn(wait) * 1_000).toPrecision(12)),
  };
}

/** What is wrong, by field, in the field's own unit. */
export function correlatedProblems(
  draft: CorrelatedDraft,
): Readonly<Partial<Record<keyof CorrelatedDraft, string>>> {
  const paths = new Set(validateCorrelated(correlatedOf(draft)).map(({ path }) => path));
  return {
    ...(paths.has('breakers') && {
      breakers: 'Give a whole number, 2 … 10,000, or leave it empty.',
    }),
    ...(paths.has('share') && { share: 'Give a number, 0 … 100%.' }),
    ...(paths.has('waitMs') && { wait: 'Give a number, 0.25 … 30 s.' }),
  };
}
