'use client';

import { PARTITION_KINDS, type Partition, type PartitionKind } from '@recloser/core';
import type { PartitionRow } from '@recloser/protocol';
import { useState } from 'react';
import { AdmissionBar } from '@/components/state/admission-bar';
import { HeldBadge, StateBadge } from '@/components/state/state-badge';
import { Button } from '@/components/ui/button';
import { Field, Select } from '@/components/ui/field';
import { Panel } from '@/components/ui/panel';
import { SuggestInput } from '@/components/ui/suggest-input';
import { Clock } from '@/components/ui/time';
import { useAsk } from '@/features/actions/action-provider';
import { useMay } from '@/features/session/session-context';
import { plural } from '@/lib/format';
import { toneOf } from '@/lib/vocabulary';
import { useSplit } from '../api/use-fleet-of';
import { partsOf } from '../split-groups';
import { useBreakerOfPage } from './breaker-context';

const KIND_WORDS = {
  instance: 'Instance',
  service: 'Service',
  zone: 'Zone',
  region: 'Region',
} as const satisfies Record<PartitionKind, string>;

/** One instance that fails alone is its own trouble, and not the dependency's. */
function titleOf({ kind, actor }: PartitionRow): string {
  return kind === 'instance' && actor === null ? 'Bad node' : KIND_WORDS[kind];
}

/** Parts of the fleet that are in another state than the rest, and the way to open one by hand. */
export function PartitionsPanel() {
  const { key, scopes } = useBreakerOfPage();
  const may = useMay('operator');
  const [adding, setAdding] = useState(false);
  if (scopes.length === 0 && !may) return null;
  return (
    <Panel
      title="Parts of the fleet"
      labelledBy="scopes-title"
      bodyClassName="p-0"
      aside={
        may ? (
          <Button
            size="sm"
            aria-expanded={adding}
            onClick={() => {
              setAdding(!adding);
            }}
          >
            Open a part
          </Button>
        ) : null
      }
    >
      {adding ? <OpenPart breakerKey={key} /> : null}
      {scopes.length === 0 ? (
        <p className="px-4 py-3 text-sm text-fg-2">
          The state holds for every instance. A node, service, zone or region that fails alone is
          opened alone, and stands here then.
        </p>
      ) : (
        <ul>
          {scopes.map((row) => (
            <PartitionItem key={`${row.kind} ${row.value}`} breakerKey={key} row={row} may={may} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

interface PartitionItemProps {
  readonly breakerKey: string;
  readonly row: PartitionRow;
  readonly may: boolean;
}

function PartitionItem({ breakerKey, row, may }: PartitionItemProps) {
  const ask = useAsk();
  const { kind, value, state, mode, admission, since, instances, summary, actor, reason } = row;
  const scope: Partition = { kind, value };
  return (
    <li className="border-t border-line px-4 py-3 first:border-t-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <StateBadge state={state} mode={mode} />
        {mode === 'held' ? <HeldBadge /> : null}
        <p className="min-w-0 flex-1 basis-40 text-sm">
          <span className="text-fg-2">{titleOf(row)}</span>{' '}
          <bdi className="font-mono text-xs break-all">{value}</bdi>
        </p>
        <div className="flex items-center gap-3">
          <span className="block w-24">
            <AdmissionBar admission={admission} tone={toneOf({ state, mode })} />
          </span>
          {may && !(state === 'open' && mode === 'held') ? (
            <Button
              size="sm"
              variant="danger"
              onClick={() => {
                ask({ breaker: breakerKey, action: 'trip', scope });
              }}
            >
              Open
            </Button>
          ) : null}
          {may ? (
            <Button
              size="sm"
              variant="go"
              onClick={() => {
                const action = state === 'closed' || state === 'open' ? 'restore' : 'finish';
                ask({ breaker: breakerKey, action, scope });
              }}
            >
              Restore
            </Button>
          ) : null}
        </div>
      </div>
      <p className="num mt-2 text-xs text-pretty text-fg-2">
        {summary}
        {reason === '' ? null : ` “${reason}”`}
      </p>
      <p className="num mt-1 text-xs text-fg-3">
        since <Clock at={since} />
        {actor === null ? '' : ` · ${actor}`}
        {instances > 1 ? ` · ${plural(instances, 'instance')}` : ''}
        {kind === 'instance' && actor === null
          ? ' · all others are well: this node, not the dependency'
          : ''}
      </p>
    </li>
  );
}

/** Whom it would reach, as far as the calls of the last seconds tell. */
function reachWords(instances: number): string {
  return instances === 0
    ? 'No instance of this name has used the breaker in the last seconds.'
    : `${plural(instances, 'instance')} of those that use it now.`;
}

function OpenPart({ breakerKey }: { readonly breakerKey: string }) {
  const ask = useAsk();
  const [kind, setKind] = useState<PartitionKind>('zone');
  const [value, setValue] = useState('');
  const { data: split } = useSplit(breakerKey);
  const name = value.trim();
  const parts = split === undefined ? null : partsOf(split.items, kind);
  const names = [...(parts?.keys() ?? [])].toSorted();
  return (
    <form
      className="flex flex-wrap items-start gap-3 border-b border-line px-4 py-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (name !== '') ask({ breaker: breakerKey, action: 'trip', scope: { kind, value: name } });
      }}
    >
      <Field label="Part" className="w-32">
        {(ids) => (
          <Select
            {...ids}
            value={kind}
            onChange={(event) => {
              setKind(PARTITION_KINDS.find((known) => known === event.target.value) ?? 'zone');
            }}
          >
            {PARTITION_KINDS.map((known) => (
              <option key={known} value={known}>
                {KIND_WORDS[known]}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field
        label="Name"
        className="min-w-40 flex-1"
        hint={name === '' || parts === null ? undefined : reachWords(parts.get(name) ?? 0)}
      >
        {(ids) => (
          <SuggestInput
            {...ids}
            value={value}
            suggestions={names}
            maxLength={120}
            placeholder={names[0] ?? (kind === 'zone' ? 'eu-1a' : '')}
            onChange={(event) => {
              setValue(event.target.value);
            }}
          />
        )}
      </Field>
      <Button type="submit" variant="danger" disabled={name === ''} className="sm:mt-5.5">
        Open
      </Button>
    </form>
  );
}
