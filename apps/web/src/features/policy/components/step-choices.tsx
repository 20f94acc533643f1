import { Field, Select } from '@/components/ui/field';
import type { PolicyDraft } from '../policy-draft';

export interface StepChoicesProps {
  readonly draft: PolicyDraft;
  readonly disabled: boolean;
  readonly onChange: (part: Partial<PolicyDraft>) => void;
}

/** What a step does that is no number. */
export function StepChoices({ draft, disabled, onChange }: StepChoicesProps) {
  return (
    <>
      <Field label="Who comes first" hint="Changeable only while closed.">
        {(ids) => (
          <Select
            {...ids}
            value={draft.cohort}
            disabled={disabled}
            onChange={({ target }) => {
              onChange({ cohort: target.value === 'suffix' ? 'suffix' : 'hash' });
            }}
          >
            <option value="hash">Accounts by a hash</option>
            <option value="suffix">By the last hex digit</option>
          </Select>
        )}
      </Field>
      <Field label="Ladder of a warm dependency" hint="Warm: its latencies are those of before.">
        {(ids) => (
          <Select
            {...ids}
            value={draft.coldSensitive ? 'yes' : 'no'}
            disabled={disabled}
            onChange={({ target }) => {
              onChange({ coldSensitive: target.value === 'yes' });
            }}
          >
            <option value="no">Starts higher, steps sooner</option>
            <option value="yes">Always in full</option>
          </Select>
        )}
      </Field>
      <Field label="When a step fails" hint="The same accounts come back next time.">
        {(ids) => (
          <Select
            {...ids}
            value={draft.onStepFailure}
            disabled={disabled}
            onChange={({ target }) => {
              onChange({ onStepFailure: target.value === 'open' ? 'open' : 'step_back' });
            }}
          >
            <option value="step_back">One step back</option>
            <option value="open">Open again</option>
          </Select>
        )}
      </Field>
      <Field label="Too little traffic" hint="When no failure was seen.">
        {(ids) => (
          <Select
            {...ids}
            value={draft.onLowTraffic}
            disabled={disabled}
            onChange={({ target }) => {
              onChange({ onLowTraffic: target.value === 'hold' ? 'hold' : 'advance_after' });
            }}
          >
            <option value="advance_after">Go on after a while</option>
            <option value="hold">Wait for calls</option>
          </Select>
        )}
      </Field>
    </>
  );
}
