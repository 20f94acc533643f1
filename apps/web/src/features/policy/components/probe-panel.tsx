import type { ReactNode } from 'react';
import { Field, Input, Select } from '@/components/ui/field';
import { Panel } from '@/components/ui/panel';
import type { ProbeDraft } from '../probe-draft';

interface ProbePanelProps {
  readonly draft: ProbeDraft;
  readonly problems: Readonly<Record<string, string>>;
  readonly disabled: boolean;
  readonly onChange: (draft: ProbeDraft) => void;
}

type TextName = Exclude<keyof ProbeDraft, 'kind' | 'method'>;

function textField({ draft, problems, disabled, onChange }: ProbePanelProps) {
  return function text(
    name: TextName,
    label: string,
    hint: string,
    more: { readonly wide?: true; readonly placeholder?: string } = {},
  ): ReactNode {
    const error = problems[`recovery.probe.${name}`];
    return (
      <Field label={label} hint={hint} error={error} className={more.wide ? 'sm:col-span-2' : ''}>
        {(ids) => (
          <Input
            {...ids}
            value={draft[name]}
            disabled={disabled}
            placeholder={more.placeholder}
            className={more.wide ? '' : 'num'}
            onChange={({ target }) => {
              onChange({ ...draft, [name]: target.value });
            }}
          />
        )}
      </Field>
    );
  };
}

function HttpFields(props: ProbePanelProps) {
  const { draft, disabled, onChange } = props;
  const text = textField(props);
  return (
    <>
      {text('url', 'URL', 'Redirects are not followed.', {
        wide: true,
        placeholder: 'https://api.example.com/health',
      })}
      <Field label="Method">
        {(ids) => (
          <Select
            {...ids}
            value={draft.method}
            disabled={disabled}
            onChange={({ target }) => {
              onChange({ ...draft, method: target.value === 'HEAD' ? 'HEAD' : 'GET' });
            }}
          >
            <option>GET</option>
            <option>HEAD</option>
          </Select>
        )}
      </Field>
      {text('expectStatus', 'Expected status', 'Any other is a failure.')}
      {text('maxLatencyMs', 'Answers within', 'In ms. Empty: the timeout is enough.')}
    </>
  );
}

/** Who answers the probes: calls of instances, or a check that a worker makes. */
export function ProbePanel(props: ProbePanelProps) {
  const { draft, disabled, onChange } = props;
  const text = textField(props);
  return (
    <Panel
      title="Who probes"
      aside={
        <span className="text-xs text-fg-3 max-sm:hidden">
          With a check of its own, no call of a user is risked.
        </span>
      }
    >
      <div className="grid grid-cols-2 gap-x-5 gap-y-4 sm:grid-cols-4">
        <Field label="Probed by" hint="All probes must succeed.">
          {(ids) => (
            <Select
              {...ids}
              value={draft.kind}
              disabled={disabled}
              onChange={({ target }) => {
                const kind = (['http', 'tcp'] as const).find((one) => one === target.value);
                onChange({ ...draft, kind: kind ?? 'calls' });
              }}
            >
              <option value="calls">Calls of instances</option>
              <option value="http">HTTP check</option>
              <option value="tcp">TCP check</option>
            </Select>
          )}
        </Field>
        {draft.kind === 'http' ? <HttpFields {...props} /> : null}
        {draft.kind === 'tcp' ? (
          <>
            {text('host', 'Host', 'Name or address.', { wide: true })}
            {text('port', 'Port', '1 … 65,535')}
          </>
        ) : null}
        {draft.kind === 'calls' ? null : text('timeoutMs', 'Timeout', 'In ms, for each check.')}
      </div>
    </Panel>
  );
}
