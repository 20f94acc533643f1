import { Bell } from 'lucide-react';
import { EmptyState } from '@/components/ui/empty-state';

const EXAMPLE =
  '[OPEN] stripe, zone eu-1a, in shop/production. 412 of 431 calls failed (95.6 %, at least 93.2 %) in 2 s.';

/** What would arrive, before anything does. */
export function NoChannels() {
  return (
    <EmptyState icon={Bell} title="Nobody is told yet">
      A message arrives when a breaker opens, comes back in steps or closes, in a chat (Slack,
      Mattermost, Google Chat) or as signed JSON at a program of yours:
      <figure className="mt-4 rounded-lg border border-line bg-sunken px-4 py-3 text-left">
        <figcaption className="text-xs text-fg-3">In a chat</figcaption>
        <p className="mt-1 text-sm text-fg">{EXAMPLE}</p>
      </figure>
    </EmptyState>
  );
}
