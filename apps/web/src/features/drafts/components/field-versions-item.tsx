import { Check } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import type { FieldVersions, Side } from '../three-way';

interface FieldVersionsItemProps {
  readonly field: FieldVersions;
  /** What goes on, where both have changed it. */
  readonly chosen: Side;
  readonly onChoose: (side: Side) => void;
}

const NAMES: Readonly<Record<Side, string>> = { theirs: 'Theirs', mine: 'Yours' };

function Value({ name, children }: { readonly name: ReactNode; readonly children: string }) {
  return (
    <div className="min-w-0">
      <p className="flex items-center gap-1 text-xs text-fg-3">{name}</p>
      <p dir="auto" className="num mt-0.5 text-sm break-words">
        {children}
      </p>
    </div>
  );
}

function Choice({ field, chosen, onChoose }: FieldVersionsItemProps) {
  const group = useId();
  return (['theirs', 'mine'] as const).map((side) => (
    <label
      key={side}
      className="flex min-w-0 cursor-pointer gap-2 rounded-md border border-line px-2.5 py-1.5 hover:bg-hover has-checked:border-fg-2 has-checked:bg-sunken"
    >
      <input
        type="radio"
        name={group}
        aria-label={`${field.label}: ${NAMES[side].toLowerCase()}`}
        checked={chosen === side}
        onChange={() => {
          onChoose(side);
        }}
        className="mt-0.5 accent-fg"
      />
      <Value name={NAMES[side]}>{field[side]}</Value>
    </label>
  ));
}

/** One field as it was, as they have it and as I have it; a choice where both have changed it. */
export function FieldVersionsItem(props: FieldVersionsItemProps) {
  const { field } = props;
  const { changedBy } = field;
  const keeps = (side: Side): boolean => [side, 'both', 'joined'].includes(changedBy);
  return (
    <li className="py-3">
      <p className="text-sm font-medium">{field.label}</p>
      <div className="mt-1.5 grid items-start gap-x-4 gap-y-2 sm:grid-cols-3">
        <Value name="Before">{field.base}</Value>
        {changedBy === 'conflict' ? (
          <Choice {...props} />
        ) : (
          (['theirs', 'mine'] as const).map((side) => (
            <Value
              key={side}
              name={
                <>
                  {NAMES[side]}
                  {keeps(side) ? <Check size={11} strokeWidth={3} aria-label="goes on" /> : null}
                </>
              }
            >
              {field[side]}
            </Value>
          ))
        )}
      </div>
    </li>
  );
}
