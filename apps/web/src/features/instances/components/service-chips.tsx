import type { ServiceRow } from '@recloser/protocol';
import Link from 'next/link';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { cn } from '@/lib/cn';
import { plural } from '@/lib/format';
import { routes } from '@/lib/routes';

/** More keys than this are a matter for the fleet page. */
const NAMED = 12;

interface ServiceChipsProps {
  readonly services: readonly ServiceRow[];
  /** '' for all. */
  readonly chosen: string;
  readonly onChange: (service: string) => void;
}

/** How many instances of which service are connected; each is a filter. */
export function ServiceChips({ services, chosen, onChange }: ServiceChipsProps) {
  if (services.length === 0) return null;
  return (
    <div
      role="group"
      aria-label="Filter by service"
      className="scroll-thin -mx-1 flex gap-1.5 overflow-x-auto p-1"
    >
      {services.map(({ service, instances }) => {
        const on = service === chosen;
        return (
          <button
            key={service}
            type="button"
            aria-pressed={on}
            onClick={() => {
              onChange(on ? '' : service);
            }}
            className={cn(
              'flex h-8 max-w-56 shrink-0 items-center gap-1.5 rounded-md border px-2.5 text-xs transition-colors hover:bg-hover',
              on ? 'border-fg-3 bg-hover text-fg' : 'border-line bg-surface text-fg-2',
            )}
          >
            <bdi className="truncate">{service}</bdi>
            <span
              data-live
              className={cn('num font-semibold', instances > 0 ? 'text-fg' : 'text-fg-3')}
            >
              {instances}
            </span>
          </button>
        );
      })}
    </div>
  );
}

/** What one service calls. */
export function ServiceCalls({ service, breakers }: ServiceRow) {
  const place = useEnvironmentRef();
  const rest = breakers.length - NAMED;
  return (
    <p className="text-sm text-pretty break-words text-fg-2">
      <bdi className="font-medium text-fg">{service}</bdi>
      {breakers.length === 0
        ? ' has called no breaker within the last week.'
        : ` has called ${plural(breakers.length, 'breaker')} within the last week: `}
      {breakers.slice(0, NAMED).map((key, index) => (
        <span key={key}>
          {index === 0 ? '' : ', '}
          <Link href={routes.breaker(place, key)} className="text-fg underline underline-offset-2">
            <bdi>{key}</bdi>
          </Link>
        </span>
      ))}
      {rest > 0 ? (
        <>
          {' and '}
          <Link
            href={`${routes.fleet(place)}?group=service`}
            className="text-fg underline underline-offset-2"
          >
            {rest} more
          </Link>
        </>
      ) : null}
      {breakers.length > 0 ? '.' : ''}
    </p>
  );
}
