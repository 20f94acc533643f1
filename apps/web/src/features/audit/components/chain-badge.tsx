'use client';

import type { AuditVerification } from '@recloser/protocol';
import { LoaderCircle, ShieldAlert, ShieldCheck } from 'lucide-react';
import { Tooltip } from '@/components/ui/tooltip';
import { plural } from '@/lib/format';
import { messageOf } from '@/lib/problem';
import type { AuditLogName } from '@/lib/routes';
import { useVerification } from '../api/use-audit';

function sentence(data?: AuditVerification, error?: Error): { words: string; detail: string } {
  if (error !== undefined) {
    return { words: 'Chain not verified', detail: `${messageOf(error)} Click to try again.` };
  }
  if (data === undefined) {
    const detail = 'Every event carries the hash of the one before.';
    return { words: 'Verifying the chain…', detail };
  }
  if (!data.ok) {
    const words = `Chain broken at event ${data.firstBad?.chainSeq ?? '?'}`;
    return { words, detail: data.firstBad?.problem ?? '' };
  }
  return {
    words: `Chain verified · ${plural(data.checked, 'event')}`,
    detail: `Head ${data.head.slice(0, 16)}… Click to verify again.`,
  };
}

/** Nothing was changed or taken away: each event carries the hash of the one before. */
export function ChainBadge({ log }: { readonly log: AuditLogName }) {
  const { data, error, isValidating, mutate } = useVerification(log);
  const { words, detail } = isValidating ? sentence(data) : sentence(data, error);
  const verified = error === undefined && data?.ok === true;
  const Icon = isValidating ? LoaderCircle : verified ? ShieldCheck : ShieldAlert;
  return (
    <Tooltip text={detail}>
      <button
        type="button"
        onClick={() => void mutate()}
        className="num inline-flex h-8 items-center gap-1.5 rounded-md border border-line-strong bg-surface px-2.5 text-xs font-medium hover:bg-hover"
      >
        <Icon size={14} aria-hidden className={isValidating ? 'animate-spin' : ''} />
        <span role="status">{words}</span>
      </button>
    </Tooltip>
  );
}
