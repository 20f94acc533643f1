'use client';

import { ShieldCheck } from 'lucide-react';
import Link from 'next/link';
import { Button } from '@/components/ui/button';
import { Panel } from '@/components/ui/panel';
import { Clock } from '@/components/ui/time';
import { useAsk } from '@/features/actions/action-provider';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { useMay } from '@/features/session/session-context';
import { routes } from '@/lib/routes';
import { useWouldHaveTripped } from '../api/use-would-have-tripped';
import { useBreakerOfPage } from './breaker-context';

/** When an observing breaker would have opened, the evidence of the last stands under "Why"; and the one click that lets it do so from now on. */
export function PromotePanel() {
  const { key, mode } = useBreakerOfPage();
  return mode === 'observe' ? <Observed breakerKey={key} /> : null;
}

function Observed({ breakerKey }: { readonly breakerKey: string }) {
  const ask = useAsk();
  const may = useMay('operator');
  const place = useEnvironmentRef();
  const events = useWouldHaveTripped(breakerKey);
  return (
    <Panel
      title="Only observing"
      bodyClassName="p-0"
      aside={
        <Button
          size="sm"
          variant="solid"
          disabled={!may}
          onClick={() => {
            ask({ breaker: breakerKey, action: 'auto' });
          }}
        >
          <ShieldCheck size={14} aria-hidden /> Promote to enforce
        </Button>
      }
    >
      <p className="px-4 py-3 text-sm text-fg-2">
        {events === undefined
          ? 'Reading what it would have done…'
          : events.length === 0
            ? 'It would not have opened so far. Nothing is blocked, whatever happens.'
            : 'It would have opened, had it been enforced, at'}
      </p>
      {events === undefined || events.length === 0 ? null : (
        <ol className="flex flex-wrap gap-x-4 gap-y-1 px-4 pb-3">
          {events.map(({ id, at }) => (
            <li key={id}>
              <Link
                href={routes.auditEvent(place, id)}
                prefetch={false}
                className="rounded-sm text-sm underline decoration-line-strong underline-offset-2 hover:decoration-fg-2"
              >
                <Clock at={at} withDate />
              </Link>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
