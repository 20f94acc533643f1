'use client';

import { suffixWarning } from '@recloser/core';
import { api } from '@recloser/protocol';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { useCall } from '@/lib/use-call';

interface SuffixNoteProps {
  readonly breaker: string;
  readonly ladder: readonly number[];
}

/** How many steps admit nobody, as far as rules and segments tell how cohort keys end. */
export function SuffixNote({ breaker, ladder }: SuffixNoteProps) {
  const params = { ...useEnvironmentRef(), key: breaker };
  const { data: seen } = useCall(api.breakers.cohortKeys, [{ params }], {
    revalidateOnFocus: false,
  });
  const warning = suffixWarning({ cohort: 'suffix', ladder }, seen);
  return warning === null ? null : (
    <p role="status" className="text-xs text-fg-2">
      {warning}
    </p>
  );
}
