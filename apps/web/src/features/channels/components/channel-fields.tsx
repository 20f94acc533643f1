import { CHANNEL_EVENTS, CHANNEL_KINDS, type ChannelEvent } from '@recloser/protocol';
import { type ReactNode, useMemo } from 'react';
import { Field, Input, Textarea } from '@/components/ui/field';
import { Segmented } from '@/components/ui/segmented';
import { SuggestInput } from '@/components/ui/suggest-input';
import { Tag } from '@/components/ui/tag';
import { useLiveValue } from '@/features/live/live-provider';
import { completions } from '@/features/schedules/schedule-review';
import type { ChannelProblems } from '../channel-draft';
import type { ChannelEdit } from '../channel-merge';
import { EVENT_WORDS, KIND_WORDS } from '../channel-words';

export interface ChannelFieldsProps {
  readonly draft: ChannelEdit;
  readonly problems: ChannelProblems;
  readonly isNew: boolean;
  readonly onEdit: (part: Partial<ChannelEdit>) => void;
}

const KINDS = CHANNEL_KINDS.map((value) => ({ value, label: KIND_WORDS[value].label }));

function Kind({ draft: { kind }, isNew, onEdit }: ChannelFieldsProps) {
  return (
    <div className="flex flex-col items-start gap-1.5">
      <span className="text-xs font-medium text-fg-2">Kind</span>
      {isNew ? (
        <Segmented
          label="Kind"
          value={kind}
          options={KINDS}
          onChange={(next) => {
            onEdit({ kind: next });
          }}
        />
      ) : (
        <Tag>{KIND_WORDS[kind].label}</Tag>
      )}
      <p className="text-xs text-fg-3">{KIND_WORDS[kind].hint}</p>
    </div>
  );
}

function Address({ draft: { kind, url, host }, problems, isNew, onEdit }: ChannelFieldsProps) {
  return (
    <Field
      label="Address"
      error={problems.url}
      hint={
        isNew
          ? 'Kept secret: only its host is shown from now on.'
          : `Leave it empty to keep the one at ${host}.`
      }
    >
      {(ids) => (
        <Input
          {...ids}
          type="url"
          inputMode="url"
          value={url}
          autoComplete="off"
          spellCheck={false}
          placeholder={isNew ? KIND_WORDS[kind].placeholder : ''}
          className="font-mono text-xs"
          onChange={({ target }) => {
            onEdit({ url: target.value });
          }}
        />
      )}
    </Field>
  );
}

function Events({ draft: { events }, problems, onEdit }: ChannelFieldsProps) {
  const toggle = (event: ChannelEvent, on: boolean) => {
    onEdit({ events: CHANNEL_EVENTS.filter((one) => (one === event ? on : events.includes(one))) });
  };
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 text-xs font-medium text-fg-2">Send</legend>
      {CHANNEL_EVENTS.map((event) => (
        <label key={event} className="flex cursor-pointer items-start gap-2.5 text-sm">
          <input
            type="checkbox"
            aria-describedby={`about-${event}`}
            checked={events.includes(event)}
            onChange={({ target }) => {
              toggle(event, target.checked);
            }}
            className="mt-0.5 size-4 shrink-0 accent-fg"
          />
          <span className="min-w-0">
            <span className="font-medium">{EVENT_WORDS[event].label}</span>{' '}
            <span id={`about-${event}`} className="text-fg-2">
              {EVENT_WORDS[event].sentence}
            </span>
          </span>
        </label>
      ))}
      {problems.events === undefined ? null : (
        <p role="status" className="text-xs text-open">
          {problems.events}
        </p>
      )}
    </fieldset>
  );
}

function Tags({ draft, problems, onEdit }: ChannelFieldsProps) {
  const breakers = useLiveValue((state) => state.breakers);
  const known = useMemo(
    () => [...new Set([...breakers.values()].flatMap(({ tags }) => tags))].toSorted(),
    [breakers],
  );
  return (
    <Field
      label="Tags"
      hint="Separated by commas. Only of breakers with one of them; empty: of all."
      error={problems.tags}
    >
      {(ids) => (
        <SuggestInput
          {...ids}
          value={draft.tags}
          suggestions={completions(draft.tags, known)}
          onChange={({ target }) => {
            onEdit({ tags: target.value });
          }}
        />
      )}
    </Field>
  );
}

function Headers({ draft: { headers }, problems, isNew, onEdit }: ChannelFieldsProps) {
  return (
    <Field
      label="Headers"
      hint={
        isNew
          ? 'Optional, one a line, as in “Authorization: Bearer …”. Values are kept secret.'
          : 'One a line. A header without a value keeps the one that it has.'
      }
      error={problems.headers}
    >
      {(ids) => (
        <Textarea
          {...ids}
          rows={2}
          value={headers}
          autoComplete="off"
          spellCheck={false}
          className="font-mono text-xs"
          onChange={({ target }) => {
            onEdit({ headers: target.value });
          }}
        />
      )}
    </Field>
  );
}

/** All that a channel says. */
export function ChannelFields(props: ChannelFieldsProps): ReactNode {
  const { draft, problems, onEdit } = props;
  return (
    <>
      <Field label="Name" error={problems.name}>
        {(ids) => (
          <Input
            {...ids}
            autoFocus
            value={draft.name}
            placeholder="On call"
            onChange={({ target }) => {
              onEdit({ name: target.value });
            }}
          />
        )}
      </Field>
      <Kind {...props} />
      <Address {...props} />
      <Events {...props} />
      <Tags {...props} />
      <Headers {...props} />
    </>
  );
}
