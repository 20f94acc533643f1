'use client';

import type { ApiKey } from '@recloser/protocol';
import { KeyRound } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Clock, Elapsed } from '@/components/ui/time';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { RevocableList } from '@/features/secrets/components/revocable-list';
import { cn } from '@/lib/cn';
import { revokeKey, useKeys } from '../api/keys';
import { CreateKeyButton } from './create-key';

function KeyRow({ record, onRevoke }: { readonly record: ApiKey; readonly onRevoke: () => void }) {
  const revoked = record.revokedAt !== null;
  return (
    <li
      className={cn(
        'grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-6 gap-y-1 border-b border-line px-4 py-3 text-sm last:border-b-0 md:grid-cols-[minmax(0,1fr)_14rem_9rem_6rem]',
        revoked && 'text-fg-3',
      )}
    >
      <p className="min-w-0 max-md:col-start-1 max-md:row-start-1">
        <span className="block truncate font-medium">{record.name}</span>
        <span className="font-mono text-xs text-fg-3">{record.prefix}…</span>
      </p>
      <p className="text-xs text-fg-2 max-md:col-span-2 max-md:row-start-2">
        <span className="text-fg-3">created </span>
        <Clock at={record.createdAt} withDate />
        <span className="text-fg-3 md:block"> by {record.createdBy}</span>
      </p>
      <p className="text-xs text-fg-2 max-md:col-span-2 max-md:row-start-3">
        <span className="text-fg-3">last used </span>
        {record.lastUsedAt === null ? (
          'never'
        ) : (
          <>
            <Elapsed since={record.lastUsedAt} /> ago
          </>
        )}
      </p>
      <span className="text-right max-md:col-start-2 max-md:row-start-1">
        {revoked ? (
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

export function Keys() {
  const place = useEnvironmentRef();
  const keys = useKeys();
  return (
    <RevocableList
      title="SDK keys"
      description="Keys of this environment. Only their hashes are kept."
      create={<CreateKeyButton onCreated={() => void keys.mutate()} />}
      records={keys}
      row={(record, onRevoke) => <KeyRow key={record.id} record={record} onRevoke={onRevoke} />}
      empty={{ icon: KeyRound, title: 'No key yet', text: 'A service needs one to connect.' }}
      revocation={{
        label: 'Revoke key',
        effect:
          'Instances that use it are disconnected at once and cannot come back. Their calls go on: they decide for themselves.',
        reasons: ['Leaked', 'Rotated', 'Service is retired'],
        send: (record, reason) => revokeKey(place, record.id, reason),
      }}
    />
  );
}
