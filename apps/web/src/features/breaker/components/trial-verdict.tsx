import { ADMISSION_ALL } from '@recloser/core';
import { Check, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { explainTry, type Tried } from '../try-result';

/** Where the account stands on the line from 0 to 100%, and where the admission ends. */
function CohortPosition({ tried }: { readonly tried: Tried }) {
  if (tried.bucketPercent === null) return null;
  const admission = (tried.admission / ADMISSION_ALL) * 100;
  return (
    <div className="relative mt-3 h-2 rounded-full bg-line" aria-hidden>
      <div
        className="absolute inset-y-0 left-0 rounded-full bg-fg-3"
        style={{ width: `${admission}%` }}
      />
      <div
        className="absolute -top-1 h-4 w-0.5 rounded-full bg-fg"
        style={{ left: `${tried.bucketPercent}%` }}
      />
    </div>
  );
}

interface TrialVerdictProps {
  readonly tried: Tried;
  readonly who: string;
  /** The environment's seq that it is told for. */
  readonly seq: number;
  /** At the right end of the verdict's line. */
  readonly aside?: ReactNode;
  /** Between the verdict and its figures. */
  readonly children?: ReactNode;
}

/** Let in or not, and why. */
export function TrialVerdict({ tried, who, seq, aside, children }: TrialVerdictProps) {
  const Icon = tried.admitted ? Check : X;
  return (
    <>
      <p role="status" className="flex items-center gap-2 text-base font-semibold">
        <span className="grid size-5 shrink-0 place-items-center rounded-full border border-line-strong">
          <Icon size={12} strokeWidth={3} aria-hidden />
        </span>
        {tried.admitted ? 'Admitted' : 'Rejected'}
        <span className="min-w-0 flex-1 truncate font-mono text-xs font-normal text-fg-2">
          {who}
        </span>
        {aside}
      </p>
      <p className="num mt-1 text-sm text-pretty text-fg-2">{explainTry(tried)}</p>
      <CohortPosition tried={tried} />
      {children}
      <dl className="num mt-3 flex gap-6 text-xs text-fg-3">
        <div>
          <dt className="inline">bucket </dt>
          <dd className="inline font-mono text-fg-2" data-testid="try-bucket">
            {tried.bucket ?? '–'}
          </dd>
        </div>
        <div>
          <dt className="inline">as of change </dt>
          <dd className="inline text-fg-2">{seq}</dd>
        </div>
      </dl>
    </>
  );
}
