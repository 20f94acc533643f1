import type { CallSetting } from '@recloser/core';

interface LockBoxProps {
  readonly setting: CallSetting;
  readonly label: string;
  readonly locked: readonly CallSetting[];
  readonly disabled: boolean;
  readonly onChange: (locked: readonly CallSetting[]) => void;
}

/** Whether the value here overrides the one in the code. */
export function LockBox({ setting, label, locked, disabled, onChange }: LockBoxProps) {
  const others = locked.filter((one) => one !== setting);
  return (
    <label className="mt-1.5 flex items-center gap-1.5 text-xs text-fg-2">
      <input
        type="checkbox"
        aria-label={`Lock ${label}`}
        checked={locked.includes(setting)}
        disabled={disabled}
        onChange={({ target }) => {
          onChange(target.checked ? [...others, setting] : others);
        }}
      />
      Override code
    </label>
  );
}
