import { Bell } from 'lucide-react';
import { EmptyState } from '@/components/ui/empty-state';

const EXAMPLE =
  '[OPEN] stripe, zone eu-1a, in shop/production. 1 s worth of calls failed beyond the tolerated 35.0%: 412 of 431 calls failed (95.6%) in 2 s.';

/** What would arrive, before anything does. */
export function NoChannels() {
  return (
    <EmptyState icon={Bell} title="No notification channels yet">
      A channel sends a message when a breaker opens, recovers in steps or closes. It goes to a chat
      (Slack, Mattermost, Google Chat) or, as signed JSON, to your program:
      <figure className="mt-4 rounded-lg border border-line bg-sunken px-4 py-3 text-left">
        <figcaption className="text-xs text-fg-3">In a chat</figcaption>
        <p className="mt-1 text-sm text-fg">{EXAMPLE}</p>
      </figure>
    </EmptyState>
  );
}
