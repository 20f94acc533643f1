import type { Policy } from '@recloser/core';
import { Button } from '@/components/ui/button';
import { Panel } from '@/components/ui/panel';
import { policySentence } from '../policy-sentence';
import { type PolicyPreset, presetOf, PRESETS } from '../presets';

interface SummaryPanelProps {
  /** null: some of it cannot be read yet. */
  readonly policy: Policy | null;
  readonly disabled: boolean;
  readonly onPreset: (preset: PolicyPreset) => void;
}

/** What the policy does, in words, and policies to begin with. */
export function SummaryPanel({ policy, disabled, onPreset }: SummaryPanelProps) {
  const present = policy === null ? null : presetOf(policy);
  return (
    <Panel
      title="In short"
      aside={<span className="text-xs text-fg-3">{present?.name ?? 'Custom'}</span>}
    >
      <p className="num text-base text-pretty">
        {policy === null
          ? 'Correct what is marked below to read it in words.'
          : policySentence(policy)}
      </p>
      <div role="group" aria-label="Presets" className="mt-4 grid grid-cols-2 gap-2 sm:grid-cols-4">
        {PRESETS.map((preset) => (
          <Button
            key={preset.name}
            aria-pressed={preset === present}
            disabled={disabled}
            title={preset.about}
            onClick={() => {
              onPreset(preset);
            }}
            className="h-auto flex-col items-start gap-0.5 py-2 text-left aria-pressed:border-fg"
          >
            {preset.name}
            <span className="text-2xs font-normal whitespace-normal text-fg-3">{preset.about}</span>
          </Button>
        ))}
      </div>
    </Panel>
  );
}
