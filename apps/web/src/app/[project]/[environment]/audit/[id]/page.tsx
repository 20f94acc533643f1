import { api, type AuditEntry } from '@recloser/protocol';
import { ChevronLeft } from 'lucide-react';
import type { Metadata } from 'next';
import Link from 'next/link';
import { cache } from 'react';
import { Panel } from '@/components/ui/panel';
import { EntryDetail } from '@/features/audit/components/entry-detail';
import { RecordedStateLabel } from '@/features/audit/components/recorded-state-label';
import { PageHeader } from '@/features/shell/components/page-header';
import { decode, type EnvironmentParams, environmentRefOf } from '@/lib/params';
import { type AuditLogName, routes } from '@/lib/routes';
import { fetchApi } from '@/lib/server/api';
import { actionWord } from '@/lib/vocabulary';

interface AuditEventPageProps {
  readonly params: EnvironmentParams & Promise<{ readonly id: string }>;
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
}

const fetchEntry = cache((log: AuditLogName, project: string, environment: string, id: string) =>
  log === 'system'
    ? fetchApi(api.systemAudit.read, { params: { id } })
    : fetchApi(api.audit.read, { params: { project, environment, id } }),
);

async function entryOf({ params, searchParams }: AuditEventPageProps): Promise<AuditEntry> {
  const [place, { id }, { log }] = await Promise.all([
    environmentRefOf(params),
    params,
    searchParams,
  ]);
  const name = log === 'system' ? 'system' : 'environment';
  return fetchEntry(name, place.project, place.environment, decode(id));
}

export async function generateMetadata(props: AuditEventPageProps): Promise<Metadata> {
  return { title: `${actionWord((await entryOf(props)).action)} · Audit` };
}

export default async function AuditEventPage(props: AuditEventPageProps) {
  const [entry, place] = await Promise.all([entryOf(props), environmentRefOf(props.params)]);
  return (
    <div>
      <Link
        href={`${routes.audit(place)}${entry.chain === 'system' ? '?log=system' : ''}`}
        className="-ml-1 inline-flex items-center gap-1 rounded-sm text-xs text-fg-3 hover:text-fg"
      >
        <ChevronLeft size={13} aria-hidden /> Audit
      </Link>
      <PageHeader
        title={actionWord(entry.action)}
        description={
          <span className="flex items-center gap-3">
            {entry.breaker === null ? null : (
              <Link
                href={routes.breaker(place, entry.breaker)}
                className="font-mono text-xs underline"
              >
                {entry.breaker}
              </Link>
            )}
            <RecordedStateLabel value={entry.after} />
          </span>
        }
      />
      <Panel>
        <EntryDetail entry={entry} />
      </Panel>
    </div>
  );
}
