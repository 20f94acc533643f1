'use client';

import type { EnvironmentSettingsInfo } from '@recloser/protocol';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Field, Input } from '@/components/ui/field';
import { Panel } from '@/components/ui/panel';
import { Clock } from '@/components/ui/time';
import { ReasonField } from '@/features/actions/components/reason-field';
import { useSaving } from '@/features/drafts/use-saving';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { useMay } from '@/features/session/session-context';
import { editEnvironmentSettings } from '../api/settings';
import {
  type CorrelatedDraft,
  correlatedDraftOf,
  correlatedOf,
  correlatedProblems,
} from '../correlated-draft';

const FIELDS = [
  {
    name: 'breakers',
    label: 'Breakers that fail at once',
    unit: 'breakers',
    hint: 'On the same instances. Empty: off.',
  },
  {
    name: 'share',
    label: 'Share of those in use there',
    unit: '%',
    hint: 'This share of them must also fail.',
  },
  { name: 'wait', label: 'Openings wait for', unit: 's', hint: 'Then they go on.' },
] as const;

const REASONS = ['More breakers share this network', 'Openings waited without need'];

interface CorrelatedPanelProps {
  readonly settings: EnvironmentSettingsInfo;
  readonly onSaved: () => Promise<unknown>;
}

/** When automatic openings wait, because the instances may be at fault instead of their dependencies. */
export function CorrelatedPanel({ settings, onSaved }: CorrelatedPanelProps) {
  const place = useEnvironmentRef();
  const mayEdit = useMay('admin');
  const [draft, setDraft] = useState(() => correlatedDraftOf(settings.correlated));
  const [reason, setReason] = useState('');
  const problems = correlatedProblems(draft);
  const same = JSON.stringify(correlatedOf(draft)) === JSON.stringify(settings.correlated);
  const { problem, busy, save } = useSaving({
    explained: false,
    reread: onSaved,
    send: async (given) => {
      const edit = { correlated: correlatedOf(draft), reason: given };
      await editEnvironmentSettings(place, settings.revision, edit);
      await onSaved();
    },
  });
  const ready = !same && !busy && Object.keys(problems).length === 0 && reason.trim() !== '';
  return (
    <Panel title="Many breakers fail at once">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) void save(reason.trim());
        }}
      >
        <p className="max-w-2xl text-sm text-fg-2">
          When many breakers fail on the same instances, those instances, their network or their
          name server may be at fault. New automatic openings then wait for a moment.
        </p>
        <Fields draft={draft} problems={problems} disabled={!mayEdit} onChange={setDraft} />
        <LastHold hold={settings.hold} />
        {mayEdit && !same ? (
          <ReasonField value={reason} suggestions={REASONS} onChange={setReason} />
        ) : null}
        {problem === null ? null : <Callout kind="problem">{problem}</Callout>}
        {mayEdit ? (
          <div>
            <Button type="submit" variant="solid" disabled={!ready}>
              Save
            </Button>
          </div>
        ) : null}
      </form>
    </Panel>
  );
}

interface FieldsProps {
  readonly draft: CorrelatedDraft;
  readonly problems: Readonly<Partial<Record<keyof CorrelatedDraft, string>>>;
  readonly disabled: boolean;
  readonly onChange: (draft: CorrelatedDraft) => void;
}

function Fields({ draft, problems, disabled, onChange }: FieldsProps) {
  return (
    <div className="grid gap-4 sm:grid-cols-3">
      {FIELDS.map(({ name, label, unit, hint }) => (
        <Field key={name} label={label} hint={hint} error={problems[name]}>
          {(ids) => (
            <div className="relative">
              <Input
                {...ids}
                inputMode="decimal"
                value={draft[name]}
                disabled={disabled}
                placeholder={name === 'breakers' ? 'off' : ''}
                onChange={({ target }) => {
                  onChange({ ...draft, [name]: target.value });
                }}
                className="num pr-16"
              />
              <span className="pointer-events-none absolute inset-y-0 right-2.5 flex items-center text-xs text-fg-3">
                {unit}
              </span>
            </div>
          )}
        </Field>
      ))}
    </div>
  );
}

function LastHold({ hold }: Pick<EnvironmentSettingsInfo, 'hold'>) {
  if (hold === null) return <p className="text-xs text-fg-3">Openings have never waited here.</p>;
  const { since, breakers, active } = hold;
  return (
    <p className="text-xs text-fg-3">
      Openings last waited at <Clock at={since} withDate />: {breakers.length} of {active} breakers
      failed at once.
    </p>
  );
}
