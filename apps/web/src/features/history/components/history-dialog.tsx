'use client';

import type { BreakerDetail } from '@recloser/protocol';
import { History } from 'lucide-react';
import { useMemo } from 'react';
import type { ZodType } from 'zod';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Dialog } from '@/components/ui/dialog';
import { EmptyState } from '@/components/ui/empty-state';
import { PanelStatus } from '@/components/ui/panel-status';
import { useAuditPages } from '@/features/audit/api/use-audit';
import { useGone } from '@/features/breaker/api/use-gone';
import type { Change } from '@/features/breaker/components/changes';
import { GoneNotice } from '@/features/breaker/components/gone-notice';
import { useMay } from '@/features/session/session-context';
import { versionsOf, type Versioned } from '../versions';
import { VersionItem } from './version-item';

/** What both editors give to their history. */
export interface HistoryProps<T> {
  readonly breaker: BreakerDetail;
  /** The editor holds changes that a revert would drop. */
  readonly unsaved: boolean;
  /** Puts a version's values into the editor; `note` proposes the reason. */
  readonly onRevert: (value: T, note: string) => void;
  readonly onClose: () => void;
}

interface HistoryDialogProps<T> extends HistoryProps<T> {
  readonly member: Versioned;
  readonly schema: ZodType<T>;
  /** As saved now. */
  readonly current: T;
  readonly changesOf: (before: T, after: T) => readonly Change[];
}

function useVersions<T>({ breaker, member, schema }: HistoryDialogProps<T>) {
  const { data, error, size, setSize, isValidating, mutate } = useAuditPages({
    breaker: breaker.key,
    action: 'breaker.edit',
  });
  const complete = data?.at(-1)?.nextCursor === null;
  const versions = useMemo(() => {
    const entries = data?.flatMap(({ items }) => items);
    return entries === undefined ? null : versionsOf(entries, member, schema, complete);
  }, [data, member, schema, complete]);
  return {
    versions,
    error,
    retry: () => void mutate(),
    older: complete || data === undefined ? null : () => void setSize(size + 1),
    reading: isValidating,
  };
}

const NOUNS: Readonly<Record<Versioned, string>> = { policy: 'policy', rules: 'rules' };

/** Saved versions, newest first, each with who saved it, why, and what that changed. */
export function HistoryDialog<T>(props: HistoryDialogProps<T>) {
  const { breaker, member, current, changesOf, unsaved, onRevert, onClose } = props;
  const { versions, error, retry, older, reading } = useVersions(props);
  const gone = useGone(breaker.key);
  const may = useMay('operator') && !gone;
  const revert = (value: T, note: string) => {
    onClose();
    onRevert(value, note);
  };
  return (
    <Dialog
      open
      wide
      onOpenChange={onClose}
      title={`History of the ${NOUNS[member]}`}
      description={
        may
          ? 'Reverting is an edit like any other: you see what it changes and give a reason first.'
          : 'Who saved which version, when and why.'
      }
    >
      {gone ? (
        <div className="mb-4">
          <GoneNotice breaker={breaker.key} onLeave={onClose}>
            Its versions stay on the record; none can be put back any more.
          </GoneNotice>
        </div>
      ) : null}
      {unsaved && may ? (
        <Callout className="mb-4">A revert replaces the changes you have not saved.</Callout>
      ) : null}
      {versions === null || error !== undefined ? (
        <PanelStatus error={error} onRetry={retry} lines={6} />
      ) : versions.length === 0 && older === null ? (
        <EmptyState icon={History} title="Never edited">
          This breaker has the {NOUNS[member]} it was made with. Each version that is saved stands
          here from then on.
        </EmptyState>
      ) : (
        <ol aria-label="Versions" className="divide-y divide-line border-y border-line">
          {versions.map((version) => (
            <VersionItem
              key={`${version.revision} ${version.entry?.id ?? ''}`}
              version={version}
              changes={version.before === null ? [] : changesOf(version.before, version.value)}
              isCurrent={changesOf(current, version.value).length === 0}
              onRevert={may ? revert : null}
            />
          ))}
        </ol>
      )}
      {older === null ? null : (
        <Button className="mt-4" disabled={reading} onClick={older}>
          {reading ? 'Reading…' : 'Older versions'}
        </Button>
      )}
    </Dialog>
  );
}
