'use client';

import { ADMISSION_SIXTEENTH, formatAdmission, sixteenths } from '@recloser/core';
import { Slider } from 'radix-ui';

interface AdmissionPickerProps {
  readonly admission: number;
  readonly onChange: (admission: number) => void;
}

/** An exact admission, in sixteenths. */
export function AdmissionPicker({ admission, onChange }: AdmissionPickerProps) {
  const count = Math.round(sixteenths(admission));
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-baseline justify-between">
        <span className="text-xs font-medium text-fg-2">Admission</span>
        <output className="num text-sm font-medium">
          {formatAdmission(admission)} <span className="text-fg-3">· {count}/16</span>
        </output>
      </div>
      <Slider.Root
        min={0}
        max={16}
        step={1}
        value={[count]}
        onValueChange={([next]) => {
          if (next !== undefined) onChange(next * ADMISSION_SIXTEENTH);
        }}
        className="relative flex h-8 touch-none items-center select-none"
      >
        <Slider.Track className="relative h-1.5 grow rounded-full bg-line">
          <Slider.Range className="absolute h-full rounded-full bg-fg-2" />
        </Slider.Track>
        <Slider.Thumb
          aria-label="Admission in sixteenths"
          className="block size-5 rounded-full border-2 border-surface bg-fg shadow-[0_0_0_1px_var(--line-strong)]"
        />
      </Slider.Root>
      <div className="num flex justify-between text-2xs text-fg-3" aria-hidden>
        <span>0%</span>
        <span>25%</span>
        <span>50%</span>
        <span>75%</span>
        <span>100%</span>
      </div>
    </div>
  );
}
