'use client';

import { LoaderCircle, ShieldAlert, ShieldCheck } from 'lucide-react';
import { Tooltip } from '@/components/ui/tooltip';
import { plural } from '@/lib/format';
import { useVerification } from '../api/use-audit';

/** Nothing was changed or taken away: each event carries the hash of the one before. */
export function ChainBadge() {
  const { data, isValidating, mutate } = useVerification();
  const ok = data?.ok;
  const words =
    data === undefined
      ? 'Verifying the chain…'
      : data.ok
        ? `Chain verified · ${plural(data.checked, 'event')}`
        : `Chain broken at event ${data.firstBad?.chainSeq ?? '?'}`;
  const detail =
    data === undefined
      ? 'Every event carries the hash of the one before.'
      : (data.firstBad?.problem ?? `Head ${data.head.slice(0, 16)}… Click to verify again.`);
  const Icon = isValidating || ok === undefined ? LoaderCircle : ok ? ShieldCheck : ShieldAlert;
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
