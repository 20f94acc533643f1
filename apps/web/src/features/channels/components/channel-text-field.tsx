import { LoaderCircle, TriangleAlert } from 'lucide-react';
import { cn } from '@/lib/cn';
import type { ChannelText } from '../channel-words';

const ICONS = { well: null, waiting: null, problem: TriangleAlert } as const;

interface ChannelTextFieldProps {
  readonly saying: ChannelText;
  readonly busy?: boolean;
}

/** A sentence about a channel; what is wrong stands out without a colour, which would mean a breaker's state. */
export function ChannelTextField({ saying: { kind, text }, busy = false }: ChannelTextFieldProps) {
  const Icon = busy && kind === 'waiting' ? LoaderCircle : ICONS[kind];
  return (
    <span className={cn('break-words', kind === 'problem' ? 'font-medium text-fg' : 'text-fg-2')}>
      {Icon === null ? null : (
        <Icon
          size={13}
          aria-hidden
          className={cn(
            'mr-1.5 inline-block align-[-0.125em]',
            kind === 'waiting' && 'animate-spin',
          )}
        />
      )}
      {text}
    </span>
  );
}
