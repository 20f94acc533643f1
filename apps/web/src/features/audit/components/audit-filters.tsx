'use client';

import { api, pathTo } from '@recloser/protocol';
import { Download } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Input, Select } from '@/components/ui/field';
import { Menu } from '@/components/ui/menu';
import { Segmented } from '@/components/ui/segmented';
import { useEnvironmentRef } from '@/features/live/live-provider';
import type { AuditLogName } from '@/lib/routes';
import { ACTION_GROUPS, type AuditFilter, type ExportQuery, SINCE } from '../audit-filter';

interface AuditFiltersProps {
  readonly filter: AuditFilter;
  readonly onChange: (part: Partial<AuditFilter>) => void;
}

export function AuditFilters({ filter, onChange }: AuditFiltersProps) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      {filter.log === 'system' ? null : (
        <Input
          type="search"
          aria-label="Breaker"
          placeholder="Breaker"
          value={filter.breaker}
          onChange={({ target }) => {
            onChange({ breaker: target.value });
          }}
          className="w-40 flex-1 sm:max-w-48"
        />
      )}
      <Input
        type="search"
        aria-label="Actor"
        placeholder="Who"
        value={filter.actor}
        onChange={({ target }) => {
          onChange({ actor: target.value });
        }}
        className="w-32 flex-1 sm:max-w-40"
      />
      <Select
        aria-label="Action"
        value={filter.action}
        onChange={({ target }) => {
          onChange({ action: target.value });
        }}
        className="w-auto"
      >
        {ACTION_GROUPS[filter.log].map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </Select>
      <Segmented
        label="Since"
        value={filter.since}
        options={SINCE}
        onChange={(since) => {
          onChange({ since });
        }}
      />
    </div>
  );
}

interface ExportMenuProps {
  readonly log: AuditLogName;
  readonly query: ExportQuery;
}

/** The events that the filter shows, as files. */
export function ExportMenu({ log, query }: ExportMenuProps) {
  const params = useEnvironmentRef();
  const href = (format: 'jsonl' | 'csv'): string =>
    log === 'system'
      ? pathTo(api.systemAudit.export, { query: { ...query, format } })
      : pathTo(api.audit.export, { params, query: { ...query, format } });
  return (
    <Menu
      entries={[
        {
          kind: 'item',
          label: 'CSV',
          note: 'For spreadsheets',
          action: { kind: 'download', href: href('csv') },
        },
        {
          kind: 'item',
          label: 'JSON Lines',
          note: 'To verify the chain',
          action: { kind: 'download', href: href('jsonl') },
        },
      ]}
      trigger={
        <Button>
          <Download size={14} aria-hidden /> Export
        </Button>
      }
    />
  );
}
