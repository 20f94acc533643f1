import { Send } from 'lucide-react';
import type { ComponentProps } from 'react';
import { Button } from '@/components/ui/button';

interface SendTestButtonProps extends Pick<ComponentProps<typeof Button>, 'size'> {
  /** Of the channel. */
  readonly name: string;
  readonly busy: boolean;
  readonly onSend: () => void;
}

export function SendTestButton({ name, busy, onSend, ...looks }: SendTestButtonProps) {
  return (
    <Button
      {...looks}
      // Stays where the keyboard is: a disabled button would lose it.
      aria-disabled={busy}
      aria-label={`Send test to ${name}`}
      onClick={onSend}
    >
      <Send size={13} aria-hidden /> {busy ? 'Sending…' : 'Send test'}
    </Button>
  );
}
