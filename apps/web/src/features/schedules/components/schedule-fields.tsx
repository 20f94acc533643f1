import { type ReactNode, useMemo } from 'react';
import { Field, Select, Textarea } from '@/components/ui/field';
import { Segmented } from '@/components/ui/segmented';
import { SuggestInput } from '@/components/ui/suggest-input';
import { AdmissionPicker } from '@/features/actions/components/admission-picker';
import { cn } from '@/lib/cn';
import { useLiveValue } from '@/features/live/live-provider';
import type { ScheduleDraft } from '../schedule-draft';
import { completions } from '../schedule-review';
import { DAYS } from '../month';

export interface FieldsProps {
  readonly draft: ScheduleDraft;
  readonly problems: Readonly<Record<string, string>>;
  readonly onChange: (part: Partial<ScheduleDraft>) => void;
}

type TextName = 'name' | 'date' | 'time' | 'durationMinutes' | 'leadMinutes' | 'breakers' | 'tags';

interface TextProps extends FieldsProps {
  readonly name: TextName;
  readonly label: string;
  readonly hint?: string;
  readonly type?: 'text' | 'date' | 'time';
  /** Of the plan, where that is not the field's own name. */
  readonly part?: string;
  readonly autoFocus?: boolean;
  /** What a list may go on with. */
  readonly known?: readonly string[];
}

function Text({
  draft,
  problems,
  onChange,
  name,
  label,
  hint,
  type = 'text',
  part = name,
  autoFocus,
  known,
}: TextProps) {
  return (
    <Field label={label} hint={hint} error={problems[part]}>
      {(ids) => (
        <SuggestInput
          {...ids}
          type={type}
          value={draft[name]}
          autoFocus={autoFocus}
          suggestions={known === undefined ? [] : completions(draft[name], known)}
          onChange={({ target }) => {
            onChange({ [name]: target.value });
          }}
        />
      )}
    </Field>
  );
}

function DayPicker({ draft, problems, onChange }: FieldsProps) {
  const toggle = (day: number) => () => {
    const days = draft.days.includes(day)
      ? draft.days.filter((one) => one !== day)
      : [...draft.days, day].toSorted((a, b) => a - b);
    onChange({ days });
  };
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1.5 text-xs font-medium text-fg-2">Days</legend>
      <div className="flex flex-wrap gap-1">
        {DAYS.map((name, index) => {
          const on = draft.days.includes(index + 1);
          return (
            <button
              key={name}
              type="button"
              aria-pressed={on}
              onClick={toggle(index + 1)}
              className={cn(
                'h-8 rounded-md border px-2.5 text-xs font-medium',
                on ? 'border-fg bg-fg text-surface' : 'border-line-strong text-fg-2 hover:text-fg',
              )}
            >
              {name}
            </button>
          );
        })}
      </div>
      {problems['when'] === undefined ? null : (
        <p className="text-xs text-open">{problems['when']}</p>
      )}
    </fieldset>
  );
}

const KINDS = [
  { value: 'once', label: 'Once' },
  { value: 'weekly', label: 'Weekly' },
] as const;
const ZONES = Intl.supportedValuesOf('timeZone');

function When(props: FieldsProps) {
  const { draft, problems, onChange } = props;
  return (
    <>
      <Segmented
        label="How often"
        value={draft.kind}
        options={KINDS}
        onChange={(kind) => {
          onChange({ kind });
        }}
      />
      {draft.kind === 'weekly' ? <DayPicker {...props} /> : null}
      <div className="grid grid-cols-2 gap-4">
        {draft.kind === 'once' ? (
          <Text {...props} name="date" label="Date" type="date" part="when" />
        ) : null}
        <Text {...props} name="time" label="Begins at" type="time" part="when" />
        <Text {...props} name="durationMinutes" label="Length, minutes" hint="How long it lasts." />
        <Text
          {...props}
          name="leadMinutes"
          label="Lead, minutes"
          hint="Breakers change this much earlier."
        />
        <Field label="Time zone" error={problems['timeZone']} className="col-span-2">
          {(ids) => (
            <Select
              {...ids}
              value={draft.timeZone}
              onChange={({ target }) => {
                onChange({ timeZone: target.value });
              }}
            >
              {[...new Set([draft.timeZone, 'UTC', ...ZONES])].map((zone) => (
                <option key={zone}>{zone}</option>
              ))}
            </Select>
          )}
        </Field>
      </div>
    </>
  );
}

const ACTIONS = [
  { value: 'open', label: 'Open' },
  { value: 'dim', label: 'Dim' },
] as const;

function What(props: FieldsProps) {
  const { draft, problems, onChange } = props;
  const breakers = useLiveValue((state) => state.breakers);
  const keys = useMemo(() => [...breakers.keys()], [breakers]);
  const tags = useMemo(
    () => [...new Set([...breakers.values()].flatMap((breaker) => breaker.tags))].toSorted(),
    [breakers],
  );
  return (
    <>
      <Segmented
        label="What it does"
        value={draft.action}
        options={ACTIONS}
        onChange={(action) => {
          onChange({ action });
        }}
      />
      {draft.action === 'dim' ? (
        <AdmissionPicker
          admission={draft.admission}
          onChange={(admission) => {
            onChange({ admission });
          }}
        />
      ) : null}
      {problems['action'] === undefined ? null : (
        <p className="text-xs text-open">{problems['action']}</p>
      )}
      <div className="grid gap-4 sm:grid-cols-2">
        <Text
          {...props}
          name="breakers"
          label="Breakers"
          hint="Keys, separated by commas."
          known={keys}
        />
        <Text
          {...props}
          name="tags"
          label="Tags"
          hint="All breakers with one of them."
          known={tags}
        />
      </div>
    </>
  );
}

/** All that a schedule says. */
export function ScheduleFields(props: FieldsProps): ReactNode {
  const { draft, onChange } = props;
  return (
    <>
      <Text {...props} name="name" label="Name" autoFocus />
      <What {...props} />
      <When {...props} />
      <Field label="Description">
        {(ids) => (
          <Textarea
            {...ids}
            rows={2}
            value={draft.description}
            onChange={({ target }) => {
              onChange({ description: target.value });
            }}
          />
        )}
      </Field>
    </>
  );
}
