'use client';

import type { AuditEntry } from '@recloser/protocol';
import { RefreshCw, SearchX } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { useLiveValue } from '@/features/live/live-provider';
import { PageHeader } from '@/features/shell/components/page-header';
import { replaceQuery, useQuery } from '@/lib/address';
import { storeNow } from '@/lib/clock';
import { plural } from '@/lib/format';
import { messageOf } from '@/lib/problem';
import { useAuditPages } from '../api/use-audit';
import {
  type AuditFilter,
  auditFilterQuery,
  auditRequest,
  parseAuditFilter,
} from '../audit-filter';
import { AuditFilters, ExportMenu } from './audit-filters';
import { AuditRow } from './audit-row';
import { ChainBadge } from './chain-badge';

function useAuditFilter() {
  const query = useQuery();
  const [openedAt] = useState(storeNow);
  const filter = useMemo(() => parseAuditFilter(query), [query]);
  const request = useMemo(() => auditRequest(filter, openedAt).toString(), [filter, openedAt]);
  const change = useCallback(
    (part: Partial<AuditFilter>) => {
      replaceQuery(auditFilterQuery({ ...filter, ...part }));
    },
    [filter],
  );
  return { filter, request, change };
}

/** How many events have come since the list was read. */
function useFresh(entries: readonly AuditEntry[]): number {
  const events = useLiveValue((state) => state.events);
  const newest = entries[0]?.chainSeq;
  return newest === undefined ? 0 : events.filter(({ chainSeq }) => chainSeq > newest).length;
}

export function AuditLog() {
  const { filter, request, change } = useAuditFilter();
  const { data, error, size, setSize, isLoading, isValidating, mutate } = useAuditPages(request);
  const entries = useMemo(() => (data ?? []).flatMap(({ items }) => items), [data]);
  const fresh = useFresh(entries);
  const more = data?.at(-1)?.nextCursor ?? null;
  return (
    <>
      <PageHeader
        title="Audit"
        description="Every change, who made it, why, and what it rested on. Nothing here can be edited or deleted."
        actions={
          <>
            <ChainBadge />
            <ExportMenu query={request} />
          </>
        }
      />
      <div className="flex flex-col gap-4">
        <div className="flex flex-wrap items-center justify-between gap-2">
          <AuditFilters filter={filter} onChange={change} />
          {fresh > 0 ? (
            <Button onClick={() => void mutate()}>
              <RefreshCw size={13} aria-hidden /> {plural(fresh, 'new event')}
            </Button>
          ) : null}
        </div>
        <section
          aria-label="Events"
          aria-busy={isLoading}
          className="min-h-40 overflow-hidden rounded-xl border border-line bg-surface"
        >
          {error === undefined ? null : (
            <p role="alert" className="p-4 text-sm text-open">
              {messageOf(error)}
            </p>
          )}
          {entries.length === 0 && !isLoading && error === undefined ? (
            <EmptyState icon={SearchX} title="No event matches">
              Change or clear the filters.
            </EmptyState>
          ) : (
            <ol>
              {entries.map((entry) => (
                <AuditRow key={entry.id} entry={entry} />
              ))}
            </ol>
          )}
        </section>
        {more === null ? null : (
          <Button
            disabled={isValidating}
            onClick={() => void setSize(size + 1)}
            className="self-center"
          >
            {isValidating ? 'Reading…' : 'Older events'}
          </Button>
        )}
      </div>
    </>
  );
}
