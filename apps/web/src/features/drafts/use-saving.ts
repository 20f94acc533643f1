'use client';

import { useState } from 'react';
import { ApiError, messageOf } from '@/lib/problem';

/** Refusals after which the state of things says more than the answer. */
const OF_OTHERS: readonly string[] = [
  'version_conflict',
  'unknown_segment',
  'unknown_schedule',
  'not_found',
];

function isOfOthers(error: unknown): boolean {
  return error instanceof ApiError && OF_OTHERS.includes(error.code);
}

interface SavingOptions {
  /** The editor shows by itself what others have done. */
  readonly explained: boolean;
  /** Reads again what others may have changed. */
  readonly reread: () => Promise<unknown>;
  readonly send: (reason: string) => Promise<void>;
}

/** Saves settings that others may have changed or removed; `problem` is what the editor does not show already. */
export function useSaving({ explained, reread, send }: SavingOptions) {
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  async function save(reason: string) {
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      await send(reason);
    } catch (thrown) {
      if (isOfOthers(thrown)) await reread();
      setError(thrown);
    }
    setBusy(false);
  }
  const shown = error !== null && !(explained && isOfOthers(error));
  return { problem: shown ? messageOf(error) : null, busy, save };
}
