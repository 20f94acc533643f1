import { TriangleAlert } from 'lucide-react';
import { CopyButton } from '@/components/ui/copy-button';

interface SecretProps {
  readonly secret: string;
  readonly what: string;
  /** What is known of it later. */
  readonly kept?: string;
}

/** Something that is shown this once. */
export function Secret({ secret, what, kept = 'Only its hash is kept.' }: SecretProps) {
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-center gap-2 rounded-md border border-line-strong bg-sunken py-1.5 pr-1.5 pl-3">
        <code
          // On a phone it is moved by finger, or by arrow keys.
          tabIndex={0}
          role="group"
          aria-label={what}
          className="scroll-thin min-w-0 flex-1 overflow-x-auto font-mono text-xs whitespace-nowrap select-all"
          data-testid="secret"
        >
          {secret}
        </code>
        <CopyButton text={secret} what={what} />
      </div>
      <p className="flex items-center gap-1.5 text-xs text-fg-2">
        <TriangleAlert size={13} aria-hidden /> Shown this once. {kept}
      </p>
    </div>
  );
}
