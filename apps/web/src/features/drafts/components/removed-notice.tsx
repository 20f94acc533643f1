'use client';

import { Trash2 } from 'lucide-react';
import Link from 'next/link';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { routes } from '@/lib/routes';
import { type Subject, useLastEvent } from '../api/use-last-event';
import { RemovalWords } from './removal-words';

interface RemovedNoticeProps {
  readonly subject: Subject;
  readonly name: string;
  /** What that means for whoever reads it here. */
  readonly children: string;
}

/** Settings were removed while somebody had them open: says so, and where it stands. */
export function RemovedNotice({ subject, name, children }: RemovedNoticeProps) {
  const place = useEnvironmentRef();
  const entry = useLastEvent(subject, 'removal');
  return (
    <Callout kind="problem" icon={Trash2}>
      <p>
        <bdi className="font-medium">{name}</bdi> <RemovalWords subject={subject} /> {children}
      </p>
      {entry === undefined ? null : (
        <Button asChild size="sm" className="mt-2">
          {/* Beside this page: what is typed here stays. */}
          <Link href={routes.auditEvent(place, entry.id)} target="_blank" prefetch={false}>
            See it in the audit log
          </Link>
        </Button>
      )}
    </Callout>
  );
}
