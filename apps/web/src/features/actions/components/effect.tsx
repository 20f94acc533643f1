'use client';

import type { Rule } from '@recloser/core';
import { Ban } from 'lucide-react';
import { AdmissionBar } from '@/components/state/admission-bar';
import { StateBadge } from '@/components/state/state-badge';
import { useLiveValue } from '@/features/live/live-provider';
import { plural } from '@/lib/format';
import { toneOf } from '@/lib/vocabulary';
import { type ActionPreview, type StateSummary, trafficSentence } from '../action-preview';
import { stillPasses } from '../still-passes';

interface EffectProps {
  readonly before: StateSummary;
  readonly outlook: ActionPreview;
  readonly rules: readonly Rule[];
  /** And not only a part of it. */
  readonly wholeFleet: boolean;
}

const MODE_WORDS = { auto: 'Automatic', held: 'Held', observe: 'Observe' } as const;
const MODE_GLOSS = {
  auto: 'Evidence moves it from here on.',
  held: 'It stays so until a person or the end of the hold changes it.',
  observe: 'It decides and records, and blocks nothing.',
} as const;

/** What the action will do, before it is done. */
export function Effect({ before, outlook, rules, wholeFleet }: EffectProps) {
  const connected = useLiveValue((state) => state.connected);
  if (!outlook.possible) {
    return (
      <p className="flex gap-2 rounded-md border border-line bg-sunken px-3 py-2.5 text-sm text-fg-2">
        <Ban size={15} className="mt-0.5 shrink-0" aria-hidden />
        {outlook.why}
      </p>
    );
  }
  const { after, summary } = outlook;
  return (
    <div className="flex flex-col gap-3 rounded-md border border-line bg-sunken p-3">
      <div className="flex items-center gap-3">
        <AdmissionBar admission={before.admission} tone={toneOf(before)} />
        <span className="text-fg-3" aria-hidden>
          →
        </span>
        <AdmissionBar admission={after.admission} tone={toneOf(after)} />
      </div>
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1.5 text-sm">
        <StateBadge state={after.state} mode={after.mode} />
        <span className="num text-fg-2">{trafficSentence(before.admission, after.admission)}</span>
      </div>
      <p className="text-sm text-pretty">{stillPasses(rules, after)}</p>
      {before.mode === after.mode ? null : (
        <p className="text-sm text-pretty">
          Mode: {MODE_WORDS[before.mode]} → <strong>{MODE_WORDS[after.mode]}</strong>.{' '}
          <span className="text-fg-2">{MODE_GLOSS[after.mode]}</span>
        </p>
      )}
      <p className="text-xs text-pretty text-fg-3">
        {summary}
        {connected === null || !wholeFleet
          ? ''
          : ` Reaches ${plural(connected, 'connected instance')}.`}
      </p>
    </div>
  );
}
