'use client';

import { Dialog } from '@/components/ui/dialog';
import { Kbd } from '@/components/ui/kbd';
import { useCommandKey } from '@/lib/command-key';

/** Stands for what it is called on the reader's machine. */
const COMMAND = 'command';

const KEYS: readonly { keys: readonly string[]; does: string }[] = [
  { keys: [COMMAND, 'K'], does: 'Jump to a breaker or a page; open and restore' },
  { keys: ['G', 'F'], does: 'Go to the fleet; G A to audit, G I to instances' },
  { keys: ['/'], does: 'Search the fleet' },
  { keys: ['J'], does: 'Next breaker (K: previous)' },
  { keys: ['↵'], does: 'Go to the breaker in focus' },
  { keys: ['O'], does: 'Open this breaker' },
  { keys: ['R'], does: 'Restore this breaker' },
  { keys: [COMMAND, '↵'], does: 'Submit dialog' },
  { keys: ['Esc'], does: 'Close dialog' },
  { keys: ['?'], does: 'This list' },
];

export function KeyboardHelp({ onClose }: { readonly onClose: () => void }) {
  const commandKey = useCommandKey();
  return (
    <Dialog open onOpenChange={onClose} title="Keyboard shortcuts">
      <dl className="flex flex-col divide-y divide-line">
        {KEYS.map(({ keys, does }) => (
          <div key={does} className="flex h-10 items-center justify-between gap-4">
            <dt className="text-sm text-fg-2">{does}</dt>
            <dd className="flex gap-1">
              {keys.map((key) => (
                <Kbd key={key}>{key === COMMAND ? commandKey : key}</Kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
