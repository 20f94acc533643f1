'use client';

import { ShieldCheck } from 'lucide-react';
import Link from 'next/link';
import { Button } from '@/components/ui/button';
import { Panel } from '@/components/ui/panel';
import { Clock } from '@/components/ui/time';
import { useAsk } from '@/features/actions/action-provider';
import { usePlace } from '@/features/live/live-provider';
import { useMay } from '@/features/session/session-context';
import { routes } from '@/lib/routes';
import { useWouldHaveTripped } from '../api/use-would-have-tripped';
import { useBreakerOfPage } from './breaker-context';

/** What an observing breaker would have done, and the one click that lets it do so from now on. */
export function PromotePanel() {
  const { key, mode } = useBreakerOfPage();
  return mode === 'observe' ? <Observed breakerKey={key} /> : null;
}

function Observed({ breakerKey }: { readonly breakerKey: string }) {
  const ask = useAsk();
  const may = useMay('operator');
  const place = usePlace();
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
            : 'It would have opened, had it been enforced:'}
      </p>
      {events === undefined || events.length === 0 ? null : (
        <ol>
          {events.map((entry) => (
            <li key={entry.id} className="relative flex gap-3 border-t border-line px-4 py-2.5">
              <span className="w-16 shrink-0 text-xs text-fg-3">
                <Clock at={entry.at} />
              </span>
              <Link
                href={routes.auditEvent(place, entry.id)}
                prefetch={false}
                className="num text-xs text-fg-2 after:absolute after:inset-0 hover:text-fg"
              >
                {entry.evidence?.summary ?? entry.reason}
              </Link>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
