import type { AuditEntry } from '@recloser/protocol';
import { RotateCcw } from 'lucide-react';
import Link from 'next/link';
import { Button } from '@/components/ui/button';
import { Tag } from '@/components/ui/tag';
import { Clock } from '@/components/ui/time';
import { type Change, ChangeList } from '@/features/breaker/components/changes';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { plural } from '@/lib/format';
import { routes } from '@/lib/routes';
import type { Version } from '../versions';

interface VersionItemProps<T> {
  readonly version: Version<T>;
  /** What it changed when it was saved. */
  readonly changes: readonly Change[];
  readonly isCurrent: boolean;
  /** null: this person may not. */
  readonly onRevert: ((value: T, note: string) => void) | null;
}

function Saved({ entry }: { readonly entry: AuditEntry }) {
  const place = useEnvironmentRef();
  return (
    <>
      <p className="mt-0.5 text-xs text-fg-2">
        <Link
          href={routes.auditEvent(place, entry.id)}
          prefetch={false}
          className="underline decoration-line-strong underline-offset-2 hover:text-fg"
        >
          <Clock at={entry.at} withDate />
        </Link>{' '}
        · <bdi>{entry.actor.name}</bdi>
      </p>
      {entry.reason === '' ? null : <p className="mt-1.5 text-sm break-words">“{entry.reason}”</p>}
    </>
  );
}

export function VersionItem<T>({ version, changes, isCurrent, onRevert }: VersionItemProps<T>) {
  const { revision, value, entry } = version;
  return (
    <li className="py-3">
      <div className="flex items-start justify-between gap-4">
        <div className="min-w-0">
          <p className="num flex flex-wrap items-center gap-2 text-sm font-medium">
            Version {revision}
            {isCurrent ? <Tag>as it is now</Tag> : null}
          </p>
          {entry === null ? (
            <p className="mt-0.5 text-xs text-fg-2">What stood here before the next edit.</p>
          ) : (
            <Saved entry={entry} />
          )}
        </div>
        {isCurrent || onRevert === null ? null : (
          <Button
            size="sm"
            onClick={() => {
              onRevert(value, `Back to version ${revision}`);
            }}
          >
            <RotateCcw size={12} aria-hidden /> Revert to this
            <span className="sr-only">: version {revision}</span>
          </Button>
        )}
      </div>
      {changes.length === 0 ? null : (
        <details className="mt-2">
          <summary className="w-fit rounded-sm text-xs text-fg-2 hover:text-fg">
            {plural(changes.length, 'change')}
          </summary>
          <div className="mt-2">
            <ChangeList changes={changes} />
          </div>
        </details>
      )}
    </li>
  );
}
