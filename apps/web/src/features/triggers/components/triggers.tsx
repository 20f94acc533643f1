'use client';

import { Webhook } from 'lucide-react';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { RevocableList } from '@/features/secrets/components/revocable-list';
import { revokeTrigger, useTriggers } from '../api/triggers';
import { CreateTriggerButton } from './create-trigger';
import { TriggerRow } from './trigger-row';

export function Triggers() {
  const place = useEnvironmentRef();
  const triggers = useTriggers();
  return (
    <RevocableList
      title="Triggers"
      description="Secret URLs with which a monitoring system opens, dims or holds a breaker for a limited time."
      create={<CreateTriggerButton onCreated={() => void triggers.mutate()} />}
      records={triggers}
      row={(record, onRevoke) => <TriggerRow key={record.id} record={record} onRevoke={onRevoke} />}
      empty={{
        icon: Webhook,
        title: 'No trigger yet',
        text: 'Alertmanager, Datadog, PagerDuty or Statuspage needs one to act on a breaker.',
      }}
      revocation={{
        label: 'Revoke trigger',
        effect: 'Its URL never works again. What it did ends at its own end.',
        reasons: ['Leaked', 'Rotated', 'Alert is retired'],
        send: (record, reason) => revokeTrigger(place, record.id, reason),
      }}
    />
  );
}
