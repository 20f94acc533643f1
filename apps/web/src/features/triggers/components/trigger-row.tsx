import type { TriggerInfo } from '@recloser/protocol';
import { Button } from '@/components/ui/button';
import { Clock, Elapsed } from '@/components/ui/time';
import { cn } from '@/lib/cn';
import { effectOf } from '../trigger-words';

interface TriggerRowProps {
  readonly record: TriggerInfo;
  readonly onRevoke: () => void;
}

function TriggerTimes({ record }: Pick<TriggerRowProps, 'record'>) {
  const { createdAt, createdBy, lastUsedAt } = record;
  return (
    <p className="text-xs text-fg-2 max-md:col-span-2 max-md:row-start-3">
      <span className="block">
        <span className="text-fg-3">created </span>
        <Clock at={createdAt} withDate />
        <span className="text-fg-3"> by {createdBy}</span>
      </span>
      <span className="block">
        <span className="text-fg-3">last called </span>
        {lastUsedAt === null ? (
          'never'
        ) : (
          <>
            <Elapsed since={lastUsedAt} /> ago
          </>
        )}
      </span>
    </p>
  );
}

export function TriggerRow({ record, onRevoke }: TriggerRowProps) {
  const isOver = record.revokedAt !== null;
  return (
    <li
      className={cn(
        'grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-6 gap-y-1 border-b border-line px-4 py-3 text-sm last:border-b-0 md:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_18rem_6rem]',
        isOver && 'text-fg-3',
      )}
    >
      <p className="min-w-0 max-md:col-start-1 max-md:row-start-1">
        <span className="block truncate font-medium">{record.name}</span>
        <span className="font-mono text-xs text-fg-3">{record.prefix}…</span>
      </p>
      <p className="min-w-0 text-xs break-words text-fg-2 max-md:col-span-2 max-md:row-start-2">
        {effectOf(record)}
        {record.archived ? (
          <span className="block text-fg-3">The breaker is archived: it does nothing.</span>
        ) : null}
      </p>
      <TriggerTimes record={record} />
      <span className="text-right max-md:col-start-2 max-md:row-start-1">
        {isOver ? (
          'revoked'
        ) : (
          <Button size="thumb" onClick={onRevoke} aria-label={`Revoke ${record.name}`}>
            Revoke
          </Button>
        )}
      </span>
    </li>
  );
}
