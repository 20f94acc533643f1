import type { ApiToken } from '@recloser/protocol';
import { Button } from '@/components/ui/button';
import { Clock, Elapsed } from '@/components/ui/time';
import { cn } from '@/lib/cn';
import { placeName, type TokenState } from '../token-words';

interface TokenRowProps {
  readonly record: ApiToken;
  readonly state: TokenState;
  readonly onRevoke: () => void;
}

function TokenTimes({ record }: Pick<TokenRowProps, 'record'>) {
  const { createdAt, createdBy, expiresAt, lastUsedAt } = record;
  return (
    <p className="text-xs text-fg-2 max-md:col-span-2 max-md:row-start-3">
      <span className="block">
        <span className="text-fg-3">created </span>
        <Clock at={createdAt} withDate />
        <span className="text-fg-3"> by {createdBy}</span>
      </span>
      <span className="block">
        <span className="text-fg-3">last used </span>
        {lastUsedAt === null ? (
          'never'
        ) : (
          <>
            <Elapsed since={lastUsedAt} /> ago
          </>
        )}
        <span className="text-fg-3"> · expires </span>
        {expiresAt === null ? 'never' : <Clock at={expiresAt} withDate />}
      </span>
    </p>
  );
}

export function TokenRow({ record, state, onRevoke }: TokenRowProps) {
  return (
    <li
      className={cn(
        'grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-6 gap-y-1 border-b border-line px-4 py-3 text-sm last:border-b-0 md:grid-cols-[minmax(0,1fr)_11rem_18rem_6rem]',
        state !== 'in_force' && 'text-fg-3',
      )}
    >
      <p className="min-w-0 max-md:col-start-1 max-md:row-start-1">
        <span className="block truncate font-medium">{record.name}</span>
        <span className="font-mono text-xs text-fg-3">{record.prefix}…</span>
      </p>
      <p className="min-w-0 text-xs text-fg-2 max-md:col-span-2 max-md:row-start-2">
        <span className="capitalize">{record.role}</span>
        <span className="truncate text-fg-3 md:block">
          <span className="md:hidden"> · </span>
          {placeName(record)}
        </span>
      </p>
      <TokenTimes record={record} />
      <span className="text-right max-md:col-start-2 max-md:row-start-1">
        {state === 'revoked' ? 'revoked' : null}
        {state === 'expired' ? 'expired' : null}
        {state === 'in_force' ? (
          <Button size="thumb" onClick={onRevoke} aria-label={`Revoke ${record.name}`}>
            Revoke
          </Button>
        ) : null}
      </span>
    </li>
  );
}
