import type { Tone } from '@/lib/vocabulary';

/** Tailwind needs whole class names: one place for those of each tone. */
export const TEXT: Record<Tone, string> = {
  closed: 'text-closed',
  half: 'text-half',
  open: 'text-open',
  held: 'text-held',
  observe: 'text-observe',
};

export const SOFT: Record<Tone, string> = {
  closed: 'bg-closed-soft text-closed',
  half: 'bg-half-soft text-half',
  open: 'bg-open-soft text-open',
  held: 'bg-held-soft text-held',
  observe: 'bg-observe-soft text-observe',
};

export const MARK: Record<Tone, string> = {
  closed: 'bg-closed-mark',
  half: 'bg-half-mark',
  open: 'bg-open-mark',
  held: 'bg-held-mark',
  observe: 'bg-observe-mark',
};
