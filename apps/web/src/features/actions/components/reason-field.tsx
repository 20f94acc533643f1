import { Field, Textarea } from '@/components/ui/field';

const REASON_LENGTH = 1_000;

interface ReasonFieldProps {
  readonly value: string;
  readonly suggestions: readonly string[];
  /** False where other fields come first. */
  readonly autoFocus?: boolean;
  readonly onChange: (value: string) => void;
}

/** The reason that the audit log keeps. */
export function ReasonField({ value, suggestions, autoFocus = true, onChange }: ReasonFieldProps) {
  return (
    <div className="flex flex-col gap-2">
      <Field label="Reason" hint="Kept in the audit log with your name.">
        {(ids) => (
          <Textarea
            {...ids}
            name="reason"
            rows={2}
            required
            autoFocus={autoFocus}
            maxLength={REASON_LENGTH}
            value={value}
            onChange={(event) => {
              onChange(event.target.value);
            }}
            placeholder="Why are you doing this?"
          />
        )}
      </Field>
      <ul aria-label="Suggested reasons" className="flex flex-wrap gap-1.5">
        {suggestions.map((suggestion) => (
          <li key={suggestion}>
            <button
              type="button"
              onClick={() => {
                onChange(suggestion);
              }}
              className="h-6 rounded-full border border-line-strong px-2.5 text-xs text-fg-2 hover:bg-hover hover:text-fg"
            >
              {suggestion}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
