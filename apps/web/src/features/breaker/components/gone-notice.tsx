'use client';

import { Archive } from 'lucide-react';
import Link from 'next/link';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { RemovalWords } from '@/features/drafts/components/removal-words';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { routes } from '@/lib/routes';

interface GoneNoticeProps {
  readonly breaker: string;
  /** Before a link is followed, for what does not go with the page. */
  readonly onLeave?: () => void;
  /** What that means for whoever reads it here. */
  readonly children: string;
}

/** The breaker was archived while somebody looked at it: says so, and where to go from here. */
export function GoneNotice({ breaker, onLeave, children }: GoneNoticeProps) {
  const place = useEnvironmentRef();
  return (
    <Callout kind="problem" icon={Archive}>
      <p>
        <bdi className="font-medium">{breaker}</bdi>{' '}
        <RemovalWords subject={{ kind: 'breaker', key: breaker }} /> {children}
      </p>
      <p className="mt-2 flex flex-wrap gap-2">
        <Button asChild size="sm">
          <Link href={routes.auditOf(place, breaker)} onClick={() => onLeave?.()}>
            Who did it, and why
          </Link>
        </Button>
        <Button asChild size="sm">
          <Link href={routes.fleet(place)} onClick={() => onLeave?.()}>
            To the fleet
          </Link>
        </Button>
      </p>
    </Callout>
  );
}
