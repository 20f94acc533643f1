import type { InstanceRow } from '@recloser/protocol';
import type { ReactNode } from 'react';
import { Scrollable } from '@/components/ui/scrollable';
import { Elapsed } from '@/components/ui/time';
import { cn } from '@/lib/cn';
import { plural } from '@/lib/format';

const LAG_NOTED_MS = 100;

function Status({ row }: { readonly row: InstanceRow }) {
  if (row.disconnectedAt !== null) {
    return (
      <span className="text-fg-3">
        gone for <Elapsed since={row.disconnectedAt} />
      </span>
    );
  }
  return row.behind === 0 ? (
    <span>up to date</span>
  ) : (
    <span className="font-medium">{plural(row.behind, 'change')} behind</span>
  );
}

function Stall({ ms }: { readonly ms: number }) {
  return <span className={ms >= LAG_NOTED_MS ? 'font-medium' : 'text-fg-3'}>{ms} ms</span>;
}

interface Column {
  readonly head: string;
  readonly cell: (row: InstanceRow) => ReactNode;
  /** Of the column's head, too. */
  readonly className?: string;
  readonly quiet?: boolean;
}

const WIDE = 'hidden sm:table-cell';

/** All but the id, which is each row's own head. */
const COLUMNS: readonly Column[] = [
  { head: 'Service', cell: ({ service }) => <bdi>{service}</bdi>, className: WIDE },
  {
    head: 'Zone',
    cell: ({ zone, region }) => zone ?? region ?? '–',
    className: WIDE,
    quiet: true,
  },
  {
    head: 'SDK key',
    cell: ({ keyName }) => <bdi>{keyName ?? '–'}</bdi>,
    className: cn(WIDE, 'max-w-40 truncate'),
    quiet: true,
  },
  { head: 'SDK', cell: ({ sdk }) => sdk, className: cn(WIDE, 'text-xs'), quiet: true },
  { head: 'State', cell: (row) => <Status row={row} />, className: 'max-sm:text-right' },
  {
    head: 'Loop stall',
    cell: ({ lagMs }) => <Stall ms={lagMs} />,
    className: cn(WIDE, 'text-right'),
  },
  {
    head: 'Last heard',
    cell: ({ lastSeenAt }) => (
      <>
        <Elapsed since={lastSeenAt} /> ago
      </>
    ),
    className: cn(WIDE, 'text-right'),
    quiet: true,
  },
  {
    head: 'Connected for',
    cell: ({ connectedAt, disconnectedAt }) =>
      disconnectedAt === null ? <Elapsed since={connectedAt} /> : '–',
    className: cn(WIDE, 'text-right'),
    quiet: true,
  },
];

/** On a phone, what stands in columns of its own elsewhere is told below the id. */
function Id({ row }: { readonly row: InstanceRow }) {
  const { instanceId, service, zone, region, lagMs } = row;
  const place = [service, zone ?? region].filter((part) => part !== null);
  return (
    <th scope="row" className="max-w-48 px-4 py-2.5 text-left font-normal sm:max-w-64">
      <span className="block truncate font-mono text-xs" title={instanceId}>
        {instanceId}
      </span>
      <span className="block truncate text-xs text-fg-3 sm:hidden">
        {place.join(' · ')}
        {lagMs >= LAG_NOTED_MS ? ` · stalled ${lagMs} ms` : ''}
      </span>
    </th>
  );
}

/** Instances, a line each. */
export function InstanceTable({ rows }: { readonly rows: readonly InstanceRow[] }) {
  return (
    <Scrollable label="Instances" live>
      <table className="w-full text-sm sm:min-w-[56rem]">
        <thead>
          <tr className="text-left text-xs text-fg-3">
            <th scope="col" className="px-4 py-2.5 font-normal">
              Instance
            </th>
            {COLUMNS.map(({ head, className }) => (
              <th key={head} scope="col" className={cn('px-4 py-2.5 font-normal', className)}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={row.instanceId}
              className={cn('border-t border-line', row.disconnectedAt !== null && 'text-fg-3')}
            >
              <Id row={row} />
              {COLUMNS.map(({ head, cell, className, quiet }) => (
                <td
                  key={head}
                  className={cn('num px-4 py-2.5', quiet === true && 'text-fg-2', className)}
                >
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrollable>
  );
}
