'use client';

import { SquareTerminal } from 'lucide-react';
import { useState } from 'react';
import { RevocableList } from '@/features/secrets/components/revocable-list';
import { revokeToken, useApiTokens } from '../api/tokens';
import { stateOf } from '../token-words';
import { CreateTokenButton } from './create-token';
import { TokenRow } from './token-row';

export function ApiTokens() {
  const tokens = useApiTokens();
  const [now] = useState(() => Date.now());
  return (
    <RevocableList
      title="API tokens"
      description="For programs that use the API, in every project. Only their hashes are kept."
      create={<CreateTokenButton onCreated={() => void tokens.mutate()} />}
      records={tokens}
      row={(record, onRevoke) => (
        <TokenRow
          key={record.id}
          record={record}
          state={stateOf(record, now)}
          onRevoke={onRevoke}
        />
      )}
      empty={{
        icon: SquareTerminal,
        title: 'No API token yet',
        text: 'A script, a pipeline or another program needs one.',
      }}
      revocation={{
        label: 'Revoke token',
        effect:
          'Programs that use it are refused from their next request on. A revoked token never works again.',
        reasons: ['Leaked', 'Rotated', 'Program is retired'],
        send: (record, reason) => revokeToken(record.id, reason),
      }}
    />
  );
}
