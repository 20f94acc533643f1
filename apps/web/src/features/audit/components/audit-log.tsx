'use client';

import type { AuditEntry } from '@recloser/protocol';
import { RefreshCw, SearchX } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { PanelStatus } from '@/components/ui/panel-status';
import { Segmented } from '@/components/ui/segmented';
import { useLiveValue } from '@/features/live/live-provider';
import { useMay } from '@/features/session/session-context';
import { PageHeader } from '@/features/shell/components/page-header';
import { replaceQuery, useQuery } from '@/lib/address';
import { storeNow } from '@/lib/clock';
import { plural } from '@/lib/format';
import { useAuditPages } from '../api/use-audit';
import {
  type AuditFilter,
  auditFilterQuery,
  auditListRequest,
  auditRequest,
  parseAuditFilter,
} from '../audit-filter';
import { AuditFilters, ExportMenu } from './audit-filters';
import { groupedByOutage } from '../outage-groups';
import { AuditRow } from './audit-row';
import { ChainBadge } from './chain-badge';
import { OutageRow } from './outage-row';

const LOGS = [
  { value: 'environment', label: 'This environment' },
  { value: 'system', label: 'Sign-ins, people and keys' },
] as const;

function useAuditFilter() {
  const query = useQuery();
  const [openedAt] = useState(storeNow);
  const maySeeAll = useMay('admin');
  const filter = useMemo((): AuditFilter => {
    const asked = parseAuditFilter(query);
    return maySeeAll ? asked : { ...asked, log: 'environment' };
  }, [query, maySeeAll]);
  const request = useMemo(() => auditListRequest(filter, openedAt), [filter, openedAt]);
  const exported = useMemo(() => auditRequest(filter, openedAt), [filter, openedAt]);
  const change = useCallback(
    (part: Partial<AuditFilter>) => {
      replaceQuery(auditFilterQuery({ ...filter, ...part }));
    },
    [filter],
  );
  return { filter, request, exported, change, maySeeAll };
}

/** How many events have come since the list was read. */
function useFresh(entries: readonly AuditEntry[]): number {
  const events = useLiveValue((state) => state.events);
  const [newest] = entries;
  if (newest === undefined) return 0;
  return events.filter(
    ({ chain, chainSeq }) => chain === newest.chain && chainSeq > newest.chainSeq,
  ).length;
}

export function AuditLog() {
  const { filter, request, exported, change, maySeeAll } = useAuditFilter();
  const { log } = filter;
  const pages = useAuditPages(request, log);
  const { data, error, size, setSize, isLoading, isValidating, mutate } = pages;
  const entries = useMemo(() => (data ?? []).flatMap(({ items }) => items), [data]);
  const items = useMemo(() => groupedByOutage(entries), [entries]);
  const fresh = useFresh(entries);
  const more = data?.at(-1)?.nextCursor ?? null;
  return (
    <>
      <PageHeader
        title="Audit"
        description="Every change, who made it, why, and what it rested on. Nothing here can be edited or deleted."
        actions={
          <>
            <ChainBadge log={log} />
            <ExportMenu log={log} query={exported} />
          </>
        }
      />
      <div className="flex flex-col gap-4">
        {maySeeAll ? (
          <Segmented
            label="Log"
            value={log}
            options={LOGS}
            onChange={(chosen) => {
              change({ log: chosen, action: '', breaker: '' });
            }}
          />
        ) : null}
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
          {data === undefined || error !== undefined ? (
            <div className="p-4">
              <PanelStatus error={error} onRetry={() => void mutate()} lines={8} />
            </div>
          ) : null}
          {data !== undefined && entries.length === 0 && error === undefined ? (
            <EmptyState icon={SearchX} title="No event matches">
              Change or clear the filters.
            </EmptyState>
          ) : (
            <ol>
              {items.map((item) =>
                item.kind === 'outage' ? (
                  <OutageRow key={item.outage.id} outage={item.outage} />
                ) : (
                  <AuditRow key={item.entry.id} entry={item.entry} />
                ),
              )}
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
